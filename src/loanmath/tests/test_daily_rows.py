"""The rows that open a day, taken from plans: what they say of the row that goes on, by hand."""

from dataclasses import replace
from datetime import date

import numpy as np

from loanmath import Calendar, DayCount, Role, Terms, schedule
from loanmath.daily import ClosingRows, DayPostings, TurningRows
from loanmath.daycount import DayCountCode
from loanmath.terms import RateStep, Tranche, TrancheRows
from loanmath.tests.test_events import FIRST, OUT, SECOND, TERMS

TURN = date(2024, 8, 11)


def turning(terms: Terms, on: date) -> list[list[int]]:
    """What turns on a day, whichever of the rows it is in."""
    found = TurningRows.of((3, row, on) for row in schedule(terms, Calendar()))
    return [column.tolist() for column in found]


def test_a_row_turns_on_the_day_on_which_another_rate_begins_within_it() -> None:
    terms = replace(TERMS, rate_steps=(RateStep(TURN, 72_000_000),))
    assert turning(terms, TURN) == [[3], [1_100_000], [72_000_000]]
    assert turning(terms, date(2024, 8, 10)) == turning(terms, date(2024, 8, 12)) == [[], [], []]
    assert turning(terms, FIRST) == [[], [], []]


def test_a_rate_that_begins_with_a_row_turns_none() -> None:
    assert turning(replace(TERMS, rate_steps=(RateStep(SECOND, 72_000_000),)), SECOND) == [[], [], []]


def test_a_row_of_which_a_day_counts_several_units_turns_to_so_many_times_the_rate() -> None:
    row = schedule(replace(TERMS, rate_steps=(RateStep(TURN, 72_000_000),)), Calendar())[1]
    found = TurningRows.of([(0, row._replace(units_of_day=12), TURN)])
    assert found.rate_ppb.tolist() == [12 * 72_000_000]


def test_a_row_that_closes_says_what_the_next_one_accrues_on() -> None:
    """31 days on 12,000.00 are 37.20; then 11,000.00 at 3.6 % over 360 days of 10^9 parts."""
    rows = schedule(TERMS, Calendar())
    code = int(DayCountCode.ACT_360)
    closing = ClosingRows.of([(7, rows[0], rows[1])])
    assert [column.tolist()[0] for column in closing] == [7, 3_720, 0, 1_100_000, 36_000_000, 360 * 10**9, code]


def test_after_the_last_row_with_days_nothing_accrues() -> None:
    terms = replace(
        TERMS,
        day_count=DayCount.ACT_365F,
        down_payment_ppb=100_000_000,
        tranche_rows=TrancheRows.AFTER,
        tranches=(Tranche(TURN, 100_000),),
    )
    rows = schedule(terms, Calendar())
    last = rows[-1]
    assert rows[0].due_on == OUT
    assert rows[0].is_down_payment
    for after in (None, rows[0]):
        found = [column.tolist()[0] for column in ClosingRows.of([(2, last, after)])]
        assert found == [2, last.accrued_minor, 0, 0, 0, 365 * 10**9, 0]


def test_postings_of_two_steps_are_added_up_role_by_role() -> None:
    one = DayPostings({Role.CASH: np.array([1, 2]), Role.LOAN_PRINCIPAL: np.array([-1, -2])})
    other = DayPostings({Role.CASH: np.array([10, 20]), Role.FEE_INCOME: np.array([-10, -20])})
    both = one + other
    assert {role: column.tolist() for role, column in both.amounts.items()} == {
        Role.CASH: [11, 22],
        Role.LOAN_PRINCIPAL: [-1, -2],
        Role.FEE_INCOME: [-10, -20],
    }
    assert both.totals() == {Role.CASH: 33, Role.LOAN_PRINCIPAL: -3, Role.FEE_INCOME: -30}
    assert (DayPostings({}) + DayPostings({})).totals() == {}
