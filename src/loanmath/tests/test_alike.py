"""Rows that differ in their dates alone: over columns the same plan as period by period."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loanmath import BusinessDayRule, DayCount, Method, Rounding, Terms, guess
from loanmath.calendar import NO_REST_DAYS
from loanmath.course import plan
from loanmath.frequency import Frequency, OddPeriod, OddPeriods
from loanmath.level import level_instalment
from loanmath.periods import AlikePeriods, periods
from loanmath.rounding import EDGES, divide, divide_all
from loanmath.shape import Shape
from loanmath.tests.strategies import terms


@st.composite
def shaped(draw: st.DrawFn) -> Terms:
    """Instalments rounded to a multiple, which may repay the loan early, or a balloon and a long first row."""
    of = draw(terms())
    shapes = [Shape()]
    if of.method not in (Method.INTEREST_FIRST, Method.BULLET):
        shapes.append(Shape(multiple_minor=100, multiple_rounding=Rounding.UP))
    if of.method in (Method.LEVEL, Method.EQUAL_PRINCIPAL):
        shapes.append(Shape(balloon_minor=of.principal_minor * 2))
    return replace(of, shape=draw(st.sampled_from(shapes)))


@given(shaped())
def test_columns_give_the_plan_that_the_periods_give_one_by_one(of: Terms) -> None:
    columns = periods(of, NO_REST_DAYS)
    by_columns = plan(of, columns, of.principal_minor)
    one_by_one = plan(of, tuple(columns), of.principal_minor)
    assert by_columns == one_by_one
    assert [row.working for row in by_columns] == [row.working for row in one_by_one]


@given(terms())
def test_columns_are_the_periods(of: Terms) -> None:
    columns = periods(of, NO_REST_DAYS)
    if isinstance(columns, AlikePeriods):
        assert columns.factors == [period.factor for period in columns]
        assert {period.divisor for period in columns} == {columns.divisor}
        assert [columns[place] for place in range(len(columns))] == list(columns)


@given(terms(), st.integers(1, 10**15))
def test_the_level_instalment_is_its_exact_quotient_rounded_once(of: Terms, balance_minor: int) -> None:
    level = level_instalment(of, periods(of, NO_REST_DAYS), balance_minor)
    assert level.amount_minor == of.to_multiple(level.numerator, level.denominator)


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 366), min_size=1, max_size=400),
    st.integers(1, 10**15),
    st.integers(0, 10**15),
    st.sampled_from([1, 100, 10_000]),
    st.sampled_from(list(Rounding)),
)
@example(0, [30], 3, 0, 1, Rounding.HALF_EVEN)
@example(0, [30, 30], 3, 0, 1, Rounding.HALF_UP)
@example(10**12, [366] * 400, 10**15, 10**15, 1, Rounding.UP)
def test_a_guessed_instalment_is_the_exact_one_or_none(
    rate_ppb: int, units: list[int], amount_minor: int, balloon_minor: int, multiple_minor: int, mode: Rounding
) -> None:
    divisor = 365 * 10**9
    growth, value = Fraction(1), Fraction(0)
    for count in units:
        step = 1 + Fraction(rate_ppb * count, divisor)
        growth, value = growth * step, value * step + 1
    exact = max(Fraction(0), amount_minor * growth - balloon_minor) / value / multiple_minor
    amounts = (amount_minor, balloon_minor, multiple_minor)
    found = guess.level_instalment(rate_ppb, units, divisor, *amounts, EDGES.get(mode, "half"))
    assert found in (None, divide(exact.numerator, exact.denominator, mode) * multiple_minor)


GUESSED_WRONG = {
    "half": [900_000_000_039_595, 900_000_000_047_514, 900_000_000_055_433, 900_000_000_324_679],
    "up": [900_000_000_182_137, 900_000_000_190_056, 900_000_000_459_302, 900_000_000_467_221],
    "down": [900_000_000_182_137, 900_000_000_190_056, 900_000_000_459_302, 900_000_000_467_221],
}
"""Amounts whose instalment a binary fraction of 53 bits gets wrong by one, over 360 months at 4.9 %."""


@pytest.mark.parametrize("mode", list(Rounding))
def test_an_instalment_that_a_binary_fraction_gets_wrong_is_found_in_whole_numbers(mode: Rounding) -> None:
    growth, value = Fraction(1), Fraction(0)
    for _ in range(360):
        step = 1 + Fraction(49_000_000 * 30, 360 * 10**9)
        growth, value = growth * step, value * step + 1
    of = Terms.for_months(
        term_months=360,
        method=Method.LEVEL,
        disbursed_on=date(2024, 7, 1),
        currency="CNY",
        principal_minor=1,
        rate_ppb=49_000_000,
        day_count=DayCount.THIRTY_E_360,
        rounding=mode,
    )
    ahead, edge = periods(of, NO_REST_DAYS), EDGES.get(mode, "half")
    for amount in GUESSED_WRONG[edge]:
        exact = amount * growth / value
        assert level_instalment(of, ahead, amount).amount_minor == divide(exact.numerator, exact.denominator, mode)
        assert guess.level_instalment(49_000_000, [30] * 360, 360 * 10**9, amount, 0, 1, edge) is None


@pytest.mark.parametrize("edge", ["half", "up", "down"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_balloon_of_more_than_what_is_owed_leaves_no_instalment(edge: str, count: int) -> None:
    found = guess.level_instalment(40_000_000, [30] * count, 360 * 10**9, 1_000_00, 2_000_00, 1, edge)
    assert found in (0, None)


def test_a_guess_is_taken_where_there_is_no_doubt() -> None:
    assert guess.level_instalment(40_000_000, [30] * 12, 360 * 10**9, 120_000_00, 0, 1, "half") == 10_217_99


@pytest.mark.parametrize("mode", list(Rounding))
@given(numerators=st.lists(st.integers(0, 10**30)), denominator=st.integers(1, 10**15))
def test_many_quotients_are_rounded_as_one_is(mode: Rounding, numerators: list[int], denominator: int) -> None:
    assert divide_all(numerators, denominator, mode) == [divide(one, denominator, mode) for one in numerators]


def test_a_part_that_is_used_up_before_the_last_row_leaves_rows_of_nothing() -> None:
    """Three cents over five rows, rounded up: a cent in each of the first three."""
    of = Terms.for_months(
        term_months=5,
        method=Method.EQUAL_PRINCIPAL,
        disbursed_on=date(2024, 1, 15),
        currency="CNY",
        principal_minor=3,
        rate_ppb=0,
        day_count="act/365F",
        rounding=Rounding.UP,
    )
    assert [row.principal_minor for row in plan(of, periods(of, NO_REST_DAYS), 3)] == [1, 1, 1, 0, 0]


@pytest.mark.parametrize("rounding", [Rounding.HALF_UP, Rounding.HALF_EVEN])
def test_interest_beyond_the_instalment_is_asked_for_and_no_principal_with_it(rounding: Rounding) -> None:
    """Five years at 24 % before the first row: 14,400.00, more than (12,000 x 2.2 x 1.02^2 - 26,000) / (1.02 (1 + 1.02) + 1)."""
    of = Terms(
        currency="CNY",
        principal_minor=12_000_00,
        rate_ppb=240_000_000,
        day_count=DayCount.THIRTY_E_360,
        method=Method.LEVEL,
        disbursed_on=date(2024, 7, 1),
        first_due_on=date(2029, 7, 1),
        instalments=3,
        rounding=rounding,
        shape=Shape(balloon_minor=26_000_00),
    )
    exact = (12_000_00 * Fraction(11, 5) * Fraction(51, 50) ** 2 - 26_000_00) / (
        Fraction(51, 50) * Fraction(101, 50) + 1
    )
    made = plan(of, periods(of, NO_REST_DAYS), of.principal_minor)
    assert made.level is not None
    assert made.level.amount_minor == round(exact)
    second = round(exact) - 240_00
    assert [(row.principal_minor, row.interest_minor) for row in made][:2] == [(0, 14_400_00), (second, 240_00)]


@given(terms())
def test_each_period_counts_its_days_by_the_rule_of_the_loan(of: Terms) -> None:
    found = periods(of, NO_REST_DAYS)
    last = found[-1].number
    assert [period.units(period.start, period.end) for period in found] == [
        of.day_count.units(period.start, period.end, is_last=period.number == last, is_yearly=of.is_yearly)
        for period in found
    ]
    assert [sum(one.units for one in period.stretches) for period in found] == [
        period.units(period.start, period.end) for period in found
    ]


def test_a_separate_first_row_is_one_row_more_that_pays_no_principal() -> None:
    of = Terms(
        currency="CNY",
        principal_minor=12_000_00,
        rate_ppb=36_000_000,
        day_count=DayCount.ACT_360,
        method=Method.EQUAL_PRINCIPAL,
        disbursed_on=date(2024, 7, 1),
        frequency=Frequency.parse("P1M@20"),
        odd=OddPeriods(first=OddPeriod.SEPARATE),
        instalments=3,
    )
    made = plan(of, periods(of, NO_REST_DAYS), of.principal_minor)
    assert [(row.due_on.day, row.principal_minor) for row in made] == [
        (20, 0),
        (20, 4_000_00),
        (20, 4_000_00),
        (20, 4_000_00),
    ]


def test_where_the_parts_of_a_plan_of_its_own_have_ended_nothing_is_paid_before_the_last_row() -> None:
    of = Terms.for_months(
        term_months=4,
        method=Method.CUSTOM,
        disbursed_on=date(2024, 7, 1),
        currency="CNY",
        principal_minor=1_000,
        rate_ppb=0,
        day_count=DayCount.ACT_360,
        shape=Shape(parts=(100,)),
    )
    assert [row.principal_minor for row in plan(of, periods(of, NO_REST_DAYS), 1_000)] == [100, 0, 0, 900]


def test_parts_of_one_unit_and_of_nothing_are_paid_as_agreed_where_rows_are_laid_one_by_one() -> None:
    of = Terms.for_months(
        term_months=4,
        method=Method.CUSTOM,
        disbursed_on=date(2024, 7, 1),
        currency="CNY",
        principal_minor=1_000,
        rate_ppb=0,
        day_count=DayCount.ACT_360,
        business_day=BusinessDayRule.FOLLOWING,
        shape=Shape(parts=(1, 0, 2)),
    )
    assert [row.principal_minor for row in plan(of, periods(of, NO_REST_DAYS), 1_000)] == [1, 0, 2, 997]


@pytest.mark.parametrize(
    ("principal", "shape", "parts"),
    [
        # 600 in parts of a half, one and a half; the last row pays the balloon besides
        (1_000, Shape(weights=(1, 2), balloon_minor=400), [150, 300, 550]),
        (100, Shape(balloon_minor=100), [0, 0, 100]),
        (100, Shape(balloon_minor=100, weights=(1, 2)), [0, 0, 100]),
        (300, Shape(amortised_over=3), [100, 100, 100]),
        (300, Shape(amortised_over=4), [75, 75, 150]),
    ],
)
def test_equal_parts_leave_what_the_balloon_or_later_rows_would_pay(
    principal: int, shape: Shape, parts: list[int]
) -> None:
    of = Terms.for_months(
        term_months=3,
        method=Method.EQUAL_PRINCIPAL,
        disbursed_on=date(2024, 7, 1),
        currency="CNY",
        principal_minor=principal,
        rate_ppb=0,
        day_count=DayCount.ACT_360,
        rounding=Rounding.UP,
        shape=shape,
    )
    assert [row.principal_minor for row in plan(of, periods(of, NO_REST_DAYS), principal)] == parts
