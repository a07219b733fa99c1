"""Acts that stand or fall together."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_is_whole: ContextVar[bool] = ContextVar("is_whole", default=False)


@contextmanager
def together() -> Iterator[None]:
    """Let what is done within stand or fall as one: an error of any act takes back all of them.

    It spares each verb the savepoint to which it alone could be taken back; whoever wants to go on after an
    error catches it outside.  The audit trail still ascribes every change to its own verb and actor.
    """
    token = _is_whole.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _is_whole.reset(token)


def is_part_of_a_whole() -> bool:
    """True within ``together``: an act there needs no savepoint of its own."""
    return _is_whole.get()
