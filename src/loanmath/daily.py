"""The daily step over columns: the same formulae as for one loan, for a book of loans at once.

Columns carry a loan from day to day as its plan says: rows close, turn and fall due.  What makes a plan anew needs a
replay of that loan on that day, whose state then takes the place of its columns (``with_loans``): every event; the day
of an agreed tranche, also when it is not paid out; and the days on which the rows themselves ask for it, which
:func:`needs_replay` tells and :func:`open_day` refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from loanmath.errors import LoanMathError
from loanmath.grading import GradingPolicy
from loanmath.postings import Movements, Role
from loanmath.schedule import PlanRow, next_row
from loanmath.state import STATE_COLUMNS, TERM_COLUMNS, Book, State, term_values
from loanmath.steps import Falling, NextRow, close_days, close_row, fall_due, turn_row
from loanmath.terms import Terms

IntColumn = npt.NDArray[np.int64]

COLUMNS = (*STATE_COLUMNS, *TERM_COLUMNS)


class DayColumns(Book):
    """Many loans: each field of :class:`loanmath.state.State` and each term a column of int64."""

    __slots__ = ()

    @classmethod
    def of(cls, columns: dict[str, Any]) -> Self:
        """From anything that makes int64 columns of the names in ``COLUMNS``."""
        return cls(**{name: np.ascontiguousarray(columns[name], dtype=np.int64) for name in COLUMNS})

    @classmethod
    def from_states(cls, states: Sequence[State], terms: Sequence[Terms]) -> Self:
        """Loans one by one; the unpaid instalments of a state are not carried."""
        values = [
            {name: getattr(state, name) for name in STATE_COLUMNS} | term_values(of_loan)
            for state, of_loan in zip(states, terms, strict=True)
        ]
        return cls.of({name: [loan[name] for loan in values] for name in COLUMNS})

    def __len__(self) -> int:
        return len(self.status)

    def copy(self) -> Self:
        """The same columns under new names: a step assigns new columns and never writes in one."""
        return type(self)(**{name: getattr(self, name) for name in COLUMNS})

    def take(self, index: IntColumn | slice) -> Self:
        """The loans at these positions."""
        return type(self)(**{name: getattr(self, name)[index] for name in COLUMNS})

    def with_loans(self, index: IntColumn, loans: DayColumns) -> Self:
        """A copy in which the loans at these positions are replaced."""
        replaced = self.copy()
        for name in COLUMNS:
            column = getattr(self, name).copy()
            column[index] = getattr(loans, name)
            setattr(replaced, name, column)
        return replaced

    def to_dict(self) -> dict[str, IntColumn]:
        """The columns by name, terms included."""
        return {name: getattr(self, name) for name in COLUMNS}

    def state(self, position: int) -> State:
        """The state of one loan, without its unpaid instalments."""
        values: dict[str, Any] = {name: int(getattr(self, name)[position]) for name in STATE_COLUMNS}
        return State(**values)


class ClosingRows(NamedTuple):
    """Plan rows whose period ends on a day.

    For each the position of its loan in the columns, the interest that the row has accrued, what of it is
    capitalised, and what the next row accrues on.  Down payments have no days: they are due rows alone, and the row
    that follows is the next one with days.
    """

    position: IntColumn
    accrued_minor: IntColumn
    capitalised_minor: IntColumn
    base_minor: IntColumn
    rate_ppb: IntColumn
    divisor: IntColumn
    code: IntColumn

    @classmethod
    def of(cls, rows: Iterable[tuple[int, PlanRow, PlanRow | None]]) -> Self:
        """From triples (position, the row, the one after it)."""
        return cls.of_columns((position, *_closing(row, after)) for position, row, after in rows)

    @classmethod
    def of_columns(cls, rows: Iterable[tuple[int, ...]]) -> Self:
        """From the values of the columns, row by row."""
        return cls(*_columns(rows, len(cls._fields)))

    def merged(self) -> Self:
        """One row a loan: of rows of the same loan on the same day the last one says how it goes on."""
        position, inverse = np.unique(self.position, return_inverse=True)
        if len(position) == len(self.position):
            return self
        sums = [_summed(column, inverse, len(position)) for column in self[1:3]]
        last = np.zeros(len(position), dtype=np.int64)
        last[inverse] = np.arange(len(inverse))
        return type(self)(position, *sums, *(column[last] for column in self[3:]))


class TurningRows(NamedTuple):
    """Plan rows within which another rate or another balance begins to bear interest on a day.

    For each the position of its loan, and what it accrues on from then on.
    """

    position: IntColumn
    base_minor: IntColumn
    rate_ppb: IntColumn

    @classmethod
    def of(cls, rows: Iterable[tuple[int, PlanRow, date]]) -> Self:
        """From triples (position, the row that accrues, the day); rows in which nothing turns that day are left out."""
        found = (
            (position, segment.base_minor, segment.rate_ppb * row.units_of_day)
            for position, row, on in rows
            for segment in row.working.segments
            if row.accrual_from < segment.start == on
        )
        return cls(*_columns(found, len(cls._fields)))


class DueRows(NamedTuple):
    """Plan rows that fall due on a day: for each the position of its loan, and what is unpaid of it.

    ``interest_ahead_minor`` is the part of its interest that has been paid ahead.
    """

    position: IntColumn
    principal_minor: IntColumn
    interest_minor: IntColumn
    interest_ahead_minor: IntColumn
    fee_minor: IntColumn
    penalty_minor: IntColumn

    @classmethod
    def of(cls, rows: Iterable[tuple[int, Falling]]) -> Self:
        """From pairs (position, what falls due)."""
        return cls(*_columns(((position, *falling) for position, falling in rows), len(cls._fields)))

    def merged(self) -> Self:
        """One row a loan: rows of the same loan on the same day are added up."""
        position, inverse = np.unique(self.position, return_inverse=True)
        if len(position) == len(self.position):
            return self
        return type(self)(position, *(_summed(column, inverse, len(position)) for column in self[1:]))


def _columns(rows: Iterable[tuple[int, ...]], count: int) -> list[IntColumn]:
    table = np.array(list(rows), dtype=np.int64).reshape(-1, count)
    return [np.ascontiguousarray(table[:, place]) for place in range(count)]


def _summed(column: IntColumn, inverse: IntColumn, count: int) -> IntColumn:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, inverse, column)
    return sums


def _closing(row: PlanRow, after: PlanRow | None) -> tuple[int, ...]:
    """What a row accrued and capitalises, and what the next one accrues on."""
    is_last = after is None or not after.working.segments
    following = (
        NextRow(0, 0, row.working.denominator, 0) if after is None or is_last else next_row(after, after.segments[0])
    )
    return row.accrued_minor, row.capitalised_minor, *following


NO_CLOSING: Final = ClosingRows.of([])
NO_DUE: Final = DueRows.of([])
NO_TURNING: Final = TurningRows.of([])


@dataclass(frozen=True, slots=True)
class DayPostings:
    """Signed amounts by role, one column each; every loan's amounts sum to zero."""

    amounts: dict[Role, IntColumn]

    def totals(self) -> dict[Role, int]:
        """Sums over all loans."""
        return {role: int(column.sum()) for role, column in self.amounts.items()}

    def __add__(self, other: DayPostings) -> DayPostings:
        roles = self.amounts.keys() | other.amounts.keys()
        return DayPostings({role: self._amount(role) + other._amount(role) for role in Role if role in roles})

    def _amount(self, role: Role) -> Any:
        return self.amounts.get(role, 0)


