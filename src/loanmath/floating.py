"""Floating rates: an index and a spread, read anew on the days that were agreed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from loanmath.calendar import add_months, day_of
from loanmath.errors import LoanMathError
from loanmath.kinds import choice
from loanmath.rates import LARGEST_RATE_PPB
from loanmath.shape import require_range
from loanmath.terms import RateStep

_YEAR = 12
_MOST_LOOKBACK_DAYS = 366


class Reset(StrEnum):
    """On which days the index is read anew."""

    NEW_YEAR = "new_year"
    """On 1 January of every year."""
    ANNIVERSARY = "anniversary"
    """On every anniversary of the disbursement."""
    MONTHS = "months"
    """Every so many months after the disbursement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floating:
    """A rate of index + ``spread_ppb`` (which may be below zero), between ``floor_ppb`` and ``cap_ppb``.

    On a day of reset the latest value counts that was published by ``lookback_days`` before it.  ``months`` goes
    with :attr:`Reset.MONTHS`.  In mainland China a mortgage reprices on 1 January or its anniversary, since
    1 November 2024 also every 3 or 6 months (PBC [2024] no. 11), with a spread fixed for life.
    Raises LoanMathError ``out_of_range`` or ``reset_unclear``.
    """

    spread_ppb: int = 0
    reset: Reset = Reset.NEW_YEAR
    months: int = _YEAR
    lookback_days: int = 0
    floor_ppb: int = 0
    cap_ppb: int = LARGEST_RATE_PPB

    def __post_init__(self) -> None:
        object.__setattr__(self, "reset", choice("reset", Reset, self.reset))
        require_range("spread_ppb", self.spread_ppb, -LARGEST_RATE_PPB, LARGEST_RATE_PPB)
        require_range("months", self.months, 1, 10 * _YEAR)
        require_range("lookback_days", self.lookback_days, 0, _MOST_LOOKBACK_DAYS)
        require_range("floor_ppb", self.floor_ppb, 0, LARGEST_RATE_PPB)
        require_range("cap_ppb", self.cap_ppb, self.floor_ppb, LARGEST_RATE_PPB)
        if self.reset is not Reset.MONTHS and self.months != _YEAR:
            raise LoanMathError("reset_unclear", "months", "A number of months goes with the reset by months alone")

    def rate(self, index: Sequence[RateStep], on: date) -> int:
        """The rate that a reset on this day gives.  Raises LoanMathError ``index_missing``."""
        read_on = day_of(on.toordinal() - self.lookback_days, "lookback_days")
        place = bisect_right(index, read_on, key=lambda step: step.on)
        if not place:
            raise LoanMathError(
                "index_missing", "index", "The index has no value on {date}: give one published by then", date=read_on
            )
        return min(self.cap_ppb, max(self.floor_ppb, index[place - 1].rate_ppb + self.spread_ppb))

    def days(self, disbursed_on: date, until: date) -> Iterator[date]:
        """The days of reset after the disbursement and before a day."""
        start, step = disbursed_on, self.months
        if self.reset is Reset.NEW_YEAR:
            start, step = date(disbursed_on.year, 1, 1), _YEAR
        months = (until.year - start.year) * _YEAR + until.month - start.month
        for number in range(step, months + 1, step):
            on = add_months(start, number)
            if on < until:
                yield on


def floating_rate(
    floating: Floating, index: Sequence[RateStep], disbursed_on: date, until: date
) -> tuple[int, tuple[RateStep, ...]]:
    """The first rate of a loan and its steps up to a day, for ``Terms.rate_ppb`` and ``Terms.rate_steps``.

    ``index`` is the published history by rising dates; a reset that finds the rate unchanged makes no step.
    Raises LoanMathError ``index_missing``.
    """
    first = last = floating.rate(index, disbursed_on)
    steps = []
    for on in floating.days(disbursed_on, until):
        rate_ppb = floating.rate(index, on)
        if rate_ppb != last:
            steps.append(RateStep(on, rate_ppb))
            last = rate_ppb
    return first, tuple(steps)
