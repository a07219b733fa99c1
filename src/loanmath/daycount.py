"""Day counts: what part of a year lies between two dates, in whole units.

Each rule divides the year into so many units (:meth:`DayCount.year_units`), and its units between two dates
are the difference of a *serial number* of the two.  So interest is amount x rate x units / year units in whole
numbers, units add up - those of a period are the sum of those of its parts - and daily accrual meets the
period's interest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final

_COMMON: Final = 365
_LEAP: Final = 366
_MIXED: Final = _COMMON * _LEAP
"""Units of a year whose days are 365ths or 366ths."""
_QUARTERS: Final = 4


class DayCount(StrEnum):
    """The rule by which interest counts its days."""

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

    @property
    def is_thirty(self) -> bool:
        """Whether months count as 30 days."""
        return self is DayCount.THIRTY_E_360

    def year_units(self, disbursed_on: date) -> int:
        """The units that make a year under this rule, for a loan paid out on the day."""
        if self is DayCount.ACT_FIRST_YEAR:
            return _LEAP if _is_leap(disbursed_on.year) else _COMMON
        return _YEAR_UNITS[self]

    def units(self, start: date, end: date) -> int:
        """Units from ``start`` to ``end``: the first day counts, the last does not."""
        serial = _SERIALS[CODES[self]]
        return serial(end.toordinal()) - serial(start.toordinal())

    def days(self, start: date, end: date) -> int:
        """The days that are counted from ``start`` to ``end``."""
        return self.units(start, end) if self.is_thirty else (end - start).days


class DayCountCode(IntEnum):
    """The same rules as numbers, for columns."""

    THIRTY_E_360 = 0
    ACT_360 = 1
    ACT_364 = 2
    ACT_365F = 3
    ACT_365_25 = 4
    ACT_ACT_ISDA = 5
    ACT_ACT_31_DECEMBER = 6
    ACT_FIRST_YEAR = 7


CODES: Final = {rule: DayCountCode[rule.name] for rule in DayCount}

_YEAR_UNITS: Final = {
    DayCount.THIRTY_E_360: 360,
    DayCount.ACT_360: 360,
    DayCount.ACT_364: 364,
    DayCount.ACT_365F: _COMMON,
    DayCount.ACT_365_25: _QUARTERS * _COMMON + 1,
    DayCount.ACT_ACT_ISDA: _MIXED,
    DayCount.ACT_ACT_31_DECEMBER: _MIXED,
}


def units_by_code(start: int, end: int) -> tuple[int, ...]:
    """Units from one day (ordinal) to another under every rule, in the order of the codes."""
    return tuple(serial(end) - serial(start) for serial in _SERIALS)


def calendar_units_by_code(start: int, end: int) -> tuple[int, ...]:
    """The same by calendar days, also where interest counts months of thirty: penalties run from day to day."""
    return (end - start, *units_by_code(start, end)[1:])


@lru_cache(maxsize=65_536)
def _thirty(ordinal: int) -> int:
    """The serial number of a day in a calendar of twelve months of 30 days."""
    day = date.fromordinal(ordinal)
    return day.year * 360 + day.month * 30 + min(day.day, 30)


@lru_cache(maxsize=65_536)
def _mixed(ordinal: int) -> int:
    """A serial number that grows by 133,590 in every year: 366 for a day of a common one, 365 for one of a leap year."""
    year = date.fromordinal(ordinal).year
    passed = ordinal - date(year, 1, 1).toordinal()
    return year * _MIXED + passed * (_COMMON if _is_leap(year) else _LEAP)


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
)
"""The serial number of a day (proleptic ordinal), by code."""
