"""A payment extinguishes what is due in the agreed order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import Allocation, Component, Direction, Due, LoanMathError
from loanmath.allocation import Share, allocate
from loanmath.tests.strategies import allocations

DUES = (Due(1, 10, 100, 20), Due(2, 41, 110, 10))


def shares(amount: int, allocation: Allocation, penalty: int = 7) -> list[tuple[str, int, int]]:
    made = allocate(amount, penalty, DUES, allocation)
    return [(str(share.component), share.number, share.amount_minor) for share in made.shares]


def test_by_default_penalty_then_the_oldest_instalment_with_interest_first() -> None:
    assert shares(150, Allocation()) == [
        ("penalty", 0, 7),
        ("interest", 1, 20),
        ("principal", 1, 100),
        ("interest", 2, 10),
        ("principal", 2, 13),
    ]


def test_vertically_all_interest_comes_before_any_principal() -> None:
    assert shares(50, Allocation(direction=Direction.VERTICAL)) == [
        ("penalty", 0, 7),
        ("interest", 1, 20),
        ("interest", 2, 10),
        ("principal", 1, 13),
    ]


def test_principal_first_leaves_the_penalty_to_the_end() -> None:
    order = (Component.PRINCIPAL, Component.INTEREST, Component.PENALTY)
    assert shares(245, Allocation(order, Direction.VERTICAL)) == [
        ("principal", 1, 100),
        ("principal", 2, 110),
        ("interest", 1, 20),
        ("interest", 2, 10),
        ("penalty", 0, 5),
    ]


def test_a_penalty_without_unpaid_instalments_is_still_paid() -> None:
    made = allocate(10, 7, (), Allocation())
    assert made.shares == (Share(Component.PENALTY, 0, 7),)
    assert made.excess_minor == 3


def test_an_order_must_name_every_component_once() -> None:
    with pytest.raises(LoanMathError, match="once each"):
        Allocation((Component.PENALTY, Component.INTEREST))


def test_the_order_survives_json() -> None:
    order = Allocation((Component.PRINCIPAL, Component.INTEREST, Component.PENALTY), Direction.VERTICAL)
    assert Allocation.from_json(order.to_json()) == order


amounts = st.integers(0, 500)


@given(
    amounts,
    amounts,
    st.lists(st.tuples(amounts, amounts).filter(any), max_size=5),
    allocations,
)
def test_no_unit_is_lost_or_paid_twice(
    amount: int, penalty: int, parts: list[tuple[int, int]], allocation: Allocation
) -> None:
    dues = tuple(Due(number, 30 * number, *part) for number, part in enumerate(parts, start=1))
    made = allocate(amount, penalty, dues, allocation)
    owed = penalty + sum(due.principal_minor + due.interest_minor for due in dues)
    paid = sum(share.amount_minor for share in made.shares)
    assert paid == min(amount, owed)
    assert paid + made.excess_minor == amount
    left = sum(due.principal_minor + due.interest_minor for due in made.dues)
    assert left + penalty - made.paid(Component.PENALTY) == owed - paid
    assert all(share.amount_minor > 0 for share in made.shares)
    assert not any(due.is_paid for due in made.dues)
