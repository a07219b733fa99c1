"""Lists: filters and sort keys from an allow-list, totals over the whole filtered set, pages; all state in the URL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
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
Plain: TypeAlias = str | int | Decimal | date | datetime | None
"""What a cell of a file can hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: `order` are the model orderings behind its sort key, none when it cannot be sorted.

    `show` draws a row's cell and `plain` gives its bare value to files; `total` names the sum under the column.
    `place` is the cell's place on a phone (1 to 5), where a row has two lines; the head of a row is never hidden.
    """

    key: str
    label: Text
    order: tuple[str, ...] = ()
    is_number: bool = False
    unit: str = ""
    place: int = 0
    show: Callable[[Any], Any] | None = None
    plain: Callable[[Any], Plain] | None = None
    total: str = ""
    is_head: bool = False


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
    """What a list can do: its columns, filters, first sort (`key` or `-key`) and the sums of its total row.

    A list with a `name` has saved views, columns to choose and files to take away.
    """

    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    totals: Mapping[str, Aggregate] = field(default_factory=dict)
    page_size: int = PAGE_SIZE
    name: str = ""
    total_label: Text = ""

    def shown(self, hidden: Collection[str]) -> tuple[Column, ...]:
        """Return the columns that a reader sees; in a list with a name one that nothing draws is for files alone."""
        drawn = [column for column in self.columns if column.show is not None or not self.name]
        return tuple(column for column in drawn if column.is_head or column.key not in hidden)


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
    spec: ListSpec
    columns: tuple[Column, ...]
    state: Mapping[str, str]

    @property
    def last(self) -> int:
        """Number of the last row on this page."""
        return self.first + len(self.rows) - 1

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a filter hides rows."""
        return bool(self.chips)


def build(
    spec: ListSpec,
    rows: Rows,
    params: Mapping[str, str],
    keep: Mapping[str, str] | None = None,
    hidden: Collection[str] = (),
) -> Listing:
    """Filter, sort, total and cut the rows as the URL says; `keep` are parameters of the page that its links keep.

    `hidden` are columns that the reader does not want to see.  Raises InvalidInput when the URL names a filter value, a
    sort key or a page outside the allow-list.
    """
    chosen = _chosen(spec, params)
    rows = narrowed(spec, rows, params)
    sort = _sort_key(spec, params.get(SORT_KEY) or spec.sort)
    columns = spec.shown(hidden)
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
        heads=tuple(_head(column, sort, state) for column in columns),
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
        spec=spec,
        columns=columns,
        state=state,
    )


def narrowed(spec: ListSpec, rows: Rows, params: Mapping[str, str]) -> Rows:
    """Return the rows that the filters of the parameters leave.  Raises InvalidInput as `build`."""
    chosen = _chosen(spec, params)
    for condition in spec.filters:
        if condition.key in chosen:
            rows = condition.narrow(rows, chosen[condition.key])
    return rows


def ordered(spec: ListSpec, rows: Rows, params: Mapping[str, str]) -> Rows:
    """Return the rows in the order of the parameters.  Raises InvalidInput as `build`."""
    return rows.order_by(*_orderings(spec, _sort_key(spec, params.get(SORT_KEY) or spec.sort)))


def state_of(spec: ListSpec, params: Mapping[str, str]) -> dict[str, str]:
    """Return filters and sort of the parameters as they stand in an address.  Raises InvalidInput as `build`."""
    sort = _sort_key(spec, params.get(SORT_KEY) or spec.sort)
    return _chosen(spec, params) | ({SORT_KEY: sort} if sort != spec.sort else {})


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
