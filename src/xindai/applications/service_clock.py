"""When a promised decision falls due: business hours counted on business days of the bank."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from loanmath.calendar import Calendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OpeningHours:
    """The hours of a business day in the bank's own time zone."""

    opens: time
    closes: time
    zone: ZoneInfo

    @property
    def length(self) -> timedelta:
        """How much of the promise one whole business day uses up."""
        return timedelta(hours=self.closes.hour - self.opens.hour, minutes=self.closes.minute - self.opens.minute)

    def of_day(self, on: date) -> tuple[datetime, datetime]:
        """Opening and closing of one day as instants."""
        return (
            datetime.combine(on, self.opens, tzinfo=self.zone),
            datetime.combine(on, self.closes, tzinfo=self.zone),
        )


def promised_by(submitted_at: datetime, hours: int, opening: OpeningHours, calendar: Calendar) -> datetime:
    """The instant by which so many business hours have passed since submission.

    What comes in while the bank is closed counts from the next opening.  The answer is in the
    bank's time zone and always lies within opening hours.
    """
    rest = timedelta(hours=hours)
    now = submitted_at.astimezone(opening.zone)
    day = now.date()
    while True:
        opens, closes = opening.of_day(day)
        if calendar.is_business_day(day) and now < closes:
            start = max(now, opens)
            if start + rest <= closes:
                return start + rest
            rest -= closes - start
        day += ONE_DAY
        now = opening.of_day(day)[0]


def working_time(start: datetime, end: datetime, opening: OpeningHours, calendar: Calendar) -> timedelta:
    """How much of the bank's opening hours lies between two instants; nothing when the end comes first."""
    start, end = start.astimezone(opening.zone), end.astimezone(opening.zone)
    total, day = timedelta(), start.date()
    while day <= end.date():
        if calendar.is_business_day(day):
            opens, closes = opening.of_day(day)
            total += max(timedelta(), min(end, closes) - max(start, opens))
        day += ONE_DAY
    return total
