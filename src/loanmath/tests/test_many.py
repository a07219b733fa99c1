"""Plans of many loans: every row as ``schedule`` gives it, for any terms."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loanmath import BusinessDayRule, Calendar, DayCount, LoanMathError, Method, Rounding, Terms, schedule
from loanmath.columns import LoanColumns, PlanColumns, is_carried
from loanmath.frequency import Frequency, OddPeriod, OddPeriods
from loanmath.many import schedule_blocks, schedule_many
from loanmath.shape import Grace, Shape
from loanmath.terms import RateStep, Recalculation, Repricing

START = date(2024, 1, 31)
CALENDAR = Calendar.of(holidays=[date(2024, 2, day) for day in range(9, 18)], workdays=[date(2024, 2, 4)])
METHODS = [Method.LEVEL, Method.LEVEL, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST, Method.BULLET, Method.FLAT]
FREQUENCIES = ["P1M", "P1M", "P1M", "P3M", "P2W", "P10D", "P1M@20", "P1M@1,15", "P3M@20/3", "P1M@EOM", "P1Y", "P1M@31"]

amounts = st.one_of(st.integers(1, 300), st.integers(10_000, 10**8), st.integers(10**12, 10**13), st.just(10**13))
rates = st.one_of(
    st.just(0), st.just(60_000_000), st.integers(1, 1_000), st.integers(10_000_000, 400_000_000), st.just(20 * 10**9)
)
starts = st.one_of(
    st.dates(date(2023, 1, 1), date(2029, 1, 1)),
    st.sampled_from([date(2024, 2, 29), date(2023, 2, 28), START, date(2023, 12, 31), date(2024, 8, 31)]),
)


UNROUNDED = (Method.INTEREST_FIRST, Method.BULLET)


@st.composite
def products(draw: st.DrawFn) -> dict[str, Any]:
    """What loans of a product share."""
    method = draw(st.sampled_from(METHODS))
    few = st.sampled_from([0, 0, 0, 1, 3])
    capitalised = 0 if method is Method.BULLET else draw(few)
    return {
        "currency": draw(st.sampled_from(["CNY", "JPY", "KWD"])),
        "method": method,
        "day_count": draw(st.sampled_from(list(DayCount))),
        "frequency": Frequency.parse(draw(st.sampled_from(FREQUENCIES))),
        "counts_periods": draw(st.sampled_from([False, False, True])),
        "rounding": draw(st.sampled_from(list(Rounding))),
        "business_day": draw(st.sampled_from(list(BusinessDayRule))),
        "odd": draw(st.sampled_from([OddPeriods(), OddPeriods(OddPeriod.LONG), OddPeriods(minimum_days=12)])),
        "grace": Grace(principal=draw(few), interest=draw(few), interest_free=draw(few), capitalised=capitalised),
        "shape": Shape(
            multiple_minor=1 if method in UNROUNDED else draw(st.sampled_from([1, 1, 100, 500])),
            multiple_rounding=draw(st.sampled_from([None, *Rounding])),
        ),
    }


@st.composite
def books(draw: st.DrawFn) -> list[Terms]:
    """Loans of a few products, of any size, rate, length and date."""
    found = []
    for product in draw(st.lists(products(), min_size=1, max_size=3)):
        for _ in range(draw(st.integers(1, 6))):
            start = draw(starts)
            is_own = draw(st.booleans())
            words: dict[str, Any] = product | {
                "principal_minor": draw(amounts),
                "rate_ppb": draw(rates),
                "disbursed_on": start,
                "first_due_on": start + timedelta(days=draw(st.integers(1, 70))) if is_own else None,
                "instalments": 1 if product["method"] is Method.BULLET else draw(st.integers(1, 40)),
            }
            words["shape"] = Shape(
                multiple_minor=product["shape"].multiple_minor,
                multiple_rounding=product["shape"].multiple_rounding,
                balloon_minor=draw(st.sampled_from([0, 0, words["principal_minor"] // 3]))
                if product["method"] in (Method.LEVEL, Method.EQUAL_PRINCIPAL)
                else 0,
            )
            terms = Terms(**words)
            try:
                terms.due_periods()
            except LoanMathError:  # a first date off the grid of fixed days
                terms = Terms(**(words | {"first_due_on": None}))
            found.append(terms)
    return found


def rows_of(columns: PlanColumns, count: int) -> list[list[tuple[int, ...]]]:
    """The rows of each loan as plain numbers."""
    found: list[list[tuple[int, ...]]] = [[] for _ in range(count)]
    ordered = columns.ordered()
    figures = (
        ordered.number,
        ordered.accrual_to,
        ordered.due_on,
        ordered.opening_minor,
        ordered.principal_minor,
        ordered.interest_minor,
        ordered.capitalised_minor,
    )
    for place, position in enumerate(ordered.position.tolist()):
        found[position].append(tuple(int(column[place]) for column in figures))
    return found


def one_by_one(loans: Sequence[Terms], calendar: Calendar) -> list[list[tuple[int, ...]]]:
    return [
        [
            (
                row.number,
                row.accrual_to.toordinal(),
                row.due_on.toordinal(),
                row.opening_minor,
                row.principal_minor,
                row.interest_minor,
                row.capitalised_minor,
            )
            for row in schedule(terms, calendar)
        ]
        for terms in loans
    ]


@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(books())
def test_many_plans_are_row_by_row_those_of_one_loan(loans: list[Terms]) -> None:
    columns = LoanColumns.of(loans)
    assert [columns.terms(place) for place in range(len(loans))] == loans
    assert rows_of(schedule_many(columns, CALENDAR), len(loans)) == one_by_one(loans, CALENDAR)


def varied(count: int, **others: Any) -> list[Terms]:
    """Monthly loans of rising amounts and rates."""
    words: list[dict[str, Any]] = [
        (
            {
                "currency": "CNY",
                "principal_minor": 10_000_00 + 7_919 * place,
                "rate_ppb": 30_000_000 + 1_234_567 * place,
                "day_count": DayCount.ACT_360,
                "method": Method.LEVEL,
                "disbursed_on": START + timedelta(days=place % 50),
                "instalments": 1 + place % 24,
            }
            | others
        )
        for place in range(count)
    ]
    return [Terms(**one) for one in words]


def test_what_columns_cannot_carry_is_planned_all_the_same() -> None:
    loans = [
        *varied(2, shape=Shape(weights=(1, 2))),
        *varied(1, rate_steps=(RateStep(date(2024, 5, 1), 10**8),)),
        *varied(2, instalments=3, method=Method.CUSTOM, shape=Shape(parts=(5, 7))),
        *varied(1, instalments=2, own_dates=(date(2024, 3, 3), date(2024, 9, 9))),
        *varied(2, recalculation=Recalculation()),
        *varied(2, instalments=40, repricing=Repricing.TERM),
        *varied(1, principal_minor=10**15, instalments=5),
        *varied(1, rate_ppb=20 * 10**9, instalments=12, grace=Grace(capitalised=6), method=Method.EQUAL_PRINCIPAL),
    ]
    assert sum(not is_carried(terms) for terms in loans) == 8
    assert rows_of(schedule_many(LoanColumns.of(loans)), len(loans)) == one_by_one(loans, Calendar(weekend=frozenset()))


def test_blocks_of_threads_hold_every_row_once() -> None:
    loans = LoanColumns.of(varied(300))
    blocks = list(schedule_blocks(loans, workers=2))
    together = PlanColumns.joined(blocks).ordered()
    alone = schedule_many(loans).ordered()
    assert len(together) == len(alone) == sum(range(1, 25)) * 12 + sum(range(1, 13))
    for name in ("position", "number", "due_on", "opening_minor", "principal_minor", "interest_minor"):
        assert np.array_equal(getattr(together, name), getattr(alone, name))


def test_no_loans_have_no_rows() -> None:
    assert len(schedule_many(LoanColumns.of([]))) == 0


@pytest.mark.parametrize(
    ("change", "field"), [("principal_minor", 0), ("instalments", 0), ("rate_ppb", -1), ("first_due_on", 1)]
)
def test_a_loan_without_meaning_is_refused_by_name(change: str, field: int) -> None:
    loans = LoanColumns.of(varied(3))
    getattr(loans, change)[1] = field
    with pytest.raises(LoanMathError) as caught:
        schedule_many(loans)
    assert caught.value.field == f"loans[1].{change}"


def test_threads_with_many_products_at_hand_give_the_rows_of_one() -> None:
    """More pieces than threads take at once."""
    loans = LoanColumns.of(
        [loan_of(method, count) for method in CARRIED for count in ("30E/360", "act/360", "act/365F")]
    )
    alone, together = schedule_many(loans).ordered(), schedule_many(loans, workers=2).ordered()
    assert all(np.array_equal(getattr(alone, name), getattr(together, name)) for name in PlanColumns.__slots__)


CARRIED = ("level", "equal_principal", "interest_first", "flat")


def loan_of(method: str, day_count: str) -> Terms:
    return Terms.for_months(
        term_months=6,
        method=method,
        disbursed_on=date(2024, 1, 31),
        currency="CNY",
        principal_minor=1_000_000,
        rate_ppb=43_500_000,
        day_count=day_count,
    )
