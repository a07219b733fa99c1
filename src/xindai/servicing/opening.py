"""A part of the book in columns: as it opens on a business date, and after the date's events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from loanmath import Status
from loanmath.daily import ClosingRows, DayColumns, DayPostings, DueRows, open_day
from loanmath.state import STATE_COLUMNS, TERM_COLUMNS
from loanmath.steps import Falling, NextRow
from xindai.kernel import sql
from xindai.servicing import plans
from xindai.servicing.models import Instalment, Loan, LoanDay, LoanEvent

IntColumn = npt.NDArray[np.int64]

_ONE_DAY: Final = timedelta(days=1)
_LOAN_COLUMNS: Final = ("id", "branch", "product_version", *TERM_COLUMNS)


@dataclass(frozen=True, slots=True)
class Part:
    """Loans of one part on one date, one position each, in the order of their ids.

    ``was`` is the state at the close of the day before (nothing for a loan that was not in the book);
    ``columns`` the state after the opening and the date's events; ``postings`` what the opening posts.
    """

    on: date
    number: int
    loan_ids: IntColumn
    branch_ids: IntColumn
    product_version_ids: IntColumn
    was: DayColumns
    columns: DayColumns
    postings: DayPostings
    previous_hash: str


ENGINE_VERSION: Final = "2"
"""Stands on every run of an end of day; raised whenever the daily step gives another result for the same input."""

COLUMNS_HASHED: Final = {"1": STATE_COLUMNS[:24], ENGINE_VERSION: STATE_COLUMNS}
"""By version of the engine, the state columns over which an end of day took its hash."""


def open_part(number: int, on: date, version: str = ENGINE_VERSION) -> Part:
    """The part after all that has happened on the date so far; the same at any time of a quiet day.

    Every loan that was alive the evening before is opened by the engine's daily step; a loan with
    events today stands in the state that its last event left.  ``version`` is the engine's that closed the evening
    before.
    """
    yesterday = states_of(number, on - _ONE_DAY)
    events = _last_states(number, on)
    alive = yesterday["loan"][yesterday["status"] == Status.ACTIVE]
    loan_ids = np.union1d(alive, np.fromiter(events, dtype=np.int64, count=len(events)))
    loans = _loan_columns(number, on, loan_ids)
    was = DayColumns.of(_placed(yesterday, loan_ids) | {name: loans[name] for name in TERM_COLUMNS})
    closing, due = _rows(number, on, loan_ids, alive)
    opened, postings = open_day(was, closing, due, on)
    return Part(
        on=on,
        number=number,
        loan_ids=loan_ids,
        branch_ids=loans["branch"],
        product_version_ids=loans["product_version"],
        was=was,
        columns=_overlaid(opened, loan_ids, events),
        postings=postings,
        previous_hash=hash_of(yesterday, COLUMNS_HASHED[version]),
    )


def states_of(number: int, on: date) -> dict[str, IntColumn]:
    """The states at the close of a date as columns, with the loans' ids."""
    rows = LoanDay.objects.filter(business_date=on, part=number).order_by("loan")
    return sql.copy_out(rows, ("loan", *STATE_COLUMNS))


def hash_of(columns: dict[str, IntColumn], names: Sequence[str] = STATE_COLUMNS) -> str:
    """SHA-256 over the loans' ids and states, column by column."""
    digest = sha256()
    for name in ("loan", *names):
        digest.update(np.ascontiguousarray(columns[name], dtype=">i8").tobytes())
    return digest.hexdigest()


def _last_states(number: int, on: date) -> dict[int, dict[str, Any]]:
    """By loan id, the state that the last event of the date left."""
    events = LoanEvent.objects.filter(on=on, loan__part=number).order_by("loan", "sequence")
    return dict(events.values_list("loan_id", "state_after"))


def _loan_columns(number: int, on: date, loan_ids: IntColumn) -> dict[str, IntColumn]:
    """Branch, product and terms of the loans, position by position."""
    in_the_book = Q(ended_on=None) | Q(ended_on__gte=on)
    moved_today = Q(pk__in=LoanEvent.objects.filter(on=on).values("loan"))
    rows = Loan.objects.filter(in_the_book | moved_today, part=number).order_by("pk")
    loans = sql.copy_out(rows, _LOAN_COLUMNS)
    position = np.searchsorted(loans["id"], loan_ids)
    return {name: column[position] for name, column in loans.items()}


def _placed(yesterday: dict[str, IntColumn], loan_ids: IntColumn) -> dict[str, IntColumn]:
    """Yesterday's states at the loans' positions; zeros for loans that were not alive."""
    alive = yesterday["status"] == Status.ACTIVE
    position = np.searchsorted(loan_ids, yesterday["loan"][alive])
    placed = {}
    for name in STATE_COLUMNS:
        column = np.zeros(len(loan_ids), dtype=np.int64)
        column[position] = yesterday[name][alive]
        placed[name] = column
    return placed


def _rows(number: int, on: date, loan_ids: IntColumn, alive: IntColumn) -> tuple[ClosingRows, DueRows]:
    """Plan rows of living loans that close today, and those that fall due today.

    A row whose due date was moved before the end of its period falls due when the period ends.
    """
    living = set(alive.tolist())
    rows = [row for row in plans.rows_of_day(number, on) if row.loan_id in living]
    starting = {(row.loan_id, row.number): row for row in rows if row.accrual_from == on}
    closing, due = [], []
    for row in rows:
        position = int(np.searchsorted(loan_ids, row.loan_id))
        if row.accrual_to == on:
            following = starting.get((row.loan_id, row.number + 1))
            closing.append((position, row.accrued_minor, row.capitalised_minor, *_begins(row, following)))
        if max(row.accrual_to, row.due_on) == on:
            due.append((position, Falling(row.principal_minor, row.interest_minor, 0, 0, 0)))
    return ClosingRows.of_columns(closing), DueRows.of(due)


def _begins(row: Instalment, following: Instalment | None) -> NextRow:
    """What a loan accrues on when a row has ended: the row after it, or nothing."""
    if following is None:
        return NextRow(0, 0, row.accrual_divisor, 0)
    return NextRow(
        following.accrual_base_minor, following.accrual_rate_ppb, following.accrual_divisor, following.accrual_code
    )


def _overlaid(opened: DayColumns, loan_ids: IntColumn, events: dict[int, dict[str, Any]]) -> DayColumns:
    """The loans with events today in the state that their last event left."""
    if not events:
        return opened
    position = np.searchsorted(loan_ids, np.fromiter(events, dtype=np.int64, count=len(events)))
    loans = opened.take(position)
    for name in STATE_COLUMNS:
        setattr(loans, name, np.array([state[name] for state in events.values()], dtype=np.int64))
    return opened.with_loans(position, loans)
