"""How Europe, the United Kingdom and China count time and fees, and what they call the rate."""

from datetime import date
from fractions import Fraction

import pytest

from loanmath import LoanMathError, Terms, add_months, schedule
from loanmath.apr import (
    DatedFlow,
    Fee,
    FeeKind,
    RateLabel,
    Regime,
    annual_rate,
    flows_of,
    mean_years,
    regime_rate,
    simple_rate,
)
from loanmath.apr.fees import RULES
from loanmath.apr.timing import EqualPeriod, british_years, common_period, european_years, months_and_days

MONTHS, YEARS, WEEKS = EqualPeriod.MONTH, EqualPeriod.YEAR, EqualPeriod.WEEK


@pytest.mark.parametrize(
    ("start", "end", "period", "expected"),
    [
        # European Commission, APRC examples (2015), 2 and 18.
        (date(2012, 1, 12), date(2012, 2, 15), MONTHS, Fraction(1, 12) + Fraction(3, 365)),
        (date(2013, 1, 12), date(2013, 2, 15), MONTHS, Fraction(1, 12) + Fraction(3, 366)),
        (date(2012, 3, 12), date(2012, 5, 1), MONTHS, Fraction(1, 12) + Fraction(20, 366)),
        (date(2012, 1, 12), date(2012, 2, 15), YEARS, Fraction(34, 365)),
        (date(2012, 1, 12), date(2031, 2, 15), YEARS, 19 + Fraction(34, 365)),
        (date(2024, 1, 1), date(2024, 1, 15), WEEKS, Fraction(2, 52)),
        (date(2024, 1, 1), date(2024, 1, 18), WEEKS, Fraction(2, 52) + Fraction(3, 365)),
        (date(2024, 1, 31), date(2024, 2, 29), MONTHS, Fraction(1, 12)),
        (date(2024, 1, 31), date(2024, 4, 30), MONTHS, Fraction(3, 12)),
        (date(2024, 1, 31), date(2025, 1, 31), YEARS, Fraction(1)),
        (date(2024, 1, 12), date(2023, 1, 12), MONTHS, Fraction(-1)),
        (date(2024, 1, 12), date(2024, 1, 12), MONTHS, Fraction(0)),
    ],
)
def test_european_time_is_counted_back_from_the_payment(
    start: date, end: date, period: EqualPeriod, expected: Fraction
) -> None:
    assert european_years(start, end, period) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 11, 25), date(2025, 1, 5), Fraction(1, 12) + Fraction(6, 366) + Fraction(5, 365)),
        (date(2024, 1, 15), date(2024, 3, 15), Fraction(2, 12)),
        (date(2024, 1, 15), date(2024, 3, 10), Fraction(1, 12) + Fraction(24, 366)),
        (date(2023, 12, 31), date(2024, 1, 10), Fraction(10, 366)),
        (date(2024, 3, 15), date(2024, 1, 15), Fraction(-2, 12)),
    ],
)
def test_british_days_are_divided_by_the_days_of_their_own_year(start: date, end: date, expected: Fraction) -> None:
    assert british_years(start, end) == expected


def test_chinese_time_is_months_and_days_of_a_month_of_thirty() -> None:
    assert months_and_days(date(2024, 1, 31), date(2024, 2, 29)) == (1, 0)
    assert months_and_days(date(2024, 1, 15), date(2024, 3, 14)) == (1, 28)
    assert months_and_days(date(2024, 1, 1), date(2024, 1, 31)) == (0, 30)


@pytest.mark.parametrize(
    ("dates", "period"),
    [
        ([date(2024, 2, 15), date(2024, 3, 15), date(2024, 5, 15)], MONTHS),
        ([date(2024, 2, 15), date(2025, 2, 15)], YEARS),
        ([date(2024, 1, 8), date(2024, 1, 15), date(2024, 1, 29)], WEEKS),
        ([date(2024, 1, 8), date(2024, 1, 16), date(2024, 1, 29)], MONTHS),
        ([date(2025, 1, 1)], YEARS),
        ([date(2024, 1, 11)], MONTHS),
        ([], MONTHS),
    ],
)
def test_whole_intervals_are_of_the_longest_period_that_fits_all(dates: list[date], period: EqualPeriod) -> None:
    assert common_period(date(2024, 1, 1), dates) is period


def stream(start: date, paid_out: int, first: date, amount: int, times: int) -> list[DatedFlow]:
    return [DatedFlow(start, -paid_out), *(DatedFlow(add_months(first, place), amount) for place in range(times))]


LOAN = stream(date(2013, 1, 12), 200_000_00, date(2013, 2, 15), 1433_56, 240)


def test_the_second_official_example_follows_from_its_dates() -> None:
    # European Commission, APRC examples (2015), 2-2: 6.434111 %.
    made = regime_rate(Regime.EUROPE, LOAN, [Fee(FeeKind.ORIGINATION, date(2013, 1, 12), 4000_00)])
    assert (made.shown.label, made.shown.percent, made.beside, made.unit) == (RateLabel.APRC, "6.434111", None, "month")


def test_a_british_single_payment_is_counted_in_days_of_a_mean_year() -> None:
    # UK-SP-01 of the published lender tests: 100 against 125 after 31 days is 1286.2 %.
    made = regime_rate(
        Regime.UNITED_KINGDOM, [DatedFlow(date(2024, 1, 1), -100_00), DatedFlow(date(2024, 2, 1), 125_00)]
    )
    assert (made.shown.label, made.shown.percent, made.unit) == (RateLabel.APR_UK, "1286.177299", "365.25 days")
    assert mean_years(31) == Fraction(124, 1461)


