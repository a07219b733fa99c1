"""Flows without a rate, with several, or out of all proportion are refused at once, never answered by a wrong number."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import LoanMathError
from loanmath.apr import DatedFlow, Fee, FeeKind, Flow, Regime, TimedFlow, UnitPeriod, annual_rate, rate_of, regime_rate
from loanmath.apr.amortised import amortised_cost_of_dates

START = date(2024, 7, 1)


def yearly(*amounts: Any) -> list[TimedFlow]:
    return [TimedFlow(amount, place) for place, amount in enumerate(amounts)]


def refusal(make: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(LoanMathError) as caught:
        make()
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        # (10 - 11 v)^2: worth touches zero at 10 % from either side; the same at 0 % and at -10 %.
        ((-100, 220, -121), "several_rates"),
        ((100, -220, 121), "several_rates"),
        ((-100, 200, -100), "several_rates"),
        ((100, -200, 100), "several_rates"),
        ((-100, 180, -81), "several_rates"),
        ((-1_000, 3_300, -3_630, 1_331), "several_rates"),
        ((-1, 3, -3, 1), "several_rates"),
        # 10 % and 20 %; 0 %, 10 % and 20 %; -10 % and -20 %; none.
        ((-100, 230, -132), "several_rates"),
        ((-1_000, 3_300, -3_620, 1_320), "several_rates"),
        ((-100, 170, -72), "several_rates"),
        ((-100, 100, -100), "several_rates"),
        ((100, -100, 100), "no_rate"),
        ((0, 0, 0), "no_rate"),
        ((), "no_rate"),
        ((-100,), "no_rate"),
        ((-1, 10**400), "no_rate"),
    ],
)
def test_flows_with_no_rate_or_more_than_one_get_none(amounts: tuple[int, ...], code: str) -> None:
    assert refusal(lambda: rate_of(yearly(*amounts), 1)) == (code, "flows")


def test_enormous_flows_and_hundreds_of_years_have_their_rate() -> None:
    assert rate_of(yearly(-(10**400), 11 * 10**399), 1).effective_micro_percent == 10_000_000
    assert rate_of([TimedFlow(-100, 0), TimedFlow(200, 36_500)], 365).effective_micro_percent == 695_555
    assert annual_rate([Flow(0, -100), Flow(1_200, 200)]).effective_micro_percent == 695_555


@pytest.mark.parametrize("regime", Regime)
def test_what_is_paid_out_and_back_on_one_day_has_no_rate(regime: Regime) -> None:
    code, _ = refusal(lambda: regime_rate(regime, [DatedFlow(START, -100), DatedFlow(START, 110)]))
    assert code in {"no_rate", "flow_out_of_range"}


@pytest.mark.parametrize(
    ("flows", "periods_a_year", "code", "field"),
    [
        (yearly(-100.0, 110.0), 1, "wrong_kind", "flows[0].amount_minor"),
        (yearly(-100, float("nan")), 1, "wrong_kind", "flows[1].amount_minor"),
        (yearly(-100, True, 200), 1, "wrong_kind", "flows[1].amount_minor"),
        (yearly(-100, Decimal(110)), 1, "wrong_kind", "flows[1].amount_minor"),
        ([TimedFlow(-100, 0), TimedFlow(110, 1.5)], 1, "wrong_kind", "flows[1].periods"),  # type: ignore[arg-type]
        ([TimedFlow(-100, 0), TimedFlow(110, 1, 0.5)], 1, "wrong_kind", "flows[1].part"),  # type: ignore[arg-type]
        ([TimedFlow(-100, 0), TimedFlow(110, 1, 2)], 1, "flow_out_of_range", "flows"),
        ([TimedFlow(-100, 0), TimedFlow(110, 10**30)], 1, "flow_out_of_range", "flows"),
        ([TimedFlow(-100, -(10**30)), TimedFlow(110, 1)], 1, "flow_out_of_range", "flows"),
        (yearly(-100, 110), 0, "flow_out_of_range", "periods_a_year"),
        (yearly(-100, 110), -12, "flow_out_of_range", "periods_a_year"),
        (yearly(-100, 110), 10**40, "flow_out_of_range", "periods_a_year"),
        (yearly(-100, 110), 12.0, "wrong_kind", "periods_a_year"),
        ([-100, 110], 12, "wrong_kind", "flows[0]"),
        (None, 12, "wrong_kind", "flows"),
    ],
)
def test_flows_of_another_kind_are_refused_by_their_place(
    flows: Any, periods_a_year: Any, code: str, field: str
) -> None:
    assert refusal(lambda: rate_of(flows, periods_a_year)) == (code, field)


@pytest.mark.parametrize(
    ("regime", "flow", "fee", "code", "field"),
    [
        ("xx", {}, {}, "unknown_choice", "regime"),
        ("eu", {"on": "2024-07-01"}, {}, "wrong_kind", "flows[1].on"),
        ("eu", {"amount_minor": 1.5}, {}, "wrong_kind", "flows[1].amount_minor"),
        ("eu", {}, {"kind": "tip"}, "unknown_choice", "fees[0].kind"),
        ("eu", {}, {"amount_minor": -5}, "out_of_range", "fees[0].amount_minor"),
        ("eu", {}, {"on": None}, "wrong_kind", "fees[0].on"),
    ],
)
def test_dated_flows_and_fees_are_refused_by_their_place(
    regime: Any, flow: dict[str, Any], fee: dict[str, Any], code: str, field: str
) -> None:
    flows = [DatedFlow(START, -100), DatedFlow(date(2025, 7, 1), 120)._replace(**flow)]
    fees = [Fee(FeeKind.ORIGINATION, START, 5)._replace(**fee)]
    assert refusal(lambda: regime_rate(regime, flows, fees)) == (code, field)


def test_a_unit_period_is_a_whole_number_of_a_unit() -> None:
    nonsense: Any = "fortnight"
    assert refusal(lambda: UnitPeriod(nonsense)) == ("unknown_choice", "unit")
    assert refusal(lambda: UnitPeriod("week", 0)) == ("out_of_range", "number")  # type: ignore[arg-type]


def test_no_flows_have_no_amortised_cost() -> None:
    assert refusal(lambda: amortised_cost_of_dates([]))[0] == "no_rate"


TIMES = st.integers(-100, 1_200) | st.fractions(-10, 100, max_denominator=400)
AMOUNTS = st.integers(-(10**6), 10**6) | st.sampled_from([0, 10**30, -(10**30), 1, -1])


@given(st.lists(st.builds(TimedFlow, AMOUNTS, TIMES, st.sampled_from([0, 1, Fraction(1, 30)])), max_size=6))
def test_any_flows_are_answered_or_refused(flows: list[TimedFlow]) -> None:
    with suppress(LoanMathError):
        rate_of(flows, 12)


class Cents(int):
    """An amount of a kind of its own."""


class Ours(TimedFlow):
    """A flow of a kind of its own."""


class Day(date):
    """A day of a kind of its own."""


def test_flows_amounts_and_days_may_be_of_a_kind_of_their_own() -> None:
    usual = rate_of(yearly(-100, 60, 60), 1)
    assert rate_of([Ours(-100, 0), TimedFlow(60, 1), Ours(60, 2)], 1) == usual
    assert rate_of(yearly(Cents(-100), Cents(60), 60), 1) == usual
    dated = [DatedFlow(START, -100), DatedFlow(START.replace(year=2025), 110)]
    own = [DatedFlow(Day(2024, 7, 1), -100), dated[1]]
    assert regime_rate(Regime.EUROPE, own) == regime_rate(Regime.EUROPE, dated)


def test_months_that_are_no_whole_number_are_refused_by_their_place() -> None:
    assert refusal(lambda: annual_rate([Flow(0, -100), Flow(True, 110)])) == ("wrong_kind", "flows[1]")


def test_a_lender_who_has_a_claim_at_all_moments_has_one_rate_though_it_is_below_zero() -> None:
    """100 out, 20 back, 10 more out, 69 back: v + 0.1 v^2 ... worth by the rate found, which no other can be."""
    found = rate_of(yearly(-100, 20, -10, 69), 1)
    rate = Fraction(found.effective_micro_percent, 10**8)
    worths = [
        sum(amount / (1 + rate + step) ** year for year, amount in enumerate((-100, 20, -10, 69)))
        for step in (Fraction(-1, 10**7), Fraction(1, 10**7))
    ]
    assert rate < 0
    assert worths[0] > 0 > worths[1]
