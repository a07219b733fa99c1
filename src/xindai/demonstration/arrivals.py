"""When applications come in, and when people at the bank get round to them: instants within business hours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from loanmath.calendar import Calendar
from xindai.demonstration.chance import Chance
from xindai.kernel import clock

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class BusinessHours:
    """The bank's hours on its business days, counted in minutes."""

    calendar: Calendar
    opens: time
    closes: time

    @property
    def minutes_a_day(self) -> int:
        """Length of a business day."""
        return (self.closes.hour - self.opens.hour) * 60 + self.closes.minute - self.opens.minute

    def days(self, first: date, last: date) -> list[date]:
        """The business days from the first to the last."""
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in every if self.calendar.is_business_day(day)]

    def instant(self, on: date, minute: int) -> datetime:
        """The instant so many minutes after opening."""
        return clock.at_bank(on, self.opens) + timedelta(minutes=minute)

    def after(self, start: datetime, minutes: int) -> datetime:
        """The instant by which so many minutes of business hours have passed since another."""
        local = start.astimezone(clock.bank_zone())
        passed = (local.hour - self.opens.hour) * 60 + local.minute - self.opens.minute
        day, minute = local.date(), passed + minutes
        while minute >= self.minutes_a_day:
            minute -= self.minutes_a_day
            day = self.next_day(day)
        return self.instant(day, minute)

    def next_day(self, day: date) -> date:
        """The next business day."""
        day += ONE_DAY
        while not self.calendar.is_business_day(day):
            day += ONE_DAY
        return day


def spread(keys: Iterable[str], days: Sequence[date], hours: BusinessHours, chance: Chance) -> dict[str, datetime]:
    """An instant for each key, evenly over the days; the same key always gets the same one."""
    return {
        key: hours.instant(
            chance.one_of(days, "arrival day", key), chance.below(hours.minutes_a_day, "arrival minute", key)
        )
        for key in keys
    }
