"""Dated figures: how a policy says a number, and how it is read as of a date.

A figure is a mapping ``{value, unit, from, reference, confirmed, quoted?}``.  A figure that changes
over time is a list of such mappings; the one with the latest ``from`` not after the date counts.
Everything here is pure: plain data in, plain data out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

KEYS = frozenset({"value", "unit", "from", "reference", "confirmed", "quoted"})
REQUIRED_KEYS = KEYS - {"quoted"}
_ABSENT = object()


@dataclass(frozen=True)
class Figure:
    """One figure as of a date.

    ``value`` is a whole number, word, truth value, list or table in ``unit``; ``in_force_from`` its
    first day; ``is_confirmed`` says that the text behind ``reference`` was read, or that the figure
    is the lender's own to decide; ``quoted`` is the same number as people write it.  ``unit`` is a code
    that the section ``units`` words; ``reference`` is in both languages, in versions of an earlier
    release one text.
    """

    key: str
    value: Any
    unit: str
    in_force_from: date
    reference: Mapping[str, str] | str
    is_confirmed: bool
    quoted: str | None

    @classmethod
    def of(cls, key: str, node: Mapping[str, Any]) -> "Figure":
        """The figure that a well-formed mapping describes."""
        return cls(
            key=key,
            value=node["value"],
            unit=node["unit"],
            in_force_from=date.fromisoformat(node["from"]),
            reference=node["reference"],
            is_confirmed=node["confirmed"],
            quoted=node.get("quoted"),
        )


def is_figure(node: Any) -> bool:
    """Whether the node is one figure, however incomplete (a table of figures has no key ``value``)."""
    return isinstance(node, Mapping) and "value" in node


def is_dated_list(node: Any) -> bool:
    """Whether the node is one figure that changed over time."""
    return isinstance(node, list) and bool(node) and all(is_figure(entry) for entry in node)


def in_force(entries: list[Mapping[str, Any]], on: date) -> Mapping[str, Any] | None:
    """The entry in force on the date; None before the first one."""
    started = [entry for entry in entries if date.fromisoformat(entry["from"]) <= on]
    return max(started, key=lambda entry: str(entry["from"]), default=None)


def values(node: Any, on: date) -> Any:
    """The node with every figure replaced by its value in force; figures not yet in force are left out."""
    plain = _plain(node, on)
    return {} if plain is _ABSENT else plain


def _plain(node: Any, on: date) -> Any:
    if is_figure(node):
        node = [node]
    if is_dated_list(node):
        entry = in_force(node, on)
        return _ABSENT if entry is None else entry["value"]
    if isinstance(node, Mapping):
        read = {name: _plain(child, on) for name, child in node.items()}
        return {name: value for name, value in read.items() if value is not _ABSENT}
    return node


def figures(node: Any, key: str = "") -> Iterator[Figure]:
    """Every figure below the node, earlier and later ones too, with dotted keys."""
    if is_figure(node):
        yield Figure.of(key, node)
    elif is_dated_list(node):
        for entry in node:
            yield Figure.of(key, entry)
    elif isinstance(node, Mapping):
        for name, child in node.items():
            yield from figures(child, f"{key}.{name}" if key else name)
