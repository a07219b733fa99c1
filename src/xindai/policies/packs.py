"""A policy pack as of a date: what every rule set reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xindai.policies.figures import Figure, figures, in_force, is_dated_list, is_figure, values


@dataclass(frozen=True)
class Pack:
    """The content of one version of a pack, read as of ``on``.

    ``content`` maps section names to trees of dated figures (see ``figures``); ``sha256`` is its
    fingerprint.  The version stands on every decision made with it.
    """

    code: str
    number: int
    content: Mapping[str, Any] = field(repr=False)
    on: date
    sha256: str = ""
    _sections: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def version(self) -> str:
        """What stands on decisions, for example ``cn-3``."""
        return f"{self.code}-{self.number}"

    def section(self, name: str) -> dict[str, Any]:
        """The section's plain values in force on the date; to be read, never changed.

        Raises KeyError for a section that no pack has: a slip in code, not in data.
        """
        if name not in self._sections:
            self._sections[name] = values(self.content[name], self.on)
        return self._sections[name]

    def figure(self, key: str) -> Figure:
        """One figure with its unit and reference, for example ``legal.longest_term_months.car_new``."""
        node: Any = self.content
        for name in key.split("."):
            node = node[name]
        entry = in_force([node], self.on) if is_figure(node) else in_force(node, self.on)
        if entry is None:
            raise KeyError(key)
        return Figure.of(key, entry)

    def figures(self) -> list[Figure]:
        """Every figure in force on the date, section by section."""
        return list(_in_force_figures(self.content, self.on))

    def unconfirmed(self) -> list[str]:
        """The keys of figures that nobody has confirmed, whatever their date."""
        return sorted({figure.key for figure in figures(self.content) if not figure.is_confirmed})


def _in_force_figures(node: Any, on: date, key: str = "") -> list[Figure]:
    if is_figure(node):
        node = [node]
    if is_dated_list(node):
        entry = in_force(node, on)
        return [] if entry is None else [Figure.of(key, entry)]
    found: list[Figure] = []
    if isinstance(node, Mapping):
        for name, child in node.items():
            found += _in_force_figures(child, on, f"{key}.{name}" if key else name)
    return found
