"""What a whole holds at hand, and when it lets go."""

import pytest
from django.db import transaction

from xindai.kernel import business_date
from xindai.kernel.clock import today
from xindai.kernel.errors import StateConflict
from xindai.kernel.models import BusinessDay
from xindai.kernel.transactions import held, hold, is_part_of_a_whole, together

pytestmark = pytest.mark.django_db


def test_a_row_is_held_until_the_whole_ends() -> None:
    with together():
        assert hold("row", 1) == 1
        assert held("row") == 1
    assert held("row") is None


def test_nothing_is_held_outside_of_a_whole() -> None:
    with transaction.atomic():
        assert hold("row", 1) == 1
        assert held("row") is None
        assert not is_part_of_a_whole()


def test_a_whole_within_a_whole_begins_with_nothing_and_leaves_nothing() -> None:
    with together():
        hold("row", "before")
        with together():
            assert held("row") is None
            hold("row", "changed")
        assert held("row") is None
        assert is_part_of_a_whole()


def test_what_was_held_is_forgotten_when_a_part_is_taken_back() -> None:
    with together():
        hold("row", "before")
        with pytest.raises(ValueError, match="midway"):
            _change_and_fail()
        assert held("row") is None
        assert not BusinessDay.objects.exists()


@together()
def _change_and_fail() -> None:
    BusinessDay.objects.create(on=today(), opened_at="2024-01-01T00:00Z")
    hold("row", "changed")
    raise ValueError("midway")


def test_a_date_that_is_held_open_is_asked_for_once() -> None:
    on = today()
    business_date.open_day(on)
    with together():
        assert business_date.hold_open() == on
        BusinessDay.objects.update(is_open=False)
        assert business_date.hold_open() == on


def test_a_date_that_this_very_transaction_cuts_off_is_open_no_longer() -> None:
    on = today()
    business_date.open_day(on)
    with together():
        business_date.hold_open()
        business_date.cut_off(on)
        with pytest.raises(StateConflict):
            business_date.hold_open()
