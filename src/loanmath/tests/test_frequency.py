"""Due dates: what repeats, where it starts, and odd first and last periods."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import DayCount, LoanMathError, Method, Terms
from loanmath.frequency import (
    NAMED,
    DuePeriod,
    Frequency,
    Length,
    OddPeriod,
    OddPeriods,
    Unit,
    due_dates,
    due_periods,
)

any_day = st.one_of(
    st.dates(date(1999, 1, 1), date(2101, 1, 1)),
    st.sampled_from([date(2024, 2, 29), date(2023, 2, 28), date(2024, 1, 31), date(2024, 1, 30), date(2023, 12, 31)]),
)


@st.composite
def frequencies(draw: st.DrawFn) -> Frequency:
    """Any frequency that can be."""
    unit = draw(st.sampled_from(list(Unit)))
    every = draw(st.integers(1, 60))
    if unit is not Unit.MONTH:
        return Frequency(unit=unit, every=every)
    kind = draw(st.sampled_from(["plain", "month end", "day", "days", "months"]))
    if kind == "days":
        early = draw(st.sets(st.integers(1, 27), min_size=1, max_size=3))
        return Frequency(unit=unit, days=(*sorted(early), draw(st.integers(28, 31))))
    day = (draw(st.integers(1, 31)),) if kind in {"day", "months"} else ()
    if kind == "months":
        every = draw(st.sampled_from([2, 3, 4, 6, 12]))
        return Frequency(unit=unit, every=every, days=day, month=draw(st.integers(1, 12)))
    return Frequency(unit=unit, every=every, days=day, keeps_month_end=kind == "month end")


odds = st.builds(OddPeriods, st.sampled_from(OddPeriod), st.sampled_from(OddPeriod), st.integers(0, 40))


def iso(dates: list[date]) -> list[str]:
    return [day.isoformat() for day in dates]


@pytest.mark.parametrize(
    ("code", "disbursed_on", "expected"),
    [
        ("P1D", "2024-02-28", ["2024-02-29", "2024-03-01"]),
        ("P10D", "2024-02-20", ["2024-03-01", "2024-03-11"]),
        ("P1W", "2024-02-26", ["2024-03-04", "2024-03-11"]),
        ("P2W", "2023-12-25", ["2024-01-08", "2024-01-22"]),
        ("P1M", "2024-01-31", ["2024-02-29", "2024-03-31", "2024-04-30"]),
        ("P1M", "2024-01-30", ["2024-02-29", "2024-03-30", "2024-04-30"]),
        ("P1M", "2024-02-29", ["2024-03-29", "2024-04-29"]),
        ("P1M@EOM", "2024-02-29", ["2024-03-31", "2024-04-30"]),
        ("P1M@EOM", "2024-02-28", ["2024-03-28", "2024-04-28"]),
        ("P2M", "2023-12-31", ["2024-02-29", "2024-04-30", "2024-06-30"]),
        ("P6M", "2023-08-31", ["2024-02-29", "2024-08-31"]),
        ("P1Y", "2024-02-29", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("P1M@20", "2024-01-10", ["2024-01-20", "2024-02-20"]),
        ("P1M@20", "2024-01-20", ["2024-02-20", "2024-03-20"]),
        ("P1M@20", "2024-01-21", ["2024-02-20", "2024-03-20"]),
        ("P1M@31", "2024-01-31", ["2024-02-29", "2024-03-31"]),
        ("P1M@30", "2024-01-30", ["2024-02-29", "2024-03-30"]),
        ("P1M@1,15", "2024-01-10", ["2024-01-15", "2024-02-01", "2024-02-15"]),
        ("P1M@15,31", "2024-02-15", ["2024-02-29", "2024-03-15", "2024-03-31"]),
        ("P1M@10,20,30", "2023-02-20", ["2023-02-28", "2023-03-10", "2023-03-20", "2023-03-30"]),
        # PBC: quarterly settlement on the 20th of March, June, September, December
        ("P3M@20/3", "2024-01-10", ["2024-03-20", "2024-06-20", "2024-09-20", "2024-12-20", "2025-03-20"]),
        ("P3M@20/12", "2024-12-20", ["2025-03-20", "2025-06-20"]),
        ("P6M@20/6", "2024-07-01", ["2024-12-20", "2025-06-20"]),
        ("P1Y@20/12", "2024-07-01", ["2024-12-20", "2025-12-20"]),
        # the months open: within one period of the disbursement
        ("P3M@20", "2024-01-10", ["2024-03-20", "2024-06-20"]),
        ("P3M@20", "2024-01-20", ["2024-04-20", "2024-07-20"]),
        ("P3M@31", "2023-11-30", ["2024-02-29", "2024-05-31"]),
    ],
)
def test_dates_follow_from_the_disbursement(code: str, disbursed_on: str, expected: list[str]) -> None:
    found = due_dates(Frequency.parse(code), date.fromisoformat(disbursed_on), len(expected))
    assert iso(found) == expected


@pytest.mark.parametrize(
    ("name", "first", "second", "last"),
    [
        # lending case L05 (frappe/lending): 12 periods, disbursed and first due on 17 October 2022
        ("monthly", "2022-10-17", "2022-11-17", "2023-09-17"),
        ("start_of_month", "2022-11-01", "2022-12-01", "2023-10-01"),
        ("end_of_month", "2022-10-31", "2022-11-30", "2023-09-30"),
    ],
)
def test_same_day_start_of_next_month_and_end_of_current_month(name: str, first: str, second: str, last: str) -> None:
    disbursed_on = date(2022, 10, 17)
    in_advance = disbursed_on if name == "monthly" else None
    found = iso(due_dates(Frequency.parse(name), disbursed_on, 12, in_advance))
    assert (found[0], found[1], found[-1], len(found)) == (first, second, last, 12)


@pytest.mark.parametrize(
    ("code", "first_due_on", "expected"),
    [
        ("P1M", "2024-03-05", ["2024-03-05", "2024-04-05"]),
        ("P1M", "2024-02-29", ["2024-02-29", "2024-03-31"]),
        ("P1M", "2024-03-31", ["2024-03-31", "2024-04-30"]),
        ("P1M@EOM", "2024-04-30", ["2024-04-30", "2024-05-31"]),
        ("P1M@20", "2024-03-20", ["2024-03-20", "2024-04-20"]),
        ("P3M@20", "2024-02-20", ["2024-02-20", "2024-05-20"]),
        ("P2W", "2024-02-06", ["2024-02-06", "2024-02-20"]),
        ("P1M@1,15", "2024-03-01", ["2024-03-01", "2024-03-15"]),
    ],
)
def test_a_first_due_date_that_is_given_stands(code: str, first_due_on: str, expected: list[str]) -> None:
    found = due_dates(Frequency.parse(code), date(2024, 1, 31), 2, date.fromisoformat(first_due_on))
    assert iso(found) == expected


@given(any_day, st.integers(1, 70), st.integers(1, 120), st.integers(1, 40))
def test_plain_months_give_the_dates_that_terms_give(disbursed_on: date, days: int, months: int, count: int) -> None:
    frequency = Frequency(unit=Unit.MONTH, every=months)
    terms = Terms(
        currency="CNY",
        principal_minor=1,
        rate_ppb=0,
        day_count=DayCount.ACT_360,
        method=Method.LEVEL,
        disbursed_on=disbursed_on,
        first_due_on=disbursed_on + timedelta(days=days),
        instalments=count,
        frequency=frequency,
    )
    assert due_dates(frequency, disbursed_on, count, terms.first_due_on) == terms.due_dates()


@given(frequencies(), any_day, st.integers(2, 40))
def test_dates_strictly_increase_and_keep_their_day_of_the_month(
    frequency: Frequency, disbursed_on: date, count: int
) -> None:
    dates = due_dates(frequency, disbursed_on, count)
    assert dates[0] > disbursed_on
    assert all(earlier < later for earlier, later in pairwise(dates))
    if frequency.unit is not Unit.MONTH:
        step = timedelta(days=frequency.every * (7 if frequency.unit is Unit.WEEK else 1))
        assert {later - earlier for earlier, later in pairwise([disbursed_on, *dates])} == {step}
        return
    for day in dates:
        last = monthrange(day.year, day.month)[1]
        wanted = frequency.days or (disbursed_on.day,)
        ends_month = frequency.keeps_month_end and (disbursed_on + timedelta(days=1)).day == 1
        assert day.day in {last if ends_month else min(one, last) for one in wanted}
    if len(frequency.days) <= 1:
        months = [day.year * 12 + day.month for day in dates]
        assert {later - earlier for earlier, later in pairwise(months)} == {frequency.every}
    if frequency.month is not None:
        assert {(day.month - frequency.month) % frequency.every for day in dates} == {0}


@given(frequencies())
def test_a_frequency_is_read_back_from_its_code(frequency: Frequency) -> None:
    assert Frequency.parse(frequency.code) == frequency == Frequency.from_json(frequency.to_json())
    assert str(frequency) == frequency.code
    assert Frequency.parse(frequency.code).code == frequency.code


@pytest.mark.parametrize(
    ("name", "code", "per_year"),
    [
        ("daily", "P1D", Fraction(365)),
        ("weekly", "P1W", Fraction(52)),
        ("biweekly", "P2W", Fraction(26)),
        ("half_monthly", "P1M@1,15", Fraction(24)),
        ("monthly", "P1M", Fraction(12)),
        ("monthly_on_the_20th", "P1M@20", Fraction(12)),
        ("start_of_month", "P1M@1", Fraction(12)),
        ("end_of_month", "P1M@31", Fraction(12)),
        ("quarterly", "P3M", Fraction(4)),
        ("quarterly_on_the_20th", "P3M@20/3", Fraction(4)),
        ("semi_annual", "P6M", Fraction(2)),
        ("annual", "P1Y", Fraction(1)),
        ("P10D", "P10D", Fraction(365, 10)),
        ("P3W", "P3W", Fraction(52, 3)),
        ("P12M", "P1Y", Fraction(1)),
        ("P24M", "P2Y", Fraction(1, 2)),
        ("P3M@20/12", "P3M@20/3", Fraction(4)),
    ],
)
def test_names_and_codes_say_how_many_periods_a_year_has(name: str, code: str, per_year: Fraction) -> None:
    frequency = Frequency.parse(name)
    assert (frequency.code, frequency.per_year) == (code, per_year)


def test_every_usual_frequency_is_shown() -> None:
    assert {Frequency.parse(code).code for code in NAMED.values()} == set(NAMED.values())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "M1",
        "PM",
        "P1",
        "P1Q",
        "p1m",
        "P1M@",
        "P1M@/3",
        "P1M@x",
        "P1M@EOM/3",
        "P1M@20,",
        "P-1M",
        "P1.5M",
        " P1M",
    ],
)
def test_a_text_that_is_no_frequency_is_refused(text: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        Frequency.parse(text)
    assert (caught.value.code, caught.value.field) == ("frequency_unreadable", "frequency")
    assert f"“{text}”" in str(caught.value)
    assert "P1M@20" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("P0M", "out_of_range", "every"),
        ("P121M", "out_of_range", "every"),
        ("P521W", "out_of_range", "every"),
        ("P3661D", "out_of_range", "every"),
        ("P1M@0", "out_of_range", "days"),
        ("P1M@32", "out_of_range", "days"),
        ("P3M@20/0", "out_of_range", "month"),
        ("P3M@20/13", "out_of_range", "month"),
        ("P2W@20", "frequency_contradicts_itself", "unit"),
        ("P5D@EOM", "frequency_contradicts_itself", "unit"),
        ("P1M@15,1", "frequency_contradicts_itself", "days"),
        ("P1M@15,15", "frequency_contradicts_itself", "days"),
        ("P1M@28,31", "frequency_contradicts_itself", "days"),
        ("P2M@1,15", "frequency_contradicts_itself", "days"),
        ("P1M@20/3", "frequency_contradicts_itself", "month"),
        ("P5M@20/3", "frequency_contradicts_itself", "month"),
        ("P2Y@20/3", "frequency_contradicts_itself", "month"),
    ],
)
def test_what_cannot_be_meant_names_its_field_and_the_remedy(text: str, code: str, field: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        Frequency.parse(text)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("options", "field"),
    [({"days": (20,), "keeps_month_end": True}, "keeps_month_end"), ({"month": 3, "every": 3}, "month")],
)
def test_contradictions_that_no_code_can_write_are_refused_too(options: dict[str, Any], field: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        Frequency(unit=Unit.MONTH, **options)
    assert (caught.value.code, caught.value.field) == ("frequency_contradicts_itself", field)


def rows(code: str, disbursed_on: str, *options: str, count: int | None = None, **choices: Any) -> list[str]:
    """The periods as texts: end, length and odd days if odd, ``-`` for a row without principal."""
    periods = due_periods(
        Frequency.parse(code),
        date.fromisoformat(disbursed_on),
        count,
        **{name: date.fromisoformat(value) for name, value in zip(options[::2], options[1::2], strict=True)},
        odd=OddPeriods(**choices),
    )
    return [
        f"{period.end}{'' if period.length is Length.REGULAR else f' {period.length} {period.odd_days}'}"
        f"{'' if period.bears_principal else ' -'}"
        for period in periods
    ]


SHORT, LONG, SEPARATE = OddPeriod.SHORT, OddPeriod.LONG, OddPeriod.SEPARATE


@pytest.mark.parametrize(
    ("code", "disbursed_on", "choices", "expected"),
    [
        ("P1M", "2024-01-10", {"first": SEPARATE}, ["2024-02-10", "2024-03-10"]),
        ("P1M@20", "2024-01-20", {"first": LONG}, ["2024-02-20", "2024-03-20"]),
        ("P1M@20", "2024-01-10", {}, ["2024-01-20 short 10", "2024-02-20"]),
        ("P1M@20", "2024-01-10", {"minimum_days": 10}, ["2024-01-20 short 10", "2024-02-20"]),
        ("P1M@20", "2024-01-10", {"minimum_days": 11}, ["2024-02-20 long 10", "2024-03-20"]),
        ("P1M@20", "2024-01-10", {"first": LONG}, ["2024-02-20 long 10", "2024-03-20"]),
        ("P1M@20", "2024-01-10", {"first": SEPARATE}, ["2024-01-20 short 10 -", "2024-02-20", "2024-03-20"]),
        ("P1M@20", "2024-01-10", {"first": SEPARATE, "minimum_days": 15}, ["2024-02-20 long 10", "2024-03-20"]),
        ("P3M@20/3", "2024-03-18", {"minimum_days": 7}, ["2024-06-20 long 2", "2024-09-20"]),
        ("P1M@1,15", "2024-01-10", {"first": LONG}, ["2024-02-01 long 5", "2024-02-15"]),
        # the months open: the nearest 20th that makes the first period long
        ("P3M@20", "2024-01-10", {"first": LONG}, ["2024-04-20 long 10", "2024-07-20"]),
        ("P3M@20", "2024-01-10", {"minimum_days": 71}, ["2024-04-20 long 10", "2024-07-20"]),
        ("P3M@20", "2024-01-10", {"first": SEPARATE}, ["2024-03-20 short 70 -", "2024-06-20", "2024-09-20"]),
    ],
)
def test_an_odd_first_period_is_short_long_or_a_row_of_its_own(
    code: str, disbursed_on: str, choices: dict[str, Any], expected: list[str]
) -> None:
    assert rows(code, disbursed_on, count=2, **choices) == expected


@pytest.mark.parametrize(
    ("code", "first_due_on", "choices", "expected"),
    [
        ("P1M", "2024-02-10", {}, ["2024-02-10", "2024-03-10"]),
        ("P1M", "2024-02-10", {"first": SEPARATE}, ["2024-02-10", "2024-03-10"]),
        ("P1M", "2024-02-01", {}, ["2024-02-01 short 22", "2024-03-01"]),
        ("P1M", "2024-03-01", {}, ["2024-03-01 long 22", "2024-04-01"]),
        ("P1M", "2024-03-01", {"first": SEPARATE}, ["2024-02-01 short 22 -", "2024-03-01", "2024-04-01"]),
        ("P1M", "2024-02-01", {"first": SEPARATE}, ["2024-02-01 short 22 -", "2024-03-01", "2024-04-01"]),
        ("P1M", "2024-03-01", {"first": SEPARATE, "minimum_days": 23}, ["2024-03-01 long 22", "2024-04-01"]),
        ("P1M", "2024-04-01", {"first": SEPARATE}, ["2024-03-01 long 22 -", "2024-04-01", "2024-05-01"]),
        ("P1M", "2024-03-10", {}, ["2024-03-10 long 0", "2024-04-10"]),
        ("P1M", "2024-03-10", {"first": SEPARATE}, ["2024-02-10 -", "2024-03-10", "2024-04-10"]),
        ("P2W", "2024-01-31", {}, ["2024-01-31 long 7", "2024-02-14"]),
        ("P1M", "2024-01-10", {"first": SEPARATE}, ["2024-01-10 short 0", "2024-02-10"]),
    ],
)
def test_a_first_due_date_that_is_given_makes_its_first_period(
    code: str, first_due_on: str, choices: dict[str, Any], expected: list[str]
) -> None:
    assert rows(code, "2024-01-10", "first_due_on", first_due_on, count=2, **choices) == expected


@pytest.mark.parametrize(
    ("matures_on", "choices", "expected"),
    [
        ("2024-03-10", {"last": SEPARATE}, ["2024-02-10", "2024-03-10"]),
        ("2024-03-25", {}, ["2024-02-10", "2024-03-10", "2024-03-25 short 15"]),
        ("2024-03-25", {"last": LONG}, ["2024-02-10", "2024-03-25 long 15"]),
        ("2024-03-25", {"minimum_days": 15}, ["2024-02-10", "2024-03-10", "2024-03-25 short 15"]),
        ("2024-03-25", {"minimum_days": 16}, ["2024-02-10", "2024-03-25 long 15"]),
        ("2024-03-25", {"last": SEPARATE}, ["2024-02-10", "2024-03-10 -", "2024-03-25 short 15"]),
        ("2024-02-01", {"last": SEPARATE}, ["2024-02-01 short 22"]),
        ("2024-02-10", {}, ["2024-02-10"]),
    ],
)
def test_a_maturity_off_the_grid_makes_an_odd_last_period(
    matures_on: str, choices: dict[str, Any], expected: list[str]
) -> None:
    assert rows("P1M", "2024-01-10", "matures_on", matures_on, **choices) == expected


def test_the_only_row_may_be_due_on_a_date_that_is_given() -> None:
    dates = ("first_due_on", "2024-02-01", "matures_on", "2024-02-01")
    assert rows("P1M", "2024-01-10", *dates) == ["2024-02-01 short 22"]


def test_both_ends_may_be_odd() -> None:
    assert rows("P1M@20", "2024-01-10", "matures_on", "2024-01-25", last=LONG) == ["2024-01-25 short 15"]
    found = rows("P3M@20/3", "2024-01-10", "matures_on", "2025-01-10", first=SEPARATE, last=LONG)
    assert found == ["2024-03-20 short 70 -", "2024-06-20", "2024-09-20", "2025-01-10 long 21"]


@given(frequencies(), any_day, odds, st.integers(1, 30), st.integers(1, 800), st.booleans())
def test_periods_join_from_the_disbursement_to_the_end(
    frequency: Frequency, disbursed_on: date, odd: OddPeriods, count: int, days: int, by_count: bool
) -> None:
    matures_on = disbursed_on + timedelta(days=days)
    if by_count:
        found = due_periods(frequency, disbursed_on, count, odd=odd)
        assert sum(period.bears_principal for period in found) == count
    else:
        found = due_periods(frequency, disbursed_on, matures_on=matures_on, odd=odd)
        assert found[-1].end == matures_on
    assert found[0].start == disbursed_on
    assert all(earlier.end == later.start for earlier, later in pairwise(found))
    assert all(period.start < period.end for period in found)
    assert found[-1].bears_principal
    for period in found:
        length = (period.end - period.start).days
        assert (period.odd_days == 0) == (period.length is Length.REGULAR)
        assert (period.odd_days == length) == (period.length is Length.SHORT)
        assert 0 <= period.odd_days <= length


@given(frequencies(), any_day, st.integers(1, 30))
def test_the_usual_choices_give_the_plain_due_dates(frequency: Frequency, disbursed_on: date, count: int) -> None:
    dates = due_dates(frequency, disbursed_on, count)
    assert [period.end for period in due_periods(frequency, disbursed_on, count)] == dates
    until = due_periods(frequency, disbursed_on, matures_on=dates[-1])
    assert until == due_periods(frequency, disbursed_on, count)
    assert due_dates(frequency, disbursed_on, count, dates[0]) == dates


@given(frequencies(), any_day, st.integers(1, 6))
def test_a_separate_row_changes_only_the_first_period(frequency: Frequency, disbursed_on: date, count: int) -> None:
    short = due_periods(frequency, disbursed_on, count + 1)
    separate = due_periods(frequency, disbursed_on, count, odd=OddPeriods(first=SEPARATE))
    if short[0].length is Length.REGULAR:
        assert separate == short[:-1]
    else:
        assert separate == (short[0]._replace(bears_principal=False), *short[1:])


def test_odd_choices_are_read_back_from_json() -> None:
    odd = OddPeriods(first=SEPARATE, last=LONG, minimum_days=10)
    assert odd.to_json() == {"first": "separate", "last": "long", "minimum_days": 10}
    assert OddPeriods.from_json(odd.to_json()) == odd


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ({"count": 0}, "out_of_range", "count"),
        ({"count": 1_201}, "out_of_range", "count"),
        ({}, "count_or_maturity", "count"),
        ({"count": 3, "matures_on": date(2025, 1, 1)}, "count_or_maturity", "count"),
        ({"matures_on": date(2024, 1, 10)}, "maturity_too_early", "matures_on"),
        (
            {"matures_on": date(2024, 1, 20), "first_due_on": date(2024, 2, 20)},
            "maturity_too_early",
            "matures_on",
        ),
        ({"count": 3, "first_due_on": date(2024, 1, 9)}, "first_due_too_early", "first_due_on"),
        ({"count": 3, "first_due_on": date(2024, 2, 19)}, "first_due_off_grid", "first_due_on"),
    ],
)
def test_dates_that_cannot_be_are_refused(options: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        due_periods(Frequency.parse("P1M@20"), date(2024, 1, 10), **options)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_date_off_the_grid_is_told_its_neighbours() -> None:
    with pytest.raises(LoanMathError, match="2024-02-19 is no due date of P1M@20: take 2024-01-20 or 2024-02-20"):
        due_dates(Frequency.parse("P1M@20"), date(2024, 1, 10), 3, date(2024, 2, 19))


def test_a_period_is_regular_unless_said_otherwise() -> None:
    assert DuePeriod(date(2024, 1, 1), date(2024, 2, 1)) == (date(2024, 1, 1), date(2024, 2, 1), "regular", 0, True)


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        ({"first": "none", "last": "short", "minimum_days": 0}, "unknown_choice", "first"),
        ({"first": "short", "last": "", "minimum_days": 0}, "unknown_choice", "last"),
        ({"first": "short", "last": "short", "minimum_days": -1}, "out_of_range", "minimum_days"),
        ({"first": "short", "last": "short", "minimum_days": 366}, "out_of_range", "minimum_days"),
        ({"first": "short", "last": "short", "minimum_days": "7"}, "out_of_range", "minimum_days"),
    ],
)
def test_odd_choices_that_cannot_be_are_refused(data: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        OddPeriods.from_json(data)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("code", "months", "rows"),
    [
        ("P1M", 36, 36),
        ("P3M", 36, 12),
        ("P3M", 13, None),
        ("P2W", 12, 26),
        ("P2W", 6, 13),
        ("P2W", 1, None),
        ("P1Y", 6, None),
        ("P1M@1,15", 3, 6),
        ("P73D", 12, 5),
        ("P1M", 0, None),
    ],
)
def test_months_are_a_whole_number_of_periods_or_none(code: str, months: int, rows: int | None) -> None:
    assert Frequency.parse(code).rows_in(months) == rows


@pytest.mark.parametrize("name", ["first", "last"])
def test_what_is_no_choice_for_an_odd_period_is_refused_by_its_field(name: str) -> None:
    said: dict[str, Any] = {name: "none"}
    with pytest.raises(LoanMathError, match=f"“none” is no choice for an odd {name} period") as caught:
        OddPeriods(**said)
    assert (caught.value.code, caught.value.field) == ("unknown_choice", name)
