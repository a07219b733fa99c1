"""Money that comes in or is not asked for after all: what moves on the balance sheet and in the memo, by hand."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from loanmath import Role, State
from loanmath.daily import DayColumns
from loanmath.state import Book
from loanmath.steps import ask_charges, extinguish, receive_ahead, waive_due
from loanmath.tests.test_steps import book

OWED: dict[str, Any] = {
    "penalty_due_minor": 310,
    "fee_due_minor": 520,
    "interest_due_minor": 4_100,
    "principal_due_minor": 100_000,
    "principal_not_due_minor": 1_100_000,
}
CLAIMS = 310 + 520 + 4_100 + 3_720
"""All that is owed beside principal, 37.20 of it accrued and not due."""
ACCRUES: dict[str, Any] = {}
STOPPED: dict[str, Any] = {"is_non_accrual": 1, "memo_interest_minor": CLAIMS}
CHARGED_OFF: dict[str, Any] = STOPPED | {"is_charged_off": 1, "memo_written_off_minor": 1_200_000}


def done(step: Callable[[Book], Mapping[Role, Any]], **figures: Any) -> tuple[State, dict[Role, int]]:
    """The state after a step, and what it moved."""
    columns: DayColumns = book(**(OWED | figures))
    moved = {role: int(np.asarray(values).sum()) for role, values in step(columns).items()}
    return columns.state(0), {role: amount for role, amount in moved.items() if amount}


PAID = (10, 20, 100, 3_000)
"""Penalty, fee, interest and principal."""


@pytest.mark.parametrize(
    ("figures", "moved"),
    [
        (
            ACCRUES,
            {
                Role.LOAN_PRINCIPAL: -3_000,
                Role.INTEREST_RECEIVABLE: -100,
                Role.FEE_RECEIVABLE: -20,
                Role.PENALTY_RECEIVABLE: -10,
            },
        ),
        (
            STOPPED,
            {
                Role.LOAN_PRINCIPAL: -3_000,
                Role.INTEREST_INCOME: -100,
                Role.FEE_INCOME: -20,
                Role.PENALTY_INCOME: -10,
                Role.MEMO_INTEREST: -130,
                Role.MEMO_CONTRA: 130,
            },
        ),
        (
            CHARGED_OFF,
            {
                Role.RECOVERY_INCOME: -3_130,
                Role.MEMO_INTEREST: -130,
                Role.MEMO_WRITTEN_OFF: -3_000,
                Role.MEMO_CONTRA: 3_130,
            },
        ),
    ],
)
def test_what_is_paid_leaves_the_receivables_or_is_income_of_the_day(
    figures: dict[str, Any], moved: dict[Role, int]
) -> None:
    state, found = done(lambda loan: extinguish(loan, *PAID), **figures)
    assert found == moved
    assert (state.penalty_due_minor, state.fee_due_minor) == (300, 500)
    assert (state.interest_due_minor, state.principal_due_minor, state.repaid_minor) == (4_000, 97_000, 3_000)
    assert state.principal_not_due_minor == 1_100_000
    assert state.memo_interest_minor == figures.get("memo_interest_minor", 130) - 130
    assert state.memo_written_off_minor == figures.get("memo_written_off_minor", 3_000) - 3_000


@pytest.mark.parametrize("bears_on", [0, 1])
def test_principal_that_is_paid_bears_no_interest_where_that_follows_what_is_outstanding(bears_on: int) -> None:
    columns = book(**OWED, accrual_base_minor=1_200_000)
    columns.bears_on_outstanding = columns.bears_on_outstanding + bears_on
    extinguish(columns, *PAID)
    assert columns.state(0).accrual_base_minor == 1_200_000 - 3_000 * bears_on


@pytest.mark.parametrize(
    ("figures", "moved"),
    [
        (
            ACCRUES,
            {
                Role.PENALTY_RECEIVABLE: -10,
                Role.PENALTY_INCOME: 10,
                Role.FEE_RECEIVABLE: -20,
                Role.FEE_INCOME: 20,
                Role.INTEREST_RECEIVABLE: -100,
                Role.INTEREST_INCOME: 100,
            },
        ),
        (STOPPED, {Role.MEMO_INTEREST: -130, Role.MEMO_CONTRA: 130}),
        (CHARGED_OFF, {Role.MEMO_INTEREST: -130, Role.MEMO_CONTRA: 130}),
    ],
)
def test_what_is_waived_takes_income_back_or_shrinks_the_claim(figures: dict[str, Any], moved: dict[Role, int]) -> None:
    state, found = done(lambda loan: waive_due(loan, 10, 20, 100), **figures)
    assert found == moved
    assert (state.penalty_due_minor, state.fee_due_minor, state.interest_due_minor) == (300, 500, 4_000)
    assert state.memo_interest_minor == figures.get("memo_interest_minor", 130) - 130
    assert (state.principal_due_minor, state.repaid_minor) == (100_000, 0)


@pytest.mark.parametrize(
    ("figures", "moved"),
    [
        (
            ACCRUES,
            {Role.FEE_RECEIVABLE: 7, Role.FEE_INCOME: -7, Role.PENALTY_RECEIVABLE: 5, Role.PENALTY_INCOME: -5},
        ),
        (STOPPED, {Role.MEMO_INTEREST: 12, Role.MEMO_CONTRA: -12}),
        (CHARGED_OFF, {Role.MEMO_INTEREST: 12, Role.MEMO_CONTRA: -12}),
    ],
)
def test_charges_are_income_or_a_claim(figures: dict[str, Any], moved: dict[Role, int]) -> None:
    state, found = done(lambda loan: ask_charges(loan, 7, 5), **figures)
    assert found == moved
    assert (state.fee_due_minor, state.penalty_due_minor) == (527, 315)
    assert state.memo_interest_minor == figures.get("memo_interest_minor", -12) + 12


@pytest.mark.parametrize(
    ("ahead", "amount", "earned"),
    [
        # 37.20 have accrued: what comes ahead is set off against it first, and what is given back last.
        (0, 1_000, 1_000),
        (0, 3_720, 3_720),
        (0, 5_000, 3_720),
        (3_000, 1_000, 720),
        (4_000, 1_000, 0),
        (5_000, -1_000, 0),
        (4_000, -1_000, -720),
        (3_000, -3_000, -3_000),
    ],
)
@pytest.mark.parametrize("figures", [ACCRUES, STOPPED, CHARGED_OFF])
def test_interest_that_comes_ahead_is_set_off_against_what_has_accrued(
    figures: dict[str, Any], ahead: int, amount: int, earned: int
) -> None:
    state, found = done(lambda loan: receive_ahead(loan, amount), **figures, interest_ahead_minor=ahead)
    own_side = {
        0: {Role.INTEREST_RECEIVABLE: -earned},
        1: {Role.INTEREST_INCOME: -earned, Role.MEMO_INTEREST: -earned, Role.MEMO_CONTRA: earned},
        2: {Role.RECOVERY_INCOME: -earned, Role.MEMO_INTEREST: -earned, Role.MEMO_CONTRA: earned},
    }[state.is_non_accrual + state.is_charged_off]
    expected = own_side | {Role.INTEREST_AHEAD: earned - amount}
    assert found == {role: value for role, value in expected.items() if value}
    assert state.interest_ahead_minor == ahead + amount
    assert state.memo_interest_minor == figures.get("memo_interest_minor", earned) - earned
    assert state.interest_accrued_minor == 3_720
