"""The rows of some loans of one product, row by row and all its loans at once.

The quotient of an interest amount is guessed in binary fractions; its remainder, which integers give exactly modulo
2^64, shows every guess that is off, and corrects it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from loanmath import guesses
from loanmath.calendar import Calendar
from loanmath.columns import IntColumn, LoanColumns, PlanColumns, PlanLayout, Rooms
from loanmath.exact import multiply_add_divide
from loanmath.grids import Counted
from loanmath.level import level_instalment
from loanmath.periods import periods
from loanmath.rates import PPB
from loanmath.rounding import CODES, EDGES, Rounding, accumulate, first_remainder
from loanmath.terms import Method, Terms

_BLOCK_ROWS: Final = 1 << 20
"""Rows of a block, or those of one number if they are more: what is written is read again while it is near."""


class Chunk(NamedTuple):
    """Some loans of one product, those with the most rows first, and what all their rows need."""

    product: Terms
    loans: LoanColumns
    positions: npt.NDArray[np.int32]
    """Where the loans stand among all."""
    dates: Counted
    rows: list[int]
    """How many loans have a row of each number."""
    divisor: int
    code: int
    start: int
    """The remainder with which a rounded quotient starts."""
    stays: list[bool]
    """Whether a row counts as the one before it, whatever the loan."""

    @classmethod
    def of(cls, product: Terms, loans: LoanColumns, positions: IntColumn, dates: Counted) -> Chunk:
        """Loans of one product, with the most rows first."""
        counts = np.bincount(loans.instalments)
        rows = [*(len(loans) - np.cumsum(counts))[:-1].tolist(), 0]
        divisor, code = PPB * dates.year_units, int(CODES[product.rounding])
        start = int(first_remainder(divisor, code))
        units, last = dates.units, dates.last_units
        same = (units[1:] == units[:-1]).all(axis=1).tolist() if last is units else [False] * len(units)
        free = product.grace.interest_free
        stays = [number > max(1, free) and same[number - 1] for number in range(len(rows) - 1)]
        return cls(product, loans, positions.astype(np.int32), dates, rows, divisor, code, start, stays)

    @property
    def kinds(self) -> tuple[bool, bool]:
        """Whether due dates are moved, and whether interest is capitalised."""
        return self.dates.due is not self.dates.end, self.product.grace.capitalised > 0

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


def blocks_of(chunk: Chunk, calendar: Calendar, rooms: Rooms) -> Iterator[PlanColumns]:
    """The rows of a chunk, by rising number, in blocks of some numbers."""
    loans, grace = chunk.loans, chunk.product.grace
    has_grace = grace.interest > 0 or grace.capitalised > 0
    standing = _Standing(loans.principal_minor, np.zeros(len(loans) * has_grace, dtype=np.int64))
    parts = _Parts(chunk, calendar)
    for numbers in _numbers_of_blocks(chunk.rows):
        made = rooms.columns(PlanLayout(sum(chunk.rows[numbers.start : numbers.stop]), *chunk.kinds))
        _label(chunk, numbers, made)
        if grace.capitalised:
            made.capitalised_minor[:] = 0
        standing = _fill(chunk, parts, numbers, standing, made)
        yield made


def _numbers_of_blocks(rows: Sequence[int]) -> Iterator[range]:
    """The numbers of rows (from 0) that come together: as many as make a block, at least one."""
    first = size = 0
    for number, count in enumerate(rows[:-1]):
        if size and size + count > _BLOCK_ROWS:
            yield range(first, number)
            first, size = number, 0
        size += count
    yield range(first, len(rows) - 1)


class _Standing(NamedTuple):
    """What the loans that go on carry from row to row: the balance, and interest that is asked for later."""

    balance: IntColumn
    owed: IntColumn


def _fill(chunk: Chunk, parts: _Parts, numbers: range, standing: _Standing, made: PlanColumns) -> _Standing:
    """Amounts of the rows of a block; returns what the loans carry on."""
    balance, owed = standing
    place = 0
    for number in numbers:
        count, ends = chunk.rows[number], chunk.rows[number + 1]
        after = place + count
        opening, principal = made.opening_minor[place:after], made.principal_minor[place:after]
        interest = made.interest_minor[place:after]
        if number == numbers.start:
            opening[:] = balance
        parts.interest(number, opening, interest)
        parts.principal(number, opening, interest, principal)
        if ends < count:
            principal[ends:] = opening[ends:]
        is_last = number == numbers[-1]
        balance = np.empty(ends, dtype=np.int64) if is_last else made.opening_minor[after : after + ends]
        np.subtract(opening[:ends], principal[:ends], out=balance)
        if len(owed):
            capitalised = made.capitalised_minor[place:after]
            owed = _spare(chunk, number, interest, owed[:count], capitalised)
            balance += capitalised[:ends]
        place = after
    return _Standing(balance, owed)


def _label(chunk: Chunk, numbers: range, made: PlanColumns) -> None:
    """Positions, numbers and dates of the rows of a block: at once of those that all loans have."""
    dates, grid, count, first = chunk.dates, chunk.dates.grid, len(chunk.loans), numbers.start
    full = sum(1 for number in numbers if chunk.rows[number] == count)
    place = full * count
    shape = (full, count)
    made.position[:place].reshape(shape)[:] = chunk.positions
    made.number[:place].reshape(shape)[:] = np.arange(first + 1, first + full + 1, dtype=np.int16)[:, None]
    columns = [(dates.end, made.accrual_to)]
    if dates.due is not dates.end:
        columns.append((dates.due, made.due_on))
    for table, column in columns:
        table[first : first + full].take(grid, axis=1, out=column[:place].reshape(shape), mode="clip")
    for number in numbers[full:]:
        some = chunk.rows[number]
        here = slice(place, place + some)
        made.position[here] = chunk.positions[:some]
        made.number[here] = number + 1
        for table, column in columns:
            table[number].take(grid[:some], out=column[here], mode="clip")
        place += some


def _spare(chunk: Chunk, number: int, interest: IntColumn, owed: IntColumn, capitalised: IntColumn) -> IntColumn:
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

    def __init__(self, chunk: Chunk, calendar: Calendar) -> None:
        self.chunk, loans, product = chunk, chunk.loans, chunk.product
        self.quotients = guesses.Quotients(len(loans), chunk.divisor, chunk.start)
        self.factor = np.empty(len(loans), dtype=np.int64)
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
            if principal.min() < 0:
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
        factor = self.factor[:count]
        if not chunk.stays[number]:
            chunk.units(number, factor)
            factor *= chunk.loans.rate_ppb[:count]
        rest, product = self.quotients.near(base, factor, found)
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
            total[:count] += chunk.units(number, self.factor[:count])
        factor = chunk.loans.rate_ppb * total
        found: IntColumn = accumulate(0, chunk.start, chunk.loans.principal_minor, factor, chunk.divisor, chunk.code)[0]
        return found


def _rounded(amount: IntColumn, count: IntColumn | int, multiple: int, mode: Rounding) -> IntColumn:
    """Amounts over a number, as whole multiples, rounded once."""
    divisor = np.broadcast_to(np.asarray(count, dtype=np.int64) * multiple, amount.shape)
    code = int(CODES[mode])
    whole: IntColumn = accumulate(0, first_remainder(divisor, code), amount, 1, divisor, code)[0]
    return whole * multiple


def _level(chunk: Chunk, calendar: Calendar) -> IntColumn:
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


def _guessed(chunk: Chunk, only: IntColumn | None) -> tuple[IntColumn, IntColumn]:
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
