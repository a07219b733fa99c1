"""Regulation Z, Appendix J: the examples of paragraph (c), from dates to rates, and how unit-periods are counted."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from loanmath import LoanMathError, add_months
from loanmath.apr import DatedFlow, RateLabel, Regime, UnitPeriod, regime_rate, unit_period_of
from loanmath.apr.unit_periods import Unit, nominal_day

MONTH, WEEK = UnitPeriod(Unit.MONTH), UnitPeriod(Unit.WEEK)
Payments = list[tuple[date, int]]


def monthly(first: date, times: int, amount: int, step: int = 1) -> Payments:
    return [(add_months(first, place * step), amount) for place in range(times)]


def daily(first: date, times: int, amount: int, step: int) -> Payments:
    return [(first + timedelta(days=place * step), amount) for place in range(times)]


def half_monthly(first: date, times: int, amount: int) -> Payments:
    return [(add_months(first, place // 2).replace(day=16 if place % 2 else 1), amount) for place in range(times)]


FEBRUARY = date(1978, 2, 10)
JANUARY = date(1978, 1, 10)
EXAMPLES: list[tuple[str, date, int, Payments, str, tuple[int, Fraction], str]] = [
    # paragraph, advance, amount, payments, unit-period, first payment after, rate
    ("(c)(1)(i)", JANUARY, 5000_00, monthly(FEBRUARY, 24, 230_00), "month", (1, Fraction(0)), "9.69"),
    ("(c)(1)(ii)", FEBRUARY, 6000_00, monthly(date(1978, 4, 1), 36, 200_00), "month", (1, Fraction(19, 30)), "11.82"),
    (
        "(c)(1)(iii)", date(1978, 2, 23), 5000_00, half_monthly(date(1978, 3, 1), 24, 219_17),
        "half-month", (0, Fraction(6, 15)), "10.34",
    ),
    (
        "(c)(1)(iv)", date(1978, 5, 23), 10000_00, monthly(date(1978, 10, 1), 40, 385_00, 3),
        "3 months", (1, Fraction(39, 90)), "8.97",
    ),
    ("(c)(1)(v)", date(1978, 3, 20), 500_00, daily(date(1978, 4, 21), 30, 17_60, 7), "week", (4, Fraction(4, 7)), "14.96"),
    (
        "(c)(2)(i)", JANUARY, 5000_00, [(FEBRUARY, 250_00), *monthly(date(1978, 3, 10), 23, 230_00)],
        "month", (1, Fraction(0)), "10.08",
    ),
    (
        "(c)(2)(ii)", date(1978, 3, 18), 400_00, [(date(1978, 4, 20), 39_50), *daily(date(1978, 5, 18), 11, 38_31, 28)],
        "4 weeks", (1, Fraction(5, 28)), "28.50",
    ),
    (
        "(c)(3)(i)", JANUARY, 5000_00, [*monthly(FEBRUARY, 23, 230_00), (date(1980, 1, 10), 280_00)],
        "month", (1, Fraction(0)), "10.50",
    ),
    (
        "(c)(3)(ii)", date(1978, 4, 3), 200_00, [*daily(date(1978, 4, 11), 19, 9_50, 14), (date(1979, 1, 2), 30_00)],
        "2 weeks", (0, Fraction(8, 14)), "12.22",
    ),
    (
        "(c)(4)(i)", JANUARY, 5000_00,
        [(FEBRUARY, 250_00), *monthly(date(1978, 3, 10), 22, 230_00), (date(1980, 1, 10), 280_00)],
        "month", (1, Fraction(0)), "10.90",
    ),
    (
        "(c)(4)(ii)", JANUARY, 8000_00,
        [(date(1978, 3, 1), 449_36), *monthly(date(1978, 5, 1), 18, 465_00, 2), (date(1981, 5, 1), 200_00)],
        "2 months", (0, Fraction(52, 60)), "7.30",
    ),
    ("(c)(5)(i)", date(1978, 1, 3), 1000_00, [(date(1978, 9, 15), 1080_00)], "255 days", (1, Fraction(0)), "11.45"),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0])
def test_the_examples_of_appendix_j_follow_from_their_dates(
    example: tuple[str, date, int, Payments, str, tuple[int, Fraction], str],
) -> None:
    _, advance, amount, payments, unit, first, percent = example
    found = unit_period_of([advance], [on for on, _ in payments])
    assert (str(found), found.between(advance, payments[0][0])) == (unit, first)
    made = regime_rate(
        Regime.UNITED_STATES, [DatedFlow(advance, -amount), *(DatedFlow(on, paid) for on, paid in payments)]
    )
    assert made.shown.label is RateLabel.APR_US
    assert made.unit == unit
    assert abs(made.shown.micro_percent - int(Fraction(percent) * 10**6)) <= 5_000


@pytest.mark.parametrize(
    ("unit", "a_year"),
    [
        (UnitPeriod(Unit.DAY), 365), (UnitPeriod(Unit.DAY, 255), Fraction(365, 255)), (WEEK, 52),
        (UnitPeriod(Unit.WEEK, 2), 26), (UnitPeriod(Unit.WEEK, 4), 13), (UnitPeriod(Unit.HALF_MONTH), 24),
        (MONTH, 12), (UnitPeriod(Unit.MONTH, 3), 4), (UnitPeriod(Unit.MONTH, 5), Fraction(12, 5)), (UnitPeriod(Unit.YEAR), 1),
    ],
)  # fmt: skip
def test_a_year_has_so_many_unit_periods(unit: UnitPeriod, a_year: Fraction | int) -> None:
    assert unit.periods_a_year == a_year


@pytest.mark.parametrize(
    ("unit", "earlier", "later", "expected"),
    [
        (UnitPeriod(Unit.YEAR), date(2023, 10, 26), date(2023, 11, 30), (0, Fraction(35, 365))),
        (UnitPeriod(Unit.YEAR), date(2023, 1, 15), date(2024, 6, 15), (1, Fraction(5, 12))),
        (UnitPeriod(Unit.YEAR), date(2023, 1, 15), date(2024, 6, 20), (1, Fraction(156, 365))),
        (UnitPeriod(Unit.DAY), date(2023, 10, 26), date(2023, 11, 30), (35, Fraction(0))),
        (MONTH, date(2024, 1, 1), date(2024, 1, 31), (1, Fraction(0))),  # 30 days of 30
        (UnitPeriod(Unit.MONTH, 3), date(1978, 7, 23), date(1978, 10, 1), (0, Fraction(69, 90))),
    ],
)
def test_days_beyond_whole_unit_periods_are_their_fraction(
    unit: UnitPeriod, earlier: date, later: date, expected: tuple[int, Fraction]
) -> None:
    assert unit.between(earlier, later) == expected


def test_payments_at_the_ends_of_months_are_whole_months_apart() -> None:
    ends = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)]
    days = [nominal_day(end, ends) for end in ends]
    assert days == [31, 31, 31, 31]
    assert [MONTH.between(date(2023, 12, 31), end, 31) for end in ends] == [
        (count, Fraction(0)) for count in (1, 2, 3, 4)
    ]


def test_a_series_on_the_thirtieth_uses_the_last_day_of_february() -> None:
    series = [date(2023, 1, 30), date(2023, 2, 28), date(2023, 3, 30)]
    assert [nominal_day(on, series) for on in series] == [30, 30, 30]
    assert MONTH.between(date(2022, 12, 30), series[1], 30) == (2, Fraction(0))


@pytest.mark.parametrize(
    ("advances", "payments", "unit"),
    [
        ([date(2024, 1, 1)], [date(2024, 7, 1)], "6 months"),
        ([date(2024, 1, 1)], [date(2026, 7, 1)], "year"),  # a single payment's term, at most a year
        ([date(2024, 1, 1)], [date(2024, 1, 31)], "30 days"),
        ([date(2024, 1, 1)], [date(2026, 1, 1), date(2028, 1, 1)], "year"),  # longer than a year is a year
        ([date(2023, 1, 10)], [date(2023, 2, 10), date(2023, 3, 10)], "month"),  # of which one is also four weeks
        ([date(2024, 1, 1)], [date(2024, 1, 11), date(2024, 1, 21)], "10 days"),
        # Twice a month and twice a week: the smaller; no period twice: the average, 48 days, nearest 7 weeks of 49.
        ([date(2024, 1, 1)], [date(2024, 2, 1), date(2024, 3, 1), date(2024, 3, 8), date(2024, 3, 15)], "week"),
        ([date(2024, 1, 1)], [date(2024, 2, 10), date(2024, 4, 6)], "7 weeks"),
        ([date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)], [date(2024, 6, 1), date(2024, 9, 1)], "month"),
    ],
)
def test_the_unit_period_is_the_period_that_occurs_most(advances: list[date], payments: list[date], unit: str) -> None:
    assert str(unit_period_of(advances, payments)) == unit


def test_a_payment_must_come_after_the_advance() -> None:
    with pytest.raises(LoanMathError) as caught:
        unit_period_of([date(2024, 1, 1)], [date(2024, 1, 1)])
    assert caught.value.code == "flow_out_of_range"
    early = [DatedFlow(date(2024, 1, 1), -100), DatedFlow(date(2023, 1, 1), 5), DatedFlow(date(2024, 6, 1), 105)]
    with pytest.raises(LoanMathError, match="deduct it from the advance"):
        regime_rate(Regime.UNITED_STATES, early)
