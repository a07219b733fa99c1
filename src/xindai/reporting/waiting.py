"""What waits for somebody: every kind of work, read from the state of the house.

No row here is made or ticked off by hand: an item is there as long as its subject is in the state that asks for the
act, and is gone when the act is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from xindai.applications.models import Application
from xindai.contracts.models import Contract
from xindai.enquiries.models import Enquiry
from xindai.identity.models import Check
from xindai.identity.permissions import PERMISSIONS
from xindai.identity.roles import Role
from xindai.kernel.models import BusinessDay, OutboxEvent
from xindai.kernel.outbox import MAX_ATTEMPTS
from xindai.payments.models import Receipt
from xindai.recovery.models import Step
from xindai.reporting.applications import DEFAULT_CURRENCY
from xindai.servicing.models import Loan, LoanDay
from xindai.webhooks.models import Endpoint

Rows = QuerySet[Any, Any]

CUSTOMER: Final = "customer"
"""Whose turn it is while the lender can only wait."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: who has the right to it, its rows, and by when it is done.

    ``hours`` names a figure of the policy's section ``work``; without one the rows bring the promised instant
    themselves (``w_by``), or - with a ``turn`` - the clock stands still because somebody else acts.
    """

    code: str
    stage: str
    roles: frozenset[Role]
    rows: Callable[[], Rows]
    hours: str = ""
    turn: str = ""
    has_dates: bool = False


def columns(rows: Rows, **given: Combinable | str | None) -> Rows:
    """Give rows the columns that every kind of work has, so that all kinds can be read by one statement.

    ``w_ref`` names the item within its kind, ``w_subject`` is the number that people read, ``w_link`` the number in the
    address of its page, ``w_by`` a promised instant, ``w_maker`` who may not act because they have asked for it, ``w_owner``
    who has it without having claimed it.
    """
    widened: Rows = rows.annotate(
        **{
            f"w_{name}": Cast(_expression(given.get(name)), field)
            for name, field in (
                ("ref", TextField()),
                ("subject", TextField()),
                ("link", TextField()),
                ("detail", TextField()),
                ("branch", BigIntegerField()),
                ("customer", BigIntegerField()),
                ("tier", TextField()),
                ("amount", BigIntegerField()),
                ("currency", TextField()),
                ("since", DateTimeField()),
                ("by", DateTimeField()),
                ("maker", BigIntegerField()),
                ("owner", BigIntegerField()),
            )
        }
    )
    return widened


def _expression(given: Combinable | str | None) -> Combinable:
    if given is None:
        return Value(None, output_field=CharField())
    return F(given) if isinstance(given, str) else given


def _applications(state: Q, since: str, by: str | None) -> Rows:
    asked = Cast(KeyTextTransform("amount_minor", "need"), BigIntegerField())
    return columns(
        Application.objects.filter(state),
        ref="no",
        subject="no",
        link="no",
        branch="branch_id",
        customer="customer_id",
        tier="offer__tier",
        amount=Coalesce(F("offer__amount_minor"), asked),
        currency=Coalesce(F("offer__currency"), Value(DEFAULT_CURRENCY)),
        since=since,
        by=by,
    )


def _to_complete() -> Rows:
    return _applications(Q(state="draft") & ~Q(channel="online"), "started_on", None)


def _to_offer() -> Rows:
    return _applications(Q(state="submitted", offer=None), "submitted_at", "promised_by")


def _to_decide() -> Rows:
    return _applications(Q(state="submitted", offer__isnull=False), "submitted_at", "promised_by")


def _to_recommend() -> Rows:
    waiting = Check.objects.filter(kind="credit_decision", state="waiting", subject_no=OuterRef("no"))
    return _applications(Q(state="referred") & ~Q(Exists(waiting)), "submitted_at", "promised_by")


def _to_draw_up() -> Rows:
    return _applications(Q(state="approved"), "decided_at", None)


def _contracts(state: Q, since: str) -> Rows:
    return columns(
        Contract.objects.filter(state),
        ref="no",
        subject="no",
        link="application__no",
        branch="branch_id",
        customer="customer_id",
        tier="application__offer__tier",
        amount="principal_minor",
        currency="currency",
        since=since,
    )


def _to_sign() -> Rows:
    return _contracts(Q(state="drawn_up"), "drawn_up_on")


def _with_open_conditions() -> Rows:
    return _contracts(Q(state="signed", open_conditions__gt=0), "signed_on")


def _to_disburse() -> Rows:
    waiting = Check.objects.filter(kind="disbursement", state="waiting", subject_no=OuterRef("no"))
    return _contracts(Q(state="signed", open_conditions=0) & ~Q(Exists(waiting)), "signed_on")


def _checks(kind: str, subjects: Rows, *, customer: str, tier: str, by: str | None = None) -> Rows:
    subject = subjects.filter(no=OuterRef("subject_no"))
    return columns(
        Check.objects.filter(kind=kind, state="waiting"),
        ref="pk",
        subject="subject_no",
        link="pk",
        branch="branch_id",
        customer=Subquery(subject.values(customer)[:1]),
        tier=Subquery(subject.values(tier)[:1]),
        amount="amount_minor",
        currency="currency",
        since="requested_at",
        by=Subquery(subject.values(by)[:1]) if by else None,
        maker="maker_id",
    )


def _credit_decisions() -> Rows:
    rows = Application.objects.all()
    return _checks("credit_decision", rows, customer="customer_id", tier="offer__tier", by="promised_by")


def _disbursements() -> Rows:
    return _checks("disbursement", Contract.objects.all(), customer="customer_id", tier="application__offer__tier")


def _write_offs() -> Rows:
    return _checks(
        "write_off",
        Loan.objects.all(),
        customer="contract__customer_id",
        tier="contract__application__offer__tier",
    )


def _steps_due() -> Rows:
    """The steps that collectors owe; the amount is what was in arrears at the latest close."""
    closes = LoanDay.objects.filter(loan=OuterRef("case__loan")).order_by("-business_date")
    arrears = closes.annotate(arrears=F("penalty_due_minor") + F("interest_due_minor") + F("principal_due_minor"))
    return columns(
        Step.objects.filter(outcome="", case__state="open"),
        ref="pk",
        subject="case__loan__no",
        link="case__loan__no",
        detail="names",
        branch="case__branch_id",
        customer="case__loan__contract__customer_id",
        tier="case__loan__contract__application__offer__tier",
        amount=Subquery(arrears.values("arrears")[:1]),
        currency="case__loan__currency",
        since="due_on",
        by="record_by",
        owner="case__collector_id",
    )


def _in_suspense() -> Rows:
    return columns(
        Receipt.objects.filter(state="suspense"),
        ref="pk",
        subject="loan_no",
        link="loan_no",
        branch="branch_id",
        amount="amount_minor",
        currency="currency",
        since="received_on",
    )


def _enquiries() -> Rows:
    return columns(
        Enquiry.objects.filter(answered_at=None),
        ref="pk",
        subject="about_no",
        link="key",
        branch="branch_id",
        customer="customer_id",
        since="asked_at",
    )


def _days_not_closed() -> Rows:
    """A business date whose end of day has begun and has not come to its end."""
    begun = BusinessDay.objects.filter(is_open=True, cut_off_at__isnull=False)
    return columns(begun, ref="on", subject="on", link="on", since="cut_off_at")


def _events_given_up() -> Rows:
    failed = OutboxEvent.objects.filter(delivered_at=None, attempts__gte=MAX_ATTEMPTS)
    return columns(failed, ref="pk", subject="aggregate_id", link="pk", detail="name", since="occurred_at")


def _endpoints_given_up() -> Rows:
    """Endpoints that the house itself has disabled, of clients that still are; who disabled one by hand knows it."""
    given_up = Endpoint.objects.filter(state="disabled", client__ended_at=None).exclude(reason="by_hand")
    return columns(given_up, ref="endpoint_id", subject="client__name", link="endpoint_id", since="disabled_at")


def _to(verb: str) -> frozenset[Role]:
    return PERMISSIONS[verb] - {Role.SYSTEM}


KINDS: Final[dict[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind(
            "application.complete",
            "application",
            _to("application.submit"),
            _to_complete,
            hours="complete_hours",
            has_dates=True,
        ),
        Kind("application.offer", "application", _to("application.request_offer"), _to_offer, hours="complete_hours"),
        Kind("application.decide", "application", _to("underwriting.decide"), _to_decide),
        Kind("application.recommend", "application", _to("underwriting.recommend"), _to_recommend),
        Kind("application.draw_up", "contract", _to("contract.draw_up"), _to_draw_up, hours="draw_up_hours"),
        Kind("contract.sign", "contract", _to("contract.sign"), _to_sign, turn=CUSTOMER, has_dates=True),
        Kind(
            "contract.conditions",
            "contract",
            _to("contract.satisfy_conditions"),
            _with_open_conditions,
            turn=CUSTOMER,
            has_dates=True,
        ),
        Kind(
            "contract.disburse",
            "contract",
            _to("loan.request_disbursement"),
            _to_disburse,
            hours="disbursement_hours",
            has_dates=True,
        ),
        Kind("check.credit_decision", "check", _to("underwriting.confirm"), _credit_decisions),
        Kind("check.disbursement", "check", _to("loan.disburse"), _disbursements, hours="check_hours"),
        Kind("check.write_off", "check", _to("write_off.approve"), _write_offs, hours="check_hours"),
        Kind("collection.step", "collection", _to("collection.record_step_outcome"), _steps_due, has_dates=True),
        Kind("enquiry.answer", "customers", _to("enquiry.answer"), _enquiries, hours="enquiry_hours"),
        Kind(
            "receipt.suspense",
            "books",
            frozenset({Role.ACCOUNTANT}),
            _in_suspense,
            hours="suspense_hours",
            has_dates=True,
        ),
        Kind(
            "day.close",
            "books",
            frozenset({Role.ACCOUNTANT, Role.ADMINISTRATOR}),
            _days_not_closed,
            hours="repair_hours",
        ),
        Kind("event.failed", "machines", frozenset({Role.ADMINISTRATOR}), _events_given_up, hours="repair_hours"),
        Kind(
            "endpoint.disabled",
            "machines",
            frozenset({Role.ADMINISTRATOR}),
            _endpoints_given_up,
            hours="repair_hours",
        ),
    )
}
"""Every kind of work, in the order in which a loan meets them."""
