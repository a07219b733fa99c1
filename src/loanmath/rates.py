"""Rates: whole parts per billion a year, so that a published percentage is exact."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from loanmath.errors import LoanMathError

PPB: Final = 10**9
"""Parts per billion in one: 4.35 % a year is 43,500,000 ppb (seven decimals of a percent)."""

PPB_PER_PERCENT: Final = PPB // 100
LARGEST_RATE_PPB: Final = 20 * PPB
"""2,000 % a year; beyond it a rate is a slip of the keyboard and columns would not be exact."""


def ppb_from_percent(percent: str | int | Decimal) -> int:
    """Parts per billion of a percentage such as ``"4.35"``.

    Raises LoanMathError ``rate_unreadable`` or ``rate_too_fine``.
    """
    try:
        scaled = Decimal(percent) * PPB_PER_PERCENT
    except InvalidOperation:
        scaled = Decimal("NaN")
    if not scaled.is_finite():
        raise LoanMathError(
            "rate_unreadable",
            "rate",
            "“{rate}” is no rate: write a percentage such as 4.35",
            rate=percent,
        )
    if scaled != scaled.to_integral_value():
        raise LoanMathError(
            "rate_too_fine",
            "rate",
            "{rate} % has more than seven decimals: round it first",
            rate=percent,
        )
    return int(scaled)


def percent_text(rate_ppb: int, places: int = 2) -> str:
    """The rate in percent with at least ``places`` decimals: 43,500,000 is ``"4.35"``."""
    whole, part = divmod(abs(rate_ppb), PPB_PER_PERCENT)
    decimals = f"{part:07d}".rstrip("0").ljust(places, "0")
    return f"{'-' if rate_ppb < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"
