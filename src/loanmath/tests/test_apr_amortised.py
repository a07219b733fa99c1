"""Amortised cost: fees spread by the effective interest rate, closing at zero to the minor unit."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loanmath import LoanMathError, Terms, schedule
from loanmath.apr import (
    DatedFlow,
    Flow,
    TimedFlow,
    amortised_cost,
    amortised_cost_of,
    amortised_cost_of_dates,
    annual_rate,
    flows_of,
)
from loanmath.apr.monthly import half_up, timed
from loanmath.tests import strategies


def test_a_bond_bought_at_a_discount_earns_the_effective_rate() -> None:
    # IFRS 9 Implementation Guidance B.26: 1,000 paid, 59 a year on 1,250 for five years: 10 %.
    flows = [TimedFlow(-1000, 0), *(TimedFlow(59, year) for year in range(1, 5)), TimedFlow(1309, 5)]
    made = amortised_cost(flows, 1)
    assert made.rate.effective_micro_percent // 10**5 == 99  # 9.99..., which the guidance calls 10 %
    assert [(row.opening_minor, row.interest_minor, row.cash_minor, row.closing_minor) for row in made.rows] == [
        (1000, 100, 59, 1041), (1041, 104, 59, 1086), (1086, 109, 59, 1136), (1136, 113, 59, 1190), (1190, 119, 1309, 0),
    ]  # fmt: skip


def test_each_row_earns_the_rate_on_its_opening_amount() -> None:
    # 10 % of 100,000.00 less 2,000.00: a year at 98,000 grows to 110,000, 12.244898 %.
    made = amortised_cost([TimedFlow(-98_000_00, 0), TimedFlow(110_000_00, 1)], 1)
    assert made.rate.effective_micro_percent == 12_244_898
    assert made.rows[0].interest_minor == 12_000_00 == made.interest_minor


def plan_terms(**others: object) -> Terms:
    return Terms.for_months(
        term_months=24, method="level", disbursed_on=date(2024, 7, 1), currency="CNY", principal_minor=10_000_000,
        rate_ppb=60_000_000, day_count="30E/360", **others,
    )  # fmt: skip


def test_a_plan_without_fee_is_carried_at_its_own_balance() -> None:
    terms = plan_terms()
    plan = schedule(terms)
    for row, planned in zip(amortised_cost_of(terms, plan).rows, plan, strict=True):
        assert abs(row.closing_minor - planned.closing_minor) <= 1
        assert abs(row.interest_minor - planned.interest_minor) <= 1


def test_the_fee_of_a_plan_is_income_over_its_life() -> None:
    terms = plan_terms(fee_minor=200_000)
    plan = schedule(terms)
    made = amortised_cost_of(terms, plan)
    assert made.initial_minor == 9_800_000
    assert made.interest_minor == plan.interest_minor + 200_000
    assert made.rate.effective_micro_percent == annual_rate(flows_of(terms, plan)).effective_micro_percent
    spread = [row.interest_minor - planned.interest_minor for row, planned in zip(made.rows, plan, strict=True)]
    assert spread == sorted(spread, reverse=True)
    assert made.rows[-1].closing_minor == 0


def test_dated_flows_are_counted_in_days_over_365() -> None:
    flows = [
        DatedFlow(date(2023, 1, 1), -1_000_000), DatedFlow(date(2023, 7, 1), 50_000), DatedFlow(date(2023, 7, 1), 10_000),
        DatedFlow(date(2024, 1, 1), 1_060_000),
    ]  # fmt: skip
    made = amortised_cost_of_dates(flows)
    assert [row.on for row in made.rows] == [date(2023, 7, 1), date(2024, 1, 1)]
    assert made.rows[0].cash_minor == 60_000
    rate = Fraction(made.rate.effective_micro_percent, 10**8)
    assert Fraction(120_000, 10**6) < rate < Fraction(125_000, 10**6)


def test_no_flows_have_no_amortised_cost() -> None:
    with pytest.raises(LoanMathError) as caught:
        amortised_cost_of_dates([])
    assert caught.value.code == "no_rate"


@settings(deadline=None, max_examples=40)
@given(strategies.terms(most_instalments=40))
def test_rows_follow_each_other_and_the_last_closes_at_zero(terms: Terms) -> None:
    plan = schedule(terms)
    try:
        made = amortised_cost_of(terms, plan)
    except LoanMathError:  # the fee is as large as the loan, or the rate beyond all reason
        return
    opening = made.initial_minor
    for row in made.rows:
        assert row.opening_minor == opening
        assert row.opening_minor + row.interest_minor - row.cash_minor == row.closing_minor
        opening = row.closing_minor
    assert opening == 0
    assert made.interest_minor == plan.interest_minor + terms.fee_minor


@settings(deadline=None, max_examples=40)
@given(st.integers(10_000, 10**13), st.integers(1, 60), st.integers(0, 50))
def test_interest_is_the_rate_on_the_opening_amount_to_the_minor_unit(
    paid_out: int, months: int, per_mille: int
) -> None:
    amount = paid_out // months + paid_out * per_mille // 1000 + 1
    flows = [Flow(0, -paid_out), *(Flow(month, amount) for month in range(1, months + 1))]
    made = amortised_cost(timed(flows), 12)
    monthly = Fraction(made.rate.nominal_micro_percent, 12 * 10**8)
    for row in made.rows:
        # The rate is rounded to a millionth of a percent, the amounts to a unit each.
        assert abs(row.interest_minor - half_up(row.opening_minor * monthly)) <= 1 + row.opening_minor // 10**9
