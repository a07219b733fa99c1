"""Acts that stand or fall together, and the rows that they share meanwhile."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import transaction

Row = TypeVar("Row")

_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("held", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Let what is done within stand or fall as one: an error of any act takes back all of them.

    It spares each verb the savepoint to which it alone could be taken back, and the reading again of rows that are
    locked already (see ``hold``); whoever wants to go on after an error catches it outside.  Within another such
    whole it is one that can be taken back alone.  The audit trail still ascribes every change to its own verb and actor.
    """
    outer = _held.get()
    token = _held.set({})
    try:
        with transaction.atomic():
            yield
    finally:
        _held.reset(token)
        if outer is not None:
            outer.clear()


def is_part_of_a_whole() -> bool:
    """True within ``together``: an act there needs no savepoint of its own."""
    return _held.get() is not None


def hold(name: Hashable, row: Row) -> Row:
    """Keep at hand, until the whole ends, what this transaction has locked or made: nobody else can change it.

    Outside of ``together`` nothing is kept, because a savepoint could take back what has been done to it.
    """
    held = _held.get()
    if held is not None:
        held[name] = row
    return row


def held(name: Hashable) -> Any:
    """What is held under the name, or None."""
    return (_held.get() or {}).get(name)
