"""Dates before the year 1 and after the year 9999 are refused by name, and the last days of the calendar work."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loanmath import (
    BusinessDayRule,
    Calendar,
    DayCount,
    Event,
    EventKind,
    Floating,
    Frequency,
    LoanMathError,
    RateStep,
    Terms,
    add_months,
    floating_rate,
    replay,
    schedule,
)
from loanmath.apr import DatedFlow, Regime, regime_rate
from loanmath.columns import LoanColumns
from loanmath.floating import Reset
from loanmath.frequency import OddPeriod, OddPeriods, due_dates, due_periods
from loanmath.grading import latest_cure, upgrade_day
from loanmath.many import schedule_many
from loanmath.tests.strategies import POLICY

LAST, FIRST = date.max, date.min
ENDS = st.dates(FIRST, date(12, 1, 1)) | st.dates(date(9985, 1, 1), LAST)
WEEKDAYS = Calendar()
FREQUENCIES = ["P1D", "P1W", "P1M", "P1M@20", "P1M@1,15", "P3M@20/3", "P5Y", "P1M@EOM", "P2M@31"]


def terms(**changes: Any) -> Terms:
    said: dict[str, Any] = {
        "currency": "CNY",
        "principal_minor": 1_200_000,
        "rate_ppb": 36_000_000,
        "day_count": DayCount.THIRTY_E_360,
        "method": "level",
        "disbursed_on": date(9999, 6, 30),
        "instalments": 6,
    }
    return Terms(**(said | changes))


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: add_months(LAST, 1), "months"),
        (lambda: add_months(FIRST, -1), "months"),
        (lambda: add_months(FIRST, 10**30), "months"),
        (lambda: schedule(terms(instalments=7)), "instalments"),
        (lambda: Terms.for_months(term_months=7, method="bullet", currency="CNY", principal_minor=1, rate_ppb=0,
                                  day_count="act/360", disbursed_on=date(9999, 6, 30)), "term_months"),
        (lambda: WEEKDAYS.adjust(date(9999, 12, 31), BusinessDayRule.NONE), ""),
        (lambda: Calendar.of([LAST]).adjust(LAST, BusinessDayRule.FOLLOWING), "business_day"),
        (lambda: Calendar.of([FIRST]).adjust(FIRST, BusinessDayRule.PRECEDING), "business_day"),
        (lambda: due_dates(Frequency.parse("P1D"), LAST, 1), "instalments"),
        (lambda: due_dates(Frequency.parse("P10Y"), date(2024, 1, 1), 1200), "instalments"),
        (lambda: Floating(lookback_days=9).rate([RateStep(FIRST, 1)], FIRST), "lookback_days"),
        (lambda: regime_rate(Regime.EUROPE, [DatedFlow(FIRST, -100), DatedFlow(FIRST + timedelta(3), 101)]), "flows"),
    ],
)  # fmt: skip
def test_what_leads_out_of_the_calendar_is_refused_by_name(make: Callable[[], Any], field: str) -> None:
    if not field:
        make()
        return
    with pytest.raises(LoanMathError) as caught:
        make()
    assert (caught.value.code, caught.value.field) == ("date_out_of_range", field)
    assert "9999" in str(caught.value)


def test_a_loan_may_end_on_the_last_day_of_the_calendar() -> None:
    assert schedule(terms(disbursed_on=date(9999, 6, 30), frequency=Frequency.parse("P1M@EOM")))[-1].due_on == LAST
    for rule in DayCount:
        found = schedule(terms(day_count=rule, disbursed_on=date(9998, 12, 31), matures_on=LAST, instalments=1))
        assert found[-1].due_on == LAST
        paid = [Event("1", EventKind.DISBURSE, date(9998, 12, 31), 1_200_000)]
        made = terms(day_count=rule, disbursed_on=date(9998, 12, 31), matures_on=LAST, instalments=1)
        assert replay(made, paid, LAST, policy=POLICY).state.principal_due_minor > 0


def test_months_of_good_conduct_that_the_calendar_does_not_hold_are_never_over() -> None:
    assert upgrade_day(LAST.toordinal(), 6) > LAST.toordinal()
    assert latest_cure(1, 6) == 0
    assert latest_cure(LAST.toordinal(), 6) == date(9999, 6, 30).toordinal()


def test_a_maturity_with_more_rows_than_a_loan_may_have_is_refused_at_once() -> None:
    with pytest.raises(LoanMathError) as caught:
        due_periods(Frequency.parse("P1D"), FIRST, matures_on=LAST)
    assert (caught.value.code, caught.value.field) == ("maturity_too_late", "matures_on")


def test_a_floating_rate_is_read_up_to_the_last_day_of_the_calendar() -> None:
    index = [RateStep(date(9990, 1, 1), 1), RateStep(date(9998, 1, 1), 2)]
    for reset in (Reset.NEW_YEAR, Reset.ANNIVERSARY):
        assert floating_rate(Floating(reset=reset), index, date(9997, 5, 5), LAST)[1][0].rate_ppb == 2


@given(ENDS, st.integers(-30, 30), st.sampled_from(DayCount))
def test_day_counts_give_units_or_a_refusal_wherever_they_stand(start: date, months: int, rule: DayCount) -> None:
    with suppress(LoanMathError):
        end = add_months(start, abs(months))
        assert rule.units(start, end) >= 0
        assert rule.days(start, end, is_last=True) >= 0


@given(ENDS, st.sampled_from(FREQUENCIES), st.integers(1, 20), st.none() | ENDS, st.sampled_from(OddPeriod))
def test_due_dates_are_dates_or_refused(start: date, code: str, count: int, first: date | None, odd: OddPeriod) -> None:
    frequency = Frequency.parse(code)
    with suppress(LoanMathError):
        due_periods(frequency, start, count, first_due_on=first, odd=OddPeriods(odd, odd, 5))
    with suppress(LoanMathError):
        due_periods(frequency, start, first_due_on=first, matures_on=LAST, odd=OddPeriods(odd, odd, 5))


@settings(deadline=None)
@given(ENDS, st.sampled_from(DayCount), st.sampled_from(FREQUENCIES), st.sampled_from(BusinessDayRule))
def test_plans_at_the_ends_are_made_or_refused_by_field(
    start: date, rule: DayCount, code: str, moves: BusinessDayRule
) -> None:
    made = terms(disbursed_on=start, day_count=rule, frequency=Frequency.parse(code), business_day=moves)
    alone, together = outcome(lambda: schedule(made, WEEKDAYS)), outcome(lambda: schedule(made, WEEKDAYS))
    assert alone == together
    many = outcome(lambda: schedule_many(LoanColumns.of([made]), WEEKDAYS))
    assert isinstance(alone, str) == isinstance(many, str)
    if not isinstance(alone, str) and not isinstance(many, str):
        assert many.ordered().due_on.tolist() == [row.due_on.toordinal() for row in alone]
    events = [Event("1", EventKind.DISBURSE, start, 1_200_000)]
    for as_of in (LAST, FIRST, start):
        if as_of.year - start.year in range(-20, 20):
            outcome(partial(replay, made, events, as_of, policy=POLICY, calendar=WEEKDAYS))


@given(st.lists(ENDS, min_size=2, max_size=5), st.sampled_from(Regime))
def test_annual_rates_at_the_ends_are_told_or_refused(days: list[date], regime: Regime) -> None:
    outcome(
        lambda: regime_rate(regime, [DatedFlow(on, 100 + place if place else -400) for place, on in enumerate(days)])
    )


def outcome(make: Callable[[], Any]) -> Any:
    """What is made, or the code of the refusal."""
    try:
        return make()
    except LoanMathError as error:
        return error.code
