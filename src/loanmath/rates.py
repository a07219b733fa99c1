"""Rates: whole parts per billion a year, so that a published percentage is exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from loanmath.errors import LoanMathError
from loanmath.written import Slip, scaled

PPB: Final = 10**9
"""Parts per billion in one: 4.35 % a year is 43,500,000 ppb (seven decimals of a percent)."""

PPB_PER_PERCENT: Final = PPB // 100
_PLACES: Final = 7
"""Decimals of a percent that parts per billion show."""
LARGEST_RATE_PPB: Final = 20 * PPB
"""2,000 % a year; beyond it a rate is a slip of the keyboard and columns would not be exact."""


def ppb_from_percent(percent: str | int | Decimal) -> int:
    """Parts per billion of a percentage such as ``"4.35"``.

    Text is Latin digits with one point at most.  Raises LoanMathError ``rate_unreadable``, ``rate_too_fine``,
    ``rate_too_large``, or ``wrong_kind`` for a float or a truth value.
    """
    found = scaled(percent, _PLACES, "rate")
    if isinstance(found, int):
        return found
    code, message = _SLIPS[found]
    raise LoanMathError(code, "rate", message, rate=percent)


_SLIPS: Final = {
    Slip.UNREADABLE: ("rate_unreadable", "“{rate}” is no rate: write a percentage such as 4.35"),
    Slip.TOO_FINE: ("rate_too_fine", "{rate} % has more than seven decimals: round it first"),
    Slip.TOO_LARGE: ("rate_too_large", "{rate} % is out of all proportion: check its digits"),
}


def percent_text(rate_ppb: int, places: int = 2) -> str:
    """The rate in percent with at least ``places`` decimals: 43,500,000 is ``"4.35"``."""
    whole, part = divmod(abs(rate_ppb), PPB_PER_PERCENT)
    decimals = f"{part:07d}".rstrip("0").ljust(places, "0")
    return f"{'-' if rate_ppb < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"
