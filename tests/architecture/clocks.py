"""The present moment is asked of kernel.clock alone; loan mathematics knows no present at all."""

from collections.abc import Mapping
from typing import Final

from tests.architecture.source import BELOW_ALL, Finding, Source, calls

THE_CLOCK: Final = "xindai/kernel/clock.py"
THE_BUSINESS_DATE: Final = "xindai/kernel/business_date.py"
"""Shows the calendar's date on pages of a bank that has not opened its first day."""

ALLOWED: Final = {
    "xindai/kernel/ids.py": "the clock of identifiers only has to grow, also where the business time is simulated",
}
WALL: Final = frozenset(
    {
        "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
        "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.asctime", "time.strftime",
        "django.utils.timezone.now", "django.utils.timezone.localdate", "django.utils.timezone.localtime",
        "django.db.models.functions.Now", "django.db.models.functions.TransactionNow",
    }
)  # fmt: skip
_REMEDY = "ask xindai.kernel.clock, or kernel.business_date for a date of business"


def wall_clocks(source: Source) -> list[Finding]:
    """Calls that read the machine's clock, and fields that fill themselves with it."""
    if source.path == THE_CLOCK or source.path in ALLOWED:
        return []
    found = [
        source.finding(call, f"{source.dotted(call.func)}() reads the wall clock", _REMEDY)
        for call in calls(source)
        if source.dotted(call.func) in WALL
    ]
    found += [
        source.finding(call, f"{word.arg} fills a field from the wall clock", _REMEDY)
        for call in calls(source)
        for word in call.keywords
        if word.arg in {"auto_now", "auto_now_add"}
    ]
    found += [
        source.finding(one, f"{one.target} is the wall clock under another name", _REMEDY)
        for one in source.imports
        if one.target in WALL
    ]
    if source.app == BELOW_ALL:
        found += [
            source.finding(one, f"{one.target} brings a clock into the mathematics", "take the date as an argument")
            for one in source.imports
            if one.target.split(".")[0] in {"time", "zoneinfo"}
        ]
    return found


def calendar_dates(source: Source, floors: Mapping[str, int]) -> list[Finding]:
    """Uses of the calendar's date on the floors below the jobs, where only the business date counts."""
    if floors.get(source.app, 0) >= floors["jobs"] or source.path == THE_BUSINESS_DATE:
        return []
    return [
        source.finding(call, "the calendar's date is no business date", "ask kernel.business_date, or take the date")
        for call in calls(source)
        if source.dotted(call.func) == "xindai.kernel.clock.today"
    ]
