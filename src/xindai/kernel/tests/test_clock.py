"""The clock: the present moment, or the one that a test or the demonstration lets it show."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from xindai.kernel import clock


def test_it_shows_the_present_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_a_simulated_moment_stands_still_and_ends() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=8)))
    with clock.simulated(noon):
        assert clock.now() == noon
        assert clock.now().tzinfo is UTC
    assert clock.now() > noon


def test_a_moment_without_time_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"), clock.simulated(naive):
        pass


def test_the_banks_date_is_that_of_its_own_time_zone() -> None:
    with clock.simulated(datetime(2026, 3, 1, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 3, 2)


def test_the_banks_clocks_are_told_in_utc() -> None:
    assert clock.at_bank(date(2026, 3, 2), time(9)) == datetime(2026, 3, 2, 1, tzinfo=UTC)
