"""Plans of many loans at once: the same rows as :func:`loanmath.schedule.schedule` gives, to the minor unit.

Loans of one product are sorted by their number of rows and cut into chunks that stay in the processor's cache.  A
chunk is computed row by row, all its loans at once.  The quotient of an interest amount is guessed in binary
fractions; its remainder, which integers give exactly modulo 2^64, shows every guess that is off, and corrects it.
What columns cannot carry goes through ``schedule`` one by one, so that the answer is always complete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from loanmath import guess, guesses
from loanmath.calendar import NO_REST_DAYS, Calendar
from loanmath.columns import IntColumn, LoanColumns, PlanColumns, is_carried
from loanmath.errors import LoanMathError
from loanmath.exact import FACTOR_LIMIT, QUOTIENT_LIMIT, multiply_add_divide
from loanmath.frequency import Unit
from loanmath.grids import Counted, counted, year_units_of
from loanmath.level import level_instalment
from loanmath.periods import periods
from loanmath.planned import Schedule
from loanmath.rates import LARGEST_RATE_PPB, PPB
from loanmath.rounding import CODES, EDGES, Rounding, accumulate, first_remainder
from loanmath.schedule import schedule
from loanmath.shape import MOST_ROWS
from loanmath.terms import Method, Terms

_CHUNK: Final = 32_768
_SMALLEST_CHUNK: Final = 512
_ROWS: Final = 1 << 20
"""Loans and rows of a chunk: fewer would cost more in calls than in figures, more would not stay near the processor."""
_LARGEST_CARRIED_MINOR: Final = 10**14
Job = Callable[[], PlanColumns]


def schedule_many(loans: LoanColumns, calendar: Calendar = NO_REST_DAYS, *, workers: int = 1) -> PlanColumns:
    """The plans of all loans.

    Raises LoanMathError as ``schedule`` does for a loan without meaning, about ``loans[n].field``, n its position from 0.
    """
    return PlanColumns.joined(list(schedule_blocks(loans, calendar, workers=workers)))


def schedule_blocks(
    loans: LoanColumns, calendar: Calendar = NO_REST_DAYS, *, workers: int = 1
) -> Iterator[PlanColumns]:
    """The plans of all loans in blocks of some thousand loans, so that memory stays small however many there are.

    Blocks come in no order of positions.  ``workers`` threads compute ahead: columns let each other run.
    """
    if workers == 1:
        yield from (job() for job in _jobs(loans, calendar))
        return
    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Future[PlanColumns]] = deque()
        for job in _jobs(loans, calendar):
            ahead.append(pool.submit(job))
            if len(ahead) > 2 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _jobs(loans: LoanColumns, calendar: Calendar) -> Iterator[Job]:
    """The work in pieces: chunks of loans of one product, and what is left one by one."""
    loans.check()
    left = [np.empty(0, dtype=np.int64)]
    order = _order(loans.product, len(loans.products))
    bounds = np.searchsorted(loans.product[order], np.arange(len(loans.products) + 1))
    for place, product in enumerate(loans.products):
        positions = order[bounds[place] : bounds[place + 1]]
        if not len(positions):
            continue
        if not is_carried(product):
            left.append(positions)
            continue
        years = year_units_of(product, loans.disbursed_on[positions])
        for year in np.unique(years):
            yield from _product_jobs(product, loans, positions[years == year], calendar, left)
    alone = np.concatenate(left)
    for first in range(0, len(alone), _CHUNK // 16):
        yield partial(_one_by_one, loans, alone[first : first + _CHUNK // 16], calendar)


def _one_by_one(loans: LoanColumns, positions: IntColumn, calendar: Calendar) -> PlanColumns:
    """Plans through the function for one loan."""
    return PlanColumns.of((place, _alone(loans, place, calendar)) for place in positions.tolist())


def _alone(loans: LoanColumns, place: int, calendar: Calendar) -> Schedule:
    terms = loans.terms(place)
    try:
        return schedule(terms, calendar)
    except LoanMathError as error:
        raise error.within(f"loans[{place}]") from None


def _product_jobs(
    product: Terms, loans: LoanColumns, positions: IntColumn, calendar: Calendar, left: list[IntColumn]
) -> Iterator[Job]:
    """Chunks of loans of one product; what does not fit in columns joins ``left``."""
    positions = positions[_order(MOST_ROWS - loans.instalments[positions], MOST_ROWS)]
    chosen = loans.take(positions)
    chosen, positions = _staying(chosen, positions, ~_without_meaning(product, chosen), left)
    if not len(positions):
        return
    try:
        dates = counted(product, chosen, calendar)
    except LoanMathError:  # the dates of some loan are wrong: one by one it gets its own words
        left.append(positions)
        return
    is_left = dates.is_left | _too_large(product, chosen, dates)
    chosen, positions = _staying(chosen, positions, ~is_left, left)
    if len(positions) < len(is_left):
        dates = _part(dates, ~is_left)
    place = 0
    while place < len(positions):
        size = max(_SMALLEST_CHUNK, min(_CHUNK, _ROWS // int(chosen.instalments[place])))
        part = slice(place, place + size)
        yield partial(_chunk, product, chosen.take(part), positions[part], _part(dates, part), calendar)
        place += size


def _order(column: IntColumn, most: int) -> IntColumn:
    """The order of small numbers: in 16 bits they are sorted by digits, in one sweep."""
    return np.argsort(column.astype(np.int16) if most < 1 << 15 else column, kind="stable")


def _staying(
    loans: LoanColumns, positions: IntColumn, stays: npt.NDArray[np.bool_], left: list[IntColumn]
) -> tuple[LoanColumns, IntColumn]:
    """The loans that stay in columns; the others join ``left``."""
    if stays.all():
        return loans, positions
    left.append(positions[~stays])
    return loans.take(stays), positions[stays]


def _without_meaning(product: Terms, loans: LoanColumns) -> npt.NDArray[np.bool_]:
    """Loans that ``schedule`` refuses, or that are too large: one by one they get their own words."""
    rows, first = loans.instalments, loans.first_due_on
    bounds = (
        (loans.principal_minor, 1, _LARGEST_CARRIED_MINOR),
        (rows, 1, 1 if product.method is Method.BULLET else MOST_ROWS),
        (loans.rate_ppb, 0, LARGEST_RATE_PPB),
        (loans.balloon_minor, 0, _LARGEST_CARRIED_MINOR),
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


def _part(dates: Counted, part: slice | npt.NDArray[np.bool_]) -> Counted:
    return dates._replace(first_units=dates.first_units[part], grid=dates.grid[part], is_left=dates.is_left[part])


class _Chunk(NamedTuple):
    """Some loans of one product, those with the most rows first, and what all their rows need."""

    product: Terms
    loans: LoanColumns
    positions: npt.NDArray[np.int32]
    dates: Counted
    rows: list[int]
    """How many loans have a row of each number."""
    divisor: int
    code: int
    start: int
    """The remainder with which a rounded quotient starts."""

    def units(self, number: int, room: IntColumn) -> IntColumn:
        """Units of the row (from 0) of as many loans as there is room for; none while it is free of interest."""
        count, ends = len(room), self.rows[number + 1]
        if number < self.product.grace.interest_free:
            room[:] = 0
        elif number == 0:
            room[:] = self.dates.first_units[:count]
        else:
            grid, last = self.dates.grid[:count], self.dates.last_units
            self.dates.units[number].take(grid, out=room, mode="clip")
            if last is not self.dates.units and ends < count:
                room[ends:] = last[number].take(grid[ends:])
        return room

    def weighs(self, number: int) -> bool:
        """Whether the row pays principal."""
        grace = self.product.grace
        return number >= max(grace.principal, grace.capitalised)


def _chunk(product: Terms, loans: LoanColumns, positions: IntColumn, dates: Counted, calendar: Calendar) -> PlanColumns:
    """The rows of a chunk, row by row."""
    counts = np.bincount(loans.instalments)
    rows = [*(len(loans) - np.cumsum(counts))[:-1].tolist(), 0]
    divisor, code = PPB * dates.year_units, int(CODES[product.rounding])
    start = int(first_remainder(divisor, code))
    chunk = _Chunk(product, loans, positions.astype(np.int32), dates, rows, divisor, code, start)
    has_grace = product.grace.interest > 0 or product.grace.capitalised > 0
    made = PlanColumns.empty(
        sum(rows), is_moved=dates.due is not dates.end, is_capitalised=product.grace.capitalised > 0
    )
    parts = _Parts(chunk, calendar)
    balance, owed, place = loans.principal_minor, np.zeros(len(loans), dtype=np.int64), 0
    made.opening_minor[: len(loans)] = balance
    for number, count in enumerate(rows[:-1]):
        ends, here = rows[number + 1], slice(place, place + count)
        opening, principal, interest = made.opening_minor[here], made.principal_minor[here], made.interest_minor[here]
        _dates(chunk, made, number, here)
        parts.interest(number, opening, interest)
        parts.principal(number, opening, interest, principal)
        principal[ends:] = opening[ends:]
        place += count
        balance = made.opening_minor[place : place + ends]
        np.subtract(opening[:ends], principal[:ends], out=balance)
        if has_grace:
            capitalised = made.capitalised_minor[here]
            owed = _spare(chunk, number, interest, owed[:count], capitalised)
            balance += capitalised[:ends]
    return made


def _dates(chunk: _Chunk, made: PlanColumns, number: int, here: slice) -> None:
    """Positions, numbers and dates of a row."""
    dates, count = chunk.dates, here.stop - here.start
    grid = dates.grid[:count]
    made.position[here] = chunk.positions[:count]
    made.number[here] = number + 1
    dates.end[number].take(grid, out=made.accrual_to[here], mode="clip")
    if made.due_on is not made.accrual_to:
        dates.due[number].take(grid, out=made.due_on[here], mode="clip")


def _spare(chunk: _Chunk, number: int, interest: IntColumn, owed: IntColumn, capitalised: IntColumn) -> IntColumn:
    """What a grace does to the interest of a row: it is asked for later, or added to the principal.

    Returns what is still owed, of the loans that go on.
    """
    grace, ends = chunk.product.grace, chunk.rows[number + 1]
    interest += owed
    if number < grace.capitalised:
        capitalised[:ends] = interest[:ends]
        interest[:ends] = 0
    elif number < grace.interest:
        later = interest[:ends].copy()
        interest[:ends] = 0
        return later
    return np.zeros(ends, dtype=np.int64)


class _Parts:
    """Interest and principal of the rows of a chunk, by its method."""

    def __init__(self, chunk: _Chunk, calendar: Calendar) -> None:
        self.chunk, loans, product = chunk, chunk.loans, chunk.product
        self.quotients = guesses.Quotients(len(loans), chunk.divisor)
        self.share = guesses.share(chunk.start, chunk.divisor)
        self.rooms = np.empty((3, len(loans)), dtype=np.int64)
        spare = max(product.grace.principal, product.grace.capitalised)
        weighted = np.maximum(loans.instalments - spare, 0)
        if product.method is Method.LEVEL:
            self.each = _level(chunk, calendar)
        elif product.method is Method.EQUAL_PRINCIPAL:
            amount = np.maximum(loans.principal_minor - loans.balloon_minor, 0)
            self.each = _rounded(amount, np.maximum(weighted, 1), 1, product.rounding)
        elif product.method is Method.FLAT:
            count = np.where(weighted > 0, weighted, 1)
            multiple = product.shape.multiple_minor
            self.each = _rounded(loans.principal_minor, count, multiple, product.instalment_rounding)
            self.left = self._total()

    def interest(self, number: int, opening: IntColumn, interest: IntColumn) -> None:
        """What the row accrues, into a column."""
        count, chunk = len(opening), self.chunk
        if chunk.product.method is not Method.FLAT:
            self._quotient(number, opening, interest)
            return
        self._quotient(number, chunk.loans.principal_minor[:count], interest)
        ends = chunk.rows[number + 1]
        np.minimum(interest, self.left[:count], out=interest)
        interest[ends:] = self.left[ends:count]
        self.left[:count] -= interest

    def principal(self, number: int, opening: IntColumn, accrued: IntColumn, principal: IntColumn) -> None:
        """What the row repays if it is not the last, into a column."""
        product, count = self.chunk.product, len(opening)
        if product.method in (Method.INTEREST_FIRST, Method.BULLET) or not self.chunk.weighs(number):
            principal[:] = 0
            return
        if product.method is Method.LEVEL:
            np.subtract(self.each[:count], accrued, out=principal)
            np.maximum(principal, 0, out=principal)
        elif product.method is Method.FLAT and product.shape.multiple_minor > 1:
            asked = _rounded(accrued, 1, product.shape.multiple_minor, product.instalment_rounding)
            np.maximum(self.each[:count] + asked - accrued, 0, out=principal)
        else:
            principal[:] = self.each[:count]
        np.minimum(principal, opening, out=principal)

    def _quotient(self, number: int, base: IntColumn, found: IntColumn) -> None:
        """Base x rate x units over the divisor, rounded; see the head of this file."""
        chunk, count, divisor = self.chunk, len(base), self.chunk.divisor
        factor, rest, product = (room[:count] for room in self.rooms)
        chunk.units(number, factor)
        factor *= chunk.loans.rate_ppb[:count]
        self.quotients.near(base, factor, self.share, found)
        np.multiply(base, factor, out=rest)
        rest += chunk.start
        np.multiply(found, divisor, out=product)
        rest -= product
        if rest.view(np.uint64).max() >= divisor:
            off = np.flatnonzero(rest.view(np.uint64) >= divisor)
            found[off], rest[off] = multiply_add_divide(base[off], factor[off], chunk.start, divisor)
        if chunk.product.rounding is Rounding.HALF_EVEN:
            found -= (rest == 0) & (found & 1 == 1) & (divisor & 1 == 0)

    def _total(self) -> IntColumn:
        """All flat interest of each loan, rounded once."""
        chunk = self.chunk
        total = np.zeros(len(chunk.loans), dtype=np.int64)
        for number, count in enumerate(chunk.rows[:-1]):
            total[:count] += chunk.units(number, self.rooms[0][:count])
        factor = chunk.loans.rate_ppb * total
        found: IntColumn = accumulate(0, chunk.start, chunk.loans.principal_minor, factor, chunk.divisor, chunk.code)[0]
        return found


def _rounded(amount: IntColumn, count: IntColumn | int, multiple: int, mode: Rounding) -> IntColumn:
    """Amounts over a number, as whole multiples, rounded once."""
    divisor = np.broadcast_to(np.asarray(count, dtype=np.int64) * multiple, amount.shape)
    code = int(CODES[mode])
    whole: IntColumn = accumulate(0, first_remainder(divisor, code), amount, 1, divisor, code)[0]
    return whole * multiple


def _level(chunk: _Chunk, calendar: Calendar) -> IntColumn:
    """The level instalments: from the guess where it leaves no doubt, from a finer one, or in integers."""
    loans = chunk.loans
    found, is_doubtful = _guessed(chunk, None)
    doubtful = np.flatnonzero(is_doubtful)
    if len(doubtful):
        finer, is_doubtful = _guessed(chunk, doubtful)
        found[doubtful] = finer
        doubtful = doubtful[is_doubtful]
    for place in doubtful.tolist():
        terms = loans.terms(place)
        found[place] = level_instalment(terms, periods(terms, calendar), terms.principal_minor).amount_minor
    return found


def _guessed(chunk: _Chunk, only: IntColumn | None) -> tuple[IntColumn, IntColumn]:
    """Guessed instalments of all loans, or finer ones of some, and where they are in doubt."""
    loans, shape = chunk.loans, chunk.product.shape
    rates = loans.rate_ppb if only is None else loans.rate_ppb[only]
    level, room = (
        guesses.LevelGuess(rates, chunk.divisor, is_fine=only is not None),
        np.empty(len(loans), dtype=np.int64),
    )
    for number, count in enumerate(chunk.rows[:-1]):
        is_capitalised = number < chunk.product.grace.capitalised
        if not (chunk.weighs(number) or is_capitalised):
            continue
        units = chunk.units(number, room[:count])
        if only is not None:
            units = units[only[: np.searchsorted(only, count)]]
        level.add(units, 0 if is_capitalised else 1)
    amounts = (loans.principal_minor, loans.balloon_minor)
    amount, balloon = amounts if only is None else (amounts[0][only], amounts[1][only])
    edge = EDGES.get(chunk.product.instalment_rounding, "half")
    return level.instalments(amount, balloon, shape.multiple_minor, edge)
