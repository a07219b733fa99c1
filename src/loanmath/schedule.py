"""The plan of a loan: its rows, exact to the minor unit, each with its working."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import gcd
from typing import NamedTuple

from loanmath.calendar import NO_REST_DAYS, BusinessDayRule, Calendar
from loanmath.daycount import DayCount
from loanmath.rounding import CODES, Rounding, accumulate, divide, first_remainder
from loanmath.terms import Method, Terms


class Segment(NamedTuple):
    """A stretch of days over which interest is counted on one balance."""

    base_minor: int
    start: date
    end: date
    units: int
    """Parts of a year by the day count, see ``DayCount.units``."""


class Working(NamedTuple):
    """How an interest amount came about: sum of balance x rate x units, over the divisor."""

    segments: tuple[Segment, ...]
    rate_ppb: int
    day_count: DayCount
    year_units: int
    rounding: Rounding

    @property
    def units(self) -> int:
        """All units counted."""
        return sum(segment.units for segment in self.segments)

    @property
    def numerator(self) -> int:
        """Sum of balance x rate x units."""
        return self.rate_ppb * sum(segment.base_minor * segment.units for segment in self.segments)

    @property
    def denominator(self) -> int:
        """Parts per billion times the units of the year."""
        return 10**9 * self.year_units

    @property
    def amount_minor(self) -> int:
        """The rounded amount."""
        return divide(self.numerator, self.denominator, self.rounding)


class PlanRow(NamedTuple):
    """One instalment of the plan.

    Interest accrues from ``accrual_from`` (counted) to ``accrual_to`` (not counted), the nominal
    dates; the row falls due on ``due_on``, the date adjusted to a business day (see ``periods``).
    """

    number: int
    accrual_from: date
    accrual_to: date
    due_on: date
    opening_minor: int
    principal_minor: int
    interest_minor: int
    working: Working

    @property
    def total_minor(self) -> int:
        """Principal and interest together."""
        return self.principal_minor + self.interest_minor

    @property
    def closing_minor(self) -> int:
        """The plan's balance after this row."""
        return self.opening_minor - self.principal_minor


