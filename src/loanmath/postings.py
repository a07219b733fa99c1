"""What a step of a loan's life means in the books: signed amounts by account role, + is debit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from loanmath.exact import Number


class Role(StrEnum):
    """The accounts a loan posts to; a product says which account of the chart plays each role."""

    CASH = "cash"
    LOAN_PRINCIPAL = "loan_principal"
    INTEREST_RECEIVABLE = "interest_receivable"
    INTEREST_INCOME = "interest_income"
    PENALTY_RECEIVABLE = "penalty_receivable"
    PENALTY_INCOME = "penalty_income"
    FEE_RECEIVABLE = "fee_receivable"
    FEE_INCOME = "fee_income"
    LOAN_LOSS_ALLOWANCE = "loan_loss_allowance"
    IMPAIRMENT_LOSS = "impairment_loss"
    OVERPAYMENT = "overpayment"
    INTEREST_AHEAD = "interest_ahead"
    """Interest received before it has accrued."""
    CONCESSION = "concession"
    """Principal that is forgiven, and credits given without money (goodwill)."""
    RECOVERY_INCOME = "recovery_income"
    MEMO_INTEREST = "memo_interest"
    """Off the balance sheet: interest and penalty claimed, not recognised as income."""
    MEMO_WRITTEN_OFF = "memo_written_off"
    """Off the balance sheet: principal written off whose claim is kept (账销案存)."""
    MEMO_CONTRA = "memo_contra"


_PLACES: Final = {role: place for place, role in enumerate(Role)}

_new: Final[Any] = tuple.__new__
"""A named tuple made as the tuple that it is, for every line."""

Movements = dict[Role, Number]
"""Role to amount: an int for one loan, a column for many; they sum to zero."""


class Line(NamedTuple):
    """One line of a posting; + is debit."""

    role: Role
    amount_minor: int


class Posting(NamedTuple):
    """A balanced set of lines.

    ``kind`` is the event's kind, ``fall_due`` (an overpayment meets a due row) or ``close`` (the
    end of one or more days up to ``on``); ``key`` is the event's key, empty for days.
    """

    kind: str
    key: str
    on: date
    lines: tuple[Line, ...]


def add(into: Movements, more: Mapping[Role, Number]) -> Movements:
    """Add movements in place."""
    for role, amount in more.items():
        into[role] = into[role] + amount if role in into else amount
    return into


def lines_of(movements: Mapping[Role, int]) -> tuple[Line, ...]:
    """The lines that are not zero, in the order of the roles."""
    found = [role for role, amount in movements.items() if amount]
    found.sort(key=_PLACES.__getitem__)
    return tuple([_new(Line, (role, movements[role])) for role in found])


def totals(postings: Iterable[Posting]) -> dict[Role, int]:
    """Sum of all lines by role."""
    sums: dict[Role, int] = {}
    for posting in postings:
        add(sums, dict(posting.lines))
    return sums


def difference(before: Iterable[Posting], after: Iterable[Posting]) -> tuple[Line, ...]:
    """What must be posted when history changed: the totals after less the totals before.

    For a new event at the end of the history these are the event's own lines; for a back-dated
    or reversed one they also undo and redo the accrual that followed it.
    """
    sums = totals(after)
    for role, amount in totals(before).items():
        sums[role] = sums.get(role, 0) - amount
    return lines_of(sums)