def open_day(
    columns: DayColumns,
    closing_rows: ClosingRows,
    due_rows: DueRows,
    on: date,
    turning_rows: TurningRows = NO_TURNING,
) -> tuple[DayColumns, DayPostings]:
    """Open a business date: rows with ``accrual_to`` today close, some turn, those with ``due_on`` today fall due.

    Leave out the rows of loans whose state already stands after this opening (a state after one
    of today's events does).  The postings are those of overpayments that meet a due row, of charges that fall due
    and of interest that is capitalised.  Raises LoanMathError ``row_needs_replay``.
    """
    opened, postings = columns, DayPostings({})
    _require_plans_that_stand(columns, closing_rows, due_rows)
    if len(closing_rows.position):
        position, accrued, capitalised, *following = closing_rows.merged()
        loans = opened.take(position)
        movements = close_row(loans, NextRow(*following), accrued, capitalised)
        opened = opened.with_loans(position, loans)
        postings = _spread(movements, position, len(columns))
    if len(turning_rows.position):
        position, *turn = turning_rows
        loans = opened.take(position)
        turn_row(loans, *turn)
        opened = opened.with_loans(position, loans)
    if len(due_rows.position):
        position, *falling = due_rows.merged()
        loans = opened.take(position)
        _, movements = fall_due(loans, Falling(*falling), on.toordinal())
        opened = opened.with_loans(position, loans)
        postings = postings + _spread(movements, position, len(columns))
    return opened, postings


