"""Unit-periods of Regulation Z (12 CFR 1026, Appendix J (b)(2) to (b)(5)): which one a loan has, how many lie between dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import chain, pairwise
from typing import Final

from loanmath.apr.timing import is_whole_months, whole_months
from loanmath.calendar import add_months, days_in_month
from loanmath.errors import LoanMathError
from loanmath.kinds import choice
from loanmath.shape import require_range

_MONTHS_IN_YEAR: Final = 12
_WEEKS_IN_YEAR: Final = 52
_DAYS_IN_YEAR: Final = 365
_DAYS_IN_MONTH: Final = 30
_DAYS_IN_HALF_MONTH: Final = 15
_DAYS_IN_WEEK: Final = 7
_LAST_DAY: Final = 31
_MOST: Final = 3_652_059
"""Days of the whole calendar."""


class Unit(StrEnum):
    """What a unit-period is a multiple of."""

    DAY = "day"
    WEEK = "week"
    HALF_MONTH = "half-month"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """So many days, weeks or months, a half-month or a year."""

    unit: Unit
    number: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", choice("unit", Unit, self.unit))
        require_range("number", self.number, 1, _MOST)

    @property
    def periods_a_year(self) -> Fraction:
        """12, 24, 52, 26, 13, 4, 1, 365, 365/d ... (b)(5)(ii) to (vii)."""
        of_one = {
            Unit.DAY: _DAYS_IN_YEAR, Unit.WEEK: _WEEKS_IN_YEAR, Unit.HALF_MONTH: 2 * _MONTHS_IN_YEAR,
            Unit.MONTH: _MONTHS_IN_YEAR, Unit.YEAR: 1,
        }  # fmt: skip
        return Fraction(of_one[self.unit], self.number)

    @property
    def days(self) -> int:
        """Its length in days, months counted as 30: by it the smaller of two is known."""
        of_one = {
            Unit.DAY: 1, Unit.WEEK: _DAYS_IN_WEEK, Unit.HALF_MONTH: _DAYS_IN_HALF_MONTH,
            Unit.MONTH: _DAYS_IN_MONTH, Unit.YEAR: _DAYS_IN_YEAR,
        }  # fmt: skip
        return of_one[self.unit] * self.number

    def __str__(self) -> str:
        return str(self.unit) if self.number == 1 else f"{self.number} {self.unit}s"

    def between(self, earlier: date, later: date, nominal_day: int = 0) -> tuple[int, Fraction]:
        """Whole unit-periods from one date to a later one, and the fraction of one that remains.

        ``nominal_day`` is the day of the month on which the series of the later date falls due, where the month lacks
        it (31 for the last day), see :func:`nominal_day`.
        """
        if self.unit in {Unit.DAY, Unit.WEEK}:
            whole, days = divmod((later - earlier).days, self.days)
            return whole, Fraction(days, self.days)
        months, days = months_back(earlier, later, nominal_day or later.day)
        if self.unit is Unit.YEAR:
            whole, months = divmod(months, _MONTHS_IN_YEAR)
            if not days:
                return whole, Fraction(months, _MONTHS_IN_YEAR)
            first = add_months(later, -whole * _MONTHS_IN_YEAR, nominal_day or later.day)
            return whole, Fraction((first - earlier).days, _DAYS_IN_YEAR)
        if self == MONTH:
            return months + days // _DAYS_IN_MONTH, Fraction(days % _DAYS_IN_MONTH, _DAYS_IN_MONTH)
        whole, days = divmod(_DAYS_IN_MONTH * months + days, self.days)
        return whole, Fraction(days, self.days)


MONTH: Final = UnitPeriod(Unit.MONTH)
YEAR: Final = UnitPeriod(Unit.YEAR)


def months_back(earlier: date, later: date, day: int) -> tuple[int, int]:
    """Full months measured back from the later date, and the days from the earlier one to their beginning.

    (b)(4)(ii): from the same day of the month; a series on the last days of months is measured from last day to last day.
    """
    months = whole_months(earlier, later)
    if add_months(later, -months, day) < earlier:
        months -= 1
    return months, (add_months(later, -months, day) - earlier).days


def nominal_day(on: date, series: Iterable[date]) -> int:
    """The day of the month that a date of a series stands for: 29, 30 or 31 where February or April cut it short."""
    days = list(series)
    if not _is_last_day(on):
        return on.day
    if all(map(_is_last_day, days)) and len({day.day for day in days}) > 1:
        return _LAST_DAY
    return max((day.day for day in days), default=on.day)


def _is_last_day(on: date) -> bool:
    return on.day == days_in_month(on.year, on.month)


def unit_period_of(advances: Sequence[date], payments: Sequence[date]) -> UnitPeriod:
    """The unit-period of a transaction.

    (b)(4)(iii): the period that occurs most often, the smaller of two that occur equally often, at most a year; where
    none occurs twice, the average rounded to the nearest standard interval, the lower of two equally near.  (b)(4)(iv),
    (b)(5)(vi), (vii): one advance and one payment have their own term, at most a year.
    Raises LoanMathError ``flow_out_of_range`` where no payment comes after the first advance.
    """
    paid_out, paid_in = sorted(set(advances)), sorted(set(payments))
    if not paid_out or not paid_in or paid_in[-1] <= paid_out[0]:
        raise LoanMathError(
            "flow_out_of_range", "payments", "A payment must come after the first advance: check the dates"
        )
    later = [on for on in paid_in if on > paid_out[0]]
    if len(paid_out) == 1 and len(later) == 1:
        return _term(paid_out[0], later[0])
    gaps = [*pairwise(paid_out), (paid_out[0], later[0]), *pairwise(later)]
    counts = Counter(chain.from_iterable(_standard(*gap) for gap in gaps))
    counts[UnitPeriod(Unit.HALF_MONTH)] += _half_months(later)
    most = max(counts.values())
    if most == 1:
        return _average(gaps)
    return min((period for period, count in counts.items() if count == most), key=lambda period: period.days)


def _term(start: date, end: date) -> UnitPeriod:
    """The unit-period of a single payment: whole months where they are, otherwise days; at most a year."""
    months = whole_months(start, end)
    if months >= _MONTHS_IN_YEAR and add_months(start, _MONTHS_IN_YEAR) <= end:
        return YEAR
    return UnitPeriod(Unit.MONTH, months) if is_whole_months(start, end) else UnitPeriod(Unit.DAY, (end - start).days)


def _standard(start: date, end: date) -> set[UnitPeriod]:
    """The intervals that a gap is an instance of: 10 February to 10 March is a month and, in 28 days, 4 weeks."""
    months, days = whole_months(start, end), (end - start).days
    if months > _MONTHS_IN_YEAR or (months == _MONTHS_IN_YEAR and is_whole_months(start, end)):
        return {YEAR}
    found = set()
    if is_whole_months(start, end):
        found.add(UnitPeriod(Unit.MONTH, months))
    if days % _DAYS_IN_WEEK == 0:
        found.add(UnitPeriod(Unit.WEEK, days // _DAYS_IN_WEEK))
    return found or {UnitPeriod(Unit.DAY, days)}


def _half_months(dates: Sequence[date]) -> int:
    """How many gaps are half-months: every second date lies a month on, and the two gaps are not of a whole number of weeks each."""
    is_half = [False] * max(0, len(dates) - 1)
    for place, (first, second, third) in enumerate(zip(dates, dates[1:], dates[2:], strict=False)):
        if is_whole_months(first, third) and whole_months(first, third) == 1 and _is_about_half(first, second):
            is_half[place] = is_half[place + 1] = True
    return sum(is_half)


def _is_about_half(first: date, second: date) -> bool:
    return 12 < (second - first).days < 18  # noqa: PLR2004 - a half of 28 to 31 days, moved by two


def _average(gaps: Sequence[tuple[date, date]]) -> UnitPeriod:
    average = Fraction(sum((end - start).days for start, end in gaps), len(gaps))
    standard = [
        UnitPeriod(Unit.DAY),
        *(UnitPeriod(Unit.WEEK, number) for number in range(1, _WEEKS_IN_YEAR)),
        UnitPeriod(Unit.HALF_MONTH),
        *(UnitPeriod(Unit.MONTH, number) for number in range(1, _MONTHS_IN_YEAR)),
        YEAR,
    ]
    return min(standard, key=lambda period: (abs(period.days - average), period.days))