def test_a_british_personal_loan_has_the_published_rate() -> None:
    # Published lender test: 10,000 against 60 x 222.44 is 12.7 %.
    loan = stream(date(2024, 1, 15), 10_000_00, date(2024, 2, 15), 222_44, 60)
    assert regime_rate(Regime.UNITED_KINGDOM, loan).shown.percent == "12.681515"


def test_the_american_sample_of_a_calculator_is_reproduced() -> None:
    # scejson-doc: 10,000 on 2022-03-16, 36 x 322.67 from 16 April: 9.9996 %.
    loan = stream(date(2022, 3, 16), 10_000_00, date(2022, 4, 16), 322_67, 36)
    assert regime_rate(Regime.UNITED_STATES, loan).shown.percent == "9.999601"


def test_china_shows_the_monthly_rate_times_twelve_and_the_effective_one_beside_it() -> None:
    made = regime_rate(Regime.CHINA, stream(date(2024, 1, 10), 5000_00, date(2024, 2, 10), 230_00, 24))
    assert (made.shown.label, made.shown.percent) == (RateLabel.MONTHLY_IRR_TIMES_12, "9.685708")
    assert made.beside is not None
    assert (made.beside.label, made.beside.percent) == (RateLabel.EFFECTIVE, "10.127465")
    assert not made.shown.is_negative


def test_less_paid_back_than_out_is_told_as_a_negative_rate() -> None:
    made = regime_rate(Regime.CHINA, [DatedFlow(date(2024, 1, 10), -1000), DatedFlow(date(2024, 2, 10), 990)])
    assert (made.shown.percent, made.shown.is_negative) == ("-12.000000", True)


@pytest.mark.parametrize("regime", list(Regime))
def test_every_regime_has_a_rule_with_a_source_for_every_fee(regime: Regime) -> None:
    assert RULES[regime].keys() == set(FeeKind)
    assert all(rule.source for rule in RULES[regime].values())


@pytest.mark.parametrize(
    ("regime", "kind", "is_counted"),
    [
        (Regime.CHINA, FeeKind.GUARANTEE, True), (Regime.CHINA, FeeKind.DEFAULT, False),
        (Regime.EUROPE, FeeKind.REQUIRED_INSURANCE, True), (Regime.EUROPE, FeeKind.VOLUNTARY_INSURANCE, False),
        (Regime.EUROPE, FeeKind.VALUATION, True), (Regime.EUROPE, FeeKind.NOTARY, False),
        (Regime.UNITED_STATES, FeeKind.BROKER, True), (Regime.UNITED_STATES, FeeKind.APPLICATION, False),
        (Regime.UNITED_STATES, FeeKind.VALUATION, False), (Regime.UNITED_KINGDOM, FeeKind.BROKER, True),
    ],
)  # fmt: skip
def test_a_fee_counts_by_the_rule_of_the_regime(regime: Regime, kind: FeeKind, is_counted: bool) -> None:
    fee = Fee(kind, date(2013, 1, 12), 1000_00)
    without, made = regime_rate(regime, LOAN), regime_rate(regime, LOAN, [fee])
    assert (made.shown.micro_percent > without.shown.micro_percent) is is_counted
    assert (made.fees_counted, made.fees_left_out) == (((fee,), ()) if is_counted else ((), (fee,)))


@pytest.mark.parametrize("regime", list(Regime))
def test_money_that_only_goes_one_way_has_no_rate(regime: Regime) -> None:
    with pytest.raises(LoanMathError) as caught:
        regime_rate(regime, [DatedFlow(date(2024, 1, 1), -100)])
    assert caught.value.code == "no_rate"


@pytest.mark.parametrize("method", ["level", "equal_principal", "interest_first"])
def test_the_simple_rate_of_a_loan_without_fee_is_its_own(method: str) -> None:
    terms = Terms.for_months(
        term_months=36, method=method, disbursed_on=date(2024, 7, 1), currency="CNY", principal_minor=12_000_000_000,
        rate_ppb=60_000_000, day_count="30E/360",
    )  # fmt: skip
    assert abs(simple_rate(terms, schedule(terms)) - 6_000_000) <= 1


def test_a_fee_on_a_flat_year_is_its_share_in_the_simple_rate() -> None:
    terms = Terms.for_months(
        term_months=12, method="bullet", disbursed_on=date(2024, 7, 1), currency="CNY", principal_minor=100_000,
        rate_ppb=0, day_count="30E/360", fee_minor=5_000,
    )  # fmt: skip
    plan = schedule(terms)
    assert simple_rate(terms, plan) == 5_000_000
    assert annual_rate(flows_of(terms, plan)).effective_percent == "5.263158"


def test_a_plan_without_principal_has_no_simple_rate() -> None:
    terms = Terms.for_months(
        term_months=12, method="bullet", disbursed_on=date(2024, 7, 1), currency="CNY", principal_minor=100_000,
        rate_ppb=0, day_count="30E/360",
    )  # fmt: skip
    with pytest.raises(LoanMathError, match="principal outstanding"):
        simple_rate(terms, [])
