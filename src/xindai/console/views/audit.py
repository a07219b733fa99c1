"""The audit trail: who did what to which row, when and under which request; values before and after, masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from xindai.console.access import actor_of
from xindai.console.forms import RevealForm
from xindai.console.problems import into_form
from xindai.identity.actors import Actor
from xindai.identity.permissions import PERMISSIONS
from xindai.identity.verbs import may
from xindai.kernel import audit, clock
from xindai.kernel.audit import Change, Sought
from xindai.kernel.errors import InvalidInput, NotFound, XindaiError
from xindai.ledger import queries as ledger
from xindai.reporting.names import people
from xindai.workbench import trail

PAGE_SIZE: Final = 50
SECONDS: Final = 60
"""How long a revealed value is shown."""
_LONGEST: Final = 80
_PLAIN: Final = ("actor", "verb", "request_id", "number", "model")
_LONG_VALUE: Final = 400


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One column of a change; a sealed one shows no value."""

    name: str
    before: str
    after: str
    is_sealed: bool


@require_http_methods(["GET", "HEAD", "POST"])
def trail_page(request: HttpRequest) -> HttpResponse:
    """Search the trail; open one change; read a sealed value of it, which takes a reason."""
    actor = actor_of(request)
    sought, state = _sought(request.GET)
    page = _page(request.GET)
    found, count = audit.search(sought, actor.branch_ids, (page - 1) * PAGE_SIZE, PAGE_SIZE)
    opened = request.GET.get("open", "")
    context: dict[str, Any] = {
        "found": found,
        "people": people(one.actor or "" for one in found),
        "count": min(count, audit.MOST_COUNTED),
        "is_more": count > audit.MOST_COUNTED,
        "page": page,
        "previous_href": _address(state, page - 1) if page > 1 else "",
        "next_href": _address(state, page + 1) if page * PAGE_SIZE < min(count, audit.MOST_COUNTED) else "",
        "state": state,
        "query": urlencode(state),
        "models": sorted(audit.audited_models()),
        "verbs": sorted(PERMISSIONS),
        "chain": ledger.last_check(),
    }
    if opened:
        context |= _opened(actor, opened)
    status = 200
    if request.method == "POST":
        status, shown = _reveal(request, actor, opened)
        context |= shown
    answer = render(request, "xd/pages/audit.html", context, status=status)
    if "revealed" in context:
        answer["Refresh"] = f"{SECONDS}; url={reverse('audit')}?{urlencode(state | {'open': opened})}"
    return answer


def _reveal(request: HttpRequest, actor: Actor, key: str) -> tuple[int, dict[str, Any]]:
    """Return the sealed value that was asked for, or the form with what is wrong."""
    form = RevealForm(request.POST)
    if form.is_valid():
        try:
            text = trail.reveal(actor, key=key, **form.cleaned_data)
        except XindaiError as error:
            into_form(form, error)
        else:
            return 200, {"revealed": text, "revealed_field": form.cleaned_data["field"], "seconds": SECONDS}
    return 422, {"form": form}


def _opened(actor: Actor, key: str) -> dict[str, Any]:
    """Return one change with its values.  Raises NotFound."""
    label, _colon, number = key.partition(":")
    found = audit.record(label, int(number), actor.branch_ids) if number.isascii() and number.isdigit() else None
    if found is None:
        raise NotFound(_("change"), key)
    change = found[0]
    return {
        "opened": key,
        "change": change,
        "change_people": people([change.actor or ""]),
        "values": _values(change),
        "can_reveal": may(actor, "audit.reveal"),
        "form": RevealForm(),
    }


def _values(change: Change) -> list[ShownValue]:
    names = sorted({*change.before, *change.after})
    return [
        ShownValue(
            name=name,
            before=_written(change.before.get(name)),
            after=_written(change.after.get(name)),
            is_sealed=name.startswith(trail.SEALED) and change.after.get(name) is not None,
        )
        for name in names
    ]


def _written(value: Any) -> str:
    """Write a value of a row; bytes are sealed, hashes of personal data say nothing to people."""
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray | memoryview):
        return str(_("sealed"))
    text = str(value)
    return text if len(text) <= _LONG_VALUE else f"{text[:_LONG_VALUE]}…"


def _sought(params: Mapping[str, Any]) -> tuple[Sought, dict[str, str]]:
    """Return what is looked for.  Raises InvalidInput."""
    state = {name: str(params.get(name, ""))[:_LONGEST].strip() for name in (*_PLAIN, "since", "until")}
    state = {name: value for name, value in state.items() if value}
    if state.get("model") and state["model"] not in audit.audited_models():
        raise InvalidInput("model", _("No such table has a trail."), _("Choose one of those listed."))
    since, until = _day(state, "since"), _day(state, "until")
    plain = {name: state.get(name, "") for name in _PLAIN}
    return Sought(
        since=clock.at_bank(since, time.min) if since else None,
        until=clock.at_bank(until + timedelta(days=1), time.min) if until else None,
        **plain,
    ), state


def _day(state: Mapping[str, str], name: str) -> date | None:
    if name not in state:
        return None
    try:
        return datetime.strptime(state[name], "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no time zone
    except ValueError:
        raise InvalidInput(name, _("This is no date."), _("Write it as 2026-06-30.")) from None


def _page(params: Mapping[str, Any]) -> int:
    text = str(params.get("page", "1"))
    if not text.isascii() or not text.isdigit() or not int(text[:9]) >= 1:
        raise InvalidInput("page", _("The list has no page “{page}”."), _("Go back to its first page."), page=text[:20])
    return int(text[:9])


def _address(state: Mapping[str, str], page: int) -> str:
    return "?" + urlencode({**state, "page": page})