class Level(NamedTuple):
    """The working of a level instalment: exactly numerator / denominator, rounded."""

    numerator: int
    denominator: int
    rounding: Rounding
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows of a plan; ``level`` tells the instalment of a level plan and its working."""

    rows: tuple[PlanRow, ...]
    level: Level | None = None

    def __iter__(self) -> Iterator[PlanRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> PlanRow:
        return self.rows[index]

    @property
    def interest_minor(self) -> int:
        """All interest of the plan."""
        return sum(row.interest_minor for row in self.rows)

    @property
    def principal_minor(self) -> int:
        """All principal of the plan; equals what was planned."""
        return sum(row.principal_minor for row in self.rows)


class Period(NamedTuple):
    """Nominal dates of a row before any amount is known."""

    number: int
    start: date
    end: date
    due_on: date
    units: int


def schedule(terms: Terms, calendar: Calendar = NO_REST_DAYS) -> Schedule:
    """The plan of a loan as agreed.

    The last row takes the remainder of all rounding.  Principal parts are never negative.
    """
    return plan(terms, periods(terms, calendar), terms.principal_minor)


def periods(terms: Terms, calendar: Calendar) -> tuple[Period, ...]:
    """The accrual periods: each starts where the one before ends, the first at disbursement.

    A period ends on its nominal date; only where the due date moves ahead of it (modified
    following at a month's end) it ends with the due date, since interest is not due before it
    has accrued.
    """
    found = []
    start = terms.disbursed_on
    for number, nominal in enumerate(terms.due_dates(), start=1):
        due_on = calendar.adjust(nominal, terms.business_day)
        if due_on <= start:
            due_on = calendar.adjust(nominal, BusinessDayRule.FOLLOWING)
        end = min(nominal, due_on)
        found.append(Period(number, start, end, due_on, terms.day_count.units(start, end)))
        start = end
    return tuple(found)


def plan(
    terms: Terms,
    ahead: Sequence[Period],
    balance_minor: int,
    before: tuple[Segment, ...] = (),
) -> Schedule:
    """Rows that repay the balance over the periods ahead.

    ``before`` are the segments of the first period that have passed on earlier balances (after a
    prepayment in mid-period).  The principal parts follow from whole periods; the interest of the
    first row is what really accrued and will accrue, so a borrower who prepays pays the interest
    on the prepaid part up to that day with the next instalment.
    """
    level = _level(terms, ahead, balance_minor) if terms.method is Method.LEVEL else None
    parts = _principal_parts(terms, ahead, balance_minor, level)
    rows = []
    for period, principal_minor in zip(ahead, parts, strict=True):
        working = _working(terms, period, balance_minor, before)
        rows.append(
            PlanRow(
                period.number,
                period.start,
                period.end,
                period.due_on,
                balance_minor,
                principal_minor,
                working.amount_minor,
                working,
            )
        )
        balance_minor -= principal_minor
        before = ()
    return Schedule(tuple(rows), level)


def _working(terms: Terms, period: Period, balance_minor: int, before: tuple[Segment, ...]) -> Working:
    """Interest of a period: what passed on earlier balances, and the rest on this one."""
    start = before[-1].end if before else period.start
    units = terms.day_count.units(start, period.end) if before else period.units
    last = Segment(balance_minor, start, period.end, units)
    return Working((*before, last), terms.rate_ppb, terms.day_count, terms.year_units, terms.rounding)


def _principal_parts(terms: Terms, ahead: Sequence[Period], balance_minor: int, level: Level | None) -> list[int]:
    """The principal of each row: all rows but the last by the method, the last takes the rest."""
    earlier = ahead[:-1]
    if level is not None:
        parts = _level_parts(terms, earlier, balance_minor, level.amount_minor)
    elif terms.method is Method.EQUAL_PRINCIPAL:
        parts = _equal_parts(terms, len(ahead), balance_minor)
    else:
        parts = [0] * len(earlier)
    return [*parts, balance_minor - sum(parts)]


def _equal_parts(terms: Terms, count: int, balance_minor: int) -> list[int]:
    """Equal parts, rounded; never more in sum than the balance."""
    part = divide(balance_minor, count, terms.rounding)
    return [max(0, min(part, balance_minor - part * earlier)) for earlier in range(count - 1)]


def _level_parts(terms: Terms, earlier: Sequence[Period], balance_minor: int, instalment_minor: int) -> list[int]:
    """Instalment less interest of each whole period; within zero and the balance."""
    code, divisor = CODES[terms.rounding], terms.divisor
    start = first_remainder(divisor, code)
    parts = []
    for period in earlier:
        interest, _ = accumulate(0, start, balance_minor, terms.rate_ppb * period.units, divisor, code)
        part = max(0, min(instalment_minor - interest, balance_minor))
        parts.append(part)
        balance_minor -= part
    return parts


def _level(terms: Terms, ahead: Sequence[Period], balance_minor: int) -> Level:
    """The instalment that repays the balance if nothing were rounded.

    With growth factors g_k = 1 + rate x units_k / divisor the value of one unit paid at each due
    date is F_n, where F_1 = 1 and F_k = 1 + g_k F_(k-1); the balance grows to B g_1 ... g_n.
    The instalment is their quotient; for equal periods that is B i / (1 - (1 + i)^-n).
    """
    rates = [terms.rate_ppb * period.units for period in ahead]
    common = gcd(terms.divisor, *rates)
    unit = terms.divisor // common
    growth, value, scale = unit + rates[0] // common, 1, 1
    for rate in rates[1:]:
        factor = unit + rate // common
        scale *= unit
        value = scale + factor * value
        growth *= factor
    numerator, denominator = balance_minor * growth, unit * value
    return Level(
        numerator,
        denominator,
        terms.rounding,
        divide(numerator, denominator, terms.rounding),
    )
