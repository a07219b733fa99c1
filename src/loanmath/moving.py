"""What the reckoning of rows needs of a loan in motion; :class:`loanmath.account.Account` is one."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from loanmath.periods import Period
from loanmath.postings import Movements
from loanmath.rows import Row
from loanmath.schedule import Segment
from loanmath.state import Book
from loanmath.terms import Terms, Tranche


class Moving(Protocol):
    """A loan in motion; what its fields mean is said at ``Account``."""

    terms: Terms
    book: Book
    rows: list[Row]
    periods: list[Period]
    closed: int
    fallen: int
    passed: tuple[Segment, ...]
    since: date
    rate_ppb: int
    moves: list[tuple[date, int, int]]
    coming: list[Tranche]
    set_free: list[tuple[int, int]]
    opening_minor: int
    arrears: list[tuple[date, int]]
    carried_minor: int

    def count(self, start: date, end: date) -> int:
        """Units between two days of the current row."""

    def record(self, kind: str, key: str, on: date, movements: Movements) -> None:
        """Keep the movements as a posting, if there are any."""
