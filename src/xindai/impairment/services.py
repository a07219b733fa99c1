"""Writing off what is lost: proposed by one person on evidence, approved by another."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from xindai.identity import checks
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import Check
from xindai.identity.verbs import verb
from xindai.impairment.errors import NotYetLost
from xindai.impairment.policy import WriteOffPolicy
from xindai.kernel import sql
from xindai.kernel.errors import InvalidInput, StateConflict
from xindai.policies import queries as policies
from xindai.servicing import queries as servicing
from xindai.servicing import services as loan_acts
from xindai.servicing.models import Loan, LoanEvent

CHECK_KIND = "write_off"


@verb("write_off.request")
def request_write_off(actor: Actor, *, loan_no: str, on: date, reason: str, steps_taken: Collection[str]) -> Check:
    """Propose a loan for write-off.  ``steps_taken`` are the collection steps that have an outcome.

    Asking again while the first request waits returns that request.
    Raises NotFound, InvalidInput, NotYetLost (with what the policy still misses), StateConflict.
    """
    loan = servicing.loan(actor, loan_no)
    if not reason.strip():
        raise InvalidInput("reason", _("A write-off needs a reason."), _("Say why the claim is lost."))
    if loan.state != Loan.State.ACTIVE:
        raise StateConflict(_("Loan {loan} is no longer running."), loan=loan_no)
    waiting = identity.waiting_check(CHECK_KIND, loan_no)
    if waiting is not None:
        return waiting
    last = servicing.last_day(loan)
    five_tier, overdue_days = (last.five_tier, last.overdue_days) if last else (1, 0)
    missing = WriteOffPolicy.of(policies.pack_as_of(on)).missing(five_tier, overdue_days, steps_taken)
    if missing:
        raise NotYetLost(loan_no, missing)
    payload = {
        "reason": reason.strip(),
        "five_tier": five_tier,
        "overdue_days": overdue_days,
        "steps_taken": sorted(steps_taken),
    }
    outstanding_minor = last.outstanding_minor if last else 0
    return checks.request(
        actor,
        CHECK_KIND,
        "loan",
        loan_no,
        payload,
        outstanding_minor,
        loan.currency,
        loan.branch_id,
        servicing.basis_of_claim(loan),
    )


@verb("write_off.approve")
def approve_write_off(actor: Actor, *, check_id: int, on: date, reason: str = "") -> LoanEvent:
    """Approve a proposal and write the loan off on the business date; doing it again returns the event.

    Raises NotPermitted (the maker, or above the actor's limit), NotFound, StaleCheck, StateConflict.
    """
    check = identity.check(check_id, CHECK_KIND)
    loan = servicing.loan(actor, check.subject_no)
    sql.lock(f"write-off of {loan.no}")
    written_off = servicing.write_off_of(loan)
    if written_off is not None:
        return written_off
    checks.decide(actor, check_id, True, reason, lambda: servicing.basis_of_claim(loan))
    return loan_acts.write_off(actor, loan_no=loan.no, on=on, check_id=check_id, note=check.payload["reason"])


@verb("write_off.refuse")
def refuse_write_off(actor: Actor, *, check_id: int, reason: str) -> Check:
    """Return a proposal to its maker.  Raises NotPermitted, NotFound, StateConflict."""
    check = identity.check(check_id, CHECK_KIND)
    servicing.loan(actor, check.subject_no)
    return checks.decide(actor, check_id, False, reason)
