"""The limit on attempts to sign in."""

from datetime import UTC, datetime, timedelta

import pytest

from xindai.kernel import clock, rate_limit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_an_address_is_admitted_so_often_a_minute_and_no_more() -> None:
    with clock.simulated(NOON):
        assert [rate_limit.admits("192.0.2.1", 3) for _ in range(5)] == [True, True, True, False, False]


def test_another_address_has_attempts_of_its_own() -> None:
    with clock.simulated(NOON):
        assert rate_limit.admits("192.0.2.1", 1)
        assert rate_limit.admits("192.0.2.2", 1)


def test_after_a_minute_the_address_is_admitted_again() -> None:
    with clock.simulated(NOON):
        rate_limit.admits("192.0.2.1", 1)
    with clock.simulated(NOON + timedelta(seconds=rate_limit.SECONDS - 1)):
        assert not rate_limit.admits("192.0.2.1", 1)
    with clock.simulated(NOON + timedelta(seconds=rate_limit.SECONDS)):
        assert rate_limit.admits("192.0.2.1", 1)
