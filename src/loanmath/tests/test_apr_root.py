"""The root of an equation of flows: proven by substitution, refused where it is not the only one."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loanmath import LoanMathError
from loanmath.apr import TimedFlow, rate_of
from loanmath.apr.equation import Equation

YEARS = st.builds(
    lambda months, days, year: Fraction(months, 12) + Fraction(days, year),
    st.integers(0, 240),
    st.integers(0, 30),
    st.sampled_from([365, 366]),
)
PARTS = st.sampled_from([Fraction(0), Fraction(1, 30), Fraction(2, 5), Fraction(29, 30), Fraction(1)])
PAYMENTS = st.lists(st.tuples(YEARS, PARTS, st.integers(1, 400)), min_size=1, max_size=10)


def loan(paid_out: int, payments: list[tuple[Fraction, Fraction, int]], *, is_simple: bool = False) -> list[TimedFlow]:
    flows = [TimedFlow(-paid_out, 0)]
    for years, part, share in payments:
        periods = Fraction(int(years * 12)) if is_simple else years
        if periods + (part if is_simple else 0) > 0:
            flows.append(TimedFlow(max(1, paid_out * share // 1000), periods, part if is_simple else Fraction(0)))
    return flows


def worth(flows: list[TimedFlow], rate: Fraction) -> Decimal:
    """The present value in eighty digits, by another way than the solver's: one power for each flow."""
    with localcontext() as context:
        context.prec = 80
        i = Decimal(rate.numerator) / rate.denominator
        total = Decimal(0)
        for flow in flows:
            periods, part = Fraction(flow.periods), Fraction(flow.part)
            power = (1 + i) ** (Decimal(periods.numerator) / periods.denominator)
            total += flow.amount_minor / power / (1 + i * part.numerator / part.denominator)
        return total


def solved(flows: list[TimedFlow], periods_a_year: int) -> int:
    """The rate of the unit-period x unit-periods in millionths of a percent; no example where there is none."""
    try:
        return rate_of(flows, periods_a_year).nominal_micro_percent
    except LoanMathError:
        assume(False)
        raise


@settings(deadline=None, max_examples=60)
@given(st.integers(1_000, 10**13), PAYMENTS, st.sampled_from([False, True]))
def test_half_a_millionth_of_a_percent_below_and_above_the_rate_the_worth_has_opposite_signs(
    paid_out: int, payments: list[tuple[Fraction, Fraction, int]], is_simple: bool
) -> None:
    flows, a_year = loan(paid_out, payments, is_simple=is_simple), 12 if is_simple else 1
    rate = solved(flows, a_year)
    low, high = (Fraction(2 * rate + off, 2 * 10**8 * a_year) for off in (-1, 1))
    assert high > -1
    assert low <= -1 or worth(flows, low) >= 0
    assert worth(flows, high) < 0


@settings(deadline=None, max_examples=40)
@given(st.integers(1_000, 10**6), PAYMENTS, st.sampled_from([2, 10, 1000, 10**7]))
def test_amounts_so_many_times_as_large_leave_the_rate(
    paid_out: int, payments: list[tuple[Fraction, Fraction, int]], times: int
) -> None:
    flows = loan(paid_out, payments)
    solved(flows, 1)
    assert rate_of([flow._replace(amount_minor=flow.amount_minor * times) for flow in flows], 1) == rate_of(flows, 1)


