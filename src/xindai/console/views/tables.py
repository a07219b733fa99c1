"""What every list can do besides showing: save, change and delete views, choose columns, be taken away as a file."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xindai.console import files, listing
from xindai.console.access import actor_of, may_open
from xindai.console.listing import Column
from xindai.console.tables import VIEW_KEY, ListPage
from xindai.console.views.applications import LIST as APPLICATIONS
from xindai.console.views.collections import LIST as COLLECTIONS
from xindai.console.views.customers import LIST as CUSTOMERS
from xindai.console.views.journal import LIST as JOURNAL
from xindai.console.views.loans import LIST as LOANS
from xindai.console.views.uploads import LIST as UPLOADS
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput, NotPermitted
from xindai.workbench import tables as acts

PAGES: Final[dict[str, ListPage]] = {
    page.name: page for page in (LOANS, CUSTOMERS, APPLICATIONS, COLLECTIONS, JOURNAL, UPLOADS)
}
MOST_ROWS: Final = 50_000
CHUNK: Final = 1_000
_LONGEST_QUERY: Final = 2_000


@require_POST
def views(request: HttpRequest, name: str) -> HttpResponse:
    """Save, change or delete a view.  Raises what the verb raises."""
    actor, page = actor_of(request), _page(request, name)
    params = _params(request)
    keep, state = page.keep(params), listing.state_of(page.spec(), params)
    act, view_id = request.POST.get("act", ""), request.POST.get("view", "")
    if act == "save":
        view_id = str(acts.save_view(actor, listing=name, name=request.POST.get("name", ""), state=state).pk)
        messages.success(request, _("The view is saved."))
    elif act == "update" and view_id.isascii() and view_id.isdigit():
        acts.update_view(actor, view_id=int(view_id), state=state)
        messages.success(request, _("The view is changed."))
    elif act == "delete" and view_id.isascii() and view_id.isdigit():
        acts.delete_view(actor, view_id=int(view_id))
        messages.success(request, _("The view is deleted."))
        view_id = ""
    else:
        raise InvalidInput("act", _("This cannot be done with a view."), _("Use the buttons of the list."))
    return _back(page, {**keep, **state, **({VIEW_KEY: view_id} if view_id else {})})


@require_POST
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Remember which columns of a list the reader wants to see."""
    actor, page = actor_of(request), _page(request, name)
    params = _params(request)
    known = [column.key for column in page.spec().shown(()) if not column.is_head]
    wanted = set(request.POST.getlist("column"))
    acts.set_columns(
        actor,
        listing=name,
        hidden=[key for key in known if key not in wanted],
        density=request.POST.get("density", "compact"),
    )
    return _back(page, page.keep(params) | listing.state_of(page.spec(), params))


@require_POST
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the filtered rows as a file, masked as on the page; who took what is noted first."""
    actor, page = actor_of(request), _page(request, name)
    file_format = request.POST.get("format", "")
    if file_format not in files.CONTENT_TYPES:
        raise InvalidInput("format", _("This kind of file is not offered."), _("Choose CSV or XLSX."))
    params, spec = _params(request), page.spec()
    rows = listing.ordered(spec, listing.narrowed(spec, page.rows(actor, params), params), params)
    count = rows.count()
    if count > MOST_ROWS:
        raise InvalidInput(
            "rows",
            _("The list has {count} rows; a file holds at most {most}."),
            _("Narrow the list by a filter first."),
            count=count,
            most=MOST_ROWS,
        )
    shown = [column for column in spec.columns if column.plain is not None]
    body = files.written(file_format, [_head(column) for column in shown], _cells(actor, page, rows, shown))
    acts.record_export(
        actor,
        listing=name,
        file_format=file_format,
        state=page.keep(params) | listing.state_of(spec, params),
        columns=[column.key for column in shown],
        rows=count,
    )
    answer = HttpResponse(body, content_type=files.CONTENT_TYPES[file_format])
    on = business_date.to_show().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="{name}_{on}.{file_format}"'
    return answer


def _cells(actor: Actor, page: ListPage, rows: Any, shown: list[Column]) -> Iterator[list[listing.Plain]]:
    first = 0
    while chunk := list(rows[first : first + CHUNK]):
        for line in page.lines(actor, chunk):
            yield [column.plain(line) for column in shown if column.plain is not None]
        first += CHUNK


def _head(column: Column) -> str:
    """Return the head of a column with its unit; the currency of amounts stands in a column of its own."""
    unit = "%" if column.unit == "%" else ""
    return f"{column.label} ({unit})" if unit else str(column.label)


def _page(request: HttpRequest, name: str) -> ListPage:
    """Return the list of this name.  Raises Http404, NotPermitted for somebody who may not open it."""
    page = PAGES.get(name)
    if page is None:
        raise Http404(name)
    if not may_open(actor_of(request), page.route):
        raise NotPermitted(page.route, _("You may not open this page."))
    return page


def _params(request: HttpRequest) -> dict[str, str]:
    """Return the parameters of the list that the form comes from."""
    return dict(parse_qsl(request.POST.get("state", "")[:_LONGEST_QUERY]))


def _back(page: ListPage, state: dict[str, str]) -> HttpResponse:
    return HttpResponseRedirect(reverse(page.route) + listing.address(state))
