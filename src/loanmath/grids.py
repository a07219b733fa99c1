"""Dates and day counts of many loans: a table of the few date grids that they share.

Loans with the same first due date and frequency fall due on the same days; only the first row differs, by the day of
disbursement.  So dates and units are computed once a grid, and a column looks them up.
"""

from __future__ import annotations

from datetime import MAXYEAR, date, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loanmath.calendar import BusinessDayRule, Calendar
from loanmath.columns import IntColumn, LoanColumns
from loanmath.daycount import CODES, DayCount, DayCountCode, between
from loanmath.frequency import Frequency, OddPeriods, Unit, due_periods
from loanmath.terms import Terms

_EPOCH = date(1970, 1, 1).toordinal()
_YEAR_DAYS = 365
_LAST_DAY = 31
_THIRTY = 30
_DECADE = 3_653


class Grids(NamedTuple):
    """Rows by number (from 0) and grid: nominal dates, and for each loan which grid it has."""

    nominal: IntColumn
    grid: IntColumn


class Counted(NamedTuple):
    """When rows end and fall due, and what they count: tables by row and grid; the first row loan by loan."""

    end: npt.NDArray[np.int32]
    due: npt.NDArray[np.int32]
    units: IntColumn
    first_units: IntColumn
    last_units: IntColumn
    """As ``units``, if the row is the loan's last."""
    year_units: int
    grid: IntColumn
    is_left: npt.NDArray[np.bool_]
    """Loans whose dates need a look one by one."""


def counted(product: Terms, loans: LoanColumns, calendar: Calendar) -> Counted:
    """The dates and units of loans of one product with the same units of a year."""
    grids = _grids(product, loans)
    end, due, is_left = _adjusted(product, grids, loans, calendar)
    start = np.vstack([end[:1], end[:-1]])
    if product.counts_periods:
        units, first, last = _by_periods(product, grids, loans)
        year_units = _YEAR_DAYS * product.frequency.per_year.numerator
    else:
        rule, yearly, year_units = product.day_count, product.is_yearly, _year_units(product, loans)
        days = _Days.around(loans.disbursed_on, end)
        units, last = (days.units(rule, start, end, is_last=is_last, is_yearly=yearly) for is_last in (False, True))
        only = loans.instalments == 1
        first_end = end[0][grids.grid]
        first = days.units(rule, loans.disbursed_on, first_end, is_last=False, is_yearly=yearly)
        if only.any():
            alone = days.units(rule, loans.disbursed_on, first_end, is_last=True, is_yearly=yearly)
            first = np.where(only, alone, first)
    if _counts_alike(product):
        last = units
    narrow_end = end.astype(np.int32)
    narrow_due = narrow_end if due is end else due.astype(np.int32)
    return Counted(narrow_end, narrow_due, units, first, last, year_units, grids.grid, is_left)


def _counts_alike(product: Terms) -> bool:
    """Whether a row counts the same if it is the last."""
    return product.counts_periods or product.day_count is not DayCount.THIRTY_E_360_ISDA


def counts_first_year(product: Terms) -> bool:
    """Whether the units of a year differ from loan to loan."""
    return product.day_count is DayCount.ACT_FIRST_YEAR and not product.counts_periods


def year_units_of(product: Terms, disbursed_on: IntColumn) -> IntColumn:
    """Units of a year, loan by loan; 0 where they do not differ."""
    if not counts_first_year(product):
        return np.zeros(len(disbursed_on), dtype=np.int64)
    years = (disbursed_on - _EPOCH).astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    is_leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    found: IntColumn = _YEAR_DAYS + is_leap.astype(np.int64)
    return found


def _year_units(product: Terms, loans: LoanColumns) -> int:
    return product.day_count.year_units(date.fromordinal(int(loans.disbursed_on[0])))


# --- nominal dates ----------------------------------------------------------------------------------------------


