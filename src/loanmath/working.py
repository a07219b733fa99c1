"""Working laid out for people: every figure from which a cent follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from loanmath.daycount import DayCount
from loanmath.planned import PlanRow
from loanmath.rounding import Rounding


@dataclass(frozen=True, slots=True)
class InterestStep:
    """One stretch of days: ``base_minor`` x ``rate_ppb`` x ``units`` = ``numerator``."""

    base_minor: int
    rate_ppb: int
    start: date
    end: date
    days: int
    units: int
    numerator: int


@dataclass(frozen=True, slots=True)
class InterestExplanation:
    """Why a row's interest is what it is.

    The steps' numerators sum to ``numerator``; divided by ``denominator`` (10^9 x ``year_units``)
    this is ``whole_minor`` and ``remainder`` / ``denominator`` of a minor unit, which ``rounding``
    turns into ``rounded_minor``.  With ``balancing_minor`` this is what the row accrues: the last row of a plan with flat
    interest takes what rounding row by row has left over of the whole.  ``interest_minor`` is what the row asks for.
    ``rule`` is the day count; where a unit is a day the units are the days.
    """

    rule: DayCount
    year_units: int
    units: int
    steps: tuple[InterestStep, ...]
    numerator: int
    denominator: int
    whole_minor: int
    remainder: int
    rounding: Rounding
    rounded_minor: int
    balancing_minor: int
    interest_minor: int


def explain_interest(row: PlanRow) -> InterestExplanation:
    """The parts of a row's interest, ready to be shown."""
    working = row.working
    whole_minor, remainder = divmod(working.numerator, working.denominator)
    return InterestExplanation(
        rule=working.day_count,
        year_units=working.year_units,
        units=working.units,
        steps=tuple(
            InterestStep(
                segment.base_minor,
                segment.rate_ppb,
                segment.start,
                segment.end,
                working.day_count.days(segment.start, segment.end),
                segment.units,
                segment.numerator,
            )
            for segment in working.segments
        ),
        numerator=working.numerator,
        denominator=working.denominator,
        whole_minor=whole_minor,
        remainder=remainder,
        rounding=working.rounding,
        rounded_minor=working.amount_minor,
        balancing_minor=row.accrued_minor - working.amount_minor,
        interest_minor=row.interest_minor,
    )
