"""Day counts: how many days lie between two dates, and how many make a year.

Each is the difference of a *serial number* of the two dates.  So day counts add up: the days of a
period are the sum of the days of its parts, and daily accrual meets the period's interest.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache


class DayCount(StrEnum):
    """The rule by which interest counts its days."""

    THIRTY_E_360 = "30E/360"
    """Every month has 30 days: the 31st counts as the 30th (whole months are annual / 12)."""
    ACT_360 = "act/360"
    """Calendar days over 360: day rate = annual rate / 360 (PBC 银发[2005]129号)."""
    ACT_365F = "act/365F"
    """Calendar days over 365, in leap years as well."""

    @property
    def year_days(self) -> int:
        """The days that make a year under this rule."""
        return 365 if self is DayCount.ACT_365F else 360

    @property
    def is_thirty(self) -> bool:
        """Whether months count as 30 days."""
        return self is DayCount.THIRTY_E_360

    def days(self, start: date, end: date) -> int:
        """Days from ``start`` to ``end``: the first counts, the last does not."""
        first, last = start.toordinal(), end.toordinal()
        return thirty_serial(last) - thirty_serial(first) if self.is_thirty else last - first


@lru_cache(maxsize=65_536)
def thirty_serial(ordinal: int) -> int:
    """The serial number of a day (proleptic ordinal) in a calendar of twelve months of 30 days."""
    day = date.fromordinal(ordinal)
    return day.year * 360 + day.month * 30 + min(day.day, 30)
