"""The plan of a loan as agreed: exact to the minor unit, each row with its working."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from loanmath.calendar import NO_REST_DAYS, Calendar
from loanmath.course import at_first_rate, never_repaid, plan
from loanmath.kinds import require_kind
from loanmath.laid import Laid, before_day, carry_tranche, place_of_due, with_due
from loanmath.level import Level, level_instalment
from loanmath.periods import Period, periods
from loanmath.planned import PlanRow, Schedule, Segment, Working
from loanmath.shape import MOST_ROWS
from loanmath.steps import NextRow
from loanmath.terms import Repricing, Terms

__all__ = [
    "Laid",
    "PlanRow",
    "Schedule",
    "Segment",
    "Working",
    "agreed",
    "before_day",
    "carry_tranche",
    "next_row",
    "periods",
    "place_of_due",
    "plan",
    "schedule",
    "with_due",
]

_LONGER: Final = 2
_BY_TERM: Final = Repricing.TERM


def schedule(terms: Terms, calendar: Calendar = NO_REST_DAYS) -> Schedule:
    """The plan of a loan as agreed.

    The last row takes the remainder of all rounding.  Principal parts are never negative.
    Raises LoanMathError ``never_repaid`` where an instalment that stays, or a minimum payment, does not repay the loan, ``wrong_kind``
    for what is no terms or no calendar.
    """
    require_kind("terms", terms, Terms)
    require_kind("calendar", calendar, Calendar)
    return agreed(terms, calendar)[1]


def agreed(terms: Terms, calendar: Calendar) -> tuple[Sequence[Period], Schedule]:
    """The periods and the plan of a loan as agreed, with the tranches that were agreed beforehand."""
    found = periods(terms, calendar, terms.rate_steps)
    advance = _in_advance(terms, found) if terms.shape.advance else None
    at_once = terms.down_payment(terms.principal_minor) if advance is None else advance.of(terms.shape.advance)
    at_once = min(at_once, terms.principal_minor)
    made = plan(terms, found, terms.principal_minor - at_once, paid_out_minor=terms.principal_minor, stays=advance)
    if terms.repricing is _BY_TERM:
        found, made = _as_long_as_it_takes(terms, calendar, found, made)
    if not at_once and not terms.tranches:
        return found if len(made) == len(found) else found[: len(made)], made
    laid = Laid(tuple(found[: len(made)]), made.rows, made.level, made.relevelled)
    if at_once:
        laid = with_due(terms, laid, 0, terms.disbursed_on, at_once)
    laid = _with_tranches(terms, laid, at_once)
    return laid.periods, Schedule(laid.rows, laid.level, laid.relevelled)


def _in_advance(terms: Terms, found: Sequence[Period]) -> Level:
    """The instalment of which so many are paid on the day of disbursement, before any interest."""
    known = found if terms.repricing is Repricing.AT_ONCE else at_first_rate(found)
    return level_instalment(terms, known, terms.principal_minor, terms.shape.advance)


def _as_long_as_it_takes(
    terms: Terms, calendar: Calendar, found: Sequence[Period], made: Schedule
) -> tuple[Sequence[Period], Schedule]:
    """The instalment stays, whatever becomes of the rate: rows are added until the last one is no larger than it.

    By what rounding leaves over, at most a multiple a row, it may be larger: that makes no row more.
    """
    assert made.level is not None
    level, count = made.level, len(found)
    most = level.amount_minor + terms.shape.balloon_minor
    while made[-1].total_minor > most + count * terms.shape.multiple_minor:
        if count == MOST_ROWS:
            raise never_repaid(MOST_ROWS)
        count = min(MOST_ROWS, count * _LONGER)
        found = periods(replace(terms, instalments=count), calendar, terms.rate_steps)
        made = plan(terms, found, terms.principal_minor, paid_out_minor=terms.principal_minor, keep=level)
    return found, made


def _with_tranches(terms: Terms, laid: Laid, at_once_minor: int) -> Laid:
    """The plan with the tranches that were agreed beforehand, each with its down payment."""
    paid_out, due_at_once = terms.principal_minor, at_once_minor
    for tranche in terms.tranches:
        paid_out += tranche.amount_minor
        down = terms.down_payment(tranche.amount_minor)
        due_at_once += down
        apart = due_at_once - terms.down_payment(paid_out)
        laid = carry_tranche(terms, laid, tranche.on, tranche.amount_minor - down, paid_out, apart=apart)
        if down:
            laid = with_due(terms, laid, place_of_due(terms, laid, tranche.on), tranche.on, down)
    return laid


def next_row(row: PlanRow, first: Segment) -> NextRow:
    """What the row accrues on when it begins, with its first stretch."""
    return NextRow(first.base_minor, first.rate_ppb * row.units_of_day, row.denominator, row.code)
