"""The same key, the same answer: once, whoever asks and however often."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.kernel import business_date, idempotency
from xindai.kernel.errors import IdempotencyConflict
from xindai.kernel.models import IdempotencyKey
from xindai.kernel.testing import at_once

CONTENT = idempotency.fingerprint({"amount_minor": 100})
OTHER = idempotency.fingerprint({"amount_minor": 101})
ON = date(2026, 3, 2)

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]


def counting(answers: list[int]) -> Callable[[], int]:
    """An act whose answer is how often it has happened."""

    def act() -> int:
        answers.append(len(answers) + 1)
        return answers[-1]

    return act


def test_the_same_content_is_done_once_and_answered_alike() -> None:
    done: list[int] = []
    assert [idempotency.once("pay", "k", CONTENT, counting(done)) for _time in range(3)] == [1, 1, 1]
    assert done == [1]


def test_other_content_under_the_key_is_refused_and_nothing_is_done() -> None:
    done: list[int] = []
    idempotency.once("pay", "k", CONTENT, counting(done))
    with pytest.raises(IdempotencyConflict) as caught:
        idempotency.once("pay", "k", OTHER, counting(done))
    assert caught.value.field == "idempotency_key"
    assert done == [1]


def test_keys_and_scopes_stand_for_themselves() -> None:
    done: list[int] = []
    for scope, key in (("pay", "k"), ("pay", "l"), ("draw", "k")):
        idempotency.once(scope, key, CONTENT, counting(done))
    assert done == [1, 2, 3]


def test_an_act_that_failed_leaves_the_key_free_and_undoes_what_it_wrote() -> None:
    def fail() -> int:
        business_date.open_day(ON)
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        idempotency.once("pay", "k", CONTENT, fail)
    assert business_date.current_or_none() is None
    assert idempotency.once("pay", "k", OTHER, counting([])) == 1


@pytest.mark.parametrize("answer", [None, 0, "", {"no": "LN26-1", "amounts": [1, 2]}])
def test_any_answer_comes_back_as_it_was(answer: object) -> None:
    first = idempotency.once("pay", "k", CONTENT, lambda: answer)
    assert idempotency.once("pay", "k", CONTENT, lambda: answer) == first == answer


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_acts_and_all_get_its_answer() -> None:
    done: list[int] = []

    def slowly() -> int:
        time.sleep(0.2)
        return counting(done)()

    assert at_once([lambda: idempotency.once("pay", "k", CONTENT, slowly)] * 4) == [1, 1, 1, 1]
    assert done == [1]
    assert IdempotencyKey.objects.count() == 1


FIELDS = st.dictionaries(st.text("abc", max_size=3), st.none() | st.integers() | st.lists(st.booleans(), max_size=2))


@given(FIELDS)
def test_the_fingerprint_does_not_depend_on_the_order_of_fields(content: dict[str, object]) -> None:
    assert idempotency.fingerprint(dict(reversed(content.items()))) == idempotency.fingerprint(content)


@given(st.lists(st.integers(), min_size=1, max_size=3), st.integers(1, 5))
def test_one_other_figure_gives_another_fingerprint(amounts: list[int], more: int) -> None:
    assert idempotency.fingerprint(amounts) != idempotency.fingerprint([*amounts[:-1], amounts[-1] + more])


def test_dates_are_part_of_the_fingerprint() -> None:
    assert idempotency.fingerprint({"on": ON}) == idempotency.fingerprint({"on": "2026-03-02"})
    assert idempotency.fingerprint({"on": ON}) != idempotency.fingerprint({"on": date(2026, 3, 3)})
