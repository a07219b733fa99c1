"""Shapes, graces and steps of the rate: published figures, and what holds for any plan.

Sources: EU-nn are the examples of the European Commission's APRC paper of January 2015 (Soto, Markt/2014/107),
CURO-6 is example 6 of the library curo 1.0.0; 200,000 at 6 % over 240 months unless said otherwise.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loanmath import DayCount, LoanMathError, Method, Rounding, Terms, schedule
from loanmath.frequency import Frequency, OddPeriod, OddPeriods
from loanmath.planned import Schedule
from loanmath.shape import Grace, Shape
from loanmath.terms import RateStep, Repricing, Tranche, TrancheRows

START = date(2024, 1, 15)


def loan(
    method: str = "level", principal: int = 200_000, ppb: int = 60_000_000, rows: int = 240, **others: object
) -> Terms:
    return Terms.for_months(
        **{
            "term_months": rows,
            "method": method,
            "disbursed_on": START,
            "currency": "EUR",
            "principal_minor": principal * 100,
            "rate_ppb": ppb,
            "day_count": "30E/360",
        }
        | others  # type: ignore[arg-type]
    )


def totals(plan: Schedule) -> list[int]:
    return [row.total_minor for row in plan]


def test_an_instalment_that_grows_by_three_percent_a_year() -> None:
    """EU-09."""
    found = totals(schedule(loan(shape=Shape(growth_ppb=30_000_000))))
    assert [found[12 * year] for year in range(7)] == [1130_33, 1164_24, 1199_17, 1235_14, 1272_20, 1310_36, 1349_67]
    assert len(set(found[:-1])) == 20


def test_an_instalment_that_falls_by_three_percent_a_year() -> None:
    """EU-10."""
    found = totals(schedule(loan(shape=Shape(growth_ppb=-30_000_000))))
    assert [found[12 * year] for year in range(7)] == [1778_58, 1725_22, 1673_47, 1623_26, 1574_56, 1527_33, 1481_51]


def test_instalments_of_weights_1_0_6_and_0_4() -> None:
    """Example of the library curo: 10,000 at 7 %, four instalments of each weight."""
    weights = (10,) * 4 + (6,) * 4 + (4,) * 4
    found = totals(schedule(loan(principal=10_000, ppb=70_000_000, rows=12, shape=Shape(weights=weights))))
    assert found[:11] == [1288_89] * 4 + [773_34] * 4 + [515_56] * 3


def test_farming_pays_principal_after_the_harvest_alone() -> None:
    """Months of weight zero ask for their interest; the three of the harvest repay equal parts."""
    plan = schedule(loan("equal_principal", 90_000, 48_000_000, 12, shape=Shape(weights=(0,) * 8 + (1, 1, 1, 0))))
    assert [row.principal_minor for row in plan] == [0] * 8 + [30_000_00] * 3 + [0]
    assert [row.interest_minor for row in plan] == [360_00] * 9 + [240_00, 120_00, 0]


def test_a_seasonal_level_plan_pays_interest_between_its_seasons() -> None:
    plan = schedule(loan("level", 100_000, 60_000_000, 12, shape=Shape(weights=(0, 0, 0, 0, 0, 1))))
    assert plan.level is not None
    # the balance stays for five months of interest at 500.00, then grows one month and pays E: P g^2 = E g + E
    exact = Fraction(100_000_00) * Fraction(201, 200) ** 2 / (1 + Fraction(201, 200))
    assert Fraction(plan.level.numerator, plan.level.denominator) == exact
    assert totals(plan)[:6] == [500_00] * 5 + [plan.level.amount_minor]


def test_level_in_advance() -> None:
    """CURO-6: three instalments on the day of disbursement, five after it."""
    plan = schedule(loan(principal=10_000, ppb=70_000_000, rows=5, shape=Shape(advance=3)))
    assert plan.level is not None
    assert (plan.level.amount_minor, plan[0].total_minor) == (1263_64, 3790_91)
    assert (plan[0].due_on, plan[0].interest_minor, len(plan)) == (START, 0, 6)
    assert plan.principal_minor == 10_000_00


def test_a_payment_that_repays_the_loan_with_the_very_last_row_there_may_be_is_enough() -> None:
    plan = schedule(small("fixed", 12, rate_ppb=0, shape=Shape(instalment_minor=1_000_00)))
    assert [row.principal_minor for row in plan] == [1_000_00] * 12


def test_half_a_cent_of_interest_goes_to_the_even_cent_in_a_level_plan() -> None:
    """1 % of 2.50 is half a cent beyond 2: half even gives 2, half up 3."""
    of = Terms.for_months(
        term_months=3, method="level", disbursed_on=START, currency="CNY", principal_minor=250, rate_ppb=120_000_000,
        day_count="30/360", rounding="half_even",
    )  # fmt: skip
    assert [
        schedule(replace(of, rounding=how))[0].interest_minor for how in (Rounding.HALF_EVEN, Rounding.HALF_UP)
    ] == [2, 3]


def test_a_fixed_instalment_finds_its_number() -> None:
    """Frappe Lending: 280,000 at 8.4 % by 14,000 a month is 22 rows and 22,712 interest."""
    plan = schedule(loan("fixed", 280_000, 84_000_000, 600, shape=Shape(instalment_minor=14_000_00)))
    assert (len(plan), round(Fraction(plan.interest_minor, 100))) == (22, 22_712)


def unrounded(principal: int, share: Fraction, floor: int, month: Fraction) -> tuple[int, Fraction]:
    """How often a minimum payment takes, and the last one, if no row is rounded."""
    balance, count = Fraction(principal), 0
    while True:
        owed, count = balance * (1 + month), count + 1
        payment = max(owed * share, Fraction(floor))
        if payment >= owed:
            return count, owed
        balance = owed - payment


def test_a_minimum_payment() -> None:
    """EU-15: 2 % of capital and interest, at least 300: 228 rows, the last 274.76.

    The source rounds no row, as the independent loop shows; ours are money.  Half a cent a row makes 8 cents of
    difference in the last: the tolerance is 10.
    """
    plan = schedule(loan("minimum", rows=600, shape=Shape(minimum_ppb=20_000_000, minimum_minor=300_00)))
    assert totals(plan)[:9] == [4020_00, 3959_30, 3899_51, 3840_63, 3782_64, 3725_52, 3669_26, 3613_86, 3559_29]
    count, last = unrounded(200_000_00, Fraction(2, 100), 300_00, Fraction(5, 1000))
    assert (count, round(last)) == (228, 274_76)
    assert len(plan) == 228
    assert abs(plan[-1].total_minor - 274_76) <= 10


def test_a_balloon_that_is_amortised_over_thirty_years() -> None:
    """EU-07: month 180 of 360 leaves 142,097.69 (not rounded row by row in the source)."""
    plan = schedule(loan(rows=180, shape=Shape(amortised_over=360)))
    assert plan.level is not None
    assert plan.level.amount_minor == 1199_10
    assert abs(plan[-1].total_minor - plan.level.amount_minor - 142_097_69) <= 90


def test_a_balloon_by_amount_is_paid_besides_the_last_instalment() -> None:
    plan = schedule(loan(rows=36, shape=Shape(balloon_minor=50_000_00)))
    assert plan.level is not None
    assert abs(plan[-1].total_minor - plan.level.amount_minor - 50_000_00) <= 36
    equal = schedule(loan("equal_principal", rows=36, shape=Shape(balloon_minor=20_000_00)))
    assert [row.principal_minor for row in equal] == [5_000_00] * 35 + [25_000_00]


def test_interest_of_a_bullet_may_be_capitalised_every_month() -> None:
    """EU-40: 200,000 at 7.5 % for six months is 207,618.17; the source does not round the interest that it adds, ours
    is money: six roundings of at most half a cent."""
    plan = schedule(loan("bullet", ppb=75_000_000, rows=6, grace=Grace(capitalised=5)))
    assert totals(plan)[:5] == [0] * 5
    assert round(200_000_00 * Fraction(161, 160) ** 6) == 207_618_17
    assert abs(plan[-1].total_minor - 207_618_17) <= 3


@pytest.mark.parametrize(
    ("frequency", "rows", "disbursed_on", "first_due_on", "instalment"),
    [
        # Three days more, and a first period of fourteen days: the source compounds the odd days, ours are simple.
        ("P1M", 240, START, date(2024, 2, 18), 1433_57),
        ("P1M", 240, START, date(2024, 1, 29), 1429_01),
        # EU-02-3: 34 odd days of simple interest, then years.
        ("P1Y", 20, date(2012, 1, 12), date(2012, 2, 15), 16_541_86),
    ],
)
def test_odd_first_periods(frequency: str, rows: int, disbursed_on: date, first_due_on: date, instalment: int) -> None:
    plan = schedule(odd(frequency, rows, disbursed_on=disbursed_on, first_due_on=first_due_on))
    assert plan.level is not None
    assert plan.level.amount_minor == instalment


def odd(frequency: str, rows: int, **others: object) -> Terms:
    """200,000 at 6 %, whole periods counted, odd days over 365."""
    return Terms(
        **{
            "currency": "EUR",
            "principal_minor": 200_000_00,
            "rate_ppb": 60_000_000,
            "day_count": DayCount.ACT_365F,
            "method": Method.LEVEL,
            "disbursed_on": START,
            "instalments": rows,
            "frequency": Frequency.parse(frequency),
            "counts_periods": True,
        }
        | others  # type: ignore[arg-type]
    )


def test_a_separate_odd_period_asks_for_its_interest_alone() -> None:
    """Ten days before the first of three parts; 1 April to 11 April after the last whole period."""
    first = schedule(
        odd(
            "P1M@20",
            3,
            disbursed_on=date(2024, 1, 10),
            odd=OddPeriods(first=OddPeriod.SEPARATE),
            method="equal_principal",
        )
    )
    assert [row.due_on.isoformat() for row in first] == ["2024-01-20", "2024-02-20", "2024-03-20", "2024-04-20"]
    assert [row.principal_minor for row in first] == [0, 66_666_67, 66_666_67, 66_666_66]
    # 200,000 x 6 % x 10/365 = 328.767; whole months at 0.5 %
    assert [row.interest_minor for row in first] == [328_77, 1000_00, 666_67, 333_33]


def test_whole_periods_bear_the_same_interest_whatever_their_days() -> None:
    by_periods = schedule(odd("P1M", 12, method="interest_first"))
    assert {row.interest_minor for row in by_periods} == {1000_00}
    by_days = schedule(odd("P1M", 12, method="interest_first", counts_periods=False))
    assert {row.interest_minor for row in by_days} == {1019_18, 953_42, 986_30}


# --- graces ---------------------------------------------------------------------------------------------------------


def small(method: str = "level", rows: int = 6, **others: object) -> Terms:
    """12,000 at 12 %: one percent a month."""
    return loan(method, 12_000, 120_000_000, rows, **others)


def parts(terms: Terms) -> list[tuple[int, int]]:
    return [(row.principal_minor, row.interest_minor) for row in schedule(terms)]


def test_grace_on_principal() -> None:
    assert parts(small("equal_principal", grace=Grace(principal=2))) == [
        (0, 120_00), (0, 120_00), (3000_00, 120_00), (3000_00, 90_00), (3000_00, 60_00), (3000_00, 30_00)
    ]  # fmt: skip
    level = schedule(small(grace=Grace(principal=2)))
    assert level.level is not None
    # 12,000 x 0.01 / (1 - 1.01^-4)
    assert level.level.amount_minor == round(Fraction(12_000, 1) / (1 - Fraction(100, 101) ** 4))
    assert totals(level)[:2] == [120_00, 120_00]


def test_grace_on_the_payment_of_interest() -> None:
    """It falls due, without interest on it, with the first row after the grace."""
    assert parts(small("interest_first", 4, grace=Grace(interest=2))) == [
        (0, 0), (0, 0), (0, 360_00), (12_000_00, 120_00)
    ]  # fmt: skip


def test_a_time_free_of_interest() -> None:
    assert parts(small("equal_principal", 4, grace=Grace(interest_free=2))) == [
        (3000_00, 0), (3000_00, 0), (3000_00, 60_00), (3000_00, 30_00)
    ]  # fmt: skip


def test_capitalised_interest_bears_interest() -> None:
    plan = schedule(small("interest_first", 4, grace=Grace(capitalised=2)))
    assert [(row.principal_minor, row.interest_minor, row.capitalised_minor) for row in plan] == [
        (0, 0, 120_00), (0, 0, 121_20), (0, 122_41, 0), (12_241_20, 122_41, 0)
    ]  # fmt: skip


def test_a_holiday_in_the_middle_is_capitalised_and_the_rest_levelled_with_it() -> None:
    plan = schedule(small(rows=5, grace=Grace(holidays=(2, 3))))
    assert plan.level is not None
    growth = Fraction(101, 100)
    exact = 12_000_00 * growth**5 / (growth**4 + growth + 1)
    assert Fraction(plan.level.numerator, plan.level.denominator) == exact
    assert totals(plan)[:4] == [plan.level.amount_minor, 0, 0, plan.level.amount_minor]
    assert plan[1].capitalised_minor == divided(plan[1].opening_minor, 100)


def divided(amount: int, by: int) -> int:
    """Half up."""
    return (2 * amount + by) // (2 * by)


# --- rounding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounding", "instalment"),
    [
        (Rounding.UP, 15_052_00),
        (Rounding.HALF_UP, 15_052_00),
        (Rounding.HALF_EVEN, 15_052_00),
        (Rounding.HALF_DOWN, 15_052_00),
        (Rounding.DOWN, 15_051_00),
    ],
)
def test_the_instalment_in_whole_units(rounding: Rounding, instalment: int) -> None:
    """Frappe Lending: 280,000 at 8.4 %, 20 months, 15,051.66 before rounding; the last row takes the rest."""
    plan = schedule(loan("level", 280_000, 84_000_000, 20, shape=Shape(multiple_minor=100, multiple_rounding=rounding)))
    assert plan.level is not None
    assert plan.level.amount_minor == instalment
    assert set(totals(plan)[:-1]) == {instalment}
    assert plan.principal_minor == 280_000_00


# --- plans of one's own, down payments, tranches ---------------------------------------------------------------------


def test_parts_and_dates_of_ones_own() -> None:
    dates = (date(2024, 3, 1), date(2024, 6, 15), date(2025, 1, 15))
    terms = small("custom", 3, own_dates=dates, shape=Shape(parts=(5000_00, 0)), day_count="act/360")
    found = [(row.due_on, row.principal_minor, row.interest_minor) for row in schedule(terms)]
    # 12,000 x 12 % x 46/360; 7,000 x 106/360 and x 214/360 of 12 %
    assert found == [(dates[0], 5000_00, 184_00), (dates[1], 0, 247_33), (dates[2], 7000_00, 499_33)]
    assert Terms.from_json(terms.to_json()) == terms


def test_a_down_payment_is_due_on_the_day_of_disbursement() -> None:
    assert parts(small("equal_principal", 2, down_payment_ppb=250_000_000)) == [
        (3000_00, 0), (4500_00, 90_00), (4500_00, 45_00)
    ]  # fmt: skip


def test_a_tranche_that_was_agreed_joins_the_rows_after_it() -> None:
    """6,000 more after one month: 12,000 / 4 in the first row, then a third of 15,000 each."""
    terms = small("equal_principal", 4, tranche_rows=TrancheRows.AFTER, tranches=(Tranche(date(2024, 2, 15), 6000_00),))
    assert parts(terms) == [(3000_00, 120_00), (5000_00, 150_00), (5000_00, 100_00), (5000_00, 50_00)]


# --- steps of the rate ----------------------------------------------------------------------------------------------


STEP = (RateStep(date(2024, 4, 15), 240_000_000),)


def test_an_instalment_levelled_over_all_known_rates_is_the_same_in_every_row() -> None:
    plan = schedule(small(rate_steps=STEP))
    assert plan.level is not None
    one, two = Fraction(101, 100), Fraction(102, 100)
    worth = 1 / one + 1 / one**2 + 1 / one**3 * (1 + 1 / two + 1 / two**2 + 1 / two**3)
    assert plan.level.amount_minor == round(12_000_00 / worth)
    assert set(totals(plan)[:-1]) == {plan.level.amount_minor}


def test_an_instalment_found_anew_where_the_rate_changes() -> None:
    plan = schedule(small(rate_steps=STEP, repricing=Repricing.ANEW))
    first = round(12_000_00 * Fraction(1, 100) / (1 - Fraction(100, 101) ** 6))
    assert totals(plan)[:3] == [first] * 3
    left = plan[3].opening_minor
    second = round(left * Fraction(2, 100) / (1 - Fraction(100, 102) ** 3))
    assert totals(plan)[3:5] == [second] * 2
    assert abs(plan[5].total_minor - second) <= 2
    levels = [plan.level_of(row) for row in plan]
    assert [level and level.amount_minor for level in levels] == [first] * 3 + [second] * 3


def test_the_row_in_which_the_rate_changes_keeps_its_instalment() -> None:
    plan = schedule(small(rate_steps=(RateStep(date(2024, 4, 1), 240_000_000),), repricing=Repricing.ANEW))
    assert plan[2].total_minor == plan[1].total_minor != plan[3].total_minor
    assert [one.rate_ppb for one in plan[2].working.segments] == [120_000_000, 240_000_000]


def test_an_instalment_that_stays_leaves_the_rest_to_the_last_row() -> None:
    plan = schedule(small(rate_steps=STEP, repricing=Repricing.KEEP))
    first = round(12_000_00 * Fraction(1, 100) / (1 - Fraction(100, 101) ** 6))
    assert totals(plan)[:5] == [first] * 5
    assert plan[5].total_minor > first + 100_00


@pytest.mark.parametrize(("rate_ppb", "rows"), [(240_000_000, 7), (120_000_000, 6), (0, 6)])
def test_an_instalment_that_stays_lets_the_number_of_rows_follow(rate_ppb: int, rows: int) -> None:
    plan = schedule(small(rate_steps=(RateStep(date(2024, 4, 15), rate_ppb),), repricing=Repricing.TERM))
    assert plan.level is not None
    assert len(plan) == rows
    assert set(totals(plan)[:-1]) == {plan.level.amount_minor}
    assert plan.principal_minor == 12_000_00


def test_a_rate_that_stays_leaves_the_number_of_rows_as_it_is() -> None:
    """Also where the last row is larger by what rounding has left over."""
    for principal in range(10_000, 10_060):
        for multiple in (1, 100):
            terms = loan("level", principal, rows=36, repricing=Repricing.TERM, shape=Shape(multiple_minor=multiple))
            assert len(schedule(terms)) == 36


def test_many_years_of_a_lower_rate_end_the_plan_early() -> None:
    plan = schedule(loan(rate_steps=(RateStep(date(2025, 1, 15), 20_000_000),), repricing=Repricing.TERM))
    assert plan.level is not None
    assert len(plan) < 190
    assert plan[-1].total_minor <= plan.level.amount_minor


def test_an_instalment_below_the_interest_never_repays() -> None:
    with pytest.raises(LoanMathError) as caught:
        schedule(loan(rate_steps=(RateStep(date(2025, 1, 15), 400_000_000),), repricing=Repricing.TERM))
    assert caught.value.code == "never_repaid"


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_shape_repays_exactly_the_principal(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 40))
    method = data.draw(st.sampled_from(["level", "equal_principal", "interest_first"]))
    shape = (
        Shape()
        if method == "interest_first"
        else Shape(
            weights=data.draw(st.sampled_from([(), (1, 2), (0, 0, 1), (3, 0, 1)])),
            growth_ppb=data.draw(st.sampled_from([0, 30_000_000, -100_000_000])),
            balloon_minor=data.draw(st.sampled_from([0, 100_00])),
            multiple_minor=data.draw(st.sampled_from([1, 100, 500])),
        )
    )
    grace = Grace(
        principal=data.draw(st.integers(0, 3)),
        interest=data.draw(st.integers(0, 3)),
        interest_free=data.draw(st.integers(0, 3)),
        capitalised=data.draw(st.integers(0, 3)),
    )
    steps = tuple(RateStep(date(2024, month, 3), data.draw(st.integers(0, 10**8))) for month in (3, 9))
    terms = loan(
        method,
        data.draw(st.integers(200, 10**7)),
        data.draw(st.integers(0, 10**8)),
        rows,
        shape=shape,
        grace=grace,
        rate_steps=steps,
        repricing=data.draw(st.sampled_from([Repricing.AT_ONCE, Repricing.ANEW, Repricing.KEEP])),
    )
    plan = schedule(terms)
    capitalised = sum(row.capitalised_minor for row in plan)
    assert plan.principal_minor == terms.principal_minor + capitalised
    assert sum(row.accrued_minor for row in plan) == plan.interest_minor + capitalised
    assert all(row.principal_minor >= 0 and row.interest_minor >= 0 for row in plan)
    assert plan[-1].closing_minor == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shape": Shape(advance=1), "method": "flat"}, "advance_not_possible"),
        ({"shape": Shape(balloon_minor=1), "method": "flat"}, "not_for_the_method"),
        ({"shape": Shape(multiple_minor=100), "method": "interest_first"}, "not_for_the_method"),
        ({"shape": Shape(instalment_minor=1)}, "not_for_the_method"),
        ({"shape": Shape(minimum_minor=1)}, "not_for_the_method"),
        ({"shape": Shape(parts=(1,))}, "not_for_the_method"),
        ({"shape": Shape(weights=(1, 2)), "method": "interest_first"}, "not_for_the_method"),
        ({"shape": Shape(amortised_over=5)}, "amortised_over_too_few"),
        ({"rate_steps": (RateStep(date(2023, 1, 1), 1),)}, "step_too_early"),
        ({"repricing": Repricing.TERM, "method": "flat"}, "term_cannot_follow"),
        ({"repricing": Repricing.TERM, "shape": Shape(advance=2)}, "term_cannot_follow"),
        ({"method": "custom", "shape": Shape(parts=(13_000_00,))}, "parts_exceed_principal"),
        ({"method": "custom", "down_payment_ppb": 1}, "parts_with_down_payment"),
        ({"method": "fixed"}, "instalment_missing"),
        ({"method": "minimum"}, "minimum_missing"),
        ({"own_dates": (date(2024, 2, 1),)}, "dates_contradict"),
        ({"rows": 2, "own_dates": (date(2024, 2, 1), date(2024, 2, 1))}, "dates_not_rising"),
        ({"rate_steps": (*STEP, *STEP)}, "steps_not_rising"),
        ({"rows": 3, "method": "bullet", "grace": Grace(capitalised=1)}, "bullet_has_one_row"),
    ],
)
def test_what_may_not_stand_together(change: dict[str, object], code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        small(**change)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["principal", "interest", "capitalised"])
def test_who_asks_for_a_loan_pays_what_a_grace_spares_within_its_rows(name: str) -> None:
    Grace.from_json({name: 11, "interest_free": 12}).require_within(12)
    with pytest.raises(LoanMathError, match=r"The last instalment, number 12, .* give fewer than 12") as caught:
        Grace.from_json({name: 12}).require_within(12)
    assert caught.value.field == name


@pytest.mark.parametrize("words", [{"weight": [1]}, {"shape": 1}])
def test_an_unknown_word_of_a_shape_is_named(words: dict[str, object]) -> None:
    with pytest.raises(LoanMathError, match="no term"):
        Shape.from_json(words)
    with pytest.raises(LoanMathError, match="no term"):
        Grace.from_json(words)


def test_shapes_and_graces_survive_json() -> None:
    shape = Shape(weights=(1, 2), growth_ppb=5, multiple_minor=100, multiple_rounding=Rounding.UP, is_evened=True)
    grace = Grace(principal=1, holidays=(4, 5))
    assert Shape.from_json(shape.to_json()) == shape
    assert Grace.from_json(grace.to_json()) == grace


def test_weights_of_zero_alone_are_refused() -> None:
    with pytest.raises(LoanMathError) as caught:
        Shape(weights=(0, 0))
    assert caught.value.code == "weights_are_zero"


def test_interest_owed_since_the_grace_counts_for_whether_a_row_is_the_last_where_the_term_follows_the_rate() -> None:
    """1,000.00 at 12 %, three rows of 340.02 whose interest waits, free of interest from the third on: 336.66 are left
    then, but the 10.00 and 6.70 of interest that are owed as well are more than the instalment, so a fourth asks for them."""
    free = (RateStep(date(2024, 3, 1), 0),)
    terms = loan(
        principal=1_000, ppb=120_000_000, rows=3, disbursed_on=date(2024, 1, 1),
        grace=Grace(interest=3), rate_steps=free, repricing=Repricing.TERM,
    )  # fmt: skip
    plan = schedule(terms)
    assert [(row.principal_minor, row.interest_minor) for row in plan] == [
        (33_002, 0), (33_332, 0), (33_666, 0), (0, 1_670)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rounding", "instalment", "last"), [(Rounding.UP, 17_137, 17_141), (Rounding.DOWN, 17_137, 17_132)]
)
def test_the_share_by_which_instalments_are_evened_is_rounded_by_its_size(
    rounding: Rounding, instalment: int, last: int
) -> None:
    """Six rows of 171.38 end with 171.33, 0.05 less: a sixth of it is 0.01 rounded up.  Cut off, the rows of 171.37 end
    with 171.32: 0.05 less as well, of which a sixth is nothing."""
    terms = loan(
        principal=1_000, ppb=97_000_000, rows=6, disbursed_on=date(2024, 1, 31), day_count="act/365F",
        rounding=rounding, shape=Shape(is_evened=True),
    )  # fmt: skip
    assert totals(schedule(terms)) == [instalment] * 5 + [last]
    plain = totals(schedule(replace(terms, shape=Shape())))
    assert plain[-1] - plain[0] == -5
