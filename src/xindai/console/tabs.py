"""Tabs of a record: each is a page with an address of its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab as drawn."""

    label: Text
    href: str
    is_current: bool
    count: int = 0


def tabs(pages: Iterable[tuple[str, Text]], no: str, current: str) -> list[Tab]:
    """Return the tabs of a record: (route, label) in order, the current route marked."""
    return [Tab(label, reverse(route, args=[no]), route == current) for route, label in pages]
