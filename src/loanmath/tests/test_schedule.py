"""Plans: published figures, and what holds for any terms."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loanmath import (
    Calendar,
    DayCount,
    LoanMathError,
    Method,
    Rounding,
    Terms,
    explain_interest,
    schedule,
)
from loanmath.planned import PlanRow, Schedule
from loanmath.rates import ppb_from_percent
from loanmath.shape import Shape
from loanmath.tests import strategies
from loanmath.tests.test_exact import by_hand


def monthly(method: str, principal: int, percent_ppb: int, months: int, **others: object) -> Terms:
    return Terms.for_months(
        term_months=months,
        method=method,
        disbursed_on=date(2024, 7, 1),
        currency="CNY",
        principal_minor=principal * 100,
        rate_ppb=percent_ppb,
        day_count="30E/360",
        **others,
    )


def test_level_instalment_of_100_000_at_4_9_percent_over_120_months() -> None:
    plan = schedule(monthly("level", 100_000, 49_000_000, 120))
    assert plan.level is not None
    assert plan.level.amount_minor == 1055_77
    assert (plan[0].interest_minor, plan[0].principal_minor) == (408_33, 647_44)
    assert (plan[1].interest_minor, plan[1].principal_minor) == (405_69, 650_08)
    assert len(plan) == 120
    assert plan[-1].closing_minor == 0


def test_equal_principal_of_200_000_at_6_percent_over_240_months() -> None:
    plan = schedule(monthly("equal_principal", 200_000, 60_000_000, 240))
    assert plan[0].total_minor == 1833_33
    assert plan[0].principal_minor == 833_33
    # The last row takes the remainder of 240 rounded parts: 837.50 is 833.33 and its interest,
    # to which 80 cents of principal that rounding left over are added.
    assert plan[-1].total_minor == 837_50 + 80


def test_interest_first_of_200_000_at_7_percent() -> None:
    plan = schedule(monthly("interest_first", 200_000, 70_000_000, 12))
    assert {row.interest_minor for row in plan} == {1166_67}
    assert [row.principal_minor for row in plan] == [0] * 11 + [200_000_00]


def test_a_bullet_loan_has_one_row_of_all_its_interest() -> None:
    plan = schedule(monthly("bullet", 10_000, 60_000_000, 9))
    assert len(plan) == 1
    assert (plan[0].accrual_to, plan[0].interest_minor) == (date(2025, 4, 1), 450_00)


def test_a_published_penalty_is_cut_off_or_rounded_as_the_product_says() -> None:
    def one_day(rounding: Rounding) -> int:
        terms = Terms(
            currency="CNY",
            principal_minor=2500_00,
            rate_ppb=49_000_000 * 130 // 100,
            day_count=DayCount.ACT_365F,
            method=Method.BULLET,
            disbursed_on=date(2024, 1, 1),
            first_due_on=date(2024, 1, 2),
            instalments=1,
            rounding=rounding,
        )
        return schedule(terms)[0].interest_minor

    assert (one_day(Rounding.DOWN), one_day(Rounding.HALF_UP)) == (43, 44)


def test_due_dates_move_and_accrual_does_not() -> None:
    terms = monthly("level", 1_000, 60_000_000, 3, business_day="following")
    plan = schedule(terms, Calendar())
    assert plan[1].accrual_to == date(2024, 9, 1)
    assert plan[1].due_on == date(2024, 9, 2)
    assert plan[2].accrual_from == date(2024, 9, 1)


def test_the_working_of_a_row_explains_its_cent() -> None:
    told = explain_interest(schedule(monthly("level", 100_000, 49_000_000, 120))[0])
    assert (told.units, told.year_units, told.numerator) == (
        30,
        360,
        10_000_000 * 49_000_000 * 30,
    )
    assert told.denominator == 360 * 10**9
    assert (told.whole_minor, told.interest_minor) == (40833, 40833)
    assert told.numerator == told.whole_minor * told.denominator + told.remainder
    assert sum(step.numerator for step in told.steps) == told.numerator


def exact_interest(terms: Terms, opening_minor: int, units: int) -> Fraction:
    return Fraction(opening_minor) * Fraction(terms.rate_ppb, 10**9) * Fraction(units, terms.year_units)


def units_of(terms: Terms, row: PlanRow, *, is_last: bool) -> int:
    """Some rules count the last period, or a yearly one, in a way of their own."""
    start, end = row.accrual_from, row.accrual_to
    return terms.day_count.units(start, end, is_last=is_last, is_yearly=terms.is_yearly)


@settings(deadline=None)
@given(strategies.terms(most_instalments=120))
def test_any_plan_repays_exactly_the_principal_with_exact_interest(
    terms: Terms,
) -> None:
    plan = schedule(terms, strategies.NEW_YEAR)
    assert plan.principal_minor == terms.principal_minor
    balance = terms.principal_minor
    for row in plan:
        units = units_of(terms, row, is_last=row is plan[-1])
        assert row.opening_minor == balance
        if terms.method is not Method.FLAT:
            assert row.interest_minor == by_hand(exact_interest(terms, balance, units), terms.rounding)
        assert row.principal_minor >= 0
        balance = row.closing_minor
    assert balance == 0
    for row, nominal in zip(plan, terms.due_dates(), strict=True):
        assert row.accrual_to == min(nominal, row.due_on)
        assert strategies.NEW_YEAR.is_business_day(row.due_on) or terms.business_day == "none"
    assert all(one.accrual_to == other.accrual_from for one, other in zip(plan, plan.rows[1:], strict=False))


@settings(deadline=None)
@given(strategies.terms(most_instalments=36).filter(lambda terms: terms.method is Method.LEVEL))
def test_the_level_instalment_is_the_exact_annuity_rounded(terms: Terms) -> None:
    plan = schedule(terms)
    assert plan.level is not None
    worth, growth = Fraction(0), Fraction(1)
    for row in plan:
        units = units_of(terms, row, is_last=row is plan[-1])
        growth *= 1 + exact_interest(terms, 1, units)
        worth += 1 / growth
    exact = terms.principal_minor / worth
    assert Fraction(plan.level.numerator, plan.level.denominator) == exact
    assert plan.level.amount_minor == by_hand(exact, terms.rounding)


def test_a_principal_smaller_than_its_instalments_still_adds_up() -> None:
    for method in ("level", "equal_principal"):
        for rounding in Rounding:
            plan: Schedule = schedule(
                Terms.for_months(
                    term_months=12,
                    method=method,
                    disbursed_on=date(2024, 1, 31),
                    currency="JPY",
                    principal_minor=7,
                    rate_ppb=200_000_000,
                    day_count="act/360",
                    rounding=rounding,
                )
            )
            assert plan.principal_minor == 7
            assert min(row.principal_minor for row in plan) >= 0


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"currency": "RMB"}, "unknown_currency", "currency"),
        ({"principal_minor": 0}, "out_of_range", "principal_minor"),
        ({"rate_ppb": -1}, "out_of_range", "rate_ppb"),
        ({"instalments": 0}, "out_of_range", "instalments"),
        ({"day_count": "act/act"}, "unknown_choice", "day_count"),
        ({"method": "bullet"}, "bullet_has_one_row", "instalments"),
        ({"first_due_on": date(2024, 1, 1)}, "first_due_too_early", "first_due_on"),
    ],
)
def test_terms_without_meaning_are_refused(change: dict[str, object], code: str, field: str) -> None:
    good: dict[str, object] = {
        "currency": "CNY",
        "principal_minor": 100,
        "rate_ppb": 1,
        "day_count": "act/360",
        "method": "level",
        "disbursed_on": date(2024, 1, 1),
        "first_due_on": date(2024, 2, 1),
        "instalments": 3,
    }
    with pytest.raises(LoanMathError) as caught:
        Terms(**(good | change))  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == (code, field)
    assert "{" not in str(caught.value)


@given(strategies.terms())
def test_terms_survive_json(terms: Terms) -> None:
    assert Terms.from_json(terms.to_json()) == terms


def test_an_unknown_term_is_named() -> None:
    data = monthly("level", 1_000, 1, 3).to_json() | {"colour": "red"}
    with pytest.raises(LoanMathError, match="colour is no term"):
        Terms.from_json(data)


@given(st.data())
def test_later_instalments_of_a_level_plan_are_equal(data: st.DataObject) -> None:
    months = data.draw(st.integers(2, 60))
    plan = schedule(
        monthly(
            "level",
            data.draw(st.integers(100, 10**6)),
            data.draw(strategies.rates),
            months,
        )
    )
    assert plan.level is not None
    assert {row.total_minor for row in plan.rows[:-1]} == {plan.level.amount_minor}


def test_accrual_ends_with_a_due_date_that_moves_ahead_of_it() -> None:
    """30 June 2024 is a Sunday: modified following falls due on Friday the 28th."""
    terms = Terms.from_json(
        monthly("interest_first", 360, 10**9 // 10, 3).to_json()
        | {"disbursed_on": "2024-05-30", "first_due_on": "2024-06-30", "day_count": "act/360"}
        | {"business_day": "modified_following"}
    )
    plan = schedule(terms, Calendar())
    assert (plan[0].accrual_to, plan[0].due_on, plan[0].interest_minor) == (date(2024, 6, 28), date(2024, 6, 28), 2_90)
    assert (plan[1].accrual_from, plan[1].interest_minor) == (date(2024, 6, 28), 3_20)


def test_a_due_date_never_moves_ahead_of_the_disbursement() -> None:
    terms = Terms.from_json(
        monthly("level", 360, 10**8, 3).to_json()
        | {"disbursed_on": "2024-06-28", "first_due_on": "2024-06-30", "business_day": "modified_following"}
    )
    assert schedule(terms, Calendar())[0].due_on == date(2024, 7, 1)


def test_a_down_payment_rounded_to_a_multiple_is_never_more_than_the_sum() -> None:
    plan = schedule(monthly("level", 100, 120_000_000, 3, down_payment_ppb=10**9, shape=Shape(multiple_minor=60_00)))
    assert [row.principal_minor for row in plan] == [100_00, 0, 0, 0]


def test_a_plan_beyond_the_last_year_there_is_is_refused() -> None:
    for change in ({"frequency": "P1M"}, {"frequency": "P1D"}):
        data = monthly("level", 100, 1, 3).to_json() | {"disbursed_on": "9999-12-15", "first_due_on": None} | change
        with pytest.raises(LoanMathError, match="beyond the year 9999"):
            schedule(Terms.from_json(data | {"instalments": 60}))


def test_a_calendar_without_working_days_is_refused() -> None:
    for weekend in (range(7), [9]):
        with pytest.raises(LoanMathError, match="at most six"):
            Calendar.of(weekend=weekend)


@pytest.mark.parametrize("text", ["Infinity", "NaN", "1e400"])
def test_a_rate_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(LoanMathError):
        monthly("level", 100, ppb_from_percent(text), 3)


@given(strategies.terms())
def test_the_working_of_every_row_comes_to_what_the_row_accrues(of: Terms) -> None:
    for row in schedule(of):
        told = explain_interest(row)
        exact = Fraction(told.numerator, told.denominator)
        assert abs(told.rounded_minor - exact) < 1
        assert told.rounded_minor + told.balancing_minor == row.accrued_minor
        assert of.method is Method.FLAT or told.balancing_minor == 0
