"""How long after the first advance a payment lies, as the rules of Europe, the United Kingdom and China count it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from loanmath.calendar import add_months

DAYS_IN_MONTH: Final = 30
"""Of a month's odd days, by Regulation Z, Appendix J (b)(5), and by our reading of PBC [2021] No. 3."""
_MONTHS_IN_YEAR: Final = 12
_WEEKS_IN_YEAR: Final = 52
_DAYS_IN_WEEK: Final = 7
_ONE_DAY: Final = timedelta(days=1)
_DAYS_IN_MEAN_YEAR: Final = Fraction(1461, 4)


class EqualPeriod(StrEnum):
    """The period in which whole intervals are counted: a year has 52 equal weeks or 12 equal months."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"


def months_and_days(start: date, end: date) -> tuple[int, int]:
    """Whole months from start to end, counted forward, and the days that remain, at most 30."""
    months = whole_months(start, end)
    if add_months(start, months) > end:
        months -= 1
    return months, min((end - add_months(start, months)).days, DAYS_IN_MONTH)


def whole_months(start: date, end: date) -> int:
    """The difference of the two months, whatever the days."""
    return (end.year - start.year) * _MONTHS_IN_YEAR + end.month - start.month


def is_whole_months(start: date, end: date) -> bool:
    """Whether the dates lie whole months apart; a day that a month lacks is its last day."""
    months = whole_months(start, end)
    return add_months(start, months) == end or add_months(end, -months) == start


def common_period(start: date, dates: Iterable[date]) -> EqualPeriod:
    """The period in which a loan's times are counted: the longest of which all intervals between payments are wholes.

    Directive 2008/48/EC, Annex I, lets an interval be "a whole number of one of those periods in combination with a
    number of days".  Payments that fit none are counted in months.
    """
    ordered = sorted(set(dates))
    gaps = list(pairwise(ordered)) or [(start, end) for end in ordered]
    if all(is_whole_months(*gap) for gap in gaps):
        is_years = all(whole_months(*gap) % _MONTHS_IN_YEAR == 0 for gap in gaps)
        return EqualPeriod.YEAR if gaps and is_years else EqualPeriod.MONTH
    if all((end - begin).days % _DAYS_IN_WEEK == 0 for begin, end in gaps):
        return EqualPeriod.WEEK
    return EqualPeriod.MONTH


def european_years(start: date, end: date, period: EqualPeriod) -> Fraction:
    """Years from the first drawdown to a payment: whole periods and then days, counted back from the payment.

    The days are divided by the days (365 or 366) of the year that ends on their last day.  Before the first drawdown the
    same count stands with a minus.  Source: 2008/48/EC and 2014/17/EU, Annex I, Part I, remark (c); MCOB 10A.2.3R.
    Twelfth of January to 15 February: 1/12 + 3/365 in 2012, 1/12 + 3/366 in 2013.
    """
    if end < start:
        return -european_years(end, start, period)
    if period is EqualPeriod.WEEK:
        weeks, days = divmod((end - start).days, _DAYS_IN_WEEK)
        last = date.fromordinal(start.toordinal() + days)
        return Fraction(weeks, _WEEKS_IN_YEAR) + _share_of_year_back(days, last)
    step = _MONTHS_IN_YEAR if period is EqualPeriod.YEAR else 1
    months = whole_months(start, end)
    if is_whole_months(start, end) and months % step == 0:
        return Fraction(months, _MONTHS_IN_YEAR)
    months -= months % step
    while add_months(end, -months) < start:
        months -= step
    last = add_months(end, -months)
    return Fraction(months, _MONTHS_IN_YEAR) + _share_of_year_back((last - start).days, last)


def _share_of_year_back(days: int, last: date) -> Fraction:
    return Fraction(days, (last - add_months(last, -_MONTHS_IN_YEAR, field="flows")).days)


def british_years(start: date, end: date) -> Fraction:
    """Years from the first advance to a payment: whole months forward, then days, each over the days of its own year.

    25 November 2024 to 5 January 2025: 1/12 + 6/366 + 5/365.  FCA CONC App 1.2, as lenders' published tests count it.
    """
    if end < start:
        return -british_years(end, start)
    months = whole_months(start, end)
    if is_whole_months(start, end):
        return Fraction(months, _MONTHS_IN_YEAR)
    if add_months(start, months) > end:
        months -= 1
    reached = add_months(start, months)
    years = Fraction(months, _MONTHS_IN_YEAR)
    while reached < end:
        # The first day does not count, the last does: the night from 31 December belongs to the new year.
        year = (reached + _ONE_DAY).year
        last = date(year, 12, 31)
        until = min(end, last)
        years += Fraction((until - reached).days, (last - date(year, 1, 1)).days + 1)
        reached = until
    return years


def mean_years(days: int) -> Fraction:
    """Years of 365.25 days, by which British short-term lenders count a single payment."""
    return days / _DAYS_IN_MEAN_YEAR
