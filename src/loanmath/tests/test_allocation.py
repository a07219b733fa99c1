"""A payment extinguishes what is due in the agreed order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import Allocation, Component, Direction, LoanMathError
from loanmath.allocation import PRESETS, Ahead, Claim, Share, Standing, allocate
from loanmath.tests.strategies import any_allocations

CLAIMS = (
    Claim(1, Standing.PAST_DUE, interest_minor=20, principal_minor=100),
    Claim(2, Standing.PAST_DUE, interest_minor=10, principal_minor=110),
)


def shares(amount: int, allocation: Allocation, penalty: int = 7) -> list[tuple[str, int, int]]:
    made = allocate(amount, penalty, CLAIMS, allocation)
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
    order = (Component.PRINCIPAL, Component.INTEREST, Component.PENALTY, Component.FEE)
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


@pytest.mark.parametrize("name", ["order", "due_order", "ahead_order"])
def test_any_order_that_is_said_must_name_every_component(name: str) -> None:
    said: dict[str, Any] = {name: (Component.PENALTY,)}
    with pytest.raises(LoanMathError, match="once each"):
        Allocation(**said)
    with pytest.raises(LoanMathError, match="once each"):
        Allocation(order=())


def test_what_an_equal_part_leaves_over_goes_to_the_last_instalment() -> None:
    """1.00 over three rows: 0.33, 0.33 and 0.34."""
    claims = [Claim(number, Standing.AHEAD, principal_minor=1_000) for number in (1, 2, 3)]
    made = allocate(100, 0, claims, Allocation(ahead=Ahead.SPREAD))
    assert [(share.number, share.amount_minor) for share in made.shares] == [(1, 33), (2, 33), (3, 34)]


def test_the_penalty_of_the_loan_stands_with_what_is_past_due_or_else_with_what_is_due_today() -> None:
    """What falls due today pays principal first, what is past due the penalty."""
    today = Allocation(due_order=(Component.PRINCIPAL, Component.INTEREST, Component.PENALTY, Component.FEE))
    due = Claim(1, Standing.DUE, principal_minor=100)
    assert [share.component for share in allocate(107, 7, [due], today).shares] == ["principal", "penalty"]
    late = Claim(1, Standing.PAST_DUE, principal_minor=100)
    assert [share.component for share in allocate(107, 7, [late], today).shares] == ["penalty", "principal"]


def test_principal_comes_first_where_it_is_named_before_interest() -> None:
    assert not Allocation().is_principal_first
    assert Allocation((Component.PRINCIPAL, Component.INTEREST, Component.PENALTY, Component.FEE)).is_principal_first


def test_the_order_survives_json() -> None:
    order = Allocation((Component.PRINCIPAL, Component.INTEREST, Component.PENALTY, Component.FEE), Direction.VERTICAL)
    assert Allocation.from_json(order.to_json()) == order


def test_what_is_due_today_follows_its_own_order_after_what_is_past_due() -> None:
    claims = [*CLAIMS[:1], Claim(2, Standing.DUE, fee_minor=4, interest_minor=10, principal_minor=110)]
    order = (Component.PRINCIPAL, Component.FEE, Component.PENALTY, Component.INTEREST)
    made = allocate(250, 0, claims, Allocation(due_order=order))
    assert [tuple(share) for share in made.shares] == [
        ("interest", 1, 20),
        ("principal", 1, 100),
        ("principal", 2, 110),
        ("fee", 2, 4),
        ("interest", 2, 10),
    ]
    assert made.excess_minor == 6


AHEAD = (
    Claim(3, Standing.AHEAD, interest_minor=8, principal_minor=100),
    Claim(4, Standing.AHEAD, interest_minor=4, principal_minor=100),
    Claim(5, Standing.AHEAD, interest_minor=2, principal_minor=50),
)


@pytest.mark.parametrize(
    ("ahead", "shares", "excess"),
    [
        ("keep", [], 130),
        ("next", [("interest", 3, 8), ("principal", 3, 100), ("interest", 4, 4), ("principal", 4, 18)], 0),
        ("last", [("interest", 5, 2), ("principal", 5, 50), ("interest", 4, 4), ("principal", 4, 74)], 0),
        # 130 in three parts of 43 and 44: interest takes 8, 4 and 2; of the 116 left 39, 39 and 38 go to principal
        (
            "spread",
            [
                ("interest", 3, 8),
                ("interest", 4, 4),
                ("interest", 5, 2),
                ("principal", 3, 39),
                ("principal", 4, 39),
                ("principal", 5, 38),
            ],
            0,
        ),
    ],
)
def test_what_is_more_than_due_goes_ahead_as_agreed(
    ahead: str, shares: list[tuple[str, int, int]], excess: int
) -> None:
    made = allocate(130, 0, AHEAD, Allocation(ahead=Ahead(ahead)))
    assert [tuple(share) for share in made.shares] == shares
    assert made.excess_minor == excess


def test_what_one_instalment_cannot_take_of_its_equal_part_goes_round_again() -> None:
    # 240 in parts of 80: instalment 5 takes 50, and its 30 go to 3 and 4, 15 each
    claims = [claim._replace(interest_minor=0) for claim in AHEAD]
    made = allocate(240, 0, claims, Allocation(ahead=Ahead.SPREAD))
    assert [(share.number, share.amount_minor) for share in made.shares] == [
        (3, 80),
        (4, 80),
        (5, 50),
        (3, 15),
        (4, 15),
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_an_order_of_all_components(name: str) -> None:
    assert Allocation.from_json(PRESETS[name].to_json()) == PRESETS[name]


def test_an_order_from_before_there_were_fees_has_them_after_the_penalty() -> None:
    old = {"order": ["interest", "penalty", "principal"], "direction": "vertical"}
    assert list(map(str, Allocation.from_json(old).order)) == ["interest", "penalty", "fee", "principal"]


amounts = st.integers(0, 500)
claims = st.lists(st.tuples(st.sampled_from(list(Standing)), amounts, amounts, amounts, amounts), max_size=6).map(
    lambda found: [Claim(number, *one) for number, one in enumerate(sorted(found), start=1)]
)


@given(amounts, amounts, claims, any_allocations)
def test_no_unit_is_lost_or_paid_twice(amount: int, penalty: int, claims: list[Claim], allocation: Allocation) -> None:
    made = allocate(amount, penalty, claims, allocation)
    pays_ahead = allocation.ahead not in (Ahead.KEEP, Ahead.CURRENT)
    owed = penalty + sum(sum(claim[2:]) for claim in claims if pays_ahead or claim.standing is not Standing.AHEAD)
    paid = sum(share.amount_minor for share in made.shares)
    assert paid == min(amount, owed)
    assert paid + made.excess_minor == amount
    assert sum(made.parts()) == paid
    assert all(share.amount_minor > 0 for share in made.shares)
    for claim in [Claim(0, Standing.DUE, penalty), *claims]:
        for component in Component:
            of_claim = [one for one in made.shares if one.number == claim.number and one.component is component]
            assert sum(one.amount_minor for one in of_claim) <= claim.of(component)


@given(amounts, claims, st.sampled_from(list(Direction)))
def test_nothing_ahead_is_paid_while_something_due_is_unpaid(
    amount: int, claims: list[Claim], direction: Direction
) -> None:
    made = allocate(amount, 0, claims, Allocation(direction=direction, ahead=Ahead.NEXT))
    ahead = {claim.number for claim in claims if claim.standing is Standing.AHEAD}
    due = sum(sum(claim[2:]) for claim in claims if claim.number not in ahead)
    paid_due = sum(share.amount_minor for share in made.shares if share.number not in ahead)
    assert paid_due == due or not any(share.number in ahead for share in made.shares)


def test_what_the_first_cannot_take_goes_round_and_not_to_the_last_at_once() -> None:
    # 240 in parts of 80: instalment 3 takes 50, and its 30 go to 4 and 5, 15 each
    claims = [Claim(number, Standing.AHEAD, principal_minor=most) for number, most in ((3, 50), (4, 200), (5, 200))]
    made = allocate(240, 0, claims, Allocation(ahead=Ahead.SPREAD))
    assert [(share.number, share.amount_minor) for share in made.shares] == [
        (3, 50),
        (4, 80),
        (5, 80),
        (4, 15),
        (5, 15),
    ]


def test_parts_rounded_up_leave_nothing_to_the_last_instalments_and_take_nothing_from_them() -> None:
    """0.06 over ten rows is 0.6 cents each: the first six take a cent, none gives one back."""
    claims = [Claim(number, Standing.AHEAD, principal_minor=100) for number in range(1, 11)]
    made = allocate(6, 0, claims, Allocation(ahead=Ahead.SPREAD))
    assert [(share.number, share.amount_minor) for share in made.shares] == [(number, 1) for number in range(1, 7)]
    assert made.excess_minor == 0


@given(
    st.integers(0, 2_000),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 5), st.integers(0, 200)), max_size=12),
    st.sampled_from(list(Ahead)),
    st.sampled_from(list(Direction)),
)
def test_what_goes_ahead_is_never_more_than_an_instalment_asks_for_and_nothing_is_given_back(
    amount: int, asked: list[tuple[int, int, int, int]], ahead: Ahead, direction: Direction
) -> None:
    claims = [Claim(number, Standing.AHEAD, *amounts) for number, amounts in enumerate(asked, start=1)]
    made = allocate(amount, 0, claims, Allocation(direction=direction, ahead=ahead))
    taken: dict[tuple[Component, int], int] = {}
    for component, number, share_minor in made.shares:
        assert share_minor > 0
        taken[component, number] = taken.get((component, number), 0) + share_minor
    assert all(share <= claims[number - 1].of(component) for (component, number), share in taken.items())
    most = 0 if ahead in (Ahead.KEEP, Ahead.CURRENT) else min(amount, sum(map(sum, asked)))
    assert sum(taken.values()) == most == amount - made.excess_minor


def test_nothing_pays_nothing() -> None:
    assert shares(0, Allocation()) == []
