"""How the house stands when a page begins: its dates, and whether what seldom changes is still as it was.

A page that is only read asks one row: the open and the last closed business date, and of every small table that stands
behind a ``kept_while_unchanged`` question a mark of its rows.  As long as the mark is the same, the process answers the
question from what it kept of an earlier page; a row that has come, gone or changed gives another mark, and the question is
asked again.  Jobs and whoever changes something ask the tables every time.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, ParamSpec, TypeVar

from django.db import models

from xindai.kernel import sql
from xindai.kernel.models import BusinessDay

P = ParamSpec("P")
R = TypeVar("R")

_MOST_KEPT: Final = 1_000
"""Answers kept before all are thrown away and kept anew."""


@dataclass(slots=True)
class _Page:
    """A page that is being read, with the row that it has asked, if it has needed it yet."""

    row: sql.Standing | None = None
    learnt: dict[str, dict[Any, Any]] = field(default_factory=dict)


_page: ContextVar[_Page | None] = ContextVar("page", default=None)
_watched: dict[type[models.Model], None] = {}
_kept: dict[Any, tuple[Any, Any]] = {}


@contextmanager
def reading() -> Iterator[None]:
    """Let what belongs to one page, which changes nothing, see one standing of the house."""
    token = _page.set(_Page())
    try:
        yield
    finally:
        _page.reset(token)


def dates() -> tuple[date | None, date | None] | None:
    """The open business date and the last closed one as the page that is read sees them; None outside of a page."""
    page = _page.get()
    return None if page is None else _row(page).dates


def learnt(kind: str) -> dict[Any, Any]:
    """What the page that is read has learnt so far of one kind of rows, by key; outside of a page nothing is remembered."""
    page = _page.get()
    return {} if page is None else page.learnt.setdefault(kind, {})


def kept_while_unchanged(*tables: type[models.Model]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a question of hashable arguments be asked again only when a row of these small tables has changed.

    Its answer is shared by pages, so nobody alters it.
    """
    _watched.update(dict.fromkeys(tables))

    def decorated(question: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(question)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            page = _page.get()
            if page is None:
                return question(*args, **kwargs)
            seen = _row(page).marks
            mark = tuple(seen.get(table) for table in tables)
            key = (question, args, tuple(sorted(kwargs.items())), sql.database_in_use())
            known = _kept.get(key)
            if known is not None and known[0] == mark:
                answer: R = known[1]
                return answer
            return _keep(key, mark, question(*args, **kwargs))

        return asked

    return decorated


def _keep(key: Any, mark: tuple[str | None, ...], answer: R) -> R:
    """Keep an answer unless a table was not yet known when the page asked its row."""
    if None not in mark:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = (mark, answer)
    return answer


def _row(page: _Page) -> sql.Standing:
    if page.row is None:
        page.row = sql.standing(BusinessDay, tuple(_watched))
    return page.row
