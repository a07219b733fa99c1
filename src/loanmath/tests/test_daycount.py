"""Day counts that look at the whole period, against published examples and their definitions."""

from calendar import isleap, monthrange
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import DayCount, LoanMathError
from loanmath.daycount import (
    CODES,
    CountedPeriod,
    DayCountCode,
    act_act_icma,
    after_first_night,
    units_by_code,
    units_of_each,
)
from loanmath.exact import choose

Day = tuple[int, int, int]

any_day = st.one_of(
    st.dates(date(1999, 1, 1), date(2101, 1, 1)),
    st.sampled_from([date(year, 2, day) for year in (2007, 2008, 2012, 2100) for day in (26, 27, 28)]),
    st.sampled_from([date(2008, 2, 29), date(2012, 2, 29), date(2024, 2, 29), date(2023, 12, 31), date(2024, 1, 30)]),
)
nights = st.one_of(st.integers(1, 70), st.integers(1, 1_600), st.sampled_from([365, 366, 731, 1_461]))
every_rule: list[DayCount] = list(DayCount)


@st.composite
def periods(draw: st.DrawFn) -> CountedPeriod:
    """Any period, often from one end of February to another."""
    start = draw(any_day)
    end = start + timedelta(days=draw(nights))
    if draw(st.booleans()):
        end = date(end.year + 1, 2, monthrange(end.year + 1, 2)[1])
    return CountedPeriod(start, end, draw(st.booleans()), draw(st.booleans()))


@pytest.mark.parametrize(
    ("start", "end", "bond", "eurobond"),
    [
        # ISDA, "30/360 day count conventions" (22 December 2008), the examples of its workbook as QuantLib tests them.
        ((2006, 8, 20), (2007, 2, 20), 180, 180),
        ((2006, 8, 31), (2007, 2, 28), 178, 178),
        ((2007, 2, 28), (2007, 8, 31), 183, 182),
        ((2007, 8, 31), (2008, 2, 29), 179, 179),
        ((2008, 2, 29), (2008, 8, 31), 182, 181),
        ((2009, 2, 28), (2009, 8, 31), 183, 182),
        ((2006, 1, 31), (2006, 2, 28), 28, 28),
        ((2006, 1, 30), (2006, 2, 28), 28, 28),
        ((2006, 2, 28), (2006, 3, 3), 5, 5),
        ((2006, 2, 14), (2006, 2, 28), 14, 14),
        ((2006, 9, 30), (2006, 10, 31), 30, 30),
        ((2006, 10, 31), (2006, 11, 28), 28, 28),
        ((2008, 2, 28), (2008, 8, 30), 182, 182),
        ((2008, 2, 28), (2008, 8, 31), 183, 182),
        ((2007, 2, 26), (2008, 2, 29), 363, 363),
        ((2008, 2, 29), (2009, 2, 28), 359, 359),
        ((2008, 2, 28), (2008, 3, 31), 33, 32),
    ],
)
def test_isdas_examples_of_the_bond_and_the_eurobond_basis(start: Day, end: Day, bond: int, eurobond: int) -> None:
    assert DayCount.THIRTY_360.units(date(*start), date(*end)) == bond
    assert DayCount.THIRTY_E_360.units(date(*start), date(*end)) == eurobond


