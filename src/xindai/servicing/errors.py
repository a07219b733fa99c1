"""What can be wrong with an act on a loan, said so that the reader knows what to do."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loanmath import LoanMathError
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict, XindaiError


class LoanNotFound(NotFound):
    """There is no such loan, or not for this reader."""

    def __init__(self, loan_no: object) -> None:
        super().__init__(_("loan"), loan_no)


class NotTheBusinessDate(InvalidInput):
    """Money is recorded on the open business date only; what is closed stays closed."""

    def __init__(self, on: object, business_date: object) -> None:
        super().__init__(
            "on",
            _("{on} is not the open business date."),
            _("Record it on {business_date}; an error of a closed day is put right by a reversal."),
            on=on,
            business_date=business_date,
        )


class LaterEventStands(StateConflict):
    """What came later could not have happened without the event that is to be taken back."""

    def __init__(self, kind: object, on: object) -> None:
        super().__init__(
            _("“{kind}” of {on}, which came later, could not have happened without this one."),
            remedy=_("Reverse what came later first, then this one, and record anew what was right."),
            kind=kind,
            on=on,
        )


class LoanHasEnded(StateConflict):
    """The loan is closed or written off, so this cannot happen to it."""


class DayDoesNotAgree(StateConflict):
    """A sum or a hash of the end of day is not what it must be; nothing of it has been written."""

    def __init__(self, on: object, part: int) -> None:
        super().__init__(
            _("The end of day of {on}, part {part}, does not agree with the rows written before."),
            remedy=_("Somebody has changed stored rows: compare the day with a backup before you go on."),
            on=on,
            part=part,
        )


_IN_WORDS: Final[dict[str, tuple[str, Promise, Promise]]] = {
    "amount_not_positive": (
        "amount_minor",
        _("The amount must be above zero."),
        _("Enter the amount that was paid."),
    ),
    "prepayment_out_of_range": (
        "amount_minor",
        _("This amount cannot be prepaid."),
        _("Pay more than what is due and less than all that is owed, or settle the loan."),
    ),
    "settlement_short": (
        "amount_minor",
        _("The amount {amount} does not settle the loan on {on}: {needed} is needed (in minor units)."),
        _("Ask for a settlement quote and pay its amount."),
    ),
    "reverses_unknown": (
        "event_key",
        _("There is no earlier event “{key}” to reverse."),
        _("Choose an event of this loan."),
    ),
    "reversed_before": (
        "event_key",
        _("Event “{key}” has been reversed before."),
        _("Choose an event that stands."),
    ),
}
_STATE_CODES: Final = frozenset({"wrong_status", "cannot_repay"})


def in_words(error: LoanMathError) -> XindaiError:
    """The engine's refusal as an error for people."""
    if error.code in _STATE_CODES:
        return LoanHasEnded(
            _("The state of the loan does not allow this."),
            remedy=_("Look at the loan's events; record a recovery if it has been written off."),
        )
    if error.code not in _IN_WORDS:
        return InvalidInput(error.field, str(error))
    field, message, remedy = _IN_WORDS[error.code]
    return InvalidInput(field, message, remedy, **error.params)
