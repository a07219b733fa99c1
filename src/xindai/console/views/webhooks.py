"""Webhooks for the administrator: hosts that may be told, endpoints of a client, deliveries, and sending once more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from xindai.console import listing
from xindai.console.access import actor_of
from xindai.console.forms import EndpointForm, HostForm, ResendForm, RotationForm
from xindai.console.listing import Column, Filter, ListSpec
from xindai.console.problems import into_form
from xindai.console.words import DELIVERY_STATES
from xindai.identity import clients
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, XindaiError
from xindai.webhooks import queries, services
from xindai.webhooks.models import DeliveryState, Endpoint

DELIVERIES: Final = ListSpec(
    columns=(
        Column("event", gettext_lazy("Event"), ("event_name",)),
        Column("subject", gettext_lazy("Number")),
        Column("occurred", gettext_lazy("When"), ("occurred_at",)),
        Column("state", gettext_lazy("State"), ("state",)),
        Column("attempts", gettext_lazy("Attempts"), is_number=True),
        Column("answer", gettext_lazy("Response")),
        Column("next", gettext_lazy("Next attempt"), ("next_at",)),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            tuple(DELIVERY_STATES.items()),
            lambda rows, state: rows.filter(state=state),
        ),
    ),
    sort="-occurred",
)


@require_http_methods(["GET", "HEAD", "POST"])
def hosts(request: HttpRequest) -> HttpResponse:
    """List the hosts that may be told of events; allow one more, or no longer one of them."""
    actor = actor_of(request)
    if request.method == "POST" and "remove" in request.POST:
        services.disallow_host(actor, host=request.POST["remove"])
        messages.success(request, _("Nothing more is sent to this host."))
        return HttpResponseRedirect(reverse("webhook-hosts"))
    form = HostForm(request.POST or None)
    if _is_done(request, form, lambda given: services.allow_host(actor, **given)):
        messages.success(request, _("Events may be sent to this host."))
        return HttpResponseRedirect(reverse("webhook-hosts"))
    context = {"hosts": queries.hosts(), "form": form}
    return render(request, "xd/pages/webhook_hosts.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def new_endpoint(request: HttpRequest, client_id: str) -> HttpResponse:
    """Register an endpoint of a client and show its secret once."""
    client = clients.client(client_id)
    form = EndpointForm(queries.event_names(client.scopes), request.POST or None)
    issued: list[services.Issued] = []

    def register(given: dict[str, Any]) -> None:
        issued.append(services.register(actor_of(request), client_id=client_id, **given))

    if _is_done(request, form, register):
        return _secret(request, issued[0])
    context = {"form": form, "client": client, "hosts": queries.hosts()}
    return render(request, "xd/pages/webhook_new.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def endpoint(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Show an endpoint; a POST makes a new secret, disables, enables, or sends a span of events once more."""
    actor, act = actor_of(request), request.POST.get("act", "")
    row = queries.endpoint(actor, endpoint_id)
    rotation = RotationForm(request.POST if act == "rotate" else None)
    resending = ResendForm(request.POST if act == "resend" else None)
    if request.method == "POST":
        done = _act(request, row, act, rotation, resending)
        if done is not None:
            return done
    context = {
        "endpoint": row,
        "client": row.client,
        "counts": [(state, words, queries.counts([row])[row.pk][state]) for state, words in DELIVERY_STATES.items()],
        "secrets": [(one, one.ends_at is None or one.ends_at > clock.now()) for one in queries.secrets_of(row)],
        "rotation": rotation,
        "resending": resending,
        "form": resending if resending.is_bound else rotation,
        "is_running": row.client.ended_at is None and row.state != "ended",
    }
    status = 422 if rotation.errors or resending.errors else 200
    return render(request, "xd/pages/webhook.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end_endpoint(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Ask once more, then end an endpoint.  Raises what the verb raises."""
    row = queries.endpoint(actor_of(request), endpoint_id)
    if request.method != "POST":
        return render(request, "xd/pages/webhook_end.html", {"endpoint": row, "client": row.client})
    services.end(actor_of(request), endpoint_id=endpoint_id)
    messages.success(request, _("The endpoint has been ended; nothing more is sent to it."))
    return HttpResponseRedirect(reverse("webhook", args=[endpoint_id]))


@require_safe
def deliveries(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """List what was or will be sent to an endpoint."""
    actor = actor_of(request)
    row = queries.endpoint(actor, endpoint_id)
    page = listing.build(DELIVERIES, queries.deliveries(actor).filter(endpoint=row), request.GET)
    return render(request, "xd/pages/webhook_deliveries.html", {"endpoint": row, "client": row.client, "listing": page})


@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Show a delivery with its body and attempts; a POST sends it once more."""
    actor = actor_of(request)
    row = queries.delivery(actor, delivery_id)
    if request.method == "POST":
        services.resend(actor, delivery_id=delivery_id)
        messages.success(request, _("It is sent again within a minute, under the identity that it had."))
        return HttpResponseRedirect(reverse("webhook-delivery", args=[delivery_id]))
    context = {
        "delivery": row,
        "endpoint": row.endpoint,
        "client": row.endpoint.client,
        "attempts": queries.attempts(row),
        "may_resend": row.endpoint.state == "active" and row.state != DeliveryState.WAITING,
    }
    return render(request, "xd/pages/webhook_delivery.html", context)


def _act(
    request: HttpRequest, row: Endpoint, act: str, rotation: RotationForm, resending: ResendForm
) -> HttpResponse | None:
    """Do what the button says; None when its form has to be filled in again.  Raises InvalidInput for no button of ours."""
    actor, endpoint_id = actor_of(request), row.endpoint_id
    issued: list[services.Issued] = []
    sent: list[int] = []

    def rotate(given: dict[str, Any]) -> None:
        overlap = timedelta(hours=int(given["overlap"]))
        issued.append(services.rotate_secret(actor, endpoint_id=endpoint_id, overlap=overlap))

    def resend(given: dict[str, Any]) -> None:
        sent.append(services.resend_range(actor, endpoint_id=endpoint_id, **given))

    match act:
        case "rotate":
            return _secret(request, issued[0]) if _is_done(request, rotation, rotate) else None
        case "resend":
            if not _is_done(request, resending, resend):
                return None
            words = ngettext("%(number)d delivery is sent again.", "%(number)d deliveries are sent again.", sent[0])
            messages.success(request, words % {"number": sent[0]})
        case "disable":
            services.disable(actor, endpoint_id=endpoint_id)
            messages.success(request, _("Nothing is sent until the endpoint is enabled."))
        case "enable":
            services.enable(actor, endpoint_id=endpoint_id)
            messages.success(request, _("What waits is sent within a minute."))
        case _:
            raise InvalidInput("act", _("Nothing is chosen."), _("Use one of the buttons of the page."))
    return HttpResponseRedirect(reverse("webhook", args=[endpoint_id]))


def _is_done(request: HttpRequest, form: Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Do what a form asks for, if it was sent and is right; a refusal stands at its field."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except XindaiError as error:
        into_form(form, error, {"events": "event_names"})
    return not form.errors


def _status(form: Form) -> int:
    return 422 if form.errors else 200


def _secret(request: HttpRequest, issued: services.Issued) -> HttpResponse:
    """Show a secret on the answer itself: it is kept sealed, and no page reads it again."""
    context = {"endpoint": issued.endpoint, "client": issued.endpoint.client, "secret": issued.secret}
    return render(request, "xd/pages/webhook_secret.html", context)
