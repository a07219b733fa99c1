"""The end of what is lost, and the money that comes afterwards.

The decision to write off belongs to impairment, under four eyes; here is its posting alone.
"""

from datetime import date

from loanmath import EventKind
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.servicing.booking import Booking, book
from xindai.servicing.checking import require_amount, require_key
from xindai.servicing.models import LoanEvent


@verb("loan.write_off")
def write_off(actor: Actor, *, loan_no: str, on: date, check_id: int, note: str = "") -> LoanEvent:
    """Take the outstanding principal out of the books against the allowance; all claims are kept in memo.

    ``check_id`` is the check that approved it: one check writes off once.
    Raises LoanNotFound, LoanHasEnded, NotTheBusinessDate.
    """
    booking = Booking(
        loan_no=loan_no,
        kind=EventKind.WRITE_OFF,
        key=f"{EventKind.WRITE_OFF}/{check_id}",
        amount_minor=0,
        source="check",
        note=note,
    )
    return book(actor, [booking], on)[0]


@verb("loan.record_recovery")
def record_recovery(
    actor: Actor, *, loan_no: str, amount_minor: int, on: date, source: str, idempotency_key: str, currency: str = ""
) -> LoanEvent:
    """Record money that came for a loan after its write-off; it is income, and the claim shrinks.

    Raises InvalidInput, LoanNotFound, LoanHasEnded (not written off), NotTheBusinessDate, IdempotencyConflict.
    """
    require_amount(amount_minor)
    require_key(idempotency_key)
    booking = Booking(
        loan_no=loan_no,
        kind=EventKind.RECOVER,
        key=f"{EventKind.RECOVER}/{idempotency_key}",
        amount_minor=amount_minor,
        source=source,
        currency=currency,
    )
    return book(actor, [booking], on)[0]