@pytest.mark.parametrize(
    ("start", "end", "maturity", "days"),
    [
        # The same source.
        ((2006, 2, 28), (2006, 8, 31), (2012, 2, 29), 180),
        ((2006, 8, 31), (2007, 2, 28), (2012, 2, 29), 180),
        ((2007, 8, 31), (2008, 2, 29), (2012, 2, 29), 180),
        ((2008, 2, 29), (2008, 8, 31), (2012, 2, 29), 180),
        ((2011, 8, 31), (2012, 2, 29), (2012, 2, 29), 179),
        ((2006, 1, 31), (2006, 2, 28), (2008, 2, 29), 30),
        ((2006, 2, 28), (2006, 3, 3), (2008, 2, 29), 3),
        ((2006, 2, 14), (2006, 2, 28), (2008, 2, 29), 16),
        ((2006, 10, 31), (2006, 11, 28), (2008, 2, 29), 28),
        ((2007, 8, 31), (2008, 2, 28), (2008, 2, 29), 178),
        ((2008, 2, 28), (2008, 8, 31), (2008, 2, 29), 182),
        ((2007, 2, 28), (2008, 2, 28), (2008, 2, 29), 358),
        ((2007, 2, 28), (2008, 2, 29), (2008, 2, 29), 359),
        ((2008, 2, 29), (2009, 2, 28), (2008, 2, 29), 360),
        ((2008, 2, 29), (2008, 3, 31), (2008, 2, 29), 30),
    ],
)
def test_isdas_examples_with_a_maturity(start: Day, end: Day, maturity: Day, days: int) -> None:
    assert DayCount.THIRTY_E_360_ISDA.units(date(*start), date(*end), is_last=end == maturity) == days


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ((2011, 2, 28), (2012, 2, 29), 360),
        ((2012, 2, 29), (2016, 2, 29), 1_440),
        ((2011, 2, 28), (2012, 2, 28), 358),
        ((2012, 2, 29), (2012, 3, 28), 28),
        ((2011, 2, 28), (2011, 3, 31), 30),
        ((2011, 2, 28), (2011, 8, 31), 180),
        ((2011, 2, 27), (2011, 2, 28), 1),
        ((2011, 1, 31), (2011, 2, 28), 28),
        ((2012, 5, 29), (2013, 8, 31), 452),
        ((2012, 5, 30), (2013, 8, 31), 450),
        ((2012, 5, 31), (2013, 8, 31), 450),
    ],
)
def test_the_february_rule_of_the_united_states(start: Day, end: Day, days: int) -> None:
    assert DayCount.THIRTY_US_360.units(date(*start), date(*end)) == days


@pytest.mark.parametrize(
    ("count", "start", "end", "part"),
    [
        # OpenGamma Strata, DayCountTest (act/365 actual, act/365L, NL/365).
        (DayCount.ACT_365A, (2011, 12, 28), (2012, 2, 28), Fraction(62, 365)),
        (DayCount.ACT_365A, (2011, 12, 28), (2012, 2, 29), Fraction(63, 366)),
        (DayCount.ACT_365A, (2011, 12, 28), (2016, 2, 28), Fraction(62 + 366 + 3 * 365, 366)),
        (DayCount.ACT_365A, (2012, 2, 28), (2012, 3, 28), Fraction(29, 366)),
        (DayCount.ACT_365A, (2012, 2, 29), (2012, 3, 28), Fraction(28, 365)),
        (DayCount.ACT_365L, (2011, 12, 28), (2012, 2, 28), Fraction(62, 366)),
        (DayCount.ACT_365L, (2010, 12, 28), (2011, 2, 28), Fraction(62, 365)),
        # every hundredth year is common, every four hundredth is not
        (DayCount.ACT_365L, (2000, 1, 31), (2000, 2, 29), Fraction(29, 366)),
        (DayCount.ACT_365L, (2100, 1, 31), (2100, 2, 28), Fraction(28, 365)),
        (DayCount.ACT_365A, (2000, 1, 31), (2000, 3, 31), Fraction(60, 366)),
        (DayCount.ACT_365A, (2100, 1, 31), (2100, 3, 31), Fraction(59, 365)),
        (DayCount.NL_365, (2011, 12, 28), (2012, 2, 29), Fraction(62, 365)),
        (DayCount.NL_365, (2011, 12, 28), (2012, 3, 1), Fraction(63, 365)),
        (DayCount.NL_365, (2012, 2, 28), (2012, 3, 28), Fraction(28, 365)),
        (DayCount.NL_365, (2012, 2, 29), (2012, 3, 28), Fraction(28, 365)),
        (DayCount.NL_365, (2011, 12, 1), (2012, 12, 1), Fraction(1)),
    ],
)
def test_published_parts_of_a_year(count: DayCount, start: Day, end: Day, part: Fraction) -> None:
    assert Fraction(count.units(date(*start), date(*end)), count.year_units(date(*start))) == part


def test_yearly_interest_by_act_365l_asks_for_a_leap_day() -> None:
    # Strata: a yearly period to 28 February 2012 is a common one, to 29 February a leap one.
    year = DayCount.ACT_365L.year_units(date(2012, 1, 1))
    for end, length in ((date(2012, 2, 28), 365), (date(2012, 2, 29), 366)):
        period = CountedPeriod(date(2011, 12, 28), end, is_yearly=True)
        units = DayCount.ACT_365L.units_within(period, period.start, date(2012, 2, 28))
        assert Fraction(units, year) == Fraction(62, length)


