"""Dates of a loan: adding months, and moving a due date off a day on which the lender rests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from loanmath.errors import LoanMathError
from loanmath.kinds import day, listed, require_kind, values_of, whole

_ONE_DAY: Final = timedelta(days=1)
_WEEK: Final = frozenset(range(7))
SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})


class BusinessDayRule(StrEnum):
    """Where a due date on a rest day goes."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    """The following business day, unless it lies in the next month: then the one before."""
    PRECEDING = "preceding"
    """The business day before."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A lender's rest days.

    ``weekend`` holds weekdays (Monday 0); ``workdays`` are weekend days that are worked to make
    up for a long holiday, as the State Council orders them each year in China.
    """

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY

    def __post_init__(self) -> None:
        for name, kind in (("holidays", date), ("workdays", date), ("weekend", int)):
            days = getattr(self, name)
            require_kind(name, days, frozenset)
            for on in days:
                require_kind(name, on, kind)
        if not self.weekend < _WEEK:
            raise LoanMathError(
                "weekend_unreadable",
                "weekend",
                "Give the weekdays of rest as numbers from 0 (Monday) to 6, at most six of them",
            )

    @classmethod
    def of(
        cls,
        holidays: Iterable[date] = (),
        workdays: Iterable[date] = (),
        weekend: Iterable[int] = (5, 6),
    ) -> Self:
        """A calendar from any lists of dates."""
        return cls(frozenset(holidays), frozenset(workdays), frozenset(weekend))

    def is_business_day(self, on: date) -> bool:
        """Whether the lender works on this day."""
        if on in self.workdays:
            return True
        return on.weekday() not in self.weekend and on not in self.holidays

    def adjust(self, on: date, rule: BusinessDayRule) -> date:
        """The day on which something nominally due ``on`` falls due.  Raises LoanMathError ``date_out_of_range``."""
        if rule is BusinessDayRule.NONE or self.is_business_day(on):
            return on
        if rule is BusinessDayRule.PRECEDING:
            return self._nearest(on, -_ONE_DAY)
        later = self._nearest(on, _ONE_DAY)
        if rule is BusinessDayRule.MODIFIED_FOLLOWING and later.month != on.month:
            return self._nearest(on, -_ONE_DAY)
        return later

    def _nearest(self, on: date, step: timedelta) -> date:
        try:
            while not self.is_business_day(on):
                on += step
        except OverflowError:
            raise date_out_of_range("business_day") from None
        return on

    def to_json(self) -> dict[str, Any]:
        """Plain lists, sorted, so that equal calendars have equal text."""
        return {
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "workdays": sorted(day.isoformat() for day in self.workdays),
            "weekend": sorted(self.weekend),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The calendar that :meth:`to_json` wrote.  Raises LoanMathError that names the field."""
        return cls.of(
            **values_of(cls, data, {"holidays": listed(day), "workdays": listed(day), "weekend": listed(whole)})
        )


NO_REST_DAYS: Final = Calendar(weekend=frozenset())
"""Every day is a business day."""

_FEBRUARY: Final = 2
_DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    is_leap_february = month == _FEBRUARY and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return 29 if is_leap_february else _DAYS_IN_MONTH[month - 1]


def add_months(start: date, months: int, day: int | None = None, *, field: str = "months") -> date:
    """The date so many months later, on ``day`` of the month (default: the day of ``start``).

    A day that the month does not have becomes its last day.  Raises LoanMathError ``date_out_of_range`` about ``field``.
    """
    year, month_index = divmod(start.year * 12 + start.month - 1 + months, 12)
    wanted = day or start.day
    try:
        return date(year, month_index + 1, min(wanted, days_in_month(year, month_index + 1)))
    except (ValueError, OverflowError):
        raise date_out_of_range(field) from None


def day_of(ordinal: int, field: str) -> date:
    """The date of a day ordinal.  Raises LoanMathError ``date_out_of_range`` about ``field``."""
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise date_out_of_range(field) from None


def date_out_of_range(field: str) -> LoanMathError:
    """The refusal of a date that no calendar has, about what leads to it."""
    return LoanMathError(
        "date_out_of_range",
        field,
        "It leads to a date before the year {first} or after the year {year}: choose dates and numbers that stay between",
        first=MINYEAR,
        year=MAXYEAR,
    )
