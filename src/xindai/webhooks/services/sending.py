"""Deliveries: planned from the events of the feed, sent until they are answered well, at least once.

The body of a delivery is kept when it is planned; its identity comes from the event.  Whoever dies between the
answer and its mark leaves the delivery waiting: it is sent again, and the receiver knows it by its identity.
What has come to its end is kept as long as the policy says.
"""

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from django.conf import settings

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, http
from xindai.kernel.errors import NotPermitted, Unavailable
from xindai.kernel.models import OutboxEvent
from xindai.webhooks import policy, queries, signing
from xindai.webhooks.models import Attempt, Delivery, DeliveryState, Endpoint, EndpointState
from xindai.webhooks.policy import DeliveryPolicy
from xindai.webhooks.services.endpoints import FAILING, GONE, note_disabled, secrets_in_force

USER_AGENT: Final = "xindai-webhooks/1"
NO_ANSWER: Final = "no_answer"
NOT_ALLOWED: Final = "not_allowed"
REFUSED: Final = "refused"
_GOOD: Final = range(200, 300)
_ASKS_TO_WAIT: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_MILLION: Final = 1_000_000
_MOST_FIGURES: Final = 9
"""A wait of more figures than these is longer than any that is granted."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an attempt: to which endpoint, and whether it was answered well."""

    endpoint_pk: int
    is_delivered: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None
    error: str
    milliseconds: int
    retry_after: str = ""


@verb("webhook.plan")
def plan(actor: Actor, *, endpoint_id: str, events: Sequence[OutboxEvent], read_to: int) -> int:
    """Make deliveries of events that the endpoint's client may see, and note the place up to which the feed was read.

    Planned twice, an event is delivered once.  Returns how many deliveries were made.
    """
    row = Endpoint.objects.select_for_update().get(endpoint_id=endpoint_id)
    fresh = [event for event in events if (event.place or 0) > row.read_to]
    now = clock.now()
    Delivery.objects.bulk_create([_delivery(row, event, now) for event in fresh], ignore_conflicts=True)
    Endpoint.objects.filter(pk=row.pk, read_to__lt=read_to).update(read_to=read_to)
    return len(fresh)


@verb("webhook.deliver")
def deliver_next(actor: Actor, *, left_out: Collection[int] = ()) -> Sent | None:
    """Send what has been due longest, to none of the endpoints left out; None when nothing is due.

    The delivery is held until its answer is kept, so that two workers never send the same at once.
    """
    row = (
        queries.due(left_out)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("endpoint__client")
        .first()
    )
    if row is None:
        return None
    figures = policy.in_force()
    at = clock.now()
    outcome = _send(row, at, figures.answer_seconds)
    Attempt.objects.create(
        delivery=row, at=at, status=outcome.status, error=outcome.error, milliseconds=outcome.milliseconds
    )
    _note(row, outcome, figures)
    return Sent(row.endpoint_id, not outcome.error)


@verb("webhook.purge")
def purge(actor: Actor, *, limit: int) -> int:
    """Remove at most so many deliveries, with bodies and attempts, that have been kept as long as the policy says; returns how many.

    To be repeated until none is left.  The audit trail still tells that there was one, and what became of it.
    """
    kept = policy.in_force().kept
    if kept is None:
        return 0
    found = queries.to_purge(clock.now() - kept).select_for_update(skip_locked=True).values_list("pk", flat=True)
    over = list(found[:limit])
    Attempt.objects.filter(delivery__in=over).delete()
    Delivery.objects.filter(pk__in=over).delete()
    return len(over)


def _delivery(row: Endpoint, event: OutboxEvent, now: datetime) -> Delivery:
    return Delivery(
        endpoint=row,
        event_id=event.event_id,
        event_name=event.name,
        subject=event.aggregate_id,
        occurred_at=event.occurred_at,
        body=_body(event),
        made_at=now,
        next_at=now,
    )