def _grids(product: Terms, loans: LoanColumns) -> Grids:
    frequency, count = product.frequency, int(loans.instalments.max())
    if frequency.unit is not Unit.MONTH:
        step = frequency.every * (7 if frequency.unit is Unit.WEEK else 1)
        first = np.where(loans.first_due_on > 0, loans.first_due_on, loans.disbursed_on + step)
        firsts, grid = _distinct(first)
        return Grids(firsts[None, :] + step * np.arange(count)[:, None], grid)
    if frequency.days:
        return _fixed_grids(frequency, product.odd, loans, count)
    month, day = _months(frequency, loans)
    keys, grid = _distinct(month * 32 + day)
    months = (keys >> 5)[None, :] + frequency.every * np.arange(count)[:, None]
    return Grids(_in_month(months, keys & 31), grid)


def _distinct(values: IntColumn) -> tuple[IntColumn, IntColumn]:
    """The distinct values, which lie close together, and for each value its place among them: without sorting."""
    least = int(values.min())
    apart = values - least
    is_there = np.zeros(int(apart.max()) + 1, dtype=np.bool_)
    is_there[apart] = True
    places = np.cumsum(is_there) - 1
    return np.flatnonzero(is_there) + least, places.take(apart)


def _months(frequency: Frequency, loans: LoanColumns) -> tuple[IntColumn, IntColumn]:
    """Month of the first due date and the day that the dates keep: that of the disbursement after a whole period."""
    days = _Days.around(loans.disbursed_on, loans.disbursed_on, loans.first_due_on[loans.first_due_on > 0])
    month, day = _month_and_day(days.first, days.length, keeps_end=frequency.keeps_month_end)
    whole = _in_month(month + frequency.every, day).take(loans.disbursed_on - days.first)
    natural = (month + frequency.every).take(loans.disbursed_on - days.first)
    kept = day.take(loans.disbursed_on - days.first)
    is_own = (loans.first_due_on > 0) & (loans.first_due_on != whole)
    if not is_own.any():
        return natural, kept
    own = np.where(is_own, loans.first_due_on - days.first, 0)
    return np.where(is_own, month.take(own), natural), np.where(is_own, day.take(own), kept)


@lru_cache(maxsize=16)
def _month_and_day(first: int, count: int, *, keeps_end: bool) -> tuple[IntColumn, IntColumn]:
    """Months since the epoch and days of the month of so many days (ordinals); by wish 31 for a last day."""
    ordinals = np.arange(first, first + count)
    days = (ordinals - _EPOCH).astype("M8[D]")
    months = days.astype("M8[M]")
    day = (days - months.astype("M8[D]")).astype(np.int64) + 1
    month = months.astype(np.int64)
    if keeps_end:
        day = np.where(ordinals == _in_month(month, np.full_like(day, _LAST_DAY)), _LAST_DAY, day)
    return month, day


def _in_month(month: IntColumn, day: IntColumn) -> IntColumn:
    """The day of each month, or its last."""
    firsts, place = _first_days(), month + _MONTHS_BEFORE_EPOCH
    found: IntColumn = np.minimum(firsts.take(place) + day, firsts.take(place + 1)) - 1
    return found


@lru_cache(maxsize=1)
def _first_days() -> IntColumn:
    """The first day of every month of the calendar, and of the one after it."""
    months = np.arange("0001-01", f"{MAXYEAR + 1:05}-02", dtype="M8[M]")
    found: IntColumn = months.astype("M8[D]").astype(np.int64) + _EPOCH
    return found


_MONTHS_BEFORE_EPOCH = (1970 - 1) * 12


