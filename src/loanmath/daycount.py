"""Day counts: what part of a year lies between two dates, in whole units.

Each rule divides the year into so many units (``year_units``), so that interest is amount x rate x units / year
units in whole numbers.

- Units are the difference of a *serial number* of two dates.  So they add up: those of a period are the sum of
  those of its parts, and daily accrual meets the period's interest.
- Some rules look at the whole period: its start, its end, whether it is the last.  The period then chooses the
  serial number (:meth:`DayCount.code`), and within it units are differences of that one.  So columns need nothing
  but the code of each loan's current row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import MAXYEAR, date
from enum import IntEnum, StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import islice, pairwise
from operator import sub
from typing import Any, Final, NamedTuple

from loanmath.calendar import day_of, days_in_month
from loanmath.errors import LoanMathError

_COMMON: Final = 365
_LEAP: Final = 366
_MIXED: Final = _COMMON * _LEAP
"""Units of a year whose days are 365ths or 366ths."""
_QUARTERS: Final = 4
_THIRTY: Final = 30
_FEBRUARY: Final = 2
_LEAP_DAY: Final = (2, 29)


class CountedPeriod(NamedTuple):
    """A period over which interest is counted: the first day counts, the last does not."""

    start: date
    end: date
    is_last: bool = False
    """Whether it ends with the maturity of the loan (30E/360 ISDA asks)."""
    is_yearly: bool = False
    """Whether interest falls due once a year (act/365L asks)."""


class DayCount(StrEnum):
    """The rule by which interest counts its days.

    The last six look at the whole period; the others count the same whatever the period.
    """

    THIRTY_E_360 = "30E/360"
    """Every month has 30 days: the 31st counts as the 30th (whole months are annual / 12; 2006 ISDA Definitions
    4.16(g))."""
    ACT_360 = "act/360"
    """Calendar days over 360: day rate = annual rate / 360 (PBC 银发[2005]129号)."""
    ACT_364 = "act/364"
    """Calendar days over 364: 52 whole weeks."""
    ACT_365F = "act/365F"
    """Calendar days over 365, in leap years as well."""
    ACT_365_25 = "act/365.25"
    """Calendar days over 365.25."""
    ACT_ACT_ISDA = "act/act ISDA"
    """Days of a leap year over 366, other days over 365 (2006 ISDA Definitions 4.16(b))."""
    ACT_ACT_31_DECEMBER = "act/act 31 December"
    """The same, but the night from 31 December belongs to the new year."""
    ACT_FIRST_YEAR = "act/year of disbursement"
    """Calendar days over the days of the year in which the loan is paid out."""
    THIRTY_360 = "30/360"
    """Bond basis: the 31st counts as the 30th as a start, and as an end after a start on the 30th or 31st (2006 ISDA
    Definitions 4.16(f))."""
    THIRTY_US_360 = "30/360 US"
    """The same with the February rule: after a start on the last day of February it and every later end on a last day
    of February count as the 30th (Lynch and Mayle, Standard Securities Calculation Methods, SIA 1986)."""
    THIRTY_E_360_ISDA = "30E/360 ISDA"
    """The last day of every month counts as the 30th, but for a maturity in February (2006 ISDA Definitions 4.16(h))."""
    ACT_365A = "act/365A"
    """Calendar days over 366 if the period has a 29 February in it (its end included, its start not), else over 365."""
    ACT_365L = "act/365L"
    """Calendar days over 366 if the period ends in a leap year, else over 365; yearly interest as act/365A (ICMA rule
    251.1(i), ISO 20022 A009)."""
    NL_365 = "NL/365"
    """Calendar days without any 29 February over 365 (ISO 20022 A014)."""

    @property
    def is_thirty(self) -> bool:
        """Whether months count as 30 days."""
        return self.value.startswith("30")

    @property
    def by_calendar(self) -> DayCount:
        """The rule that counts every calendar day over the same year: penalties run from day to day."""
        return _BY_CALENDAR.get(self, self)

    def year_units(self, disbursed_on: date) -> int:
        """The units that make a year under this rule, for a loan paid out on the day."""
        if self is DayCount.ACT_FIRST_YEAR:
            return _LEAP if _is_leap(disbursed_on.year) else _COMMON
        return _YEAR_UNITS[self]

    def code(self, period: CountedPeriod) -> DayCountCode:
        """The serial number by which a period counts."""
        choose = _CHOICES.get(self)
        return choose(period) if choose else CODES[self]

    def units(self, start: date, end: date, *, is_last: bool = False, is_yearly: bool = False) -> int:
        """Units of a period from ``start`` to ``end``: the first day counts, the last does not."""
        code = CODES.get(self)
        if code is None:
            code = self.code(CountedPeriod(start, end, is_last, is_yearly))
        return between(code, start.toordinal(), end.toordinal())

    def units_within(self, period: CountedPeriod, start: date, end: date) -> int:
        """Units of a part of a period: those from the period's start to ``end`` less those to ``start``.

        The parts of a period sum to ``units`` of the whole.
        """
        code, first = self.code(period), period.start.toordinal()
        return between(code, first, end.toordinal()) - between(code, first, start.toordinal())

    def days(self, start: date, end: date, *, is_last: bool = False) -> int:
        """The days that are counted from ``start`` to ``end``."""
        counts_days = self.is_thirty or self is DayCount.NL_365
        return self.units(start, end, is_last=is_last) if counts_days else (end - start).days


class DayCountCode(IntEnum):
    """Serial numbers of days as numbers, for columns; a :class:`DayCount` always goes by its own."""

    THIRTY_E_360 = 0
    ACT_360 = 1
    ACT_364 = 2
    ACT_365F = 3
    ACT_365_25 = 4
    ACT_ACT_ISDA = 5
    ACT_ACT_31_DECEMBER = 6
    ACT_FIRST_YEAR = 7
    THIRTY_PLAIN = 8
    """Months of thirty days in which a 31st is one day after the 30th."""
    THIRTY_FEBRUARY = 9
    """Months of thirty days in which the last day of February is the 30th."""
    THIRTY_FEBRUARY_FIRST_NIGHT = 10
    """From a start on the last day of February, counted as the 30th, to an end counted as 30E/360 does."""
    DAY_OF_COMMON_YEAR = 11
    DAY_OF_LEAP_YEAR = 12
    WITHOUT_LEAP_DAYS = 13


def after_first_night(code: Any) -> Any:
    """By what a row counts when the first night of it has accrued, for one code or a column of them."""
    return code * (code != _FIRST_NIGHT)


_FIRST_NIGHT: Final = int(DayCountCode.THIRTY_FEBRUARY_FIRST_NIGHT)

CODES: Final = {rule: DayCountCode[rule.name] for rule in DayCount if rule.name in DayCountCode.__members__}
"""The rules that always go by one serial number of their own."""

_YEAR_UNITS: Final[dict[DayCount, int]] = {
    DayCount.THIRTY_E_360: 360,
    DayCount.ACT_360: 360,
    DayCount.ACT_364: 364,
    DayCount.ACT_365F: _COMMON,
    DayCount.ACT_365_25: _QUARTERS * _COMMON + 1,
    DayCount.ACT_ACT_ISDA: _MIXED,
    DayCount.ACT_ACT_31_DECEMBER: _MIXED,
    DayCount.THIRTY_360: 360,
    DayCount.THIRTY_US_360: 360,
    DayCount.THIRTY_E_360_ISDA: 360,
    DayCount.ACT_365A: _MIXED,
    DayCount.ACT_365L: _MIXED,
    DayCount.NL_365: _COMMON,
}


@lru_cache(maxsize=65_536)
def units_by_code(start: int, end: int) -> tuple[int, ...]:
    """Units from one day (ordinal) to another under every serial number, in the order of the codes."""
    return tuple(between(code, start, end) for code in DayCountCode)


def act_act_icma(start: date, end: date, period_dates: Sequence[date], per_year: Fraction | int) -> Fraction:
    """The part of a year by act/act ICMA (rule 251).

    In each regular period the days are counted over the period's days, and that over the periods of a year.
    ``period_dates`` are the regular dates around; an odd period runs over several of them, also such as lie before
    the first or after the last payment.  No day count of a loan: its year has no whole number of units, and a whole
    period is always 1 / ``per_year``.
    Raises LoanMathError ``period_dates_missing`` if they do not reach from ``start`` to ``end``.
    """
    if not period_dates or start < period_dates[0] or end > period_dates[-1]:
        raise LoanMathError(
            "period_dates_missing", "period_dates", "Give regular dates from the start to the end at least"
        )
    parts = (
        Fraction(max(0, (min(end, later) - max(start, earlier)).days), (later - earlier).days)
        for earlier, later in pairwise(period_dates)
    )
    return sum(parts, Fraction(0)) * Fraction(1, per_year)


def between(code: int, start: int, end: int) -> int:
    """Units from one day (ordinal), the start of a period, to another by one serial number."""
    if start == end:
        return 0
    first = DayCountCode.THIRTY_FEBRUARY if code == DayCountCode.THIRTY_FEBRUARY_FIRST_NIGHT else code
    return _SERIALS[code](end) - _SERIALS[first](start)


def units_of_each(code: DayCountCode, days: Sequence[int]) -> list[int]:
    """Units from each day (ordinal) to the next by one serial number that holds for all of them."""
    scale = _SCALES.get(code)
    numbers = days if scale is not None else list(map(_SERIALS[code], days))
    units = list(map(sub, islice(numbers, 1, None), numbers))
    return units if scale in (None, 1) else [scale * unit for unit in units]


def serial(code: int) -> Callable[[int], int]:
    """The serial number of a day (ordinal) by code: units are differences of it (but see :func:`between`)."""
    return _SERIALS[code]


def _bond(period: CountedPeriod) -> DayCountCode:
    """A 31st counts as the 30th if the start does so."""
    return DayCountCode.THIRTY_E_360 if period.start.day >= _THIRTY else DayCountCode.THIRTY_PLAIN


def _united_states(period: CountedPeriod) -> DayCountCode:
    return DayCountCode.THIRTY_FEBRUARY if _ends_february(period.start) else _bond(period)


def _isda(period: CountedPeriod) -> DayCountCode:
    """A maturity at the end of February keeps its day, as 30E/360 has it; the start is moved all the same."""
    if not (period.is_last and _ends_february(period.end)):
        return DayCountCode.THIRTY_FEBRUARY
    if _ends_february(period.start):
        return DayCountCode.THIRTY_FEBRUARY_FIRST_NIGHT
    return DayCountCode.THIRTY_E_360


def _by_leap_day(period: CountedPeriod) -> DayCountCode:
    has_leap_day = _leap_days(period.end.toordinal()) > _leap_days(period.start.toordinal())
    return DayCountCode.DAY_OF_LEAP_YEAR if has_leap_day else DayCountCode.DAY_OF_COMMON_YEAR


def _by_end(period: CountedPeriod) -> DayCountCode:
    if period.is_yearly:
        return _by_leap_day(period)
    return DayCountCode.DAY_OF_LEAP_YEAR if _is_leap(period.end.year) else DayCountCode.DAY_OF_COMMON_YEAR


_CHOICES: Final[dict[DayCount, Callable[[CountedPeriod], DayCountCode]]] = {
    DayCount.THIRTY_360: _bond,
    DayCount.THIRTY_US_360: _united_states,
    DayCount.THIRTY_E_360_ISDA: _isda,
    DayCount.ACT_365A: _by_leap_day,
    DayCount.ACT_365L: _by_end,
    DayCount.NL_365: lambda _: DayCountCode.WITHOUT_LEAP_DAYS,
}
"""How a period chooses its serial number."""

_BY_CALENDAR: Final = {
    DayCount.THIRTY_E_360: DayCount.ACT_360,
    DayCount.THIRTY_360: DayCount.ACT_360,
    DayCount.THIRTY_US_360: DayCount.ACT_360,
    DayCount.THIRTY_E_360_ISDA: DayCount.ACT_360,
    DayCount.ACT_365A: DayCount.ACT_365F,
    DayCount.ACT_365L: DayCount.ACT_365F,
    DayCount.NL_365: DayCount.ACT_365F,
}


@lru_cache(maxsize=65_536)
def _thirty(ordinal: int) -> int:
    """The serial number of a day in a calendar of twelve months of 30 days."""
    year, month, day = _day(ordinal)
    return year * 360 + month * 30 + min(day, 30)


@lru_cache(maxsize=65_536)
def _thirty_plain(ordinal: int) -> int:
    """The same, but the 31st comes after the 30th and is the first of the next month, in number."""
    year, month, day = _day(ordinal)
    return year * 360 + month * 30 + day


@lru_cache(maxsize=65_536)
def _thirty_february(ordinal: int) -> int:
    """The serial number of a day where the last day of every month is the 30th."""
    year, month, day = _day(ordinal)
    is_end = month == _FEBRUARY and day == days_in_month(year, month)
    return year * 360 + month * 30 + (_THIRTY if is_end else min(day, _THIRTY))


@lru_cache(maxsize=65_536)
def _leap_days(ordinal: int) -> int:
    """How many times there was a 29 February up to this day."""
    year, month, day = _day(ordinal)
    years = year - ((month, day) < _LEAP_DAY)
    return years // 4 - years // 100 + years // 400


@lru_cache(maxsize=65_536)
def _mixed(ordinal: int) -> int:
    """A serial number that grows by 133,590 in every year: 366 for a day of a common one, 365 for one of a leap year."""
    year, _, _ = _day(ordinal)
    before = year - 1
    passed = ordinal - 1 - before * _COMMON - (before // 4 - before // 100 + before // 400)
    return year * _MIXED + passed * (_COMMON if _is_leap(year) else _LEAP)


def _day(ordinal: int) -> tuple[int, int, int]:
    """Year, month and day; the last night of the calendar ends on 1 January 10000, or is counted to the day after.

    Raises LoanMathError ``date_out_of_range``.
    """
    if 0 < ordinal - _LAST <= _NIGHTS:
        return MAXYEAR + 1, 1, ordinal - _LAST
    day = day_of(ordinal, "dates")
    return day.year, day.month, day.day


_LAST: Final = date.max.toordinal()
_NIGHTS: Final = 2


def _ends_february(day: date) -> bool:
    return day.month == _FEBRUARY and day.day == days_in_month(day.year, _FEBRUARY)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


_SERIALS: Final[tuple[Callable[[int], int], ...]] = (
    _thirty,
    lambda ordinal: ordinal,
    lambda ordinal: ordinal,
    lambda ordinal: ordinal,
    lambda ordinal: ordinal * _QUARTERS,
    _mixed,
    lambda ordinal: _mixed(ordinal + 1),
    lambda ordinal: ordinal,
    _thirty_plain,
    _thirty_february,
    _thirty,
    lambda ordinal: ordinal * _LEAP,
    lambda ordinal: ordinal * _COMMON,
    lambda ordinal: ordinal - _leap_days(ordinal),
)
"""The serial number of a day (proleptic ordinal), by code."""

_SCALES: Final = {
    code: _SERIALS[code](1)
    for code in DayCountCode
    if all(_SERIALS[code](day) == day * _SERIALS[code](1) for day in (1, _COMMON, _LAST))
}
"""What a calendar day counts for, by the codes that count every one alike."""
