"""Endpoints: allowed, registered, changed, given another secret, disabled, enabled, ended; and what is sent once more.

A program does so for itself; the administrator for every program.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient
from xindai.identity.verbs import verb
from xindai.kernel import clock, outbox, vault, versions
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.webhooks import addresses, queries, signing
from xindai.webhooks.events import EndpointDisabled
from xindai.webhooks.models import AllowedHost, Delivery, DeliveryState, Endpoint, EndpointSecret, EndpointState

LONGEST_OVERLAP: Final = timedelta(days=30)
MOST_ENDPOINTS: Final = 20
"""Endpoints of one client that have not ended."""
MOST_AT_ONCE: Final = 10_000
"""Deliveries that one order sends again."""
BY_HAND: Final = "by_hand"
FAILING: Final = "failing"
GONE: Final = "gone"
ENDED: Final = "ended"


@dataclass(frozen=True)
class Issued:
    """An endpoint with a secret that nobody can read again."""

    endpoint: Endpoint
    secret: str


@verb("webhook.allow_host")
def allow_host(actor: Actor, *, host: str) -> AllowedHost:
    """Let events be sent to a host; allowed again it stays.  Raises InvalidInput."""
    row, _is_new = AllowedHost.objects.get_or_create(
        host=addresses.checked_host(host), defaults={"allowed_at": clock.now()}
    )
    return row


@verb("webhook.disallow_host")
def disallow_host(actor: Actor, *, host: str) -> None:
    """Let nothing more be sent to a host; deliveries to it fail from now on.  Raises NotFound."""
    row = AllowedHost.objects.select_for_update().filter(host=host).first()
    if row is None:
        raise NotFound(_("allowed host"), host, remedy=_("Choose one of the list."))
    row.delete()


@verb("webhook.register")
def register(actor: Actor, *, client_id: str, url: str, event_names: Collection[str]) -> Issued:
    """Register an endpoint of a client and make its secret, which is shown once; what happens from now on is sent.

    Raises InvalidInput naming the field, NotFound for an unknown client, StateConflict for one that has ended.
    """
    client = _client_of(actor, client_id)
    if Endpoint.objects.filter(client=client).exclude(state=EndpointState.ENDED).count() >= MOST_ENDPOINTS:
        raise StateConflict(
            _("The client has {most} endpoints."), remedy=_("End one that is no longer needed."), most=MOST_ENDPOINTS
        )
    chosen, checked = _chosen_events(client, event_names), addresses.checked_url(url)
    outbox.give_places()
    endpoint = Endpoint.objects.create(
        endpoint_id=f"we_{secrets.token_hex(12)}",
        client=client,
        url=checked,
        event_names=chosen,
        read_to=outbox.last_place(),
        made_at=clock.now(),
    )
    return Issued(endpoint, _new_secret(endpoint))


@verb("webhook.change")
def change(
    actor: Actor, *, endpoint_id: str, url: str | None = None, event_names: Collection[str] | None = None
) -> Endpoint:
    """Send to another address, or other events; None leaves it.  Raises InvalidInput, NotFound, StateConflict."""
    row = _locked(actor, endpoint_id)
    if url is not None:
        row.url = addresses.checked_url(url)
    if event_names is not None:
        row.event_names = _chosen_events(row.client, event_names)
    row.save()
    return row


@verb("webhook.rotate_secret")
def rotate_secret(actor: Actor, *, endpoint_id: str, overlap: timedelta) -> Issued:
    """Make a new secret; earlier ones sign beside it for the overlap, so that the receiver can be changed meanwhile.

    Raises NotFound, StateConflict for an ended endpoint, InvalidInput for an overlap that is negative or too long.
    """
    row = _locked(actor, endpoint_id)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise InvalidInput(
            "overlap",
            _("The old secret can sign for 0 to {days} days more."),
            _("Choose a shorter time."),
            days=LONGEST_OVERLAP.days,
        )
    _end_secrets(row, clock.now() + overlap)
    row.save()
    return Issued(row, _new_secret(row))


@verb("webhook.disable")
def disable(actor: Actor, *, endpoint_id: str) -> Endpoint:
    """Send nothing for the time being; what happens meanwhile is sent when it is enabled.  Raises NotFound, StateConflict."""
    row = _locked(actor, endpoint_id)
    if row.state == EndpointState.DISABLED:
        raise StateConflict(_("The endpoint is disabled already."), remedy=_("Load the page again."))
    note_disabled(row, BY_HAND)
    return row


@verb("webhook.enable")
def enable(actor: Actor, *, endpoint_id: str) -> Endpoint:
    """Send again, also what has happened meanwhile.  Raises NotFound, StateConflict for one that is not disabled."""
    row = _locked(actor, endpoint_id)
    if row.state != EndpointState.DISABLED:
        raise StateConflict(_("The endpoint is in use already."), remedy=_("Load the page again."))
    row.state, row.reason = EndpointState.ACTIVE, ""
    row.disabled_at = row.failing_since = None
    row.save()
    return row


@verb("webhook.end")
def end(actor: Actor, *, endpoint_id: str) -> Endpoint:
    """Send nothing more, for ever; its secrets end too.  Raises NotFound, StateConflict when it has ended before."""
    row = _locked(actor, endpoint_id)
    now = clock.now()
    _end_secrets(row, now)
    waiting = Delivery.objects.filter(endpoint=row, state=DeliveryState.WAITING).select_for_update(skip_locked=True)
    Delivery.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(
        state=DeliveryState.FAILED, error=ENDED, version=F("version") + 1
    )
    row.state, row.reason, row.ended_at = EndpointState.ENDED, "", now
    row.save()
    return row


@verb("webhook.resend")
def resend(actor: Actor, *, delivery_id: UUID) -> Delivery:
    """Send a delivery once more, under the identity that it had.

    Raises NotFound, StateConflict when it is being sent at this moment or its endpoint is not in use.
    """
    found = queries.delivery(actor, delivery_id)
    _require_active(_locked(actor, found.endpoint.endpoint_id))
    if not _send_again(Delivery.objects.filter(pk=found.pk)):
        raise StateConflict(_("The delivery is being sent at this moment."), remedy=_("Look again in a minute."))
    return queries.delivery(actor, delivery_id)


@verb("webhook.resend_range")
def resend_range(
    actor: Actor,
    *,
    endpoint_id: str,
    since: datetime,
    until: datetime,
    states: Collection[str] = (DeliveryState.FAILED,),
) -> int:
    """Send once more what was made of events of a span of time; returns how many.

    Raises NotFound, InvalidInput for a span that ends before it begins, or of more than can be sent at once,
    StateConflict when the endpoint is not in use.
    """
    row = _locked(actor, endpoint_id)
    _require_active(row)
    if until <= since:
        raise InvalidInput("until", _("The span ends before it begins."), _("Choose a later end."))
    wanted = Delivery.objects.filter(
        endpoint=row, occurred_at__gte=since, occurred_at__lt=until, state__in=list(states)
    )
    if wanted.count() > MOST_AT_ONCE:
        raise InvalidInput(
            "until", _("These are more than {most} deliveries."), _("Choose a shorter span."), most=MOST_AT_ONCE
        )
    return _send_again(wanted)


def note_disabled(row: Endpoint, reason: str) -> None:
    """Disable a locked endpoint and tell so."""
    row.state, row.reason, row.disabled_at = EndpointState.DISABLED, reason, clock.now()
    row.save()
    outbox.emit(
        EndpointDisabled(endpoint_id=row.endpoint_id, client_id=row.client.client_id, reason=reason),
        aggregate_id=row.endpoint_id,
    )


def secrets_in_force(row: Endpoint, at: datetime) -> list[str]:
    """The secrets that sign at a moment, the latest first."""
    return [vault.unseal(row.endpoint_id, secret.sealed) for secret in queries.signing_secrets(row, at)]


def _send_again(wanted: "QuerySet[Delivery]") -> int:
    """Let deliveries wait anew; those that are being sent at this moment stay as they are."""
    free = wanted.select_for_update(skip_locked=True).values_list("pk", flat=True)
    return Delivery.objects.filter(pk__in=list(free)).update(
        state=DeliveryState.WAITING, next_at=clock.now(), attempts=0, delivered_at=None, version=F("version") + 1
    )


def _require_active(row: Endpoint) -> None:
    if row.state != EndpointState.ACTIVE:
        raise StateConflict(_("The endpoint is disabled."), remedy=_("Enable it first: then what waits is sent."))


def _client_of(actor: Actor, client_id: str) -> ApiClient:
    """The client for which the actor may act.  Raises NotPermitted, NotFound, StateConflict."""
    if actor.kind == "person" and actor.roles.isdisjoint(queries.MAY_SEE_ALL):
        raise NotPermitted("webhook", _("Only the client itself or the administrator may do this."))
    if actor.kind == "client" and client_id != actor.name:
        raise NotFound(_("client"), client_id)
    return clients.running(client_id)


def _locked(actor: Actor, endpoint_id: str) -> Endpoint:
    """An endpoint of the actor's that has not ended.  Raises NotFound, StateConflict, VersionConflict."""
    queries.endpoint(actor, endpoint_id)
    row = Endpoint.objects.select_for_update(of=("self",)).select_related("client").get(endpoint_id=endpoint_id)
    versions.compare(("endpoint", endpoint_id), row)
    if row.state == EndpointState.ENDED:
        raise StateConflict(_("The endpoint has been ended."), remedy=_("Register a new one."))
    return row


def _chosen_events(client: ApiClient, names: Collection[str]) -> list[str]:
    known = queries.event_names(client.scopes)
    if not names or not set(names) <= set(known):
        raise InvalidInput(
            "events",
            _("Choose at least one event, and only such as the client's scopes open."),
            _("Choose from: {known}."),
            known=", ".join(known) or "-",
        )
    return sorted(set(names))


def _new_secret(row: Endpoint) -> str:
    secret = signing.new_secret()
    EndpointSecret.objects.create(endpoint=row, sealed=vault.seal(row.endpoint_id, secret), made_at=clock.now())
    return secret


def _end_secrets(row: Endpoint, at: datetime) -> None:
    for secret in EndpointSecret.objects.select_for_update().filter(endpoint=row):
        if secret.ends_at is None or secret.ends_at > at:
            secret.ends_at = at
            secret.save(update_fields=["ends_at"])