def needs_replay(columns: DayColumns, closing_rows: ClosingRows, due_rows: DueRows) -> IntColumn:
    """The positions, ascending, of loans of which today's rows may not ask for what the plan said of them.

    Where interest follows what is outstanding (``Terms.bears_on_outstanding``), rows are made anew when one ends.
    And a row that asks for more principal than is out, because a tranche was agreed and not paid out, hands the rest
    to the row after it.
    """
    ending = np.concatenate((closing_rows.position, due_rows.position))
    follow = ending[columns.bears_on_outstanding[ending] != 0]
    left = columns.principal_not_due_minor.copy()
    np.add.at(left, closing_rows.position, closing_rows.capitalised_minor)
    np.subtract.at(left, due_rows.position, due_rows.principal_minor)
    return np.union1d(follow, due_rows.position[left[due_rows.position] < 0])


def _require_plans_that_stand(columns: DayColumns, closing_rows: ClosingRows, due_rows: DueRows) -> None:
    """Refuse rows of which the plan may not say what they ask for."""
    if len(refused := needs_replay(columns, closing_rows, due_rows)):
        raise LoanMathError(
            "row_needs_replay",
            "rows",
            f"The rows of {len(refused)} loans, the first at position {refused[0]}, are made anew today, as interest "
            "follows what is outstanding or a row asks for more than is out: replay these loans on that day instead",
        )


def close_day(columns: DayColumns, on: date, policy: GradingPolicy) -> tuple[DayColumns, DayPostings]:
    """The end of day of a business date: age, accrue, penalise, grade, provide.

    Raises LoanMathError ``number_too_large`` where a figure would not be exact in 64 bits.
    """
    day, count = on.toordinal(), len(columns)
    changed = {name: _Changed(getattr(columns, name)) for name in COLUMNS}
    amounts: dict[Role, _Changed] = {}
    nothing = np.broadcast_to(np.int64(0), count)
    for first in range(0, count, _PART):
        part = slice(first, min(first + _PART, count))
        loans = columns.take(part)
        for role, values in close_days(loans, day, day, policy).items():
            amounts.setdefault(role, _Changed(nothing)).put(part, values)
        for name in COLUMNS:
            changed[name].put(part, getattr(loans, name))
    closed = type(columns)(**{name: column.column for name, column in changed.items()})
    return closed, DayPostings({role: column.column for role, column in amounts.items()})


class _Changed:
    """A column of all loans that is copied only if a part of it changes: most of them stay as they are on most days."""

    def __init__(self, column: IntColumn) -> None:
        self.column, self._is_own = column, False

    def put(self, part: slice, values: IntColumn) -> None:
        """Values of a part of the loans; what has not been put stays."""
        before = self.column[part]
        if not self._is_own:
            # A view that nobody has replaced is the same memory, which needs no look.
            if values.base is before.base or np.array_equal(values, before):
                return
            self.column, self._is_own = self.column.copy(), True
        self.column[part] = values


_PART: Final = 1 << 15
"""Loans that are closed at once: their columns stay near the processor."""


def _spread(movements: Movements, position: IntColumn, count: int) -> DayPostings:
    """Amounts of some loans as columns over all."""
    amounts = {}
    for role, values in movements.items():
        column = np.zeros(count, dtype=np.int64)
        column[position] = values
        amounts[role] = column
    return DayPostings(amounts)