def by_definition(count: DayCount, period: CountedPeriod) -> Fraction:
    """The part of a year, straight from the text of each rule."""
    start, end = period.start, period.end
    first, last = start.day, end.day
    starts_at_end = start.month == 2 and first == monthrange(start.year, 2)[1]
    ends_at_end = end.month == 2 and last == monthrange(end.year, 2)[1]
    leap_days = [date(year, 2, 29) for year in range(start.year, end.year + 1) if isleap(year)]
    passed = sum(start < day <= end for day in leap_days)
    match count:
        case DayCount.THIRTY_360:
            last = 30 if last == 31 and first >= 30 else last
            first = min(first, 30)
        case DayCount.THIRTY_US_360:
            last = 30 if starts_at_end and ends_at_end else last
            first = 30 if starts_at_end else first
            last = 30 if last == 31 and first >= 30 else last
            first = min(first, 30)
        case DayCount.THIRTY_E_360_ISDA:
            first = 30 if starts_at_end else min(first, 30)
            last = 30 if ends_at_end and not period.is_last else min(last, 30)
        case DayCount.ACT_365A:
            return Fraction((end - start).days, 365 + (passed > 0))
        case DayCount.ACT_365L:
            is_long = passed > 0 if period.is_yearly else isleap(end.year)
            return Fraction((end - start).days, 365 + is_long)
        case DayCount.NL_365:
            return Fraction((end - start).days - passed, 365)
    return Fraction(360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first, 360)


@given(periods(), st.sampled_from([rule for rule in DayCount if rule not in CODES]))
def test_a_period_counts_as_its_rule_is_written(period: CountedPeriod, count: DayCount) -> None:
    units = count.units(period.start, period.end, is_last=period.is_last, is_yearly=period.is_yearly)
    assert Fraction(units, count.year_units(period.start)) == by_definition(count, period)
    assert units == count.units_within(period, period.start, period.end)


@given(periods(), st.lists(st.integers(0, 10_000), max_size=5), st.sampled_from(every_rule))
def test_the_parts_of_a_period_sum_to_the_whole(period: CountedPeriod, cuts: list[int], count: DayCount) -> None:
    length = (period.end - period.start).days
    places = sorted({0, length, *(cut % (length + 1) for cut in cuts)})
    days = [period.start + timedelta(days=place) for place in places]
    parts = [count.units_within(period, start, end) for start, end in pairwise(days)]
    assert sum(parts) == count.units(period.start, period.end, is_last=period.is_last, is_yearly=period.is_yearly)
    assert min(parts) >= 0


@given(st.lists(periods(), min_size=1, max_size=8), st.data())
def test_columns_accrue_night_by_night_what_the_period_counts(found: list[CountedPeriod], data: st.DataObject) -> None:
    """Rows that start on the same day, each with its rule: the code is all that a column needs."""
    start = found[0].start
    rows = [period._replace(start=start) for period in found if start < period.end < start + timedelta(days=800)]
    rules = [data.draw(st.sampled_from(every_rule)) for _ in rows]
    for rule, row in zip(rules, rows, strict=True):
        code = np.array([rule.code(row)], dtype=np.int64)
        total = 0
        for night in range(start.toordinal(), row.end.toordinal()):
            total += int(choose(code, units_by_code(night, night + 1))[0])
            code = after_first_night(code)
        assert total == rule.units(start, row.end, is_last=row.is_last, is_yearly=row.is_yearly)


@given(any_day, st.lists(nights, max_size=12), st.sampled_from(list(CODES)))
def test_dates_one_after_the_other_count_as_each_pair_by_itself(
    start: date, lengths: list[int], rule: DayCount
) -> None:
    days = [start + timedelta(days=sum(lengths[:place])) for place in range(len(lengths) + 1)]
    found = units_of_each(CODES[rule], [day.toordinal() for day in days])
    assert found == [rule.units(earlier, later) for earlier, later in pairwise(days)]


