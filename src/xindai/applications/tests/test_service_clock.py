"""The service clock counts business hours: opening hours, weekends, holidays, worked weekend days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath.calendar import Calendar
from xindai.applications.service_clock import OpeningHours, promised_by

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENING = OpeningHours(time(9), time(17), SHANGHAI)
CALENDAR = Calendar.of(holidays=[date(2024, 10, day) for day in (1, 2, 3, 4, 7)], workdays=[date(2024, 9, 29)])


def local(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("submitted", "hours", "expected"),
    [
        (local(1, 10), 4, local(1, 14)),
        (local(1, 15), 4, local(2, 11)),
        (local(1, 10), 24, local(4, 10)),
        (local(5, 16), 4, local(8, 12)),
        (local(6, 12), 4, local(8, 13)),
        (local(1, 6), 4, local(1, 13)),
        (local(1, 20), 4, local(2, 13)),
        (local(1, 9), 8, local(1, 17)),
        (local(30, 13, month=9), 8, local(8, 13, month=10)),
        (local(28, 13, month=9), 8, local(29, 17, month=9)),
    ],
)
def test_a_promise_falls_due_after_its_business_hours(submitted: datetime, hours: int, expected: datetime) -> None:
    assert promised_by(submitted, hours, OPENING, CALENDAR) == expected


@given(st.integers(0, 180 * 24 * 60), st.integers(1, 72))
def test_a_promise_never_falls_due_outside_opening_hours(minutes: int, hours: int) -> None:
    submitted = datetime(2024, 7, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = promised_by(submitted, hours, OPENING, CALENDAR)
    assert CALENDAR.is_business_day(due.date())
    assert time(9) <= due.time() <= time(17)
    assert due > submitted
