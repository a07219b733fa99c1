"""The worklist: what waits for the reader and their branch, and the acts of taking, giving and putting off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xindai.console import worklist as shown
from xindai.console.access import actor_of
from xindai.console.forms import AssignForm, SnoozeForm
from xindai.console.problems import into_form
from xindai.console.worklist import GROUPINGS, TABS
from xindai.identity.actors import Actor
from xindai.kernel.errors import InvalidInput, XindaiError
from xindai.reporting.names import people
from xindai.workbench import queries
from xindai.workbench import services as acts
from xindai.workbench.queries import MINE, UNASSIGNED, Item

PAGE_SIZE: Final = 50
CURRENCY: Final = "CNY"


@dataclass(frozen=True, slots=True)
class Choice:
    """A tab or a grouping as drawn."""

    label: Promise
    href: str
    is_current: bool
    count: int = 0


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Show what waits; the address holds tab, grouping, page and the item that is opened."""
    return _page(request, request.GET)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Say how many items have come since a page was drawn; the page itself does not move by itself."""
    actor = actor_of(request)
    seen = request.GET.get("seen", "")
    now = sum(queries.counts(actor).values())
    more = now - int(seen[:9]) if seen.isascii() and seen.isdigit() else 0
    return render(request, "xd/parts/work_news.html", {"more": max(0, more), "seen": seen})


@require_POST
def take(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Take, give, give back or put off an item.  Raises what its verb raises."""
    actor = actor_of(request)
    found = queries.item(actor, key)
    form: Form | None = None
    if act == "assign":
        form = AssignForm(queries.colleagues(actor, found), request.POST)
    elif act == "snooze":
        form = SnoozeForm(request.POST)
    elif act not in _PLAIN:
        raise Http404(act)
    if form is not None and form.is_valid():
        try:
            _FORMED[act](actor, key=key, **form.cleaned_data)
        except XindaiError as error:
            into_form(form, error)
    elif form is None:
        _PLAIN[act](actor, key=key)
    if form is not None and form.errors:
        return _page(request, {"tab": request.POST.get("tab", ""), "item": key}, {act: form})
    messages.success(request, _DONE[act]())
    return HttpResponseRedirect(f"{reverse('work')}?{urlencode({'tab': request.POST.get('tab') or MINE})}")


def _page(request: HttpRequest, params: Mapping[str, Any], forms: Mapping[str, Form] | None = None) -> HttpResponse:
    actor = actor_of(request)
    everything = queries.items(actor)
    counts = {tab: sum(item.tab == tab for item in everything) for tab in TABS}
    tab = _chosen(params, "tab", TABS) or _first_tab(counts)
    grouping = _chosen(params, "group", GROUPINGS) or "sla"
    found = [item for item in everything if item.tab == tab]
    page = Paginator(found, PAGE_SIZE).get_page(params.get("page"))
    rows = shown.rows(actor, list(page))
    state = {"tab": tab} | ({"group": grouping} if grouping != "sla" else {})
    context = {
        "tab": tab,
        "tabs": [Choice(label, _address({"tab": name}), name == tab, counts[name]) for name, label in TABS.items()],
        "groupings": [
            Choice(label, _address({"tab": tab, "group": name}), name == grouping) for name, label in GROUPINGS.items()
        ],
        "groups": shown.grouped(rows, grouping),
        "page": page,
        "here": _address(state),
        "query": urlencode(state),
        "total": len(everything),
        "counts": counts,
        "is_reader": not any(queries.may_act(actor, kind, None) for kind in queries.kinds_of(actor)),
        "currency": CURRENCY,
    } | _opened(actor, everything, str(params.get("item", "")), forms or {})
    return render(request, "xd/pages/work.html", context, status=422 if forms else 200)


def _opened(actor: Actor, everything: list[Item], key: str, forms: Mapping[str, Form]) -> dict[str, Any]:
    """Return the item that the address names, with its history and forms; a note when it no longer waits."""
    if not key:
        return {"opened": None}
    found = next((item for item in everything if item.key == key), None)
    if found is None:
        return {"opened": None, "is_gone": True}
    history = queries.history(found)
    row = shown.rows(actor, [found])[0]
    return {
        "opened": row,
        "history": [
            (change, str(change.after.get("note") or change.after.get("snooze_reason") or "")) for change in history
        ],
        "people": people(change.actor or "" for change in history),
        "assign_form": forms.get("assign") or AssignForm(queries.colleagues(actor, found)),
        "snooze_form": forms.get("snooze") or SnoozeForm(),
        "form": next(iter(forms.values()), None),
    }


def _chosen(params: Mapping[str, Any], key: str, known: Mapping[str, object]) -> str:
    """Return the value of a parameter.  Raises InvalidInput for one that is not offered."""
    value = str(params.get(key) or "")
    if value and value not in known:
        raise InvalidInput(key, _("The worklist does not know this."), _("Choose one of its tabs and groupings."))
    return value


def _first_tab(counts: Mapping[str, int]) -> str:
    """Return the tab that opens first: one's own work, else what nobody has."""
    return UNASSIGNED if counts[UNASSIGNED] and not counts[MINE] else MINE


def _address(state: Mapping[str, str]) -> str:
    return "?" + urlencode({key: value for key, value in state.items() if value != "sla"})


_PLAIN: Final = {"claim": acts.claim, "release": acts.release, "wake": acts.wake}
_FORMED: Final[dict[str, Any]] = {"assign": acts.assign, "snooze": acts.snooze}
_DONE: Final = {
    "claim": lambda: _("It is yours now."),
    "release": lambda: _("Given back; colleagues can take it."),
    "wake": lambda: _("Taken up again."),
    "assign": lambda: _("Given to your colleague."),
    "snooze": lambda: _("Put off; it comes back by itself on that date."),
}
