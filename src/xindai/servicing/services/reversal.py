"""A recorded payment that did not happen after all: nothing is edited, the difference is posted."""

from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from loanmath import EventKind
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.servicing.booking import Booking, book
from xindai.servicing.checking import require_key
from xindai.servicing.models import LoanEvent

REVERSIBLE: Final = frozenset({EventKind.REPAY, EventKind.PREPAY, EventKind.SETTLE, EventKind.RECOVER})
"""Money that came.  A disbursement or a write-off is answered by another act, not undone."""


@verb("loan.reverse_repayment")
def reverse_repayment(
    actor: Actor, *, loan_no: str, event_key: str, on: date, reason: str, idempotency_key: str
) -> LoanEvent:
    """Take back a payment: the loan is replayed without it, and the difference is posted today.

    Raises InvalidInput, NotFound, StateConflict (reversed before), NotTheBusinessDate.
    """
    require_key(idempotency_key)
    if not reason.strip():
        raise InvalidInput("reason", _("A reversal needs a reason."), _("Say why the payment did not happen."))
    event = LoanEvent.objects.filter(loan__no=loan_no, key=event_key).first()
    if event is None:
        raise NotFound(_("payment"), event_key)
    if event.kind not in REVERSIBLE:
        raise StateConflict(
            _("“{kind}” cannot be reversed."),
            field="event_key",
            remedy=_("Only payments can be reversed: choose a payment."),
            kind=event.get_kind_display(),
        )
    booking = Booking(
        loan_no=loan_no,
        kind=EventKind.REVERSE,
        key=f"{EventKind.REVERSE}/{idempotency_key}",
        amount_minor=event.amount_minor,
        source=event.source,
        reverses=event_key,
        note=reason.strip(),
    )
    return book(actor, [booking], on)[0]
