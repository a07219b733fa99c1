"""Webhooks: endpoints of a client, their secrets, what was sent to them, and sending it once more."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.callers import actor_of
from xindai.api.operations import Record, matched, operation
from xindai.api.paging import Paged, page
from xindai.api.schemas import Moment
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.kernel.errors import InvalidInput
from xindai.webhooks import queries
from xindai.webhooks import services as acts
from xindai.webhooks.addresses import LONGEST_URL
from xindai.webhooks.models import Delivery as DeliveryRow
from xindai.webhooks.models import Endpoint as EndpointRow

router = Router(tags=["Webhooks"])

ENDPOINTS: Final = {"made_at": "made_at"}
DELIVERIES: Final = {"occurred_at": "occurred_at"}
MOST_NAMES: Final = 100
MOST_HOURS: Final = acts.LONGEST_OVERLAP // timedelta(hours=1)

States = Literal["waiting", "delivered", "failed"]
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL, examples=["https://hooks.example.com/xindai"])]
Names = Annotated[
    list[Annotated[str, Field(max_length=80)]],
    Field(min_length=1, max_length=MOST_NAMES, examples=[["loan.disbursed", "loan.repayment_recorded"]]),
]


class EndpointsAsked(Paged):
    """Which endpoints, in which order."""

    sort: Literal["made_at", "-made_at"] = "made_at"
    state: Literal["active", "disabled", "ended"] | None = None


class DeliveriesAsked(Paged):
    """Which deliveries, in which order."""

    sort: Literal["occurred_at", "-occurred_at"] = "-occurred_at"
    state: States | None = None
    event: Annotated[str, Field(max_length=80, description="Only of events of this name.")] | None = None


class EndpointAsked(schemas.Asked):
    """An endpoint to be registered; a program leaves `client_id` out: it registers its own."""

    url: Url
    events: Names
    client_id: str | None = Field(None, max_length=40)


class EndpointChange(schemas.Asked):
    """What is to become different; what is left out stays."""

    url: Url | None = Field(None, examples=["https://hooks.example.com/xindai"])
    events: Names | None = None


class Rotation(schemas.Asked):
    """For how many hours earlier secrets sign beside the new one."""

    overlap_hours: Annotated[int, Field(strict=True, ge=0, le=MOST_HOURS)] = Field(24, examples=[24])


class Span(schemas.Asked):
    """The events from a moment on and before another, whose deliveries stand in one of the states."""

    since: Moment = Field(examples=["2026-03-02T00:00:00Z"])
    until: Moment = Field(examples=["2026-03-03T00:00:00Z"])
    states: Annotated[list[States], Field(min_length=1, max_length=3)] = Field(["failed"], examples=[["failed"]])


class Endpoint(Schema):
    """An endpoint; `reason` says why it is disabled: it was `failing` for too long, `gone`, or disabled `by_hand`."""

    endpoint_id: str
    client_id: str
    url: str
    events: list[str]
    state: Literal["active", "disabled", "ended"]
    reason: str
    failing_since: datetime | None
    disabled_at: datetime | None
    made_at: datetime


class EndpointWithSecret(Endpoint):
    """An endpoint with the secret that signs what is sent to it, which is shown this once."""

    secret: str


class Endpoints(Schema):
    """A page of endpoints."""

    items: list[Endpoint]
    next: str | None


class Delivery(Schema):
    """What is sent of one event; `status` is the last answer, and `attempts` counts since it was last asked for."""

    delivery_id: UUID
    endpoint_id: str
    webhook_id: str
    event: str
    subject: str
    occurred_at: datetime
    state: States
    attempts: int
    status: int | None
    error: str
    next_at: datetime | None
    delivered_at: datetime | None


class Deliveries(Schema):
    """A page of deliveries."""

    items: list[Delivery]
    next: str | None


class Attempt(Schema):
    """One attempt: what was answered, or why nothing was."""

    at: datetime
    status: int | None
    error: str
    milliseconds: int


class DeliveryTold(Delivery):
    """A delivery with its body as it is signed and sent, and its attempts."""

    body: str
    tries: list[Attempt]


class SentAgain(Schema):
    """How many deliveries wait anew."""

    deliveries: int


@operation(
    router, "GET", "/webhook-endpoints", name="list_webhook_endpoints", route="webhook-endpoints",
    scope=Scope.WEBHOOKS_READ, answer=Endpoints,
)  # fmt: skip
def endpoints(request: HttpRequest, asked: Query[EndpointsAsked]) -> dict[str, Any]:
    """Return the endpoints of the client that asks; to the administrator those of all."""
    rows: Any = queries.endpoints(actor_of(request))
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    found, following = page(rows, asked, asked.sort, ENDPOINTS)
    return {"items": [_endpoint(row) for row in found], "next": following}


@operation(
    router, "POST", "/webhook-endpoints", name="register_webhook_endpoint", route="webhook-endpoints",
    scope=Scope.WEBHOOKS_WRITE, answer=EndpointWithSecret, status=201,
)  # fmt: skip
def register(request: HttpRequest, payload: EndpointAsked) -> Record:
    """Register an endpoint: what happens from now on is sent to it, signed with the secret that is answered this once."""
    actor = actor_of(request)
    issued = acts.register(
        actor, client_id=_client_id(actor, payload.client_id), url=payload.url, event_names=payload.events
    )
    return _issued(issued)


@operation(
    router, "GET", "/webhook-endpoints/{endpoint_id}", name="get_webhook_endpoint", route="webhook-endpoint",
    scope=Scope.WEBHOOKS_READ, answer=Endpoint,
)  # fmt: skip
def endpoint(request: HttpRequest, endpoint_id: str) -> Record:
    """Return one endpoint."""
    return _record(queries.endpoint(actor_of(request), endpoint_id))


@operation(
    router, "PATCH", "/webhook-endpoints/{endpoint_id}", name="change_webhook_endpoint", route="webhook-endpoint",
    scope=Scope.WEBHOOKS_WRITE, answer=Endpoint, changes=True,
)  # fmt: skip
def change(request: HttpRequest, endpoint_id: str, payload: EndpointChange) -> Record:
    """Send to another address, or other events."""
    with matched(request, "endpoint", endpoint_id):
        row = acts.change(actor_of(request), endpoint_id=endpoint_id, url=payload.url, event_names=payload.events)
    return _record(row)


@operation(
    router, "POST", "/webhook-endpoints/{endpoint_id}/secret", name="rotate_webhook_secret",
    route="webhook-endpoint-secret", scope=Scope.WEBHOOKS_WRITE, answer=EndpointWithSecret, status=201, changes=True,
)  # fmt: skip
def rotate(request: HttpRequest, endpoint_id: str, payload: Rotation) -> Record:
    """Make a new secret, which is answered this once; earlier ones sign beside it for the overlap."""
    with matched(request, "endpoint", endpoint_id):
        issued = acts.rotate_secret(
            actor_of(request), endpoint_id=endpoint_id, overlap=timedelta(hours=payload.overlap_hours)
        )
    return _issued(issued)


@operation(
    router, "POST", "/webhook-endpoints/{endpoint_id}/pause", name="disable_webhook_endpoint",
    route="webhook-endpoint-pause", scope=Scope.WEBHOOKS_WRITE, answer=Endpoint, changes=True,
)  # fmt: skip
def pause(request: HttpRequest, endpoint_id: str) -> Record:
    """Send nothing for the time being; what happens meanwhile is sent when the endpoint is enabled."""
    with matched(request, "endpoint", endpoint_id):
        row = acts.disable(actor_of(request), endpoint_id=endpoint_id)
    return _record(row)


@operation(
    router, "POST", "/webhook-endpoints/{endpoint_id}/resumption", name="enable_webhook_endpoint",
    route="webhook-endpoint-resumption", scope=Scope.WEBHOOKS_WRITE, answer=Endpoint, changes=True,
)  # fmt: skip
def resume(request: HttpRequest, endpoint_id: str) -> Record:
    """Send again, also what has happened since the endpoint was disabled."""
    with matched(request, "endpoint", endpoint_id):
        row = acts.enable(actor_of(request), endpoint_id=endpoint_id)
    return _record(row)


@operation(
    router, "POST", "/webhook-endpoints/{endpoint_id}/end", name="end_webhook_endpoint", route="webhook-endpoint-end",
    scope=Scope.WEBHOOKS_WRITE, answer=Endpoint, changes=True,
)  # fmt: skip
def end(request: HttpRequest, endpoint_id: str) -> Record:
    """Send nothing more, for ever."""
    with matched(request, "endpoint", endpoint_id):
        row = acts.end(actor_of(request), endpoint_id=endpoint_id)
    return _record(row)


@operation(
    router, "GET", "/webhook-endpoints/{endpoint_id}/deliveries", name="list_webhook_deliveries",
    route="webhook-endpoint-deliveries", scope=Scope.WEBHOOKS_READ, answer=Deliveries,
)  # fmt: skip
def deliveries(request: HttpRequest, endpoint_id: str, asked: Query[DeliveriesAsked]) -> dict[str, Any]:
    """Return a page of what was or will be sent to an endpoint, the latest event first."""
    actor = actor_of(request)
    rows: Any = queries.deliveries(actor).filter(endpoint=queries.endpoint(actor, endpoint_id))
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if asked.event is not None:
        rows = rows.filter(event_name=asked.event)
    found, following = page(rows, asked, asked.sort, DELIVERIES)
    return {"items": [_delivery(row) for row in found], "next": following}


@operation(
    router, "POST", "/webhook-endpoints/{endpoint_id}/resending", name="resend_webhook_deliveries",
    route="webhook-endpoint-resending", scope=Scope.WEBHOOKS_WRITE, answer=SentAgain,
)  # fmt: skip
def resend_range(request: HttpRequest, endpoint_id: str, payload: Span) -> dict[str, Any]:
    """Send once more what was made of the events of a span of time, each under the identity that it had."""
    number = acts.resend_range(
        actor_of(request), endpoint_id=endpoint_id, since=payload.since, until=payload.until, states=payload.states
    )
    return {"deliveries": number}


@operation(
    router, "GET", "/webhook-deliveries/{delivery_id}", name="get_webhook_delivery", route="webhook-delivery",
    scope=Scope.WEBHOOKS_READ, answer=DeliveryTold,
)  # fmt: skip
def delivery(request: HttpRequest, delivery_id: UUID) -> dict[str, Any]:
    """Return one delivery with its body and its attempts."""
    return _told(queries.delivery(actor_of(request), delivery_id))


@operation(
    router, "POST", "/webhook-deliveries/{delivery_id}/resending", name="resend_webhook_delivery",
    route="webhook-delivery-resending", scope=Scope.WEBHOOKS_WRITE, answer=DeliveryTold,
)  # fmt: skip
def resend(request: HttpRequest, delivery_id: UUID) -> dict[str, Any]:
    """Send a delivery once more, under the identity that it had."""
    return _told(acts.resend(actor_of(request), delivery_id=delivery_id))


def _client_id(actor: Actor, named: str | None) -> str:
    """The client for which an endpoint is registered: the one that asks, or the one that the administrator names."""
    if named is None and actor.kind != "client":
        raise InvalidInput("client_id", _("Name the client whose endpoint it is."), _("Its number stands on its page."))
    return named or actor.name


def _record(row: EndpointRow) -> Record:
    return Record(_endpoint(row), row.version)


def _issued(issued: acts.Issued) -> Record:
    return Record(_endpoint(issued.endpoint) | {"secret": issued.secret}, issued.endpoint.version)


def _endpoint(row: EndpointRow) -> dict[str, Any]:
    names = ("endpoint_id", "url", "state", "reason", "failing_since", "disabled_at", "made_at")
    return {name: getattr(row, name) for name in names} | {
        "client_id": row.client.client_id,
        "events": row.event_names,
    }


def _delivery(row: DeliveryRow) -> dict[str, Any]:
    names = (
        "delivery_id",
        "webhook_id",
        "subject",
        "occurred_at",
        "state",
        "attempts",
        "status",
        "error",
        "delivered_at",
    )
    return {name: getattr(row, name) for name in names} | {
        "endpoint_id": row.endpoint.endpoint_id,
        "event": row.event_name,
        "next_at": row.next_at if row.state == "waiting" else None,
    }


def _told(row: DeliveryRow) -> dict[str, Any]:
    tries = [
        {name: getattr(one, name) for name in ("at", "status", "error", "milliseconds")}
        for one in queries.attempts(row)
    ]
    return _delivery(row) | {"body": row.body, "tries": tries}
