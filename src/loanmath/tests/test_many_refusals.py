"""What is wrong with one of many loans is said of that loan, by its position."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from loanmath import DayCount, Event, EventKind, Frequency, Grace, LoanMathError, Method, Shape, Terms, schedule
from loanmath.columns import LoanColumns
from loanmath.many import schedule_many
from loanmath.replay_many import replay_many
from loanmath.tests.strategies import POLICY

START = date(2024, 7, 1)
PLAIN = Terms(
    currency="CNY",
    principal_minor=1_200_000,
    rate_ppb=36_000_000,
    day_count=DayCount.THIRTY_E_360,
    method=Method.LEVEL,
    disbursed_on=START,
    instalments=12,
)
FIXED_DAY = replace(PLAIN, frequency=Frequency.parse("P1M@20"))
NEVER = replace(PLAIN, method=Method.FIXED, shape=Shape(instalment_minor=1))


def with_columns(loans: list[Terms], **columns: tuple[int, int]) -> LoanColumns:
    made = LoanColumns.of(loans)
    for name, (position, value) in columns.items():
        getattr(made, name)[position] = value
    return made


@pytest.mark.parametrize(
    ("loans", "code", "field"),
    [
        (with_columns([PLAIN] * 3, principal_minor=(2, 0)), "out_of_range", "loans[2].principal_minor"),
        (with_columns([PLAIN] * 3, instalments=(1, 5000)), "out_of_range", "loans[1].instalments"),
        (with_columns([PLAIN] * 3, disbursed_on=(1, 0)), "date_out_of_range", "loans[1].disbursed_on"),
        (with_columns([PLAIN] * 3, disbursed_on=(1, 10**12)), "date_out_of_range", "loans[1].disbursed_on"),
        (with_columns([PLAIN] * 3, first_due_on=(0, -7)), "date_out_of_range", "loans[0].first_due_on"),
        (with_columns([PLAIN] * 3, disbursed_on=(2, date.max.toordinal())), "date_out_of_range", "loans[2].instalments"),
        (LoanColumns.of([PLAIN, FIXED_DAY, replace(FIXED_DAY, first_due_on=date(2024, 8, 19))]),
         "first_due_off_grid", "loans[2].first_due_on"),
        (LoanColumns.of([PLAIN, NEVER]), "never_repaid", "loans[1].instalments"),
        (with_columns([PLAIN] * 3, product=(1, 7)), "no_such_product", "loans[1].product"),
        (with_columns([PLAIN] * 3, product=(1, -1)), "no_such_product", "loans[1].product"),
    ],
)  # fmt: skip
def test_a_loan_that_makes_no_plan_is_named(loans: LoanColumns, code: str, field: str) -> None:
    for make in (lambda: schedule_many(loans), lambda: replay_many(loans, date(2024, 9, 9), policy=POLICY)):
        with pytest.raises(LoanMathError) as caught:
            make()
        assert (caught.value.code, caught.value.field) == (code, field)


def test_an_event_that_cannot_happen_is_said_of_its_loan() -> None:
    early = [Event("1", EventKind.REPAY, START, 100)]
    with pytest.raises(LoanMathError) as caught:
        replay_many(LoanColumns.of([PLAIN] * 3), date(2024, 9, 9), policy=POLICY, histories={1: early})
    assert caught.value.field.startswith("loans[1]")


@pytest.mark.parametrize("place", [3, -1, True, "1"])
def test_a_history_of_no_loan_is_refused(place: Any) -> None:
    with pytest.raises(LoanMathError) as caught:
        replay_many(LoanColumns.of([PLAIN] * 3), date(2024, 9, 9), policy=POLICY, histories={place: []})
    assert caught.value.code == "no_such_loan"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda column: column.astype(np.float64),
        lambda column: column.astype(np.int32),
        lambda column: column[:-1],
        lambda column: column.tolist(),
        lambda _: None,
    ],
)
def test_columns_are_of_int64_and_of_one_length(spoil: Callable[[Any], Any]) -> None:
    loans = LoanColumns.of([PLAIN] * 3)
    with pytest.raises(LoanMathError) as caught:
        schedule_many(replace(loans, rate_ppb=spoil(loans.rate_ppb)))
    assert (caught.value.code, caught.value.field) == ("wrong_kind", "loans.rate_ppb")


def test_what_is_no_loan_is_refused_by_its_place() -> None:
    wrong: Any = [PLAIN, {"principal_minor": 1}]
    with pytest.raises(LoanMathError) as caught:
        LoanColumns.of(wrong)
    assert (caught.value.code, caught.value.field) == ("wrong_kind", "loans[1]")


def test_no_loans_make_no_rows() -> None:
    assert len(schedule_many(LoanColumns.of([]))) == 0
    assert len(replay_many(LoanColumns.of([]), START, policy=POLICY)) == 0


def test_a_plan_that_no_column_holds_is_refused_by_its_loan() -> None:
    """10^13 at 100 % capitalised over twenty-nine years is five hundred million times as much."""
    large = Terms(
        currency="CNY",
        principal_minor=10**13,
        rate_ppb=10**9,
        day_count=DayCount.THIRTY_E_360,
        method=Method.INTEREST_FIRST,
        disbursed_on=START,
        frequency=Frequency.parse("P1Y"),
        instalments=30,
        grace=Grace(capitalised=29),
    )
    assert schedule(large)[-1].opening_minor == 10**13 * 2**29
    with pytest.raises(LoanMathError) as caught:
        schedule_many(LoanColumns.of([PLAIN, large]))
    assert (caught.value.code, caught.value.field) == ("number_too_large", "loans[1].principal_minor")
