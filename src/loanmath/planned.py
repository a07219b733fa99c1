"""The values of a plan: its rows, each with the working of its interest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from loanmath.daycount import DayCount
from loanmath.level import Level
from loanmath.rates import PPB
from loanmath.rounding import Rounding, divide


class Basis(NamedTuple):
    """What all rows of a plan at one rate are counted by."""

    rate_ppb: int
    day_count: DayCount
    year_units: int
    rounding: Rounding
    rounds_segments: bool = False


Whole = tuple[int, date, date, int, Basis]
"""The working of a row of one stretch: balance, start, end, units, and what all rows share."""


class Segment(NamedTuple):
    """A stretch of days over which interest is counted on one balance at one rate."""

    base_minor: int
    start: date
    end: date
    units: int
    """Parts of a year by the day count, see ``DayCount.units``."""
    rate_ppb: int

    @property
    def numerator(self) -> int:
        """Balance x rate x units."""
        return self.base_minor * self.rate_ppb * self.units


class Working(NamedTuple):
    """How an interest amount came about.

    It is the sum of balance x rate x units, over the denominator, rounded once - or, where the terms say so, each
    segment by itself.
    """

    segments: tuple[Segment, ...]
    day_count: DayCount
    year_units: int
    rounding: Rounding
    rounds_segments: bool = False

    def counted(self) -> Working | Whole:
        """As a row keeps it: equal workings are kept alike."""
        if len(self.segments) != 1:
            return self
        base_minor, start, end, units, rate_ppb = self.segments[0]
        rule = Basis(rate_ppb, self.day_count, self.year_units, self.rounding, self.rounds_segments)
        return base_minor, start, end, units, rule

    @property
    def units(self) -> int:
        """All units counted."""
        return sum(segment.units for segment in self.segments)

    @property
    def numerator(self) -> int:
        """Sum of balance x rate x units."""
        return sum(segment.numerator for segment in self.segments)

    @property
    def denominator(self) -> int:
        """Parts per billion times the units of the year."""
        return PPB * self.year_units

    @property
    def amount_minor(self) -> int:
        """The rounded amount."""
        if len(self.segments) == 1:
            base_minor, _, _, units, rate_ppb = self.segments[0]
            return divide(base_minor * rate_ppb * units, PPB * self.year_units, self.rounding)
        if self.rounds_segments:
            return sum(divide(segment.numerator, self.denominator, self.rounding) for segment in self.segments)
        return divide(self.numerator, self.denominator, self.rounding)


class PlanRow(NamedTuple):
    """One instalment of the plan.

    Interest accrues from ``accrual_from`` (counted) to ``accrual_to`` (not counted), the nominal
    dates; the row falls due on ``due_on``, the date adjusted to a business day (see ``periods``).
    ``accrued_minor`` is the interest of its days, ``interest_minor`` what it asks for, ``capitalised_minor`` what
    it adds to the principal when it ends.  ``counted`` is its :attr:`working`, or from what that follows: most rows
    are never asked for it.
    """

    number: int
    accrual_from: date
    accrual_to: date
    due_on: date
    opening_minor: int
    principal_minor: int
    interest_minor: int
    counted: Working | Whole
    accrued_minor: int
    capitalised_minor: int = 0
    is_down_payment: bool = False
    code: int = 0
    """The serial number of days by which the row counts (``DayCountCode``), and what a unit of it counts for."""
    units_of_day: int = 1

    @property
    def working(self) -> Working:
        """How its interest came about."""
        counted = self.counted
        if isinstance(counted, Working):
            return counted
        base_minor, start, end, units, (rate_ppb, day_count, year_units, rounding, rounds_segments) = counted
        segments = (Segment(base_minor, start, end, units, rate_ppb),)
        return Working(segments, day_count, year_units, rounding, rounds_segments)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The stretches of its :attr:`working`."""
        counted = self.counted
        if isinstance(counted, Working):
            return counted.segments
        base_minor, start, end, units, basis = counted
        return (Segment(base_minor, start, end, units, basis.rate_ppb),)

    @property
    def denominator(self) -> int:
        """That of its :attr:`working`."""
        counted = self.counted
        return counted.denominator if isinstance(counted, Working) else PPB * counted[4].year_units

    def turns_after(self, on: date) -> list[Segment]:
        """The stretches that begin after a day; most rows have one, with which they begin."""
        counted = self.counted
        if not isinstance(counted, Working) and counted[1] <= on:
            return []
        return [segment for segment in self.segments if segment.start > on]

    @property
    def total_minor(self) -> int:
        """Principal and interest together."""
        return self.principal_minor + self.interest_minor

    @property
    def closing_minor(self) -> int:
        """The plan's balance after this row."""
        return self.opening_minor + self.capitalised_minor - self.principal_minor


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows of a plan; ``level`` tells the instalment of a level plan and its working.

    ``relevelled``: where the instalment is found anew when the rate changes, from the start of which row on.
    """

    rows: tuple[PlanRow, ...]
    level: Level | None = None
    relevelled: tuple[tuple[date, Level], ...] = ()

    def __iter__(self) -> Iterator[PlanRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> PlanRow:
        return self.rows[index]

    def level_of(self, row: PlanRow) -> Level | None:
        """The level instalment in force when the row begins; None where there is none, or for a down payment."""
        if row.is_down_payment:
            return None
        found = self.level
        for since, level in self.relevelled:
            found = level if since <= row.accrual_from else found
        return found

    @property
    def interest_minor(self) -> int:
        """All interest of the plan."""
        return sum(row.interest_minor for row in self.rows)

    @property
    def principal_minor(self) -> int:
        """All principal of the plan; equals what was planned."""
        return sum(row.principal_minor for row in self.rows)
