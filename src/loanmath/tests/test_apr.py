"""Annual rates: published figures, and the root proven by substitution."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loanmath import DayCount, LoanMathError, Method, RateStep, Terms, Tranche, TrancheRows, schedule
from loanmath.apr import Flow, annual_rate, flows_of, simple_rate
from loanmath.choices import Repricing


def level_flows(paid_out: int, instalment: int, months: int) -> list[Flow]:
    return [
        Flow(0, -paid_out),
        *(Flow(month, instalment) for month in range(1, months + 1)),
    ]


def test_both_readings_of_a_published_loan() -> None:
    # Appendix J (c)(1)(i) of 12 CFR 1026: 5,000 against 24 x 230 is 9.69 % (monthly rate x 12).
    rate = annual_rate(level_flows(5000_00, 230_00, 24))
    assert rate.monthly_irr_times_12_percent == "9.685708"
    assert Fraction(rate.effective_percent) > Fraction(rate.monthly_irr_times_12_percent)


def test_the_effective_rate_of_an_official_example() -> None:
    # European Commission, APRC examples (2015), example 1: 6.434412 %.
    flows = [Flow(0, 4000_00), *level_flows(200_000_00, 1432_86, 240)]
    assert annual_rate(flows).effective_percent == "6.434412"


def test_a_loan_without_fee_costs_its_own_rate() -> None:
    terms = Terms.for_months(
        term_months=36,
        method="interest_first",
        disbursed_on=date(2024, 7, 1),
        currency="CNY",
        principal_minor=12_000_000,
        rate_ppb=60_000_000,
        day_count="30E/360",
    )
    rate = annual_rate(flows_of(terms, schedule(terms)))
    assert (rate.monthly_irr_times_12_percent, rate.effective_percent) == (
        "6.000000",
        "6.167781",
    )
    assert (rate.nominal_ppb, rate.effective_ppb) == (60_000_000, 61_677_810)


def test_a_fee_raises_the_rate() -> None:
    terms = Terms.for_months(
        term_months=12,
        method="bullet",
        disbursed_on=date(2024, 7, 1),
        currency="CNY",
        principal_minor=100_000,
        rate_ppb=0,
        day_count="30E/360",
        fee_minor=5_000,
    )
    assert annual_rate(flows_of(terms, schedule(terms))).effective_percent == "5.263158"


def test_odd_days_bear_simple_interest() -> None:
    rate = annual_rate([Flow(0, -100_000), Flow(0, 100_500, days=15)])
    assert rate.monthly_irr_times_12_percent == "12.000000"


def test_less_paid_back_than_out_is_a_negative_rate() -> None:
    rate = annual_rate([Flow(0, -100_000), Flow(1, 99_000)])
    assert rate.monthly_irr_times_12_percent == "-12.000000"
    assert rate.is_negative


def test_a_rate_in_the_middle_of_two_sixth_decimals_is_rounded_up() -> None:
    rate = annual_rate([Flow(0, -24 * 10**8), Flow(1, 24 * 10**8 + 1)])
    assert rate.monthly_irr_times_12_micro_percent == 1


@pytest.mark.parametrize(
    ("flows", "code"),
    [
        ([], "no_rate"),
        ([Flow(0, -100)], "no_rate"),
        ([Flow(0, 100), Flow(1, -110)], "no_rate"),
        ([Flow(0, -1), Flow(1, 10**9)], "no_rate"),
        ([Flow(0, -100), Flow(1, 230), Flow(2, -132)], "several_rates"),
        ([Flow(-1, -100), Flow(1, 230)], "flow_out_of_range"),
        ([Flow(0, -100), Flow(1, 230, days=31)], "flow_out_of_range"),
    ],
)
def test_flows_without_one_clear_rate_are_refused(flows: list[Flow], code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        annual_rate(flows)
    assert caught.value.code == code


def test_money_out_in_parts_has_one_rate_while_the_borrower_always_owes() -> None:
    flows = [Flow(0, -1_000), Flow(1, 50), Flow(2, -1_000), Flow(3, 50), Flow(12, 2_100)]
    rate = annual_rate(flows)
    near = Fraction(rate.monthly_irr_times_12_micro_percent, 12 * 10**8)
    assert present_value(flows, near - Fraction(1, 10**9)) > 0 > present_value(flows, near + Fraction(1, 10**9))


def present_value(flows: list[Flow], monthly: Fraction) -> Fraction:
    return sum(
        (flow.amount_minor / ((1 + monthly) ** flow.months * (1 + monthly * flow.days / 30)) for flow in flows),
        Fraction(0),
    )


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1_000, 10**13),
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 29), st.integers(1, 300)),
        min_size=1,
        max_size=12,
    ),
)
def test_the_root_lies_within_half_a_millionth_of_a_percent(paid_out: int, parts: list[tuple[int, int, int]]) -> None:
    flows = [Flow(0, -paid_out)]
    flows += [Flow(months, max(1, paid_out * share // 1000), days) for months, days, share in parts if months + days]
    try:
        rate = annual_rate(flows)
    except LoanMathError:  # a rate beyond all reason
        assume(False)
    unit = Fraction(1, 12 * 10**8)
    low = (rate.monthly_irr_times_12_micro_percent - Fraction(1, 2)) * unit
    high = (rate.monthly_irr_times_12_micro_percent + Fraction(1, 2)) * unit
    assert high > -1
    assert low <= -1 or present_value(flows, low) >= 0
    assert present_value(flows, high) < 0


@pytest.mark.parametrize("method", [Method.LEVEL, Method.EQUAL_PRINCIPAL])
def test_what_is_paid_back_at_once_changes_no_rate(method: Method) -> None:
    plain = loan(method)
    with_down_payment = replace(plain, principal_minor=plain.principal_minor * 5 // 4, down_payment_ppb=200_000_000)
    for count in (annual_rate_of, simple_rate_of):
        assert count(with_down_payment) == count(plain)


def test_a_tranche_is_money_paid_out_on_its_day() -> None:
    terms = replace(
        loan(Method.INTEREST_FIRST),
        tranches=(Tranche(date(2024, 10, 1), 600_000),),
        tranche_rows=TrancheRows.AFTER,
    )
    assert Flow(3, -600_000) in flows_of(terms, schedule(terms))
    assert abs(simple_rate_of(terms) - 6_000_000) <= 1
    assert abs(annual_rate(flows_of(terms, schedule(terms))).monthly_irr_times_12_micro_percent - 6_000_000) <= 1


def test_a_plan_that_grows_by_rows_has_dates_for_them() -> None:
    terms = replace(loan(Method.LEVEL), repricing=Repricing.TERM, rate_steps=(RateStep(date(2024, 8, 1), 360_000_000),))
    plan = schedule(terms)
    assert len(plan) > terms.instalments
    assert flows_of(terms, plan)[-1].months == len(plan)


def annual_rate_of(terms: Terms) -> int:
    return annual_rate(flows_of(terms, schedule(terms))).effective_micro_percent


def simple_rate_of(terms: Terms) -> int:
    return simple_rate(terms, schedule(terms))


def loan(method: Method) -> Terms:
    return Terms(
        currency="CNY",
        principal_minor=1_200_000,
        rate_ppb=60_000_000,
        day_count=DayCount.THIRTY_E_360,
        method=method,
        disbursed_on=date(2024, 7, 1),
        instalments=12,
    )
