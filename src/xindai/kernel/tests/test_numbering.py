"""Numbers that people read and type."""

import re

import pytest
from django.db import transaction
from hypothesis import assume, given
from hypothesis import strategies as st

from xindai.kernel import numbering
from xindai.kernel.testing import at_once

NUMBERS = st.builds(
    lambda kind, year, serial: _numbered(f"{kind}{year:02d}-{serial:06d}"),
    st.sampled_from(numbering.KINDS),
    st.integers(0, 99),
    st.integers(1, 10**8),
)


def _numbered(body: str) -> str:
    return next(f"{body}-{digit}" for digit in range(10) if numbering.is_valid(f"{body}-{digit}"))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", numbering.KINDS)
def test_a_number_holds_kind_year_serial_and_check_digit(kind: str) -> None:
    number = numbering.next_number(kind, 2026)
    assert re.fullmatch(rf"{kind}26-\d{{6,}}-\d", number)
    assert numbering.is_valid(number)


@pytest.mark.django_db
def test_serials_count_on_within_a_kind_and_over_the_years() -> None:
    serials = [int(numbering.next_number(numbering.LOAN, year).split("-")[1]) for year in (2025, 2026, 2026)]
    assert serials == list(range(serials[0], serials[0] + 3))


@pytest.mark.django_db
def test_kinds_count_for_themselves() -> None:
    before = int(numbering.next_number(numbering.LOAN, 2026).split("-")[1])
    numbering.next_number(numbering.OFFER, 2026)
    assert int(numbering.next_number(numbering.LOAN, 2026).split("-")[1]) == before + 1


@pytest.mark.django_db
def test_a_kind_that_does_not_exist_gets_no_number() -> None:
    with pytest.raises(ValueError, match="XX"):
        numbering.next_number("XX", 2026)


@pytest.mark.django_db
@pytest.mark.pg15
def test_a_number_of_an_act_that_failed_is_never_given_again() -> None:
    lost = ""

    def fail() -> None:
        nonlocal lost
        with transaction.atomic():
            lost = numbering.next_number(numbering.CONTRACT, 2026)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert numbering.next_number(numbering.CONTRACT, 2026) != lost
    assert numbering.is_valid(lost)


@pytest.mark.django_db(transaction=True)
@pytest.mark.pg15
def test_many_at_once_get_different_numbers() -> None:
    def take() -> list[str]:
        return [numbering.next_number(numbering.APPLICATION, 2026) for _number in range(25)]

    taken = [number for numbers in at_once([take] * 4) for number in numbers]
    assert len(set(taken)) == 100


@given(NUMBERS, st.data())
def test_one_wrong_digit_is_noticed(number: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([place for place, sign in enumerate(number) if sign.isdigit()]))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not numbering.is_valid(number[:place] + wrong + number[place + 1 :])


@given(NUMBERS, st.data())
def test_two_neighbours_swapped_are_noticed(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(5, len(number) - 4))
    assume(number[place] != number[place + 1])
    assert not numbering.is_valid(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@pytest.mark.parametrize("text", ["", "LN26-000001", "ln26-000001-1", "LN26-1-1", "LN26-000001-1\n", "LN26-٠٠٠٠٠١-١"])
def test_what_is_no_number_is_not_valid(text: str) -> None:
    assert not numbering.is_valid(text)