def _body(event: OutboxEvent) -> str:
    """The event as it is told: type, moment and data after Standard Webhooks, and what the feed tells besides."""
    told = {
        "type": event.name,
        "timestamp": event.occurred_at.isoformat(),
        "data": event.payload,
        "id": str(event.event_id),
        "schema_version": event.schema_version,
        "business_date": event.business_date.isoformat() if event.business_date else None,
        "subject": event.aggregate_id,
    }
    return json.dumps(told, separators=(",", ":"))


def _send(row: Delivery, at: datetime, seconds: int) -> _Outcome:
    headers = signing.headers(row.webhook_id, at, row.body, secrets_in_force(row.endpoint, at))
    headers |= {"content-type": "application/json", "user-agent": USER_AGENT}
    began, status, error, retry_after = time.perf_counter_ns(), None, "", ""
    try:
        answer = http.post(
            row.endpoint.url,
            row.body.encode(),
            headers,
            hosts=[one.host for one in queries.hosts()],
            networks=settings.WEBHOOK_NETWORKS,
            seconds=seconds,
        )
        status, retry_after = answer.status, answer.retry_after
        error = "" if status in _GOOD else REFUSED
    except NotPermitted:
        error = NOT_ALLOWED
    except Unavailable:
        error = NO_ANSWER
    return _Outcome(status, error, (time.perf_counter_ns() - began) // 1_000_000, retry_after)


def _note(row: Delivery, outcome: _Outcome, figures: DeliveryPolicy) -> None:
    """Keep what came of an attempt: delivered, to be tried again, or given up - the endpoint too, after too long."""
    now = clock.now()
    endpoint = Endpoint.objects.select_for_update(of=("self",)).select_related("client").get(pk=row.endpoint_id)
    row.attempts += 1
    row.status, row.error = outcome.status, outcome.error
    if not outcome.error:
        row.state, row.delivered_at = DeliveryState.DELIVERED, now
    elif row.attempts > len(figures.retry_after) or endpoint.state == EndpointState.ENDED:
        row.state = DeliveryState.FAILED
    else:
        row.next_at = now + _wait(row, outcome, figures, now)
    row.save()
    _judge(endpoint, outcome, figures, now)


def _wait(row: Delivery, outcome: _Outcome, figures: DeliveryPolicy, now: datetime) -> timedelta:
    """How long until the next attempt: by the schedule, or as long as the receiver asks, but no longer than its longest.

    The wait is drawn out by a share that delivery and attempt decide: repeated, it comes to the same.
    """
    wait = figures.retry_after[row.attempts - 1]
    if outcome.status in _ASKS_TO_WAIT:
        wait = max(wait, min(_asked(outcome.retry_after, now), max(figures.retry_after)))
    drawn = sha256(f"{row.delivery_id}/{row.attempts}".encode()).digest()
    share_ppm = int.from_bytes(drawn[:8], "big") % (figures.spread_ppm + 1)
    return wait + wait * share_ppm // _MILLION


def _asked(retry_after: str, now: datetime) -> timedelta:
    """What a header Retry-After asks for (RFC 9110, 10.2.3: seconds, or a date); nothing when it cannot be read."""
    words = retry_after.strip()
    if words.isascii() and words.isdigit():
        return timedelta(seconds=int(words) if len(words) <= _MOST_FIGURES else 10**_MOST_FIGURES)
    try:
        until = parsedate_to_datetime(words)
    except ValueError:
        return timedelta(0)
    return max(timedelta(0), until.replace(tzinfo=until.tzinfo or UTC) - now)


def _judge(endpoint: Endpoint, outcome: _Outcome, figures: DeliveryPolicy, now: datetime) -> None:
    """Note since when the endpoint fails, and disable it when it says that it is gone or has failed for too long."""
    if endpoint.state != EndpointState.ACTIVE:
        return
    if not outcome.error:
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
            endpoint.save()
        return
    since = endpoint.failing_since or now
    if outcome.status == HTTPStatus.GONE:
        endpoint.failing_since = since
        note_disabled(endpoint, GONE)
    elif now - since >= figures.disable_after:
        note_disabled(endpoint, FAILING)
    elif endpoint.failing_since is None:
        endpoint.failing_since = since
        endpoint.save()
