"""Five-tier class and provision by the policy's figures."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import (
    Event,
    EventKind,
    FiveTier,
    GradingPolicy,
    LoanMathError,
    Role,
    Terms,
    replay,
    totals,
)
from loanmath.calendar import add_months
from loanmath.grading import latest_cure, tier_by_days
from loanmath.impairment import provision
from loanmath.tests.strategies import POLICY

OUT = date(2024, 1, 15)
TERMS = Terms.for_months(
    term_months=24,
    method="level",
    disbursed_on=OUT,
    currency="CNY",
    principal_minor=1_200_000,
    rate_ppb=60_000_000,
    day_count="30E/360",
    penalty_rate_ppb=90_000_000,
)
PAID_OUT = Event("out", EventKind.DISBURSE, OUT, TERMS.principal_minor)
FIRST_DUE = date(2024, 2, 15)


@pytest.mark.parametrize(
    ("overdue_days", "tier"),
    [
        (0, 1),
        (1, 1),
        (7, 1),
        (8, 2),
        (90, 2),
        (91, 3),
        (270, 3),
        (271, 4),
        (360, 4),
        (361, 5),
        (9_999, 5),
    ],
)
def test_days_past_due_set_the_class(overdue_days: int, tier: int) -> None:
    assert tier_by_days(overdue_days, POLICY) == tier
    assert list(tier_by_days(np.array([overdue_days]), POLICY)) == [tier]


def after(days: int, *events: Event) -> tuple[int, int, int]:
    """Class, days past due and non-accrual so many days after the first due date."""
    state = replay(TERMS, [PAID_OUT, *events], FIRST_DUE + timedelta(days=days), policy=POLICY).state
    return state.five_tier, state.overdue_days, state.is_non_accrual


def test_an_unpaid_loan_sinks_through_the_classes_day_by_day() -> None:
    assert after(0) == (FiveTier.NORMAL, 0, 0)
    assert after(7) == (FiveTier.NORMAL, 7, 0)
    assert after(8) == (FiveTier.SPECIAL_MENTION, 8, 0)
    assert after(90) == (FiveTier.SPECIAL_MENTION, 90, 0)
    assert after(91) == (FiveTier.SUBSTANDARD, 91, 1)
    assert after(271) == (FiveTier.DOUBTFUL, 271, 1)
    assert after(361) == (FiveTier.LOSS, 361, 1)


def test_special_mention_ends_with_the_arrears() -> None:
    paid = Event("paid", EventKind.REPAY, FIRST_DUE + timedelta(days=40), 300_000)
    assert after(39, paid)[0] == FiveTier.SPECIAL_MENTION
    assert after(40, paid) == (FiveTier.NORMAL, 0, 0)


def test_non_performing_needs_all_arrears_paid_and_then_months_of_good_conduct() -> None:
    cured_on = FIRST_DUE + timedelta(days=100)
    paid = Event("paid", EventKind.REPAY, cured_on, 700_000)
    earned = add_months(cured_on, POLICY.good_conduct_months)
    assert after(100, paid) == (FiveTier.SUBSTANDARD, 0, 0)
    assert after((earned - FIRST_DUE).days - 1, paid)[0] == FiveTier.SUBSTANDARD
    assert after((earned - FIRST_DUE).days, paid)[0] == FiveTier.NORMAL


def test_a_part_payment_does_not_lift_the_class() -> None:
    part = Event("part", EventKind.REPAY, FIRST_DUE + timedelta(days=100), 60_000)
    tier, overdue_days, is_non_accrual = after(100, part)
    assert (tier, is_non_accrual) == (FiveTier.SUBSTANDARD, 1)
    assert overdue_days == 100 - 29


def test_new_lateness_starts_the_wait_afresh() -> None:
    cured_on = FIRST_DUE + timedelta(days=100)
    paid = Event("paid", EventKind.REPAY, cured_on, 270_000)
    state = replay(TERMS, [PAID_OUT, paid], cured_on, policy=POLICY).state
    assert (state.oldest_due_on, state.cured_on) == (0, cured_on.toordinal())
    later = replay(TERMS, [PAID_OUT, paid], add_months(cured_on, 8), policy=POLICY).state
    assert later.five_tier >= FiveTier.SUBSTANDARD
    assert later.cured_on == 0


def test_accrued_income_is_reversed_when_accrual_stops_and_returns_with_the_arrears() -> None:
    before = replay(TERMS, [PAID_OUT], FIRST_DUE + timedelta(days=90), policy=POLICY)
    stopped = replay(TERMS, [PAID_OUT], FIRST_DUE + timedelta(days=91), policy=POLICY)
    assert totals(before.postings)[Role.INTEREST_INCOME] < 0
    sums = totals(stopped.postings)
    assert (sums[Role.INTEREST_INCOME], sums[Role.PENALTY_INCOME]) == (0, 0)
    assert sums[Role.MEMO_INTEREST] == stopped.state.memo_interest_minor > 0
    paid = Event("paid", EventKind.REPAY, FIRST_DUE + timedelta(days=100), 700_000)
    cured = replay(TERMS, [PAID_OUT, paid], FIRST_DUE + timedelta(days=100), policy=POLICY)
    assert cured.state.memo_interest_minor == 0
    assert totals(cured.postings)[Role.INTEREST_RECEIVABLE] == cured.state.interest_accrued_minor


@given(
    st.dates(date(2023, 1, 1), date(2029, 1, 1)),
    st.integers(0, 24),
    st.integers(-40, 40),
)
def test_the_latest_cure_agrees_with_counting_months_forward(on: date, months: int, shift: int) -> None:
    cured_on = add_months(on, -months) + timedelta(days=shift)
    is_over = add_months(cured_on, months) <= on
    assert is_over == (cured_on.toordinal() <= latest_cure(on.toordinal(), months))


def test_provisions_of_a_book_by_the_rates_of_two_rules() -> None:
    balances = [9000_00, 500_00, 200_00, 200_00, 100_00]
    for percents, expected in [
        ((10, 20, 250, 500, 1000), 350_00),
        ((15, 30, 300, 600, 1000), 430_00),
    ]:
        normal, special, substandard, doubtful, loss = (permille * 10**6 for permille in percents)
        policy = GradingPolicy((0, 90, 270, 360), 7, 6, (normal, special, substandard, doubtful, loss))
        assert sum(provision(amount, tier, policy) for tier, amount in enumerate(balances, start=1)) == expected
        columns = provision(np.array(balances), np.arange(1, 6), policy)
        assert int(columns.sum()) == expected


def test_a_policy_survives_json_and_refuses_nonsense() -> None:
    assert GradingPolicy.from_json(POLICY.to_json()) == POLICY
    with pytest.raises(LoanMathError, match="must rise"):
        GradingPolicy((0, 90, 80, 360), 7, 6, POLICY.provision_rates_ppb)
    with pytest.raises(LoanMathError, match="between 0 % and 100 %"):
        GradingPolicy((0, 90, 270, 360), 7, 6, (0, 0, 0, 0, 10**9 + 1))