def _fixed_grids(frequency: Frequency, odd: OddPeriods, loans: LoanColumns, count: int) -> Grids:
    """Fixed days: the first date follows from both dates of a loan, the others from the first one."""
    pairs, pair = np.unique(np.stack([loans.disbursed_on, loans.first_due_on], axis=1), axis=0, return_inverse=True)
    firsts: dict[int, tuple[date, date | None]] = {}
    first_of_pair = []
    for start, first in pairs.tolist():
        dates = date.fromordinal(start), date.fromordinal(first) if first else None
        found = due_periods(frequency, dates[0], 1, first_due_on=dates[1], odd=odd)[0].end.toordinal()
        firsts.setdefault(found, dates)
        first_of_pair.append(found)
    table = [
        [one.end.toordinal() for one in due_periods(frequency, start, count, first_due_on=first, odd=odd)]
        for start, first in firsts.values()
    ]
    places = {first: place for place, first in enumerate(firsts)}
    grid = np.array([places[first] for first in first_of_pair], dtype=np.int64)[pair.reshape(-1)]
    return Grids(np.array(table, dtype=np.int64).T.copy(), grid)


# --- rest days ----------------------------------------------------------------------------------------------------


def _adjusted(
    product: Terms, grids: Grids, loans: LoanColumns, calendar: Calendar
) -> tuple[IntColumn, IntColumn, npt.NDArray[np.bool_]]:
    """Ends and due dates moved off rest days; loans left over where a due date meets the end of the row before."""
    nominal, rule = grids.nominal, product.business_day
    if rule is BusinessDayRule.NONE:
        return nominal, nominal, np.zeros(len(loans), dtype=np.bool_)
    days, inverse = np.unique(nominal, return_inverse=True)
    moved = [calendar.adjust(date.fromordinal(day), rule).toordinal() for day in days.tolist()]
    due = np.array(moved, dtype=np.int64)[inverse].reshape(nominal.shape)
    end = np.minimum(nominal, due)
    meets: npt.NDArray[np.bool_] = np.any(due[1:] <= end[:-1], axis=0)
    return end, due, meets[grids.grid] | (due[0][grids.grid] <= loans.disbursed_on)


# --- units --------------------------------------------------------------------------------------------------------


