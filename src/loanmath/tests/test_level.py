"""The level instalment: by which rate it is found, how it is evened, and what it is found on."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from loanmath import DayCount, LoanMathError, Method, Rounding, Terms, schedule
from loanmath.frequency import Frequency
from loanmath.shape import Shape
from loanmath.terms import Levelling, RateStep, Tranche, TrancheRows

START = date(2024, 1, 15)


def loan(**others: Any) -> Terms:
    """12,000 at 12 % over six months by actual days over 365."""
    words: dict[str, Any] = {
        "currency": "CNY",
        "principal_minor": 12_000_00,
        "rate_ppb": 120_000_000,
        "day_count": DayCount.ACT_365F,
        "method": Method.LEVEL,
        "disbursed_on": START,
        "instalments": 6,
    }
    return Terms(**(words | others))


def instalment(terms: Terms) -> int:
    level = schedule(terms).level
    assert level is not None
    return level.amount_minor


def by_rates(*rates: Fraction) -> int:
    """The instalment that repays 12,000 at these rates of each row."""
    worth, growth = Fraction(0), Fraction(1)
    for rate in rates:
        growth *= 1 + rate
        worth += 1 / growth
    return round(12_000_00 / worth)


def test_the_rate_of_a_row_is_that_of_its_days_its_period_or_thirty_days() -> None:
    year = Fraction(12, 100)
    assert instalment(loan()) == by_rates(*(year * days / 365 for days in (31, 29, 31, 30, 31, 30)))
    assert instalment(loan(levelling=Levelling.PERIODS)) == by_rates(*[year / 12] * 6)
    assert instalment(loan(levelling=Levelling.THIRTY_DAYS)) == by_rates(*[year * 30 / 365] * 6)


def test_a_period_of_five_months_counts_five_twelfths_of_the_rate() -> None:
    terms = loan(levelling=Levelling.PERIODS, frequency=Frequency.parse("P5M"), instalments=2)
    assert instalment(terms) == by_rates(*[Fraction(12, 100) * 5 / 12] * 2)


def test_thirty_days_count_for_each_month_of_a_longer_period() -> None:
    terms = loan(levelling=Levelling.THIRTY_DAYS, frequency=Frequency.parse("P3M"), instalments=2)
    assert instalment(terms) == by_rates(*[Fraction(12, 100) * 90 / 365] * 2)


def test_an_instalment_is_evened_if_the_last_one_comes_closer() -> None:
    """Levelled by months, counted by days: the last row is 1.20 smaller, and 20 cents less a row leave 3 cents."""
    plain = loan(levelling=Levelling.PERIODS)
    evened = replace(plain, shape=Shape(is_evened=True))
    before, after = schedule(plain), schedule(evened)
    assert before.level is not None
    assert after.level is not None
    apart = before[-1].total_minor - before.level.amount_minor
    assert abs(apart) > 3
    share = round(Fraction(abs(apart), 6)) * (1 if apart > 0 else -1)
    assert after.level.amount_minor == before.level.amount_minor + share
    assert abs(after[-1].total_minor - after.level.amount_minor) < abs(apart)
    assert not after.level.is_exact


def test_an_instalment_that_is_close_stays() -> None:
    assert instalment(loan(day_count=DayCount.THIRTY_E_360, shape=Shape(is_evened=True))) == by_rates(
        *[Fraction(1, 100)] * 6
    )
    assert len(schedule(loan(instalments=1, shape=Shape(is_evened=True)))) == 1


def test_an_evened_instalment_carries_a_tranche_and_its_down_payment() -> None:
    terms = loan(
        shape=Shape(is_evened=True, multiple_minor=100),
        down_payment_ppb=333_333_333,
        tranche_rows=TrancheRows.AFTER,
        tranches=(Tranche(date(2024, 3, 15), 5_000_01),),
    )
    plan = schedule(terms)
    dues = [(row.due_on, row.principal_minor) for row in plan if row.is_down_payment]
    assert dues == [(START, 4_000_00), (date(2024, 3, 15), 1_667_00)]
    assert plan.principal_minor == 17_000_01
    assert [plan.level_of(row) is None for row in plan] == [row.is_down_payment for row in plan]


def test_a_fixed_instalment_below_the_interest_is_refused() -> None:
    with pytest.raises(LoanMathError) as caught:
        schedule(loan(method=Method.FIXED, instalments=60, shape=Shape(instalment_minor=100_00)))
    assert (caught.value.code, "60" in str(caught.value)) == ("never_repaid", True)


def test_a_fixed_instalment_may_leave_a_balloon() -> None:
    terms = loan(method=Method.FIXED, shape=Shape(instalment_minor=1_000_00, balloon_minor=1))
    plan = schedule(terms)
    assert [row.total_minor for row in plan][:5] == [1_000_00] * 5
    assert plan[-1].total_minor > 6_000_00


def test_stretches_of_a_row_may_be_rounded_each() -> None:
    """12,000 x 12 % x 10/365 = 39.452, and x 24 % x 21/365 = 165.699: 39.45 + 165.70, or 205.151 at once."""
    terms = loan(method=Method.BULLET, instalments=1, rate_steps=(RateStep(date(2024, 1, 25), 240_000_000),))
    assert schedule(terms)[0].interest_minor == 205_15
    up = replace(terms, rounding=Rounding.UP)
    assert schedule(up)[0].interest_minor == 205_16
    assert schedule(replace(up, rounds_stretches=True))[0].interest_minor == 39_46 + 165_70


def test_terms_of_old_named_their_period_in_months() -> None:
    data = loan().to_json()
    del data["frequency"]
    assert Terms.from_json(data | {"period_months": 3}).frequency == Frequency.parse("P3M")


def test_rows_beyond_the_last_one_are_like_the_last_one() -> None:
    """Days of 31, 29 and 31, and two more of 31 that are never paid."""
    terms = loan(instalments=3, shape=Shape(amortised_over=5))
    assert instalment(terms) == by_rates(*(Fraction(12, 100) * days / 365 for days in (31, 29, 31, 31, 31)))


def test_weights_that_double_each_year_keep_their_proportion() -> None:
    """A half and a whole, six times, then twice and four times as much: 63 instalments of 100.00 without interest."""
    shape = Shape(weights=(1, 2), growth_ppb=10**9)
    plan = schedule(loan(principal_minor=6_300_00, rate_ppb=0, instalments=36, shape=shape))
    assert [row.principal_minor for row in plan] == [50_00, 100_00] * 6 + [100_00, 200_00] * 6 + [200_00, 400_00] * 6


@pytest.mark.parametrize("mode", list(Rounding))
@pytest.mark.parametrize("count", [1, 3])
def test_a_balloon_of_more_than_what_is_owed_asks_for_interest_alone(mode: Rounding, count: int) -> None:
    plan = schedule(
        loan(
            instalments=count,
            rounding=mode,
            day_count=DayCount.THIRTY_E_360,
            shape=Shape(balloon_minor=20_000_00),
        )
    )
    assert plan.level is not None
    assert plan.level.amount_minor == 0
    # 1 % a month on 12,000.00
    assert [(row.principal_minor, row.interest_minor) for row in plan] == [(0, 120_00)] * (count - 1) + [
        (12_000_00, 120_00)
    ]
