"""Plans of many loans at once: the same rows as :func:`loanmath.schedule.schedule` gives, to the minor unit.

Loans of one product are cut into chunks, in each of which those with the most rows come first (see ``chunks``).
What columns cannot carry goes through ``schedule`` one by one, so that the answer is always complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from loanmath import guess
from loanmath.calendar import NO_REST_DAYS, Calendar
from loanmath.chunks import Chunk, blocks_of
from loanmath.columns import IntColumn, LoanColumns, PlanColumns, Rooms, is_carried
from loanmath.crew import Piece, shared_out
from loanmath.errors import LoanMathError
from loanmath.exact import FACTOR_LIMIT, QUOTIENT_LIMIT
from loanmath.frequency import Unit
from loanmath.grids import Counted, counted, counts_first_year, year_units_of
from loanmath.planned import Schedule
from loanmath.rates import LARGEST_RATE_PPB, PPB
from loanmath.schedule import schedule
from loanmath.shape import MOST_ROWS
from loanmath.terms import Method, Terms

_PIECE: Final = 1 << 16
"""Loans of a chunk: with fewer, threads would wait for each other; more would not stay near the processor."""
_ALONE: Final = 2_048
_LARGEST_CARRIED_MINOR: Final = 10**14
_LARGEST_COLUMN: Final = (1 << 63) - 1


class _Means(NamedTuple):
    """What all the work on some loans shares."""

    calendar: Calendar
    has_balloons: bool


def schedule_many(loans: LoanColumns, calendar: Calendar = NO_REST_DAYS, *, workers: int = 1) -> PlanColumns:
    """The plans of all loans.

    Raises LoanMathError as ``schedule`` does for a loan without meaning, about ``loans[n].field``, n its position from 0.
    """
    return PlanColumns.joined(list(schedule_blocks(loans, calendar, workers=workers)))


def schedule_blocks(
    loans: LoanColumns, calendar: Calendar = NO_REST_DAYS, *, workers: int = 1
) -> Iterator[PlanColumns]:
    """The plans of all loans in blocks of about a million rows, so that memory stays small however many there are.

    Blocks come in no order of positions, and their memory is used again once nobody holds them.  ``workers`` threads
    share the work.
    """
    loans.check()
    means = _Means(calendar, bool(loans.balloon_minor.any()))
    pieces = list(_pieces(loans, means))
    if workers > 1:
        yield from shared_out(pieces, workers)
        return
    rooms = Rooms()
    for piece in pieces:
        yield from piece(rooms)


def _pieces(loans: LoanColumns, means: _Means) -> Iterator[Piece]:
    """The work in pieces: some loans of one product each, and those that go one by one."""
    order = _order(loans.product, len(loans.products))
    bounds = [0, *np.cumsum(np.bincount(loans.product, minlength=len(loans.products))).tolist()]
    for place, product in enumerate(loans.products):
        positions = order[bounds[place] : bounds[place + 1]]
        size, piece = (_PIECE, _piece) if is_carried(product) else (_ALONE, _piece_alone)
        for first in range(0, len(positions), size):
            yield partial(piece, product, loans, positions[first : first + size], means)


def _piece_alone(
    _product: Terms, loans: LoanColumns, positions: IntColumn, means: _Means, _rooms: Rooms
) -> Iterator[PlanColumns]:
    """Loans that go one by one."""
    yield PlanColumns.of((place, _alone(loans, place, means.calendar)) for place in positions.tolist())


def _piece(
    product: Terms, loans: LoanColumns, positions: IntColumn, means: _Means, rooms: Rooms
) -> Iterator[PlanColumns]:
    """Loans of one product in columns, and what is left of them one by one."""
    left: list[IntColumn] = []
    if counts_first_year(product):
        years = year_units_of(product, loans.disbursed_on[positions])
        for year in np.unique(years):
            yield from _in_columns(product, loans, positions[years == year], means, rooms, left)
    else:
        yield from _in_columns(product, loans, positions, means, rooms, left)
    for some in left:
        for first in range(0, len(some), _ALONE):
            yield from _piece_alone(product, loans, some[first : first + _ALONE], means, rooms)


def _alone(loans: LoanColumns, place: int, calendar: Calendar) -> Schedule:
    terms = loans.terms(place)
    try:
        made = schedule(terms, calendar)
        largest = max(max(row.opening_minor, row.interest_minor, row.capitalised_minor) for row in made)
        if largest > _LARGEST_COLUMN:
            raise LoanMathError(
                "number_too_large",
                "principal_minor",
                "An amount of its plan grows to {amount}, which no column holds: plan the loan by itself",
                amount=largest,
            )
    except LoanMathError as error:
        raise error.within(f"loans[{place}]") from None
    return made


def _in_columns(
    product: Terms, loans: LoanColumns, positions: IntColumn, means: _Means, rooms: Rooms, left: list[IntColumn]
) -> Iterator[PlanColumns]:
    """Loans of one product with the same units of a year, as one chunk; what does not fit in columns joins ``left``."""
    counts = loans.instalments.take(positions)
    if counts.min() != counts.max():
        order = _order(MOST_ROWS - counts, MOST_ROWS)
        positions, counts = positions.take(order), counts.take(order)
    chosen = _gathered(product, loans, positions, counts, has_balloons=means.has_balloons)
    chosen, positions = _staying(chosen, positions, ~_without_meaning(product, chosen), left)
    if not len(positions):
        return
    try:
        dates = counted(product, chosen, means.calendar)
    except LoanMathError:  # the dates of some loan are wrong: one by one it gets its own words
        left.append(positions)
        return
    is_left = dates.is_left | _too_large(product, chosen, dates)
    chosen, positions = _staying(chosen, positions, ~is_left, left)
    if len(positions) < len(is_left):
        dates = _part(dates, ~is_left)
    yield from blocks_of(Chunk.of(product, chosen, positions, dates), means.calendar, rooms)


def _order(column: IntColumn, most: int) -> IntColumn:
    """The order of small numbers, none below zero: in 8 or 16 bits they are sorted by digits, in a sweep or two."""
    kind = np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.int64
    return np.argsort(column.astype(kind), kind="stable")


def _gathered(
    product: Terms, loans: LoanColumns, positions: IntColumn, instalments: IntColumn, *, has_balloons: bool
) -> LoanColumns:
    """The loans of one product at these positions, with their instalments; what all have alike is no column of its own."""
    none = np.broadcast_to(np.int64(0), len(positions))
    return LoanColumns(
        (product,),
        none,
        loans.principal_minor.take(positions, mode="clip"),
        loans.rate_ppb.take(positions, mode="clip"),
        loans.disbursed_on.take(positions, mode="clip"),
        loans.first_due_on.take(positions, mode="clip"),
        instalments,
        loans.balloon_minor.take(positions, mode="clip") if has_balloons else none,
    )


def _staying(
    loans: LoanColumns, positions: IntColumn, stays: npt.NDArray[np.bool_], left: list[IntColumn]
) -> tuple[LoanColumns, IntColumn]:
    """The loans that stay in columns; the others join ``left``."""
    if stays.all():
        return loans, positions
    left.append(positions[~stays])
    return loans.take(stays), positions[stays]


_WITH_BALLOON: Final = frozenset({Method.LEVEL, Method.EQUAL_PRINCIPAL})


def _without_meaning(product: Terms, loans: LoanColumns) -> npt.NDArray[np.bool_]:
    """Loans that ``schedule`` refuses, or that are too large: one by one they get their own words."""
    rows, first = loans.instalments, loans.first_due_on
    bounds = (
        (loans.principal_minor, 1, _LARGEST_CARRIED_MINOR),
        (rows, 1, 1 if product.method is Method.BULLET else MOST_ROWS),
        (loans.rate_ppb, 0, LARGEST_RATE_PPB),
        (loans.balloon_minor, 0, _LARGEST_CARRIED_MINOR if product.method in _WITH_BALLOON else 0),
    )
    out: npt.NDArray[np.bool_] = (first != 0) & (first <= loans.disbursed_on)
    out |= _near_the_ends(product, loans)
    for column, low, high in bounds:
        if int(column.min()) < low or int(column.max()) > high:
            out |= (column < low) | (column > high)
    return out


def _near_the_ends(product: Terms, loans: LoanColumns) -> npt.NDArray[np.bool_]:
    """Loans whose dates, or those of their grid, might leave the calendar, of which columns know nothing."""
    frequency = product.frequency
    most = min(int(loans.instalments.max()), MOST_ROWS) + 2
    days = most * frequency.every * _DAYS_OF[frequency.unit]
    latest = _LATEST - days
    return (loans.disbursed_on < _EARLIEST) | (loans.disbursed_on > latest) | (loans.first_due_on > latest)


_DAYS_OF: Final = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31}
_EARLIEST: Final = 3_653
_LATEST: Final = 3_648_000
"""Day ordinals a decade within the calendar: tables of days are made by decades."""


def _too_large(product: Terms, loans: LoanColumns, dates: Counted) -> npt.NDArray[np.bool_]:
    """Loans of which a figure might leave 64 bits."""
    most = max(int(dates.units.max()), int(dates.last_units.max()), int(dates.first_units.max()))
    rate, rows = int(loans.rate_ppb.max()), int(loans.instalments[0])
    principal, year = int(loans.principal_minor.max()), PPB * dates.year_units
    whole = most * rows if product.method is Method.FLAT else most
    is_grown = rate * most * product.grace.capitalised > year
    if not is_grown and principal * rate * whole < year * QUOTIENT_LIMIT // 2 and rate * whole < FACTOR_LIMIT:
        return np.zeros(len(loans), dtype=np.bool_)
    units = np.maximum(most, dates.first_units) * (loans.instalments if product.method is Method.FLAT else 1)
    out = guess.quotient(loans.principal_minor, loans.rate_ppb * units, year) >= QUOTIENT_LIMIT // 2
    out |= guess.quotient(loans.rate_ppb, units, 1) >= FACTOR_LIMIT
    grown = guess.quotient(loans.rate_ppb, units, year) * product.grace.capitalised > 1
    found: npt.NDArray[np.bool_] = out | grown
    return found


def _part(dates: Counted, part: npt.NDArray[np.bool_]) -> Counted:
    return dates._replace(first_units=dates.first_units[part], grid=dates.grid[part], is_left=dates.is_left[part])
