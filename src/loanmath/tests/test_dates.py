"""Months, calendars and day counts."""

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction

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
from loanmath.daycount import CODES, CountedPeriod, units_by_code

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
        (date(2024, 6, 29), BusinessDayRule.PRECEDING, date(2024, 6, 28)),
        (date(2024, 6, 24), BusinessDayRule.PRECEDING, date(2024, 6, 24)),
        (date(2024, 6, 1), BusinessDayRule.PRECEDING, date(2024, 5, 31)),
    ],
)
def test_due_dates_move_off_rest_days(on: date, rule: BusinessDayRule, expected: date) -> None:
    assert Calendar().adjust(on, rule) == expected


GOLDEN_WEEK = Calendar.of(
    holidays=[date(2023, 9, 29) + timedelta(days=number) for number in range(8)],
    workdays=[date(2023, 10, 7), date(2023, 10, 8)],
)
"""The rest days of autumn 2023 (国办发明电[2022]16号): 29 September to 6 October, two weekend days worked instead."""


@pytest.mark.parametrize(
    ("on", "rule", "expected"),
    [
        (date(2023, 9, 30), BusinessDayRule.NONE, date(2023, 9, 30)),
        (date(2023, 9, 30), BusinessDayRule.FOLLOWING, date(2023, 10, 7)),
        (date(2023, 9, 30), BusinessDayRule.MODIFIED_FOLLOWING, date(2023, 9, 28)),
        (date(2023, 9, 30), BusinessDayRule.PRECEDING, date(2023, 9, 28)),
        (date(2023, 10, 1), BusinessDayRule.FOLLOWING, date(2023, 10, 7)),
        (date(2023, 10, 1), BusinessDayRule.MODIFIED_FOLLOWING, date(2023, 10, 7)),
        (date(2023, 10, 1), BusinessDayRule.PRECEDING, date(2023, 9, 28)),
        (date(2023, 10, 7), BusinessDayRule.PRECEDING, date(2023, 10, 7)),
        (date(2023, 10, 8), BusinessDayRule.FOLLOWING, date(2023, 10, 8)),
        (date(2023, 10, 14), BusinessDayRule.PRECEDING, date(2023, 10, 13)),
    ],
)
def test_a_long_holiday_and_the_workdays_that_make_up_for_it(on: date, rule: BusinessDayRule, expected: date) -> None:
    assert GOLDEN_WEEK.adjust(on, rule) == expected


@given(st.dates(date(2023, 9, 1), date(2023, 11, 1)), st.sampled_from(list(BusinessDayRule)))
def test_a_moved_date_is_the_nearest_business_day_in_its_direction(on: date, rule: BusinessDayRule) -> None:
    moved = GOLDEN_WEEK.adjust(on, rule)
    if rule is BusinessDayRule.NONE:
        assert moved == on
        return
    assert GOLDEN_WEEK.is_business_day(moved)
    between = [min(on, moved) + timedelta(days=number) for number in range(abs((moved - on).days) + 1)]
    assert [day for day in between if GOLDEN_WEEK.is_business_day(day)] == [moved]
    if rule is BusinessDayRule.MODIFIED_FOLLOWING:
        assert moved.month == on.month
    else:
        assert (moved <= on) if rule is BusinessDayRule.PRECEDING else (moved >= on)


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
def test_days_and_units_of_a_period_are_those_of_its_parts(
    start: date, first: int, second: int, count: DayCount
) -> None:
    """Where a rule looks at the period, its parts are counted within it."""
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    period = CountedPeriod(start, end)
    parts = count.units_within(period, start, middle), count.units_within(period, middle, end)
    assert count.units(start, end) == sum(parts)
    if count in CODES:
        assert parts == (count.units(start, middle), count.units(middle, end))
        assert count.days(start, end) == count.days(start, middle) + count.days(middle, end)


@given(any_day, st.integers(0, 1500), st.sampled_from(list(CODES)))
def test_the_part_of_a_year_is_what_the_rule_says_day_by_day(start: date, nights: int, count: DayCount) -> None:
    days = [start + timedelta(days=number) for number in range(nights)]
    part = Fraction(count.units(start, start + timedelta(days=nights)), count.year_units(start))
    assert part == sum((night_by_hand(count, start, night) for night in days), Fraction(0))


def night_by_hand(count: DayCount, disbursed_on: date, night: date) -> Fraction:
    """The part of a year from one day to the next."""
    match count:
        case DayCount.THIRTY_E_360:
            is_passed_over = night.day == 30 and (night + timedelta(days=1)).day == 31
            is_end_of_february = night.month == 2 and (night + timedelta(days=1)).month == 3
            return Fraction(31 - night.day if is_end_of_february else 0 if is_passed_over else 1, 360)
        case DayCount.ACT_360 | DayCount.ACT_364 | DayCount.ACT_365F:
            return Fraction(1, {"act/360": 360, "act/364": 364, "act/365F": 365}[count])
        case DayCount.ACT_365_25:
            return Fraction(4, 1461)
        case DayCount.ACT_ACT_ISDA:
            return Fraction(1, 365 + isleap(night.year))
        case DayCount.ACT_ACT_31_DECEMBER:
            return Fraction(1, 365 + isleap((night + timedelta(days=1)).year))
        case DayCount.ACT_FIRST_YEAR:
            return Fraction(1, 365 + isleap(disbursed_on.year))
        case _:
            raise AssertionError(f"{count} counts periods, not nights")


@pytest.mark.parametrize(
    ("count", "start", "end", "part"),
    [
        # 2006 ISDA Definitions 4.16(b), the example of ISDA's EMU memorandum of 1998: 61 days of 2003, 121 of 2004.
        (DayCount.ACT_ACT_ISDA, date(2003, 11, 1), date(2004, 5, 1), Fraction(61, 365) + Fraction(121, 366)),
        (DayCount.ACT_ACT_31_DECEMBER, date(2023, 12, 12), date(2024, 1, 12), Fraction(19, 365) + Fraction(12, 366)),
        (DayCount.ACT_ACT_ISDA, date(2023, 12, 12), date(2024, 1, 12), Fraction(20, 365) + Fraction(11, 366)),
        (DayCount.ACT_365_25, date(2023, 1, 1), date(2027, 1, 1), Fraction(4)),
        (DayCount.ACT_364, date(2024, 1, 1), date(2024, 1, 15), Fraction(2, 52)),
        (DayCount.ACT_FIRST_YEAR, date(2022, 3, 1), date(2022, 4, 1), Fraction(31, 365)),
        (DayCount.ACT_FIRST_YEAR, date(2024, 3, 1), date(2024, 4, 1), Fraction(31, 366)),
    ],
)
def test_parts_of_a_year(count: DayCount, start: date, end: date, part: Fraction) -> None:
    assert Fraction(count.units(start, end), count.year_units(start)) == part


@given(any_day, st.integers(0, 40))
def test_columns_count_the_units_of_each_rule(start: date, nights: int) -> None:
    end = start + timedelta(days=nights)
    by_code = units_by_code(start.toordinal(), end.toordinal())
    assert [by_code[CODES[rule]] for rule in CODES] == [rule.units(start, end) for rule in CODES]


@given(any_day, st.integers(1, 600))
def test_equal_months_of_thirty_days_are_a_twelfth_of_a_year(start: date, months: int) -> None:
    start = start.replace(day=min(start.day, 28))
    assert DayCount.THIRTY_E_360.days(start, add_months(start, months)) == 30 * months
