"""Where the figures that a neutral case expects and those that were computed differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from loanmath.neutral.fields import exact

_ACCRUAL: Final = "Accrual"
"""Transactions that follow the accounting period of their source and are not computed."""
_COMPARED: Final = ("rows", "transactions", "totals", "outstanding", "overpaid", "status", "charged_off_on")


class Difference(NamedTuple):
    """One figure: where it stands, what was expected and what was computed."""

    path: str
    """Such as checks[2].rows[1].interest_due."""
    expected: object
    computed: object


def differences(expected: Sequence[Mapping[str, Any]], computed: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    """The figures of a case's checks that differ; what a check does not expect is not compared."""
    for place, (asked, told) in enumerate(zip(expected, computed, strict=True)):
        path = f"checks[{place}]"
        for name in _COMPARED:
            if name in asked:
                yield from _compared(f"{path}.{name}", _without_accruals(name, asked[name]), told[name])
        undone = asked.get("reverted")
        if undone is not None and undone not in told["reverted"]:
            yield Difference(f"{path}.reverted", undone, told["reverted"])


def _without_accruals(name: str, value: Any) -> Any:
    if name != "transactions" or not isinstance(value, list):
        return value
    return [one for one in value if not (isinstance(one, Mapping) and one.get("type") == _ACCRUAL)]


def _compared(path: str, expected: Any, computed: Any) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(computed, Mapping):
        for name, value in expected.items():
            yield from _compared(f"{path}.{name}", value, computed.get(name))
    elif isinstance(expected, list) and isinstance(computed, list):
        if len(expected) != len(computed):
            yield Difference(f"{path} (how many)", len(expected), len(computed))
        for place, (one, other) in enumerate(zip(expected, computed, strict=False)):
            yield from _compared(f"{path}[{place}]", one, other)
    elif not _is_same(expected, computed):
        yield Difference(path, expected, computed)


def _is_same(expected: object, computed: object) -> bool:
    """Numbers are the same by value, whether written as a number or as text."""
    if isinstance(expected, bool) or expected is None or computed is None:
        return expected is computed
    one, other = exact(expected), exact(computed)
    return one == other if one is not None and other is not None else expected == computed
