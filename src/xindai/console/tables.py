"""The one component of every list: drawn cells, saved views as tabs, columns and density, totals, files to take away."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from xindai.console import listing, marks
from xindai.console.access import actor_of
from xindai.console.listing import Column, Listing, ListSpec, Plain, Rows
from xindai.console.templatetags.xd import figure, local, tag
from xindai.identity.actors import Actor
from xindai.identity.verbs import may
from xindai.kernel.errors import InvalidInput
from xindai.kernel.formatting import decimal_places
from xindai.workbench import tables
from xindai.workbench.models import SavedView

VIEW_KEY: Final = "view"
CURRENCY: Final = "CNY"

Params = Mapping[str, str]


def _no_keep(_params: Params) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list with saved views and files: its route, what it can do, its rows for a reader and how they are read out.

    `keep` are parameters of the page besides filters and sort, which its links and files keep.
    """

    name: str
    route: str
    spec: Callable[[], ListSpec]
    rows: Callable[[Actor, Params], Rows]
    lines: Callable[[Actor, Iterable[Any]], Sequence[Any]]
    keep: Callable[[Params], dict[str, str]] = field(default=_no_keep)


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell as drawn."""

    column: Column
    html: Any


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view as a tab; the first tab is the list without one."""

    name: str | Promise
    href: str
    count: int
    is_current: bool
    id: int | None = None


def context(request: HttpRequest, page: ListPage) -> dict[str, Any]:
    """Return everything that the template of a list draws."""
    actor, spec = actor_of(request), page.spec()
    rows = page.rows(actor, request.GET)
    setting = tables.setting_of(actor, page.name)
    keep = page.keep(request.GET)
    view, views = _views(actor, page, request.GET)
    kept = keep | ({VIEW_KEY: str(view.pk)} if view else {})
    found = listing.build(spec, rows, request.GET, keep=kept, hidden=setting.hidden)
    state = listing.state_of(spec, request.GET)
    return {
        "listing": found,
        "table": drawn(found.columns, page.lines(actor, found.rows)),
        "total_row": totals(found),
        "currency": CURRENCY,
        "list_page": page,
        "view": view,
        "view_tabs": _tabs(spec, rows, state, keep, view, views),
        "is_changed": view is not None and view.state != state,
        "state_query": urlencode(keep | state),
        "is_comfortable": setting.density == "comfortable",
        "choosable": [column for column in spec.shown(()) if not column.is_head],
        "hidden_columns": setting.hidden,
        "can_export": may(actor, "list.export"),
    }


def drawn(columns: Sequence[Column], lines: Iterable[Any]) -> list[list[DrawnCell]]:
    """Return rows as drawn cells."""
    return [[DrawnCell(column, column.show(line) if column.show else "") for column in columns] for line in lines]


def totals(found: Listing) -> list[DrawnCell] | None:
    """Return the row of totals of the filtered set, if the list has any."""
    if not found.totals:
        return None
    return [
        DrawnCell(column, found.spec.total_label if column.is_head else _total(found, column))
        for column in found.columns
    ]


def _total(found: Listing, column: Column) -> Any:
    return figure(abs(found.totals[column.total]), CURRENCY) if column.total else ""


def _views(actor: Actor, page: ListPage, params: Params) -> tuple[SavedView | None, list[SavedView]]:
    """Return the view that the address names, and all of the reader's.  Raises InvalidInput for one that is not theirs."""
    views = tables.views_of(actor, page.name)
    wanted = params.get(VIEW_KEY, "")
    if not wanted:
        return None, views
    view = next((one for one in views if str(one.pk) == wanted), None)
    if view is None:
        raise InvalidInput(VIEW_KEY, _("You have no such view."), _("Choose one of the tabs of the list."))
    return view, views


def _tabs(
    spec: ListSpec,
    rows: Rows,
    state: Mapping[str, str],
    keep: Mapping[str, str],
    view: SavedView | None,
    views: Sequence[SavedView],
) -> list[ViewTab]:
    """Return a tab for each view whose filters the list still knows, with its count; none while there are no views."""
    usable = [one for one in views if _is_usable(spec, one.state)]
    if not usable:
        return []
    counts = _counts(spec, rows, [{}, *(one.state for one in usable)])
    everything = ViewTab(_("All"), listing.address(keep), counts[0], view is None and not state)
    return [everything] + [
        ViewTab(
            one.name,
            listing.address({**keep, **one.state, VIEW_KEY: str(one.pk)}),
            count,
            view is not None and one.pk == view.pk,
            one.pk,
        )
        for one, count in zip(usable, counts[1:], strict=True)
    ]


def _is_usable(spec: ListSpec, state: Mapping[str, str]) -> bool:
    try:
        listing.state_of(spec, state)
    except InvalidInput:
        return False
    return True


def _counts(spec: ListSpec, rows: Rows, states: Sequence[Mapping[str, str]]) -> list[int]:
    """Count the rows of several filters by one statement."""
    parts = [
        listing.narrowed(spec, rows, state)
        .order_by()
        .annotate(place=Value(place, output_field=IntegerField()))
        .values("place")
        .annotate(n=Count("pk"))
        .values_list("place", "n")
        for place, state in enumerate(states)
    ]
    found = dict(parts[0].union(*parts[1:], all=True))
    return [found.get(place, 0) for place in range(len(states))]


# --- columns that several lists have -----------------------------------------------------------------------------


def columns_of_subject(route: str) -> tuple[Column, ...]:
    """Return the columns that say whose application or loan it is; ``route`` leads to one."""
    return (
        Column(
            "no",
            _("Number"),
            ("no",),
            place=3,
            is_head=True,
            show=lambda row: link(route, row.no),
            plain=lambda row: row.no,
        ),
        Column(
            "customer",
            _("Customer"),
            place=1,
            show=lambda row: name_and_tier(row.customer.name, row.tier),
            plain=lambda row: row.customer.name,
        ),
        Column("tier", _("Service tier"), plain=lambda row: word_of("tier", row.tier)),
        Column("branch", _("Branch"), plain=lambda row: local(row.branch_name)),
        Column(
            "product",
            _("Product"),
            ("product_code",),
            show=lambda row: local(row.product_name),
            plain=lambda row: local(row.product_name),
        ),
        Column("currency", _("Currency"), plain=lambda row: row.currency),
    )


# --- how cells are drawn and written out ----------------------------------------------------------------------


def link(route: str, no: str, text: str = "") -> SafeString:
    """Draw a link to a record."""
    return format_html('<a href="{}">{}</a>', reverse(route, args=[no]), text or no)


def name_and_tier(name: str, tier: str | None) -> SafeString:
    """Draw a customer with the tier beside the name."""
    return format_html('<span class="xd-ellipsis" title="{}">{}</span> {}', name, name, tag("tier", tier))


def word_of(kind: str, value: str | int | None) -> Plain:
    """Return the word of a state for a file."""
    if value in (None, ""):
        return None
    code = marks.loan_class_code(value) if isinstance(value, int) else str(value)
    return str(marks.mark(kind, code).word)


def exact(amount_minor: int | None, currency: str) -> Plain:
    """Return an amount in whole units of its currency, exactly."""
    return None if amount_minor is None else Decimal(amount_minor).scaleb(-decimal_places(currency))


def percent_of(rate_ppb: int | None) -> Plain:
    """Return a rate in percent, exactly."""
    return None if rate_ppb is None else Decimal(rate_ppb).scaleb(-7)
