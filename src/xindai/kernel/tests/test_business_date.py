"""The business date: one open day, cut off, closed for ever, never gone back to."""

import threading
import time
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from xindai.kernel import business_date, clock
from xindai.kernel.errors import StateConflict
from xindai.kernel.models import BusinessDay
from xindai.kernel.testing import at_once

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]


def test_before_the_first_day_nothing_is_open() -> None:
    assert business_date.current_or_none() is None
    assert business_date.last_closed() is None
    for ask in (business_date.current, business_date.hold_open):
        with translation.override("en"), pytest.raises(StateConflict, match="No business day is open"):
            ask()


def test_a_page_speaks_of_the_open_day_then_of_the_last_closed_one_and_at_first_of_the_calendars() -> None:
    with clock.simulated(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        assert business_date.to_show() == date(2026, 3, 1)
    business_date.open_day(MONDAY)
    assert business_date.to_show() == MONDAY
    business_date.close(MONDAY)
    assert business_date.to_show() == MONDAY
    business_date.open_day(TUESDAY)
    assert business_date.to_show() == TUESDAY


def test_the_open_day_is_the_business_date_whatever_the_clock_says() -> None:
    with clock.simulated(datetime(2027, 12, 31, tzinfo=UTC)):
        business_date.open_day(MONDAY)
        assert business_date.current() == MONDAY
        assert business_date.hold_open() == MONDAY


def test_opening_the_open_day_again_changes_nothing() -> None:
    first = business_date.open_day(MONDAY)
    assert business_date.open_day(MONDAY).pk == first.pk
    assert BusinessDay.objects.count() == 1


def test_a_second_day_does_not_open_beside_the_first() -> None:
    business_date.open_day(MONDAY)
    with translation.override("en"), pytest.raises(StateConflict, match="2026-03-02 is still open"):
        business_date.open_day(TUESDAY)


def test_the_database_itself_refuses_a_second_open_day() -> None:
    business_date.open_day(MONDAY)
    with pytest.raises(IntegrityError, match="kernel_one_open_business_day"), transaction.atomic():
        BusinessDay.objects.create(on=TUESDAY, opened_at=clock.now())


def test_a_past_day_does_not_open() -> None:
    business_date.open_day(TUESDAY)
    business_date.close(TUESDAY)
    for past in (MONDAY, TUESDAY):
        with pytest.raises(StateConflict) as caught:
            business_date.open_day(past)
        assert caught.value.field == "on"
    assert business_date.current_or_none() is None
    assert business_date.last_closed() == TUESDAY


def test_a_closed_day_is_followed_by_a_later_one() -> None:
    business_date.open_day(MONDAY)
    business_date.close(MONDAY)
    business_date.open_day(WEDNESDAY)
    assert business_date.current() == WEDNESDAY
    assert business_date.last_closed() == MONDAY


def test_closing_twice_keeps_the_moment_of_the_first_time() -> None:
    business_date.open_day(MONDAY)
    first = business_date.close(MONDAY).closed_at
    assert first is not None
    assert business_date.close(MONDAY).closed_at == first


def test_a_day_that_was_never_opened_is_not_closed() -> None:
    business_date.open_day(MONDAY)
    with translation.override("en"), pytest.raises(StateConflict, match="never opened"):
        business_date.close(TUESDAY)
    assert business_date.current() == MONDAY


def test_after_the_cut_off_nobody_moves_money_on_that_date() -> None:
    business_date.open_day(MONDAY)
    business_date.cut_off(MONDAY)
    with translation.override("en"), pytest.raises(StateConflict, match="2026-03-02 is being closed"):
        business_date.hold_open()
    assert business_date.current() == MONDAY


def test_the_cut_off_may_be_repeated_and_keeps_its_moment() -> None:
    business_date.open_day(MONDAY)
    with clock.simulated(datetime(2026, 3, 2, 15, tzinfo=UTC)):
        business_date.cut_off(MONDAY)
    business_date.cut_off(MONDAY)
    assert BusinessDay.objects.get(on=MONDAY).cut_off_at == datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize("on", [MONDAY, WEDNESDAY])
def test_neither_a_past_nor_a_future_day_is_cut_off(on: date) -> None:
    business_date.open_day(MONDAY)
    business_date.close(MONDAY)
    business_date.open_day(TUESDAY)
    with pytest.raises(StateConflict) as caught:
        business_date.cut_off(on)
    assert caught.value.field == "on"


@pytest.mark.django_db(transaction=True)
def test_the_cut_off_waits_for_those_who_are_moving_money() -> None:
    BusinessDay.objects.create(on=MONDAY, opened_at=clock.now())
    is_held = threading.Event()
    order: list[str] = []

    def move() -> None:
        with transaction.atomic():
            business_date.hold_open()
            is_held.set()
            _wait_for_a_session_that_waits()
            order.append("moved")

    def cut() -> None:
        is_held.wait()
        with transaction.atomic():
            business_date.cut_off(MONDAY)
            order.append("cut off")

    at_once([move, cut])
    assert order == ["moved", "cut off"]


def _wait_for_a_session_that_waits() -> None:
    """Until another session of this database stands before a lock."""
    deadline = time.monotonic() + 20
    while not _sessions_before_a_lock():
        assert time.monotonic() < deadline, "nobody came to the lock"
        time.sleep(0.01)


def _sessions_before_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])
