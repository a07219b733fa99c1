"""Checks that every act on money begins with."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput

LARGEST_AMOUNT_MINOR: Final = 10**15
"""The largest principal that the loan engine takes (`loanmath.terms`); no payment for a loan is larger."""
LONGEST_KEY = 100


def require_amount(amount_minor: int) -> None:
    """Raises InvalidInput unless it is a whole number above zero and within what a loan can be."""
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int):
        raise InvalidInput(
            "amount_minor",
            _("The amount must be a whole number of minor units."),
            _("Give 123.45 as 12345."),
        )
    if amount_minor <= 0:
        raise InvalidInput("amount_minor", _("The amount must be above zero."), _("Enter the amount that was paid."))
    if amount_minor > LARGEST_AMOUNT_MINOR:
        raise InvalidInput(
            "amount_minor",
            _("The amount is larger than any loan can be: at most {largest} minor units."),
            _("Look for a slip in the figure, such as a zero too many."),
            largest=f"{LARGEST_AMOUNT_MINOR:,}",
        )


def require_key(idempotency_key: str) -> None:
    """Raises InvalidInput unless the key can name one movement of money."""
    if not 0 < len(idempotency_key.strip()) <= LONGEST_KEY:
        raise InvalidInput(
            "idempotency_key",
            _("The key of the movement is missing or too long."),
            _("Give the number of the receipt, at most {longest} characters."),
            longest=LONGEST_KEY,
        )
