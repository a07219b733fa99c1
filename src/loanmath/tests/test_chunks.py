"""Blocks of rows: how many rows come together changes no figure."""

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from loanmath import BusinessDayRule, Calendar, DayCount, Method, Rounding, Terms, chunks, many
from loanmath.columns import LoanColumns, PlanColumns
from loanmath.many import schedule_blocks, schedule_many
from loanmath.shape import Grace, Shape
from loanmath.tests.test_many import CALENDAR, one_by_one, rows_of, varied

SHAPES: list[dict[str, Any]] = [
    {"method": Method.LEVEL},
    {"method": Method.EQUAL_PRINCIPAL, "rounding": Rounding.HALF_EVEN},
    {"method": Method.FLAT, "day_count": DayCount.ACT_365F},
    {"method": Method.INTEREST_FIRST, "business_day": BusinessDayRule.MODIFIED_FOLLOWING},
    {"method": Method.EQUAL_PRINCIPAL, "grace": Grace(capitalised=3)},
    {"method": Method.LEVEL, "grace": Grace(interest=4, interest_free=2), "shape": Shape(balloon_minor=1_234_56)},
]


@pytest.mark.parametrize("most", [1, 7, 30, 100])
@pytest.mark.parametrize("words", SHAPES)
def test_plans_longer_than_a_block_are_those_of_one_loan(
    words: dict[str, Any], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loans = varied(30, **words)
    monkeypatch.setattr(chunks, "_BLOCK_ROWS", most)
    blocks = [PlanColumns.joined([made]) for made in schedule_blocks(LoanColumns.of(loans), CALENDAR)]
    assert rows_of(PlanColumns.joined(blocks), len(loans)) == one_by_one(loans, CALENDAR)
    for made in blocks:
        assert len(made) <= most or len(set(made.number.tolist())) == 1
    for made, after in pairwise(blocks):
        # Two that follow each other would not have fitted in one: the first number of the second was too many.
        if int(after.number.min()) > 1:
            assert len(made) + int((after.number == after.number.min()).sum()) > most


@pytest.mark.parametrize("workers", [1, 2])
def test_loans_of_a_product_in_several_pieces_are_all_planned_once(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loans = [*varied(40), *varied(40, method=Method.FLAT), *varied(9, shape=Shape(weights=(1, 2)))]
    monkeypatch.setattr(many, "_PIECE", 7)
    monkeypatch.setattr(many, "_ALONE", 4)
    monkeypatch.setattr(chunks, "_BLOCK_ROWS", 50)
    found = schedule_many(LoanColumns.of(loans), CALENDAR, workers=workers)
    assert rows_of(found, len(loans)) == one_by_one(loans, CALENDAR)


def test_a_block_that_is_read_at_once_may_be_forgotten_and_one_that_is_kept_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loans = LoanColumns.of(varied(60))
    monkeypatch.setattr(chunks, "_BLOCK_ROWS", 64)
    sums = [int(made.interest_minor.sum()) for made in schedule_blocks(loans)]
    kept = list(schedule_blocks(loans))
    assert [int(made.interest_minor.sum()) for made in kept] == sums
    assert len(kept) > 3


def test_level_plans_by_hand_in_blocks_of_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000.00 at 12 % in 3 months of 30 days: 340.02, 340.02 and the rest; at 0 %: 333.33, 333.33, 333.34."""
    words: dict[str, Any] = {
        "term_months": 3,
        "method": Method.LEVEL,
        "disbursed_on": date(2024, 1, 15),
        "currency": "CNY",
        "principal_minor": 1_000_00,
        "day_count": DayCount.THIRTY_E_360,
    }
    monkeypatch.setattr(chunks, "_BLOCK_ROWS", 1)
    loans = [Terms.for_months(rate_ppb=rate, **words) for rate in (120_000_000, 0)]
    made = schedule_many(LoanColumns.of(loans), Calendar()).ordered()
    assert made.principal_minor.tolist() == [330_02, 333_32, 336_66, 333_33, 333_33, 333_34]
    assert made.interest_minor.tolist() == [10_00, 6_70, 3_37, 0, 0, 0]
    assert made.due_on.tolist() == [date(2024, month, 15).toordinal() for month in (2, 3, 4)] * 2
    assert np.array_equal(made.opening_minor, [1_000_00, 669_98, 336_66, 1_000_00, 666_67, 333_34])
