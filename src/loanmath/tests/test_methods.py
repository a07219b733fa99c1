"""The principal parts, method by method, with figures worked out by hand.

The loan, unless said otherwise: 12,000.00 at one percent a month from 15 January 2024.
"""

from datetime import date

import pytest

from loanmath import Rounding, schedule
from loanmath.shape import Grace, Shape
from loanmath.terms import Levelling, RateStep, Repricing, Tranche, TrancheRows
from loanmath.tests import test_level
from loanmath.tests.test_shape import parts, small, totals


def test_a_row_whose_interest_is_capitalised_has_no_share_in_weighted_parts() -> None:
    """Weights 1, 2, 1, 2 of which the first is spared: 2, 1 and 2 fifths, and the 120.00 with the last."""
    plan = schedule(small("equal_principal", 4, shape=Shape(weights=(1, 2)), grace=Grace(capitalised=1)))
    assert [row.principal_minor for row in plan] == [0, 4_800_00, 2_400_00, 4_920_00]
    assert [row.interest_minor for row in plan] == [0, 121_20, 73_20, 49_20]
    assert [row.closing_minor for row in plan] == [12_120_00, 7_320_00, 4_920_00, 0]


def test_part_and_interest_of_a_flat_plan_are_each_rounded_to_two_cents() -> None:
    """A third of 101.03 is 33.68; the interest of 1.01 asks for 1.02, and the cent more repays principal."""
    terms = small("flat", 3, principal_minor=101_03, shape=Shape(multiple_minor=2), rounding=Rounding.HALF_UP)
    assert parts(terms) == [(33_69, 1_01), (33_69, 1_01), (33_65, 1_01)]


def test_flat_parts_are_of_all_that_is_paid_out_less_one_down_payment() -> None:
    """10 % of 100.05 is 10.01 twice, but of 200.10 it is 20.01: of 180.09 half is 90.05, the last row has a cent less."""
    terms = small(
        "flat",
        2,
        principal_minor=100_05,
        rate_ppb=0,
        down_payment_ppb=100_000_000,
        tranche_rows=TrancheRows.AFTER,
        tranches=(Tranche(date(2024, 1, 20), 100_05),),
    )
    assert parts(terms) == [(10_01, 0), (10_01, 0), (90_05, 0), (90_03, 0)]


def test_a_new_rate_leaves_equal_parts_as_they_are_where_an_instalment_would_be_found_anew() -> None:
    """A quarter each; two percent from the third month on."""
    steps = (RateStep(date(2024, 3, 15), 240_000_000),)
    assert parts(small("equal_principal", 4, rate_steps=steps, repricing=Repricing.ANEW)) == [
        (3_000_00, 120_00), (3_000_00, 90_00), (3_000_00, 120_00), (3_000_00, 60_00)
    ]  # fmt: skip


def test_an_instalment_that_stays_ends_with_the_row_that_asks_for_exactly_as_much_and_the_balloon() -> None:
    """10,000.00 by 197.00 and a balloon of 9,706.00 over three rows; free of interest after the first.

    97.00 are repaid beside the interest of 100.00, and 9,903.00 are left for the second row.
    """
    terms = small(
        "level",
        3,
        principal_minor=10_000_00,
        shape=Shape(balloon_minor=9_706_00, multiple_minor=1_00),
        rate_steps=(RateStep(date(2024, 2, 15), 0),),
        repricing=Repricing.TERM,
    )
    assert parts(terms) == [(97_00, 100_00), (9_903_00, 0)]


def test_interest_that_is_not_due_yet_is_asked_for_after_the_principal_is_repaid() -> None:
    """6,500.00 a month less 120.00, then less 56.20 but no more than is left: both fall due in the third row."""
    terms = small("fixed", 6, shape=Shape(instalment_minor=6_500_00), grace=Grace(interest=2))
    assert parts(terms) == [(6_380_00, 0), (5_620_00, 0), (0, 176_20)]


def test_an_instalment_of_which_some_are_paid_in_advance_is_not_evened() -> None:
    """Levelled by months and counted by days, so that the last one is apart by more than half a cent a row."""
    plain, evened = (
        schedule(test_level.loan(levelling=Levelling.PERIODS, shape=Shape(advance=1, is_evened=is_evened)))
        for is_evened in (False, True)
    )
    assert abs(plain[-1].total_minor - plain[0].total_minor) > 3
    assert totals(evened) == totals(plain)


@pytest.mark.parametrize("rounding", [Rounding.HALF_UP, Rounding.HALF_EVEN])
def test_an_instalment_that_repays_exactly_what_is_left_ends_the_loan_before_its_last_row(rounding: Rounding) -> None:
    """A third of 150.00 is asked for as 75.00: the second row has repaid all."""
    shape = Shape(multiple_minor=75_00, multiple_rounding=Rounding.UP)
    terms = small("level", 3, principal_minor=150_00, rate_ppb=0, shape=shape, rounding=rounding)
    assert parts(terms) == [(75_00, 0), (75_00, 0), (0, 0)]


def test_flat_interest_of_less_than_a_cent_a_row_is_a_cent_in_all() -> None:
    """A tenth of a cent in each of four rows, rounded up: the first asks for all there is."""
    assert parts(small("flat", 4, principal_minor=10, rounding=Rounding.UP)) == [(3, 1), (3, 0), (3, 0), (1, 0)]


def test_an_instalment_of_which_some_are_paid_in_advance_stays_when_the_rate_changes() -> None:
    steps = (RateStep(date(2024, 4, 15), 240_000_000),)
    plan = schedule(small(rate_steps=steps, repricing=Repricing.ANEW, shape=Shape(advance=1)))
    assert len(set(totals(plan)[:-1])) == 1
    assert plan.relevelled == ()


def test_rows_free_of_interest_at_first_do_not_say_the_rate_of_the_others() -> None:
    levels = {schedule(small(grace=Grace(interest_free=2), repricing=one)).level for one in Repricing}
    assert len(levels) == 1
