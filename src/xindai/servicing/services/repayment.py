"""Money that comes for a running loan: what is due first, ahead of time, or everything at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loanmath import EventKind
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.servicing.booking import Booking, book
from xindai.servicing.checking import require_amount, require_key
from xindai.servicing.models import LoanEvent


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came for a loan.  ``idempotency_key`` names the movement: told twice, recorded once."""

    loan_no: str
    amount_minor: int
    currency: str
    source: str
    idempotency_key: str


@verb("loan.record_repayment")
def record_repayment(
    actor: Actor, *, loan_no: str, amount_minor: int, on: date, source: str, idempotency_key: str, currency: str = ""
) -> LoanEvent:
    """Record a payment: penalty, interest and principal that are due, oldest first; the excess is kept.

    ``currency`` is checked against the loan's when it is given.  Raises InvalidInput, LoanNotFound,
    LoanHasEnded, NotTheBusinessDate, IdempotencyConflict.
    """
    payment = Payment(loan_no, amount_minor, currency, source, idempotency_key)
    return _record(actor, EventKind.REPAY, [payment], on)[0]


@verb("loan.record_repayments")
def record_repayments(actor: Actor, *, payments: Sequence[Payment], on: date) -> list[LoanEvent]:
    """Record many payments in one transaction, each as ``record_repayment`` would; all or none."""
    return _record(actor, EventKind.REPAY, payments, on)


@verb("loan.prepay")
def prepay(
    actor: Actor, *, loan_no: str, amount_minor: int, on: date, source: str, idempotency_key: str, currency: str = ""
) -> LoanEvent:
    """Record an early repayment of principal: first what is due, then principal; the rest is planned anew.

    Raises as ``record_repayment``; also when the amount leaves nothing to prepay or settles the loan.
    """
    payment = Payment(loan_no, amount_minor, currency, source, idempotency_key)
    return _record(actor, EventKind.PREPAY, [payment], on)[0]


@verb("loan.settle_early")
def settle_early(
    actor: Actor, *, loan_no: str, amount_minor: int, on: date, source: str, idempotency_key: str, currency: str = ""
) -> LoanEvent:
    """Record the payment of everything that is owed today (see ``queries.quote_settlement``) and end the loan.

    Raises as ``record_repayment``; also when the amount is less than the quote.
    """
    payment = Payment(loan_no, amount_minor, currency, source, idempotency_key)
    return _record(actor, EventKind.SETTLE, [payment], on)[0]


def _record(actor: Actor, kind: EventKind, payments: Sequence[Payment], on: date) -> list[LoanEvent]:
    for payment in payments:
        require_amount(payment.amount_minor)
        require_key(payment.idempotency_key)
    bookings = [
        Booking(
            loan_no=payment.loan_no,
            kind=kind,
            key=f"{kind}/{payment.idempotency_key}",
            amount_minor=payment.amount_minor,
            source=payment.source,
            currency=payment.currency,
        )
        for payment in payments
    ]
    return book(actor, bookings, on)
