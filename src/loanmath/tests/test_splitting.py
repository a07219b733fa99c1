"""One payment over several loans of a customer."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import LoanMathError
from loanmath.splitting import Debt, Split, split_payment

HOME = Debt(key="home", due_minor=100, not_due_minor=900, secured_minor=5_000, rate_ppb=40, due_since=date(2024, 1, 1))
CARD = Debt(key="card", due_minor=50, not_due_minor=50, rate_ppb=180, due_since=date(2024, 3, 1))
CAR = Debt(key="car", due_minor=50, not_due_minor=50, rate_ppb=80, due_since=date(2024, 2, 1))


def test_what_the_customer_names_is_paid_first_and_in_full() -> None:
    assert split_payment(1_100, [HOME, CARD, CAR], ["home"]).amounts == {"home": 1_000, "card": 50, "car": 50}


def test_what_is_due_comes_before_what_is_not() -> None:
    assert split_payment(250, [HOME, CARD, CAR]).amounts == {"home": 100, "card": 100, "car": 50}


def test_the_least_secured_then_the_dearest_then_the_oldest_comes_first() -> None:
    assert split_payment(60, [HOME, CAR, CARD]).amounts == {"home": 0, "card": 50, "car": 10}
    older = Debt(key="older", due_minor=50, not_due_minor=50, rate_ppb=80, due_since=date(2023, 2, 1))
    assert split_payment(60, [CAR, older]).amounts == {"car": 10, "older": 50}


def test_how_large_a_debt_is_does_not_make_it_worse_secured() -> None:
    """Nothing secures either: the dearer and older one is paid first, though the other is twice as large."""
    dear = Debt(key="dear", due_minor=1_000, rate_ppb=240_000_000, due_since=date(2024, 1, 1))
    large = Debt(key="large", due_minor=2_000, rate_ppb=40_000_000, due_since=date(2024, 6, 1))
    assert split_payment(1_000, [large, dear]).amounts == {"large": 0, "dear": 1_000}
    open_debt = Debt(key="open", due_minor=100)
    nearly_safe = Debt(key="nearly safe", due_minor=1_000_000, secured_minor=990_000)
    assert split_payment(100, [nearly_safe, open_debt]).amounts == {"nearly safe": 0, "open": 100}


def test_debts_that_are_alike_share_in_proportion() -> None:
    one = Debt(key="one", due_minor=200, secured_minor=200)
    other = Debt(key="other", due_minor=100, secured_minor=100)
    assert split_payment(100, [one, other]) == Split({"one": 67, "other": 33}, 0)


@pytest.mark.parametrize(
    ("amount", "debts", "chosen", "code"),
    [
        (0, [HOME], [], "amount_not_positive"),
        (1, [HOME, HOME], [], "key_twice"),
        (1, [HOME], ["card"], "no_such_debt"),
        (1, [HOME], ["home", "home"], "key_twice"),
    ],
)
def test_a_split_without_meaning_is_refused(amount: int, debts: list[Debt], chosen: list[str], code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        split_payment(amount, debts, chosen)
    assert caught.value.code == code


amounts = st.integers(0, 500)
debts = st.lists(st.tuples(amounts, amounts, amounts, st.integers(0, 3)), max_size=6)


@given(st.integers(1, 5_000), debts)
def test_no_unit_is_lost_and_none_is_paid_twice(amount: int, drawn: list[tuple[int, int, int, int]]) -> None:
    owed = [
        Debt(key=str(place), due_minor=due, not_due_minor=later, secured_minor=secured, rate_ppb=rate)
        for place, (due, later, secured, rate) in enumerate(drawn)
    ]
    made = split_payment(amount, owed, [debt.key for debt in owed[:1]])
    total = sum(debt.due_minor + debt.not_due_minor for debt in owed)
    assert sum(made.amounts.values()) == min(amount, total)
    assert made.left_minor == amount - min(amount, total)
    assert all(0 <= made.amounts[debt.key] <= debt.due_minor + debt.not_due_minor for debt in owed)
