"""What the end of a day does to a loan, with figures worked out by hand.

The loan of ``test_events``: 3.6 % by act/360, so 0.0001 a night on 11,000.00; penalty 5.4 %, 0.00015 a night.
"""

from dataclasses import replace
from typing import Any

import pytest

from loanmath import State, Terms
from loanmath.daily import close_day
from loanmath.daycount import DayCountCode
from loanmath.tests.strategies import POLICY
from loanmath.tests.test_events import FIRST, TERMS
from loanmath.tests.test_steps import book

DAY = FIRST.toordinal()
HALF = 360 * 10**9 // 2
"""The fraction that a sum rounded half up starts with."""
ACCRUING: dict[str, Any] = {
    "accrual_rate_ppb": 36_000_000,
    "accrual_divisor": 360 * 10**9,
    "accrual_code": 1,
    "interest_remainder": HALF,
}
LATE: dict[str, Any] = {
    "oldest_due_on": DAY - 10,
    "principal_due_minor": 100_000,
    "interest_due_minor": 20_000,
    "principal_not_due_minor": 1_100_000,
}


def closed(terms: Terms = TERMS, **figures: Any) -> State:
    columns = book(terms, **(ACCRUING | figures))
    after, postings = close_day(columns, FIRST, POLICY)
    assert sum(postings.totals().values()) == 0
    return after.state(0)


def test_a_night_bears_interest_on_the_base() -> None:
    state = closed()
    assert (state.interest_row_minor, state.interest_accrued_minor) == (110, 3_830)
    assert (state.penalty_due_minor, state.overdue_days, state.is_non_accrual) == (0, 0, 0)


@pytest.mark.parametrize(("days", "is_off"), [(1, 0), (90, 0), (91, 1), (400, 1)])
def test_more_than_ninety_days_past_due_a_loan_no_longer_accrues(days: int, is_off: int) -> None:
    state = closed(**(LATE | {"oldest_due_on": DAY - days}))
    assert (state.overdue_days, state.is_non_accrual) == (days, is_off)


@pytest.mark.parametrize(
    ("figures", "is_off"),
    [
        (LATE, 1),
        ({"penalty_due_minor": 1}, 1),
        ({"penalty_due_minor": 2}, 1),
        ({}, 0),
        ({"is_charged_off": 1}, 1),
    ],
)
def test_a_loan_that_does_not_accrue_accrues_again_only_when_no_arrears_are_left(
    figures: dict[str, Any], is_off: int
) -> None:
    state = closed(**figures, is_non_accrual=1)
    assert state.is_non_accrual == is_off
    claims = state.interest_due_minor + state.penalty_due_minor + state.interest_accrued_minor
    assert state.memo_interest_minor == claims * is_off


def test_a_charged_off_loan_does_not_accrue_and_needs_no_provision() -> None:
    state = closed(is_charged_off=1)
    assert (state.is_non_accrual, state.provision_minor) == (1, 0)
    # 1.5 % of 12,000.00
    assert closed().provision_minor == 18_000
    assert closed(principal_due_minor=100_000).provision_minor == 19_500


MISUSE = replace(TERMS, misuse_rate_ppb=108_000_000)
LIGHT = replace(TERMS, misuse_rate_ppb=45_000_000)
"""A misuse rate above the contract's and below that of the penalty."""


@pytest.mark.parametrize(
    ("terms", "figures", "penalty_minor"),
    [
        # 1,200.00 are overdue: 0.18 by the penalty rate.
        (TERMS, LATE, 18),
        (TERMS, LATE | {"is_stopped": 1}, 0),
        (TERMS, LATE | {"penalty_due_minor": 7}, 18),
        # Misused, all of it: 0.0003 - 0.0001 a night on 12,000.00.
        (MISUSE, {}, 0),
        (MISUSE, {"is_misused": 1}, 240),
        # Overdue 1,200.00 at 0.0003 and 11,000.00 at 0.0002.
        (MISUSE, LATE, 18),
        (MISUSE, LATE | {"is_misused": 1}, 36 + 220),
        (MISUSE, LATE | {"is_misused": 1, "is_stopped": 1}, 0),
        # 0.000125 is less than the penalty rate, and 0.000025 more than the contract's: 0.18 and 0.275.
        (LIGHT, LATE | {"is_misused": 1}, 46),
        (LIGHT, {"is_misused": 1}, 30),
        # No rate of misuse above the contract's.
        (TERMS, {"is_misused": 1}, 0),
    ],
)
def test_a_night_bears_penalty_on_what_is_overdue_or_misused(
    terms: Terms, figures: dict[str, Any], penalty_minor: int
) -> None:
    state = closed(terms, **figures, penalty_remainder=HALF)
    assert state.penalty_due_minor == figures.get("penalty_due_minor", 0) + penalty_minor
    assert state.penalty_run_minor == penalty_minor
    assert state.interest_accrued_minor == 3_720 + 110 * (1 - figures.get("is_stopped", 0))


def test_the_fraction_of_the_penalty_lives_as_long_as_the_arrears() -> None:
    """0.18 and a bit less than half a cent that was carried, over a bit more: the next cent is reached."""
    almost = 360 * 10**9 - 1
    late = closed(**(LATE | {"principal_due_minor": 100_001}), penalty_run_minor=5, penalty_remainder=almost)
    assert (late.penalty_run_minor, late.penalty_due_minor) == (5 + 19, 19)
    paid = closed(penalty_run_minor=5, penalty_remainder=almost)
    assert (paid.penalty_run_minor, paid.penalty_remainder, paid.penalty_due_minor) == (0, HALF, 0)


def test_of_loans_side_by_side_only_the_late_ones_carry_their_penalty_on() -> None:
    figures = ACCRUING | {"penalty_run_minor": 5, "penalty_remainder": 7}
    late, paid = book(**(figures | LATE)), book(**figures)
    both = type(late).of({name: [column[0], paid.to_dict()[name][0]] for name, column in late.to_dict().items()})
    after, _ = close_day(both, FIRST, POLICY)
    assert after.penalty_run_minor.tolist() == [5 + 18, 0]
    assert after.penalty_remainder.tolist() == [7, HALF]
    assert after.penalty_due_minor.tolist() == [18, 0]


def test_what_is_misused_bears_the_difference_of_the_rates_to_the_last_fraction() -> None:
    """12,000.00 at 0.0002 are 2.40 with nothing left over."""
    assert closed(MISUSE, is_misused=1, penalty_remainder=HALF).penalty_remainder == HALF


def test_after_the_first_night_from_the_end_of_february_a_row_counts_as_any_other() -> None:
    first_night, usual = int(DayCountCode.THIRTY_FEBRUARY_FIRST_NIGHT), int(DayCountCode.THIRTY_E_360)
    assert closed(accrual_code=first_night).accrual_code == usual
    assert closed(accrual_code=int(DayCountCode.ACT_365F)).accrual_code == DayCountCode.ACT_365F
