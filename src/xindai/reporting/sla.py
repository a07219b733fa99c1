"""How a promise of time stands: counted in the opening hours and business days of the bank's calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final

from loanmath.calendar import Calendar
from xindai.applications.service_clock import ONE_DAY, OpeningHours, promised_by, working_time
from xindai.kernel import business_date, clock
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of, opening_hours
from xindai.policies.errors import NoPolicyInForce
from xindai.policies.packs import Pack

OPEN: Final = "open"
SOON: Final = "soon"
LATE: Final = "late"
PAUSED: Final = "paused"
MET: Final = "met"
MISSED: Final = "missed"
NONE: Final = "none"

_MILLION: Final = 1_000_000
_SECTION: Final = "work"
_NOTHING: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Sla:
    """The clock of one promise.

    ``left`` and ``late`` are working time; ``late_days`` whole working days; ``took`` and ``promised`` those of one
    that has ended.  ``turn`` names who acts while it is paused, since ``since``.
    """

    state: str
    by: datetime | None = None
    since: datetime | None = None
    left: timedelta = _NOTHING
    late: timedelta = _NOTHING
    late_days: int = 0
    took: timedelta = _NOTHING
    promised: timedelta = _NOTHING
    turn: str = ""
    is_ticking: bool = False


NO_PROMISE: Final = Sla(NONE)


class WorkingClock:
    """The working calendar of the open business date, and the present moment in it.

    While the business date lags behind the calendar, no working time has passed since it opened.
    """

    def __init__(self, pack: Pack, on: date) -> None:
        self.pack = pack
        self.calendar: Calendar = calendar_of(pack)
        self.opening = OpeningHours(*opening_hours(pack), clock.bank_zone())
        self.is_live = clock.now() < clock.at_bank(on + ONE_DAY, time.min)
        self.now = clock.now() if self.is_live else self.opening.of_day(on)[0]

    @classmethod
    def today(cls) -> "WorkingClock | None":
        """The clock of the open business date; None before there is a policy."""
        on = business_date.to_show()
        try:
            return cls(policies.pack_as_of(on), on)
        except NoPolicyInForce:
            return None

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The figures of the section ``work``; nothing in a pack of before it."""
        return self.pack.section(_SECTION) if _SECTION in self.pack.content else {}

    def due(self, since: datetime, figure: str) -> datetime | None:
        """By when something that began at an instant is to be done, by a figure of the policy in business hours."""
        hours = self.figures.get(figure)
        return None if hours is None else promised_by(since, hours, self.opening, self.calendar)

    def end_of(self, on: date) -> datetime:
        """The closing of a day."""
        return self.opening.of_day(on)[1]

    def running(self, since: datetime | None, by: datetime | None) -> Sla:
        """How a promise stands that nobody has kept yet."""
        if by is None:
            return NO_PROMISE
        if self.now > by:
            late = self._between(by, self.now)
            return Sla(LATE, by, since, late=late, late_days=late // self.opening.length)
        left = self._between(self.now, by)
        state = SOON if self._is_soon(left, since, by) else OPEN
        return Sla(state, by, since, left=left, is_ticking=self._is_open_now())

    def ended(self, since: datetime | None, by: datetime | None, at: datetime) -> Sla:
        """How a promise was kept that has ended."""
        if by is None:
            return NO_PROMISE
        start = since or by
        return Sla(
            MET if at <= by else MISSED,
            by,
            since,
            took=self._between(start, at),
            promised=self._between(start, by),
        )

    def _is_soon(self, left: timedelta, since: datetime | None, by: datetime) -> bool:
        if left <= timedelta(hours=self.figures.get("soon_hours", 0)):
            return True
        whole = self._between(since, by) if since else _NOTHING
        share_ppm: int = self.figures.get("soon_share_ppm", 0)
        return left * _MILLION <= whole * share_ppm

    def _between(self, start: datetime, end: datetime) -> timedelta:
        return working_time(start, end, self.opening, self.calendar)

    def _is_open_now(self) -> bool:
        local = self.now.astimezone(self.opening.zone)
        opens, closes = self.opening.of_day(local.date())
        return self.is_live and self.calendar.is_business_day(local.date()) and opens <= local < closes
