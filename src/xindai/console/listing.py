"""Lists: filters and sort keys from an allow-list, totals over the whole filtered set, pages; all state in the URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput

PAGE_SIZE: Final = 50
SORT_KEY: Final = "sort"
PAGE_KEY: Final = "page"

Text: TypeAlias = str | Promise
Rows: TypeAlias = "QuerySet[Any, Any]"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: `order` are the model orderings behind its sort key, none when it cannot be sorted."""

    key: str
    label: Text
    order: tuple[str, ...] = ()
    is_number: bool = False
    unit: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a list: its options are the only values it takes; `narrow` applies one to the rows.

    A quiet one is not offered: a figure of another page leads to it, and it shows only as a chip while in force.
    """

    key: str
    label: Text
    options: tuple[tuple[str, Text], ...]
    narrow: Callable[[Rows, str], Rows]
    is_quiet: bool = False

    def word(self, value: str) -> Text:
        """Return the text of an option."""
        return dict(self.options)[value]


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What a list can do: its columns, filters, first sort (`key` or `-key`) and the sums of its total row."""

    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    totals: Mapping[str, Aggregate] = field(default_factory=dict)
    page_size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Head:
    """A column head as drawn: where a click on it leads and how it is sorted now."""

    column: Column
    href: str
    direction: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address of the list without it."""

    label: Text
    word: Text
    href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list with everything its template draws."""

    rows: Sequence[Any]
    count: int
    totals: Mapping[str, int]
    heads: tuple[Head, ...]
    filters: tuple[tuple[Filter, str], ...]
    kept: Mapping[str, str]
    chips: tuple[Chip, ...]
    sort: str
    page: int
    pages: int
    first: int
    previous_href: str
    next_href: str

    @property
    def last(self) -> int:
        """Number of the last row on this page."""
        return self.first + len(self.rows) - 1

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a filter hides rows."""
        return bool(self.chips)


def build(spec: ListSpec, rows: Rows, params: Mapping[str, str], keep: Mapping[str, str] | None = None) -> Listing:
    """Filter, sort, total and cut the rows as the URL says; `keep` are parameters of the page that its links keep.

    Raises InvalidInput when the URL names a filter value, a sort key or a page outside the allow-list.
    """
    chosen = _chosen(spec, params)
    for condition in spec.filters:
        if condition.key in chosen:
            rows = condition.narrow(rows, chosen[condition.key])
    sort = _sort_key(spec, params.get(SORT_KEY) or spec.sort)
    count, totals = _totals(spec, rows)
    pages = max(1, -(-count // spec.page_size))
    page = _page_number(params.get(PAGE_KEY, "1"), pages)
    first = (page - 1) * spec.page_size
    found = list(rows.order_by(*_orderings(spec, sort))[first : first + spec.page_size])
    state = dict(keep or {}) | chosen | ({SORT_KEY: sort} if sort != spec.sort else {})
    return Listing(
        rows=found,
        count=count,
        totals=totals,
        heads=tuple(_head(column, sort, state) for column in spec.columns),
        kept=dict(keep or {})
        | {one.key: chosen[one.key] for one in spec.filters if one.is_quiet and one.key in chosen},
        filters=tuple((one, chosen.get(one.key, "")) for one in spec.filters if not one.is_quiet),
        chips=tuple(_chip(condition, chosen, state) for condition in spec.filters if condition.key in chosen),
        sort=sort if sort != spec.sort else "",
        page=page,
        pages=pages,
        first=first + 1 if found else 0,
        previous_href=address(state | {PAGE_KEY: str(page - 1)}) if page > 1 else "",
        next_href=address(state | {PAGE_KEY: str(page + 1)}) if page < pages else "",
    )


def address(state: Mapping[str, str]) -> str:
    """Write list state as a query string that leads back to it."""
    return "?" + urlencode(state)


def _totals(spec: ListSpec, rows: Rows) -> tuple[int, dict[str, int]]:
    """Count and sum the whole filtered set in one query; the aliases must not be names of columns."""
    sums = rows.aggregate(listed=Count("pk"), **{f"sum_{name}": sum_ for name, sum_ in spec.totals.items()})
    return sums["listed"], {name: sums[f"sum_{name}"] or 0 for name in spec.totals}


def _chosen(spec: ListSpec, params: Mapping[str, str]) -> dict[str, str]:
    chosen = {condition.key: params.get(condition.key, "") for condition in spec.filters}
    chosen = {key: value for key, value in chosen.items() if value}
    for condition in spec.filters:
        if condition.key in chosen and chosen[condition.key] not in dict(condition.options):
            raise InvalidInput(
                condition.key,
                _("The filter “{filter}” does not know this value."),
                _("Choose one of the values that the list offers."),
                filter=condition.label,
            )
    return chosen


def _sort_key(spec: ListSpec, wanted: str) -> str:
    known = {column.key for column in spec.columns if column.order}
    if wanted.removeprefix("-") not in known:
        raise InvalidInput(
            SORT_KEY,
            _("This list cannot be sorted by “{key}”."),
            _("Choose the head of a column to sort by it."),
            key=wanted[:40],
        )
    return wanted


def _page_number(text: str, pages: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= pages:
        raise InvalidInput(
            PAGE_KEY,
            _("The list has no page “{page}”."),
            _("Go back to its first page."),
            page=text[:20],
        )
    return int(text)


def _orderings(spec: ListSpec, sort: str) -> list[str]:
    order = next(column.order for column in spec.columns if column.key == sort.removeprefix("-"))
    if sort.startswith("-"):
        order = tuple(name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in order)
    return [*order, "pk"]


def _head(column: Column, sort: str, state: Mapping[str, str]) -> Head:
    if not column.order:
        return Head(column, "", "")
    turned = f"-{column.key}" if sort == column.key else column.key
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    return Head(column, address(dict(state) | {SORT_KEY: turned}), direction)


def _chip(condition: Filter, chosen: Mapping[str, str], state: Mapping[str, str]) -> Chip:
    rest = {key: value for key, value in state.items() if key != condition.key}
    return Chip(condition.label, condition.word(chosen[condition.key]), address(rest))