@given(any_day, st.lists(nights, max_size=12))
def test_dates_one_after_the_other_count_by_the_serial_numbers_that_periods_choose(
    start: date, lengths: list[int]
) -> None:
    """A day over 365 is 366 units of a year that has 365 x 366 of them, and one over 366 is 365."""
    days = [start + timedelta(days=sum(lengths[:place])) for place in range(len(lengths) + 1)]
    ordinals, pairs = [day.toordinal() for day in days], list(pairwise(days))
    every = [(later - earlier).days for earlier, later in pairs]
    leap_days = [
        sum(earlier < date(year, 2, 29) <= later for year in range(earlier.year, later.year + 1) if isleap(year))
        for earlier, later in pairs
    ]
    months = [30 * (12 * (later.year - earlier.year) + later.month - earlier.month) for earlier, later in pairs]
    assert units_of_each(DayCountCode.DAY_OF_COMMON_YEAR, ordinals) == [366 * days for days in every]
    assert units_of_each(DayCountCode.DAY_OF_LEAP_YEAR, ordinals) == [365 * days for days in every]
    assert units_of_each(DayCountCode.WITHOUT_LEAP_DAYS, ordinals) == [
        days - leap for days, leap in zip(every, leap_days, strict=True)
    ]
    assert units_of_each(DayCountCode.THIRTY_PLAIN, ordinals) == [
        month + later.day - earlier.day for month, (earlier, later) in zip(months, pairs, strict=True)
    ]
    assert units_of_each(DayCountCode.THIRTY_FEBRUARY, ordinals) == [
        month + thirtieth(later) - thirtieth(earlier) for month, (earlier, later) in zip(months, pairs, strict=True)
    ]


def thirtieth(day: date) -> int:
    """The day of its month where the last day of every month is the 30th."""
    return 30 if day.day == monthrange(day.year, day.month)[1] else day.day


@given(any_day, st.integers(0, 800))
def test_penalties_count_every_calendar_day_whatever_interest_counts(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    for rule in DayCount:
        by_calendar = rule.by_calendar
        assert by_calendar in CODES
        part = Fraction(by_calendar.units(start, end), by_calendar.year_units(start))
        assert part >= Fraction(length, 366)
        assert by_calendar.days(start, end) == length


def test_days_are_those_that_interest_counts() -> None:
    start, end = date(2024, 2, 28), date(2024, 3, 31)
    assert DayCount.THIRTY_360.days(start, end) == 33
    assert DayCount.NL_365.days(start, end) == 31
    assert DayCount.ACT_365A.days(start, end) == 32
    assert DayCount.NL_365.units(start, start) == 0
    maturity = date(2024, 2, 29)
    assert DayCount.THIRTY_E_360_ISDA.days(date(2023, 8, 31), maturity) == 180
    assert DayCount.THIRTY_E_360_ISDA.days(date(2023, 8, 31), maturity, is_last=True) == 179


@pytest.mark.parametrize(
    ("start", "end", "regular", "per_year", "part"),
    [
        # ISDA, EMU and market conventions (1998), the examples for ISMA as ICMA was then called.
        ("2003-11-01", "2004-05-01", ["2003-11-01", "2004-05-01"], 2, Fraction(182, 182 * 2)),
        ("1999-02-01", "1999-07-01", ["1998-07-01", "1999-07-01"], 1, Fraction(150, 365)),
        (
            "2002-08-15",
            "2003-07-15",
            ["2002-07-15", "2003-01-15", "2003-07-15"],
            2,
            Fraction(153, 184 * 2) + Fraction(181, 181 * 2),
        ),
        ("2000-01-30", "2000-06-30", ["2000-01-30", "2000-07-30"], 2, Fraction(152, 182 * 2)),
        (
            "1999-11-30",
            "2000-04-30",
            ["1999-11-30", "2000-02-29", "2000-05-31"],
            4,
            Fraction(91, 91 * 4) + Fraction(61, 92 * 4),
        ),
    ],
)
def test_isdas_examples_of_act_act_icma(
    start: str, end: str, regular: list[str], per_year: int, part: Fraction
) -> None:
    dates = [date.fromisoformat(day) for day in regular]
    assert act_act_icma(date.fromisoformat(start), date.fromisoformat(end), dates, per_year) == part


@pytest.mark.parametrize("regular", [[], [date(2024, 1, 2), date(2024, 7, 1)], [date(2024, 1, 1), date(2024, 5, 1)]])
def test_act_act_icma_needs_regular_dates_all_around(regular: list[date]) -> None:
    with pytest.raises(LoanMathError) as caught:
        act_act_icma(date(2024, 1, 1), date(2024, 6, 1), regular, 2)
    assert caught.value.code == "period_dates_missing"
