"""The bank's calendar and opening hours, from the pack's section ``calendar``."""

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from typing import Any, Final

from loanmath.calendar import Calendar
from xindai.policies.packs import Pack

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_kept: Final[dict[str, Calendar]] = {}
"""Calendars by the fingerprint of their pack: all years of a version are one calendar."""


def calendar_of(pack: Pack) -> Calendar:
    """The pack's rest days and worked weekend days, all years that it lists."""
    key = f"{pack.sha256} {pack.on}"
    if not pack.sha256 or key not in _kept:
        _kept[key] = _read(pack.section("calendar"))
    return _kept[key]


def opening_hours(pack: Pack) -> tuple[time, time]:
    """When the bank opens and closes on a business day, by its own clocks."""
    section = pack.section("calendar")
    return _time(section["opens_at"]), _time(section["closes_at"])


def _read(section: Mapping[str, Any]) -> Calendar:
    years = section["years"].values()
    return Calendar.of(
        holidays=(date.fromisoformat(day) for year in years for day in year["holidays"]),
        workdays=(date.fromisoformat(day) for year in years for day in year["working_weekend_days"]),
        weekend=(WEEKDAYS.index(day) for day in section["weekend"]),
    )


@lru_cache(maxsize=16)
def _time(text: str) -> time:
    return time.fromisoformat(text)
