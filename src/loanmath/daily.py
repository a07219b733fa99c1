"""The daily step over columns: the same formulae as for one loan, for a book of loans at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from loanmath.grading import GradingPolicy
from loanmath.postings import Movements, Role
from loanmath.state import STATE_COLUMNS, TERM_COLUMNS, Book, State, term_values
from loanmath.steps import close_days, close_row, fall_due
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

    def take(self, index: IntColumn) -> Self:
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


class Rows(NamedTuple):
    """Plan rows of a day: for each the position of its loan in the columns, and its amounts."""

    position: IntColumn
    principal_minor: IntColumn
    interest_minor: IntColumn

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int]]) -> Rows:
        """From triples (position, principal, interest)."""
        table = np.array(list(rows), dtype=np.int64).reshape(-1, 3)
        return cls(table[:, 0], table[:, 1], table[:, 2])

    def merged(self) -> Rows:
        """One row a loan: rows of the same loan on the same day are added up."""
        position, inverse = np.unique(self.position, return_inverse=True)
        if len(position) == len(self.position):
            return self
        sums = np.zeros((2, len(position)), dtype=np.int64)
        np.add.at(sums[0], inverse, self.principal_minor)
        np.add.at(sums[1], inverse, self.interest_minor)
        return Rows(position, sums[0], sums[1])


NO_ROWS = Rows.of([])


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


def open_day(columns: DayColumns, closing_rows: Rows, due_rows: Rows, on: date) -> tuple[DayColumns, DayPostings]:
    """Open a business date: rows with ``accrual_to`` today close, rows with ``due_on`` today fall due.

    Leave out the rows of loans whose state already stands after this opening (a state after one
    of today's events does).  The postings are those of overpayments that meet a due row.
    """
    opened = columns
    if len(closing_rows.position):
        closing = closing_rows.merged()
        loans = opened.take(closing.position)
        close_row(loans, closing.principal_minor)
        opened = opened.with_loans(closing.position, loans)
    if not len(due_rows.position):
        return opened, DayPostings({})
    due = due_rows.merged()
    loans = opened.take(due.position)
    _, _, movements = fall_due(loans, due.principal_minor, due.interest_minor, on.toordinal())
    return opened.with_loans(due.position, loans), _spread(movements, due.position, len(columns))


def close_day(columns: DayColumns, on: date, policy: GradingPolicy) -> tuple[DayColumns, DayPostings]:
    """The end of day of a business date: age, accrue, penalise, grade, provide.

    Raises LoanMathError ``number_too_large`` where a figure would not be exact in 64 bits.
    """
    closed = columns.copy()
    day = on.toordinal()
    return closed, DayPostings(close_days(closed, day, day, policy))


def _spread(movements: Movements, position: IntColumn, count: int) -> DayPostings:
    """Amounts of some loans as columns over all."""
    amounts = {}
    for role, values in movements.items():
        column = np.zeros(count, dtype=np.int64)
        column[position] = values
        amounts[role] = column
    return DayPostings(amounts)
