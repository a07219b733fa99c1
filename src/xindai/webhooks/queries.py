"""What is known of endpoints and deliveries."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.scopes import opens_event
from xindai.kernel import clock, outbox
from xindai.kernel.errors import NotFound
from xindai.webhooks.models import (
    AllowedHost,
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointSecret,
    EndpointState,
)

MAY_SEE_ALL: Final = frozenset({Role.ADMINISTRATOR})


def endpoints(actor: Actor) -> "QuerySet[Endpoint]":
    """The endpoints that the actor may see: a program its own, the administrator all, nobody else any."""
    rows = Endpoint.objects.select_related("client").order_by("pk")
    if actor.kind == "client":
        return rows.filter(client__client_id=actor.name)
    return rows if actor.kind == "system" or not actor.roles.isdisjoint(MAY_SEE_ALL) else rows.none()


def endpoint(actor: Actor, endpoint_id: str) -> Endpoint:
    """One of them.  Raises NotFound."""
    found = endpoints(actor).filter(endpoint_id=endpoint_id).first()
    if found is None:
        raise no_endpoint(endpoint_id)
    return found


def no_endpoint(endpoint_id: str) -> NotFound:
    """The error for an endpoint that is not there for who asks."""
    return NotFound(_("endpoint"), endpoint_id, remedy=_("Check its number; it may belong to another client."))


def deliveries(actor: Actor) -> "QuerySet[Delivery]":
    """What was or will be sent to the endpoints that the actor may see, the latest event first."""
    rows = Delivery.objects.select_related("endpoint", "endpoint__client").order_by("-occurred_at", "-pk")
    return rows.filter(endpoint__in=endpoints(actor).order_by())


def delivery(actor: Actor, delivery_id: UUID) -> Delivery:
    """One of them.  Raises NotFound."""
    found = deliveries(actor).filter(delivery_id=delivery_id).first()
    if found is None:
        raise NotFound(_("delivery"), delivery_id, remedy=_("Check its number; it may belong to another client."))
    return found


def attempts(row: Delivery) -> list[Attempt]:
    """The attempts of a delivery, the first first."""
    return list(Attempt.objects.filter(delivery=row).order_by("pk"))


def secrets_of(row: Endpoint) -> list[EndpointSecret]:
    """The secrets of an endpoint, the latest first."""
    return list(EndpointSecret.objects.filter(endpoint=row).order_by("-made_at", "-pk"))


def signing_secrets(row: Endpoint, at: datetime) -> list[EndpointSecret]:
    """The secrets that sign at a moment, the latest first."""
    return [secret for secret in secrets_of(row) if secret.ends_at is None or secret.ends_at > at]


def counts(rows: Collection[Endpoint]) -> dict[int, dict[str, int]]:
    """How many deliveries of each endpoint wait, were delivered and were given up."""
    found = {row.pk: dict.fromkeys(map(str, DeliveryState), 0) for row in rows}
    counted = Delivery.objects.filter(endpoint__in=list(found)).order_by().values_list("endpoint_id", "state")
    for key, state, number in counted.annotate(number=Count("pk")):
        found[key][state] = number
    return found


def to_plan() -> "QuerySet[Endpoint]":
    """Endpoints in use whose client still is."""
    return (
        Endpoint.objects.select_related("client")
        .filter(state=EndpointState.ACTIVE, client__ended_at=None)
        .order_by("pk")
    )


def due(left_out: Collection[int] = ()) -> "QuerySet[Delivery]":
    """Deliveries whose time has come, the longest due first; those of some endpoints are left out."""
    return (
        Delivery.objects.filter(
            state=DeliveryState.WAITING,
            next_at__lte=clock.now(),
            endpoint__state=EndpointState.ACTIVE,
            endpoint__client__ended_at=None,
        )
        .exclude(endpoint__in=left_out)
        .order_by("next_at", "pk")
    )


def to_purge(before: datetime) -> "QuerySet[Delivery]":
    """Deliveries that had come to their end before a moment, the oldest first; one that waits is never among them."""
    return Delivery.objects.filter(next_at__lt=before).exclude(state=DeliveryState.WAITING).order_by("next_at", "pk")


def disabled() -> "QuerySet[Endpoint]":
    """Endpoints that were given up or disabled by hand, the latest first."""
    return Endpoint.objects.select_related("client").filter(state=EndpointState.DISABLED).order_by("-disabled_at", "pk")


def hosts() -> list[AllowedHost]:
    """The hosts to which events may be sent, by name."""
    return list(AllowedHost.objects.order_by("host"))


def event_names(scopes: Collection[str]) -> list[str]:
    """The names of the events that these scopes open."""
    return [name for name in outbox.names() if opens_event(name, scopes)]
