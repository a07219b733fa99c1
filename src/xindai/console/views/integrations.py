"""Programs that call the interface: the list, making one, one with its secrets, rotating and ending."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from xindai.console import listing
from xindai.console.access import actor_of
from xindai.console.forms import IntegrationForm, RotationForm
from xindai.console.listing import Column, Filter, ListSpec
from xindai.console.problems import into_form
from xindai.identity import clients
from xindai.identity import queries as identity
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.kernel import clock, rate_limit
from xindai.kernel.errors import XindaiError
from xindai.webhooks import queries as webhooks

MOST_NOTICES: Final = 10
STATES: Final = (("running", gettext_lazy("In use")), ("ended", gettext_lazy("Ended")))
SPEC: Final = ListSpec(
    columns=(
        Column("name", gettext_lazy("Name"), ("name",)),
        Column("client", gettext_lazy("Client number"), ("client_id",)),
        Column("branch", gettext_lazy("Branch"), ("branch__code",)),
        Column("roles", gettext_lazy("Acts as")),
        Column("scopes", gettext_lazy("Scopes"), is_number=True),
        Column("used", gettext_lazy("Last used")),
        Column("state", gettext_lazy("State"), ("ended_at",)),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            STATES,
            lambda rows, state: rows.filter(ended_at__isnull=state == "running"),
        ),
    ),
    sort="name",
)


@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    """List the clients, running and ended ones."""
    page = listing.build(SPEC, clients.clients(), request.GET)
    used = rate_limit.last_asked(clients.window_of(row.client_id) for row in page.rows)
    rows = [_shown(row) | {"used": used.get(clients.window_of(row.client_id))} for row in page.rows]
    context = {"listing": page, "rows": rows, "disabled": webhooks.disabled()[:MOST_NOTICES]}
    return render(request, "xd/pages/integrations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_client(request: HttpRequest) -> HttpResponse:
    """Take what a new client may do, register it, and show its secret once."""
    form = IntegrationForm(identity.branches(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            issued = clients.register(actor_of(request), **form.cleaned_data)
        except XindaiError as error:
            into_form(form, error)
        else:
            return _secret(request, issued)
    return render(request, "xd/pages/integration_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def client(request: HttpRequest, client_id: str) -> HttpResponse:
    """Show a client; a POST makes a new secret, which is shown once."""
    found = clients.client(client_id)
    form = RotationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        overlap = timedelta(hours=int(form.cleaned_data["overlap"]))
        try:
            issued = clients.rotate_secret(actor_of(request), client_id=client_id, overlap=overlap)
        except XindaiError as error:
            into_form(form, error)
        else:
            return _secret(request, issued)
    used = rate_limit.last_asked([clients.window_of(client_id)])
    context = {
        "client": _shown(found) | {"used": used.get(clients.window_of(client_id))},
        "secrets": [(row, row.ends_at is None or row.ends_at > clock.now()) for row in clients.secrets_of(found)],
        "form": form,
        "endpoints": _endpoints(request, client_id),
    }
    return render(request, "xd/pages/integration.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def end_client(request: HttpRequest, client_id: str) -> HttpResponse:
    """Ask once more, then end a client.  Raises what the verb raises: NotFound, StateConflict."""
    found = clients.client(client_id)
    if request.method != "POST":
        return render(request, "xd/pages/integration_end.html", {"client": _shown(found)})
    clients.end(actor_of(request), client_id=client_id)
    messages.success(request, _("The client has been ended; its secrets and tokens open nothing any more."))
    return HttpResponseRedirect(reverse("integration", args=[client_id]))


def _endpoints(request: HttpRequest, client_id: str) -> list[tuple[Any, dict[str, int]]]:
    """The endpoints of a client, each with how many deliveries wait and were given up."""
    rows = list(webhooks.endpoints(actor_of(request)).filter(client__client_id=client_id))
    counts = webhooks.counts(rows)
    return [(row, counts[row.pk]) for row in rows]


def _secret(request: HttpRequest, issued: clients.Issued) -> HttpResponse:
    """Show a secret on the answer itself: it is kept nowhere from which a page could read it again."""
    return render(
        request, "xd/pages/integration_secret.html", {"client": _shown(issued.client), "secret": issued.secret}
    )


def _shown(row: Any) -> dict[str, Any]:
    """A client in words."""
    return {
        "row": row,
        "roles": [Role(role).label for role in row.roles],
        "scopes": list(_worded(row.scopes)),
        "is_running": row.ended_at is None,
    }


def _worded(codes: Iterable[str]) -> Iterable[tuple[str, Any]]:
    words = dict(Scope.choices)
    return ((code, words.get(code, code)) for code in codes)