class _Days(NamedTuple):
    """Serial numbers of a stretch of days, by code."""

    first: int
    length: int

    @classmethod
    def around(cls, *days: npt.NDArray[np.int32] | IntColumn) -> _Days:
        """Whole decades around some days, so that the tables serve again."""
        first = min(int(some.min()) for some in days if some.size) // _DECADE * _DECADE
        last = max(int(some.max()) for some in days if some.size)
        return cls(first, ((last + 1) // _DECADE + 1) * _DECADE - first)

    def serial(self, code: int) -> IntColumn:
        """The serial number of every day."""
        return _serial(code, self.first, self.length)

    def units(self, rule: DayCount, start: IntColumn, end: IntColumn, *, is_last: bool, is_yearly: bool) -> IntColumn:
        """Units of periods: see ``DayCount.units``."""
        start, end = start - self.first, end - self.first
        if rule in CODES:
            serial = self.serial(CODES[rule])
            return serial.take(end) - serial.take(start)
        after_night = DayCountCode.THIRTY_FEBRUARY
        code = self._codes(rule, start, end, is_last=is_last, is_yearly=is_yearly)
        found = np.zeros(np.broadcast(start, end).shape, dtype=np.int64)
        for one in np.unique(code).tolist():
            first = after_night if one == DayCountCode.THIRTY_FEBRUARY_FIRST_NIGHT else one
            found = np.where(code == one, self.serial(one)[end] - self.serial(first)[start], found)
        counted_units: IntColumn = found * (start != end)
        return counted_units

    def _codes(self, rule: DayCount, start: IntColumn, end: IntColumn, *, is_last: bool, is_yearly: bool) -> IntColumn:
        """How each period chooses its serial number: the choices of ``daycount`` over columns."""
        code, ends_february = DayCountCode, self._ends_february()
        bond = np.where(self._day_of_month()[start] >= _THIRTY, int(code.THIRTY_E_360), int(code.THIRTY_PLAIN))
        leap_days = np.arange(self.length) - self.serial(code.WITHOUT_LEAP_DAYS)
        has_leap_day = leap_days[end] > leap_days[start]
        by_leap_day = np.where(has_leap_day, int(code.DAY_OF_LEAP_YEAR), int(code.DAY_OF_COMMON_YEAR))
        match rule:
            case DayCount.THIRTY_360:
                return bond
            case DayCount.THIRTY_US_360:
                return np.where(ends_february[start], int(code.THIRTY_FEBRUARY), bond)
            case DayCount.THIRTY_E_360_ISDA:
                at_maturity = np.where(
                    ends_february[start], int(code.THIRTY_FEBRUARY_FIRST_NIGHT), int(code.THIRTY_E_360)
                )
                return np.where(ends_february[end] & is_last, at_maturity, int(code.THIRTY_FEBRUARY))
            case DayCount.ACT_365L if not is_yearly:
                in_leap_year = self._in_leap_year()[end]
                return np.where(in_leap_year, int(code.DAY_OF_LEAP_YEAR), int(code.DAY_OF_COMMON_YEAR))
            case DayCount.ACT_365A | DayCount.ACT_365L:
                return by_leap_day
        return np.full(np.broadcast(start, end).shape, int(code.WITHOUT_LEAP_DAYS))

    def _day_of_month(self) -> IntColumn:
        return _day_of_month(self.first, self.length)

    def _ends_february(self) -> npt.NDArray[np.bool_]:
        """Last days of February: the February rule counts them as the 30th, 30E/360 does not."""
        february: npt.NDArray[np.bool_] = self.serial(DayCountCode.THIRTY_FEBRUARY) != self.serial(
            DayCountCode.THIRTY_E_360
        )
        return february

    def _in_leap_year(self) -> npt.NDArray[np.bool_]:
        mixed = self.serial(DayCountCode.ACT_ACT_ISDA)
        step: npt.NDArray[np.bool_] = np.diff(mixed, append=mixed[-1:] + _YEAR_DAYS) == _YEAR_DAYS
        return step


@lru_cache(maxsize=64)
def _serial(code: int, first: int, count: int) -> IntColumn:
    """Serial numbers of days, counted from the first one's."""
    serial_code = DayCountCode.THIRTY_E_360 if code == DayCountCode.THIRTY_FEBRUARY_FIRST_NIGHT else code
    return np.fromiter((_from_origin(serial_code, first + day) for day in range(count)), np.int64, count)


def _from_origin(code: int, ordinal: int) -> int:
    """Units from a common origin, so that those of different serial numbers can be taken from each other."""
    return between(code, _ORIGIN, ordinal)


_ORIGIN = date(1900, 3, 10).toordinal()
"""A day of which all serial numbers of thirty-day months agree."""


@lru_cache(maxsize=8)
def _day_of_month(first: int, count: int) -> IntColumn:
    start = date.fromordinal(first)
    return np.fromiter(((start + timedelta(days=number)).day for number in range(count)), np.int64, count)


def _by_periods(product: Terms, grids: Grids, loans: LoanColumns) -> tuple[IntColumn, IntColumn, IntColumn]:
    """Units where whole periods are counted: in parts of 1 / (365 n) of a year, n / d the periods of a year."""
    per_year = product.frequency.per_year
    whole = _YEAR_DAYS * per_year.denominator
    units = np.full(grids.nominal.shape, whole, dtype=np.int64)
    pairs, pair = np.unique(np.stack([loans.disbursed_on, loans.first_due_on], axis=1), axis=0, return_inverse=True)
    first = []
    for start, first_due in pairs.tolist():
        first_due_on = date.fromordinal(first_due) if first_due else None
        found = due_periods(product.frequency, date.fromordinal(start), 1, first_due_on=first_due_on, odd=product.odd)
        is_short = found[0].length.value == "short"
        first.append((0 if is_short else whole) + found[0].odd_days * per_year.numerator)
    return units, np.array(first, dtype=np.int64)[pair.reshape(-1)], units
