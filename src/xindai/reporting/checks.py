"""Proposals under four eyes as pages show them: who asked, who decided, and what changes."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xindai.applications.models import Application
from xindai.contracts.models import Contract
from xindai.identity.actors import Actor
from xindai.identity.models import Check
from xindai.kernel.errors import NotFound
from xindai.servicing.models import Loan


@dataclass(frozen=True, slots=True)
class Subject:
    """What a proposal is about: the application behind it, and the loan if there is one yet."""

    customer_id: int
    branch_id: int
    application: Application
    contract: Contract | None
    loan: Loan | None


def checks(actor: Actor) -> "QuerySet[Check]":
    """Return the proposals of the actor's branches, with the names of maker and checker."""
    rows = Check.objects.annotate(
        maker_name=Coalesce(F("maker__display_name"), F("maker_client__name")),
        checker_name=F("checker__display_name"),
    )
    if actor.branch_ids is None:
        return rows
    return rows.filter(Q(branch=None) | Q(branch__in=actor.branch_ids))


def check(actor: Actor, check_id: int) -> Any:
    """Return one row of `checks`.  Raises NotFound, also for one of another branch."""
    found = checks(actor).select_related("maker", "checker").filter(pk=check_id).first()
    if found is None:
        raise NotFound(_("check"), check_id)
    return found


def subject_of(row: Check) -> Subject | None:
    """Return what a proposal is about, by the kind of its subject."""
    if row.subject_kind == "application":
        application = Application.objects.select_related("offer").filter(no=row.subject_no).first()
        return Subject(application.customer_id, application.branch_id, application, None, None) if application else None
    contract, loan = _contract_and_loan(row)
    if contract is None:
        return None
    return Subject(contract.customer_id, contract.branch_id, contract.application, contract, loan)


def _contract_and_loan(row: Check) -> tuple[Contract | None, Loan | None]:
    contracts = Contract.objects.select_related("application", "application__offer")
    if row.subject_kind == "contract":
        return contracts.filter(no=row.subject_no).first(), Loan.objects.filter(contract__no=row.subject_no).first()
    loan = Loan.objects.filter(no=row.subject_no).first()
    return (contracts.filter(pk=loan.contract_id).first(), loan) if loan else (None, None)
