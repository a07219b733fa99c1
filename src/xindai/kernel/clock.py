"""The only wall clock.  Everything that needs the present moment asks here, so that it can be simulated."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """The present moment in UTC, or the simulated one."""
    return _simulated.get() or datetime.now(UTC)


def today() -> date:
    """The calendar date at the bank; the *business* date is kernel.business_date.current()."""
    return now().astimezone(bank_zone()).date()


def bank_zone() -> ZoneInfo:
    """The bank's time zone: it sets business days and contact hours."""
    return ZoneInfo(settings.BANK_TIME_ZONE)


def at_bank(on: date, at: time) -> datetime:
    """The moment at which the bank's clocks show this date and time, in UTC."""
    return datetime.combine(on, at, tzinfo=bank_zone()).astimezone(UTC)


@contextmanager
def simulated(at: datetime) -> Iterator[None]:
    """Let the clock stand at the given moment (for the demonstration bank and for tests)."""
    if at.tzinfo is None:
        raise ValueError("a simulated moment needs a time zone")
    token = _simulated.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)