@settings(deadline=None, max_examples=40)
@given(st.integers(10**6, 10**12), PAYMENTS, st.integers(1, 50))
def test_a_fee_raises_the_rate(paid_out: int, payments: list[tuple[Fraction, Fraction, int]], per_mille: int) -> None:
    flows = loan(paid_out, payments)
    without = solved(flows, 1)
    assume(without > -99_000_000)  # near -100 % a fee is less than the last decimal
    assert solved([*flows, TimedFlow(paid_out * per_mille // 1000, 0)], 1) > without


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 400), st.integers(1, 300), st.integers(10**4, 10**10))
def test_equal_payments_in_one_stream_give_what_they_give_one_by_one(times: int, per_mille: int, paid_out: int) -> None:
    amount = max(1, paid_out * per_mille // 1000)
    stream = [TimedFlow(-paid_out, 0), *(TimedFlow(amount, month) for month in range(1, times + 1))]
    # A minor unit there and back splits every run without changing what is paid.
    split = [*stream, *(TimedFlow(sign, month) for month in range(1, times + 1) for sign in (1, -1))]
    assert solved(stream, 12) == solved(split, 12)


def test_equal_payments_are_gathered_into_one_run() -> None:
    flows = [TimedFlow(-1000, 0), *(TimedFlow(5, Fraction(month, 12)) for month in range(1, 361))]
    assert [run.times for run in Equation.of(flows, 1).runs] == [1, 360]


def test_a_guarantee_fee_a_year_before_the_loan_is_part_of_its_rate() -> None:
    # European Commission, APRC examples (2015), example 43: 8.269278 %; a second root lies at 19,600 %.
    flows = [TimedFlow(150_00, -1), TimedFlow(450_00 - 30_000_00, 0)]
    flows += [TimedFlow(356_11, Fraction(month, 12)) for month in range(1, 121)]
    assert rate_of(flows, 1).effective_micro_percent == 8_269_278


@pytest.mark.parametrize(
    ("fee", "back", "expected"), [(500, 300, -63_245_553), (300, 710, 2_548_720), (450, 555, 7_597_469)]
)
def test_large_fees_before_the_loan_leave_the_lower_of_two_rates(fee: int, back: int, expected: int) -> None:
    # fee z^2 - 1000 z + back = 0 with z = 1 + rate; the last example's other root lies as near as 14.6 %.
    flows = [TimedFlow(fee, -1), TimedFlow(-1000, 0), TimedFlow(back, 1)]
    assert rate_of(flows, 1).effective_micro_percent == expected


def test_a_limit_that_is_drawn_again_when_repaid_has_one_rate() -> None:
    # The running sum changes its sign three times; the lender has a claim at all moments (Soper).
    flows = [TimedFlow(-1_000, 0), TimedFlow(1_099, 1), TimedFlow(-1_000, 1), TimedFlow(1_100, 2), TimedFlow(-500, 2)]
    flows += [TimedFlow(551, 3)]
    rate = rate_of(flows, 1).effective_micro_percent
    assert 9_900_000 < rate < 10_200_000


def test_a_refund_after_the_last_payment_leaves_one_rate_above_zero() -> None:
    rate = rate_of([TimedFlow(-100, 0), TimedFlow(150, 1), TimedFlow(-20, 2)], 1).effective_micro_percent
    # 20 v^2 - 150 v + 100 = 0: v = (150 - sqrt 14500) / 40.
    assert rate == 35_207_973


def test_a_rate_that_is_the_very_half_of_a_millionth_is_rounded_up() -> None:
    # Four months at half a percent a month simple of the whole: 1.005^3 - 1 = 1.5075125 % a year.
    assert rate_of([TimedFlow(-200, 0), TimedFlow(201, 4)], 12).effective_micro_percent == 1_507_513
    assert rate_of([TimedFlow(-2 * 10**8, 0), TimedFlow(2 * 10**8 + 1, 1)], 1).effective_micro_percent == 1
    assert rate_of([TimedFlow(-2 * 10**8, 0), TimedFlow(2 * 10**8 - 1, 1)], 1).effective_micro_percent == 0
    assert rate_of([TimedFlow(-2 * 10**8, 0), TimedFlow(2 * 10**8 - 3, 1)], 1).effective_micro_percent == -1


def test_what_is_paid_back_to_the_unit_bears_no_interest() -> None:
    flows = [TimedFlow(-1_000, 0), TimedFlow(400, Fraction(1, 3)), TimedFlow(600, Fraction(2, 3))]
    assert rate_of(flows, 1).effective_micro_percent == 0


def test_a_loss_of_half_is_a_rate_of_minus_half() -> None:
    assert rate_of([TimedFlow(-1_000, 0), TimedFlow(500, 1)], 1).effective_micro_percent == -50_000_000
    root = rate_of([TimedFlow(-1_000, 0), TimedFlow(1, 12)], 12)
    assert root.effective_micro_percent == -99_900_000


def test_rates_in_millions_of_percent_keep_six_decimals() -> None:
    # 191.99 for 150.00 after 9 days of a year of 365.25 days; UK-SP-09 of the cases prints 2238723.9 %.
    flows = [TimedFlow(-150_00, 0), TimedFlow(191_99, Fraction(36, 1461))]
    assert rate_of(flows, 1).effective_micro_percent == 2_238_723_908_390


@pytest.mark.parametrize(
    ("flows", "code"),
    [
        ([], "no_rate"),
        ([(-1, 0)], "no_rate"),
        ([(-1, 0), (1, 0)], "no_rate"),
        ([(-1, 0), (-1, 1)], "no_rate"),
        ([(100, 0), (-90, 1)], "no_rate"),  # a deposit
        ([(-1, 0), (10**40, 1)], "no_rate"),  # beyond 100,000 % a month
        ([(60, -1), (-100, 0), (50, 1)], "no_rate"),  # 60 z^2 - 100 z + 50 is zero nowhere
        ([(-100, 0), (230, 1), (-132, 2)], "several_rates"),  # 10 % and 20 %
        ([(-1000, 0), (3600, 1), (-4310, 2), (1716, 3)], "several_rates"),  # 10, 20 and 30 %
        ([(5, -1), (-100, 0), (60, 1), (-100, 2), (200, 3)], "several_rates"),  # a fee before loans in parts
    ],
)
def test_flows_without_one_clear_rate_are_refused(flows: list[tuple[int, int]], code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        rate_of([TimedFlow(amount, years) for amount, years in flows], 1)
    assert caught.value.code == code
    assert caught.value.field == "flows"


def test_a_part_of_a_period_is_no_more_than_one() -> None:
    with pytest.raises(LoanMathError, match="between 0 and 1"):
        rate_of([TimedFlow(-1, 0), TimedFlow(2, 0, Fraction(3, 2))], 12)
