"""Sums that are paid out, or fall due, beside the plan: its rows laid anew to carry them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from loanmath.course import plan
from loanmath.errors import LoanMathError
from loanmath.level import Level
from loanmath.periods import Period, Stretch
from loanmath.planned import PlanRow, Segment, Working
from loanmath.terms import Terms, TrancheRows


class Laid(NamedTuple):
    """Periods and the rows laid over them."""

    periods: tuple[Period, ...]
    rows: tuple[PlanRow, ...]
    level: Level | None
    relevelled: tuple[tuple[date, Level], ...] = ()


def with_due(terms: Terms, laid: Laid, place: int, on: date, amount_minor: int) -> Laid:
    """A row without days put in at a place: so much principal is due on the day."""
    first = laid.periods[0]
    rate_ppb = first.stretches[-1].rate_ppb
    period = Period(0, on, on, on, (Stretch(on, on, 0, rate_ppb),), first.year_units, weight=0, is_down_payment=True)
    working = Working((), terms.day_count, first.year_units, terms.rounding)
    after = laid.rows[place].opening_minor if place < len(laid.rows) else 0
    row = PlanRow(0, on, on, on, after + amount_minor, amount_minor, 0, working, 0, 0, is_down_payment=True)
    found = (*laid.periods[:place], period, *laid.periods[place:])
    rows = (*laid.rows[:place], row, *laid.rows[place:])
    return Laid(
        tuple(one._replace(number=number) for number, one in enumerate(found, start=1)),
        tuple(one._replace(number=number) for number, one in enumerate(rows, start=1)),
        laid.level,
        laid.relevelled,
    )


def carry_tranche(
    terms: Terms,
    laid: Laid,
    on: date,
    net_minor: int,
    paid_out_minor: int,
    planned: Sequence[int] = (),
    apart: int = 0,
    owed_minor: int = 0,
    coming_minor: int = 0,
) -> Laid:
    """The rows that the terms name (``TrancheRows``) repay so much more; ``paid_out_minor`` is all that is paid out.

    The instalment is found on the principal as ``planned`` (unless said, as laid) and what is paid out more, and
    ``apart``: what rounding each down payment by itself has taken off it.  ``owed_minor`` is interest of rows before
    these that they are still to ask for, ``coming_minor`` what they carry of tranches still to come: they are laid
    without it.
    """
    targets = _targets(terms, laid, on)
    if not targets or on >= laid.rows[-1].accrual_to:
        raise LoanMathError(
            "tranche_too_late", "tranches", "A tranche must be paid out before the period of the last instalment ends"
        )
    rows = list(laid.rows)
    made = plan(
        terms,
        [laid.periods[place] for place in targets],
        sum(rows[place].principal_minor - rows[place].capitalised_minor for place in targets)
        + net_minor
        - coming_minor,
        before_day(laid.periods[targets[0]], rows[targets[0]].working, on),
        paid_out_minor=paid_out_minor,
        owed_minor=owed_minor + _not_asked_for(rows[: targets[0]]),
        keep=laid.level if terms.levelled_on_minor else None,
        level_on=sum((planned or [row.principal_minor for row in rows])[place] for place in targets)
        + net_minor
        + apart
        - coming_minor,
    )
    for place, row in zip(targets, made.rows, strict=False):
        rows[place] = row._replace(number=rows[place].number)
    return Laid(laid.periods, tuple(rows), made.level, made.relevelled)


def _not_asked_for(rows: Sequence[PlanRow]) -> int:
    """Interest that rows accrue and leave to a later one to ask for; below zero where they ask for earlier interest."""
    return sum(row.accrued_minor - row.interest_minor - row.capitalised_minor for row in rows)


def _targets(terms: Terms, laid: Laid, on: date) -> list[int]:
    """The places of the rows over which a tranche of the day is spread."""
    rule = terms.tranche_rows
    return [
        place
        for place, row in enumerate(laid.rows)
        if not row.is_down_payment
        and (rule is TrancheRows.ALL or row.accrual_to > on or (rule is TrancheRows.FROM and row.accrual_to == on))
    ]


def place_of_due(terms: Terms, laid: Laid, on: date) -> int:
    """Where a row that is due today stands: before the instalment of the day if a tranche is spread over that too."""
    is_before = terms.tranche_rows in (TrancheRows.FROM, TrancheRows.ALL)
    return sum(
        1 for row in laid.rows if row.due_on < on or (row.due_on == on and (row.is_down_payment or not is_before))
    )


def before_day(period: Period, working: Working, on: date) -> tuple[Segment, ...]:
    """The segments of a row up to a day."""
    found = []
    for segment in working.segments:
        if segment.start < on:
            end = min(segment.end, on)
            units = segment.units if end == segment.end else period.units(segment.start, end)
            found.append(segment._replace(end=end, units=units))
    return tuple(found)
