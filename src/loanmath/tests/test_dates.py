"""Months, calendars and day counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import (
    NO_REST_DAYS,
    BusinessDayRule,
    Calendar,
    DayCount,
    Terms,
    add_months,
)

any_day = st.dates(date(1999, 1, 1), date(2101, 1, 1))


@pytest.mark.parametrize(
    ("start", "months", "day", "expected"),
    [
        (date(2024, 1, 31), 1, None, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, None, date(2023, 2, 28)),
        (date(2024, 2, 29), 1, 31, date(2024, 3, 31)),
        (date(2024, 2, 29), 12, None, date(2025, 2, 28)),
        (date(2024, 3, 15), -3, None, date(2023, 12, 15)),
        (date(1900, 1, 31), 1, None, date(1900, 2, 28)),
        (date(2000, 1, 31), 1, None, date(2000, 2, 29)),
    ],
)
def test_months_end_where_the_month_ends(start: date, months: int, day: int | None, expected: date) -> None:
    assert add_months(start, months, day) == expected


def test_a_loan_paid_out_on_the_31st_falls_due_on_each_last_day_or_31st() -> None:
    terms = Terms.for_months(
        term_months=4,
        method="level",
        disbursed_on=date(2024, 1, 31),
        currency="CNY",
        principal_minor=100,
        rate_ppb=0,
        day_count="act/360",
    )
    assert terms.due_dates() == [
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
        date(2024, 5, 31),
    ]


def test_a_made_up_workday_on_a_weekend_is_a_business_day() -> None:
    calendar = Calendar.of(holidays=[date(2024, 2, 12)], workdays=[date(2024, 2, 4)])
    assert calendar.is_business_day(date(2024, 2, 4))
    assert not calendar.is_business_day(date(2024, 2, 3))
    assert not calendar.is_business_day(date(2024, 2, 12))
    assert NO_REST_DAYS.is_business_day(date(2024, 2, 3))
    assert Calendar.from_json(calendar.to_json()) == calendar


@pytest.mark.parametrize(
    ("on", "rule", "expected"),
    [
        (date(2024, 6, 29), BusinessDayRule.NONE, date(2024, 6, 29)),
        (date(2024, 6, 29), BusinessDayRule.FOLLOWING, date(2024, 7, 1)),
        (date(2024, 6, 29), BusinessDayRule.MODIFIED_FOLLOWING, date(2024, 6, 28)),
        (date(2024, 6, 22), BusinessDayRule.MODIFIED_FOLLOWING, date(2024, 6, 24)),
        (date(2024, 6, 24), BusinessDayRule.FOLLOWING, date(2024, 6, 24)),
    ],
)
def test_due_dates_move_off_rest_days(on: date, rule: BusinessDayRule, expected: date) -> None:
    assert Calendar().adjust(on, rule) == expected


@pytest.mark.parametrize(
    ("start", "end", "thirty", "actual"),
    [
        (date(2024, 1, 15), date(2024, 2, 15), 30, 31),
        (date(2024, 1, 31), date(2024, 2, 29), 29, 29),
        (date(2024, 2, 29), date(2024, 3, 31), 31, 31),
        (date(2024, 2, 28), date(2024, 3, 1), 3, 2),
        (date(2024, 1, 30), date(2024, 1, 31), 0, 1),
        (date(2023, 6, 1), date(2024, 6, 1), 360, 366),
    ],
)
def test_days_of_thirty_day_months_and_of_the_calendar(start: date, end: date, thirty: int, actual: int) -> None:
    assert DayCount.THIRTY_E_360.days(start, end) == thirty
    assert DayCount.ACT_360.days(start, end) == actual == DayCount.ACT_365F.days(start, end)


@given(any_day, st.integers(0, 900), st.integers(0, 900), st.sampled_from(list(DayCount)))
def test_days_of_a_period_are_the_days_of_its_parts(start: date, first: int, second: int, count: DayCount) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    assert count.days(start, end) == count.days(start, middle) + count.days(middle, end)


@given(any_day, st.integers(1, 600))
def test_equal_months_of_thirty_days_are_a_twelfth_of_a_year(start: date, months: int) -> None:
    start = start.replace(day=min(start.day, 28))
    assert DayCount.THIRTY_E_360.days(start, add_months(start, months)) == 30 * months
