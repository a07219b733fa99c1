"""Who did what: the deeds that the database's triggers have recorded about a loan, a customer or an application."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, F, Model, Q, QuerySet, Value
from django.db.models.functions import Cast

from xindai.applications.models import Application
from xindai.collateral.models import Lien
from xindai.contracts.models import Contract
from xindai.customers.models import Consent, Customer, PortalAccess
from xindai.identity.models import Check
from xindai.payments.models import Mandate
from xindai.recovery.models import Case, PromiseToPay, Step
from xindai.servicing.models import Loan

RECORDS: Final[Mapping[str, type[Model]]] = {
    "application": Application,
    "case": Case,
    "check": Check,
    "consent": Consent,
    "contract": Contract,
    "customer": Customer,
    "lien": Lien,
    "loan": Loan,
    "mandate": Mandate,
    "portal_access": PortalAccess,
    "promise": PromiseToPay,
    "step": Step,
}
_STATE_OF: Final = {"step": "outcome"} | dict.fromkeys(
    ("application", "case", "check", "contract", "loan", "promise"), "state"
)
_COURSE: Final = (
    "customer", "consent", "portal_access", "application", "check", "contract", "lien", "loan", "mandate", "case", "step", "promise",
)  # fmt: skip
"""The order of the records where several changed in one transaction, which has but one moment."""
_PAGE_FIELDS: Final = (
    "of_kind",
    "of_key",
    "of_name",
    "of_state",
    "pgh_id",
    "pgh_created_at",
    "pgh_label",
    "pgh_context",
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One recorded change of one record: when, by whom, in the course of which verb, and its state before and after.

    `what` is insert, update or delete; `before` and `after` are codes of states, empty where the record has none.
    """

    at: datetime
    actor: str
    verb: str
    kind: str
    name: str
    what: str
    before: str
    after: str


def of_case(case: Any, kinds: Iterable[str]) -> list[Deed]:
    """Return the deeds about a collection case, its steps and promises; the latest first."""
    return _deeds(
        {
            "case": Case.objects.filter(pk=case.pk),
            "promise": PromiseToPay.objects.filter(case=case.pk),
            "step": Step.objects.filter(case=case.pk),
        },
        kinds,
    )


def of_loan(loan: Any, kinds: Iterable[str]) -> list[Deed]:
    """Return the deeds about a loan and what led to it, of the kinds that the reader may see; the latest first."""
    numbers = (loan.no, loan.contract_no, loan.application_no)
    return _deeds(
        {
            "application": Application.objects.filter(no=loan.application_no),
            "case": Case.objects.filter(loan=loan.pk),
            "check": Check.objects.filter(subject_no__in=numbers),
            "contract": Contract.objects.filter(pk=loan.contract_id),
            "lien": Lien.objects.filter(contract_no=loan.contract_no),
            "loan": Loan.objects.filter(pk=loan.pk),
            "mandate": Mandate.objects.filter(loan_no=loan.no),
            "promise": PromiseToPay.objects.filter(case__loan=loan.pk),
            "step": Step.objects.filter(case__loan=loan.pk),
        },
        kinds,
    )


def of_customer(customer_id: int, kinds: Iterable[str]) -> list[Deed]:
    """Return the deeds about a customer and all that was done for them, of the kinds that the reader may see."""
    applications = Application.objects.filter(customer=customer_id)
    contracts = Contract.objects.filter(customer=customer_id)
    loans = Loan.objects.filter(customer=customer_id)
    about = Q(subject_no__in=applications.values("no")) | Q(subject_no__in=contracts.values("no"))
    return _deeds(
        {
            "application": applications,
            "case": Case.objects.filter(loan__customer=customer_id),
            "check": Check.objects.filter(about | Q(subject_no__in=loans.values("no"))),
            "consent": Consent.objects.filter(customer=customer_id),
            "contract": contracts,
            "customer": Customer.objects.filter(pk=customer_id),
            "loan": loans,
            "mandate": Mandate.objects.filter(loan_no__in=loans.values("no")),
            "portal_access": PortalAccess.objects.filter(customer=customer_id),
            "promise": PromiseToPay.objects.filter(case__loan__customer=customer_id),
        },
        kinds,
    )


def of_application(application: Any, contract: Any, kinds: Iterable[str]) -> list[Deed]:
    """Return the deeds about an application, its checks and its contract, of the kinds that the reader may see."""
    numbers = [application.no, *([contract.no] if contract else [])]
    wanted: dict[str, QuerySet[Any, Any]] = {
        "application": Application.objects.filter(pk=application.pk),
        "check": Check.objects.filter(subject_no__in=numbers),
    }
    if contract:
        wanted |= {
            "contract": Contract.objects.filter(pk=contract.pk),
            "lien": Lien.objects.filter(contract_no=contract.no),
            "loan": Loan.objects.filter(contract=contract.pk),
        }
    return _deeds(wanted, kinds)


def _deeds(wanted: "Mapping[str, QuerySet[Any, Any]]", kinds: Iterable[str]) -> list[Deed]:
    """Read all records in one query; states are compared with the record's change before."""
    chosen = [_rows(kind, wanted[kind]) for kind in wanted if kind in frozenset(kinds)]
    if not chosen:
        return []
    rows = chosen[0].union(*chosen[1:], all=True) if len(chosen) > 1 else chosen[0]
    known: dict[tuple[str, int], str] = {}
    found = []
    for kind, key, name, standing, _id, at, what, context in sorted(rows, key=_moment):
        told = context or {}
        before = known.get((kind, key), "")
        known[kind, key] = standing
        changed = (before, standing) if before != standing else ("", "")
        found.append(Deed(at, told.get("actor") or "", told.get("verb") or "", kind, name, what, *changed))
    return found[::-1]


def _moment(row: tuple[Any, ...]) -> tuple[datetime, int, int]:
    kind, _key, _name, _standing, number, at, *_rest = row
    return at, _COURSE.index(kind), number


def _rows(kind: str, records: "QuerySet[Any, Any]") -> "QuerySet[Any, Any]":
    """Return the recorded changes of these records, all kinds with the same columns."""
    history = RECORDS[kind].pgh_event_model.objects  # type: ignore[attr-defined]
    state = _STATE_OF.get(kind)
    named = {"check": "subject_no", "step": "code"}.get(kind, "no")
    has_name = kind in {"application", "check", "contract", "customer", "loan", "step"}
    found: QuerySet[Any, Any] = (
        history.filter(pgh_obj_id__in=records.order_by().values("pk"))
        .annotate(
            of_kind=Value(kind, output_field=CharField()),
            of_key=F("pgh_obj_id"),
            of_name=Cast(F(named), CharField()) if has_name else Value("", output_field=CharField()),
            of_state=Cast(F(state), CharField()) if state else Value("", output_field=CharField()),
        )
        .values_list(*_PAGE_FIELDS)
    )
    return found
