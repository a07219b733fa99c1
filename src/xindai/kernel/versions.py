"""The version of a row that somebody has read, kept until the verb that changes the row has locked it and compares."""

from collections.abc import Collection, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from xindai.kernel.errors import VersionConflict
from xindai.kernel.models import Versioned


@dataclass
class _Expectation:
    name: Hashable
    versions: Collection[int] | None
    was_compared: bool = False


_expected: Final[ContextVar[_Expectation | None]] = ContextVar("expected_version", default=None)


@contextmanager
def expected(name: Hashable, versions: Collection[int] | None) -> Iterator[None]:
    """Let the verb called within change the named row only in one of these versions; None admits every one.

    The verb compares by ``compare`` under its own lock; an act that ends well without having compared is a bug of ours.
    """
    expectation = _Expectation(name, versions)
    token = _expected.set(expectation)
    try:
        yield
        assert expectation.was_compared, f"nothing has compared the version of {name}"
    finally:
        _expected.reset(token)


def compare(name: Hashable, row: Versioned) -> None:
    """Raise VersionConflict when the locked row is not the version that was expected of it, if one was.

    It is compared once: afterwards the act itself may change the row.
    """
    expectation = _expected.get()
    if expectation is None or expectation.name != name or expectation.was_compared:
        return
    expectation.was_compared = True
    if expectation.versions is not None and row.version not in expectation.versions:
        wanted = max(expectation.versions, default=0)
        raise VersionConflict(row._meta.verbose_name or "", row, wanted, row.version)  # noqa: SLF001 - as Django documents
