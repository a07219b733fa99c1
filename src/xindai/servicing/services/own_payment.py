"""Borrowers pay by themselves: what is due, or everything; said first, confirmed then."""

from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from loanmath import Status
from xindai.customers import queries as customers
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import business_date, formatting
from xindai.kernel.errors import InvalidInput, StateConflict
from xindai.payments import pay_ins
from xindai.payments.models import PayIn
from xindai.payments.pay_ins import Wanted
from xindai.servicing import queries
from xindai.servicing.checking import require_amount
from xindai.servicing.errors import LoanHasEnded
from xindai.servicing.models import Loan

_AGAIN: Final = _("Begin the payment again: the figures of that day no longer hold.")


@verb("loan.prepare_payment")
def prepare_payment(actor: Actor, *, loan_no: str, purpose: str, amount_minor: int, account: str) -> PayIn:
    """Keep what a borrower wants to pay for a loan of their own, for them to confirm; no money moves.

    A payment that settles is always for the figure of the open business date.  Raises LoanNotFound for anybody else's loan,
    LoanHasEnded, InvalidInput for an amount that ends the loan without settling it and for what is no account.
    """
    loan = queries.own_loan(actor, loan_no)
    on = business_date.current()
    settling_minor = _settling(loan)
    if purpose == PayIn.Purpose.SETTLE:
        amount_minor = settling_minor
    else:
        _check_amount(amount_minor, settling_minor, loan)
    wanted = Wanted(
        loan.no,
        loan.branch_id,
        customers.subject_of(loan.customer_id),
        purpose,
        amount_minor,
        loan.currency,
        account,
    )
    return pay_ins.prepare(wanted, on)


def _settling(loan: Loan) -> int:
    """What settles the loan today.  Raises LoanHasEnded."""
    if loan.state != Status.ACTIVE:
        raise LoanHasEnded(
            _("Loan {loan} is no longer running."), remedy=_("Ask your branch how to pay for it."), loan=loan.no
        )
    return queries.quote_settlement(loan).amount_minor


def _check_amount(amount_minor: int, settling_minor: int, loan: Loan) -> None:
    require_amount(amount_minor)
    if amount_minor >= settling_minor:
        raise InvalidInput(
            "amount_minor",
            _("The loan is paid off with {amount} today."),
            _("Enter less, or pay off the whole loan."),
            amount=formatting.plain_amount(settling_minor, loan.currency),
        )


@verb("loan.send_payment")
def send_payment(actor: Actor, *, key: UUID) -> PayIn:
    """The borrower confirms a payment of their own; confirmed twice it is sent once.

    Raises NotFound for anybody else's, StateConflict when its figures are of another day, the end of day has begun or other
    money is on its way, LoanHasEnded.
    """
    payment, loan = queries.own_payment(actor, key)
    if payment.state != PayIn.State.PREPARED:
        return payment
    if payment.on != business_date.hold_open():
        raise StateConflict(_("This payment was prepared on {on}."), remedy=_AGAIN, on=payment.on)
    settling_minor = _settling(loan)
    is_of_today = payment.amount_minor == settling_minor or payment.purpose != PayIn.Purpose.SETTLE
    if not is_of_today or payment.amount_minor > settling_minor:
        raise StateConflict(_("What is owed has changed since this payment was prepared."), remedy=_AGAIN)
    return pay_ins.send(payment)
