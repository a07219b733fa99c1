"""Events told to other machines: what the feed holds for each endpoint is planned, what is due is sent.

The feed says what a client may see, and lies above the endpoints; so it is read here and handed down.
"""

from typing import Final

from xindai.identity import tokens
from xindai.identity.actors import Actor
from xindai.kernel import outbox
from xindai.reporting import events as feed
from xindai.webhooks import queries, services
from xindai.webhooks.models import Endpoint

CHUNK: Final = 500
"""Events that are planned for an endpoint, and deliveries that are removed, in one transaction."""
MOST_IN_A_RUN: Final = 2000
"""Deliveries of one run; the next begins within a minute."""

_ACTOR: Final = Actor.system("webhooks")


def run() -> int:
    """Plan and send; how many deliveries were answered well.  To be repeated at will."""
    plan()
    return deliver()


def plan() -> None:
    """Make deliveries of all that has happened since the feed was last read for each endpoint."""
    outbox.give_places()
    last = outbox.last_place()
    for endpoint in queries.to_plan().filter(read_to__lt=last):
        while not _plan_some(endpoint, last):
            pass


def deliver() -> int:
    """Send what is due; an endpoint that has failed is left alone for the rest of the run, so that it holds up no other."""
    failed: set[int] = set()
    delivered = 0
    for _number in range(MOST_IN_A_RUN):
        sent = services.deliver_next(_ACTOR, left_out=sorted(failed))
        if sent is None:
            break
        delivered += sent.is_delivered
        if not sent.is_delivered:
            failed.add(sent.endpoint_pk)
    return delivered


def purge() -> int:
    """Remove what has been kept long enough; how many deliveries.  To be repeated at will."""
    removed = 0
    while some := services.purge(_ACTOR, limit=CHUNK):
        removed += some
    return removed


def _plan_some(endpoint: Endpoint, last: int) -> bool:
    """Plan a chunk; True when the feed is read up to the last place."""
    client = endpoint.client
    rows = feed.events(tokens.actor_of(client), client.scopes).filter(
        name__in=endpoint.event_names, place__gt=endpoint.read_to, place__lte=last
    )
    found = list(rows.order_by("place")[:CHUNK])
    is_done = len(found) < CHUNK
    read_to = last if is_done else (found[-1].place or 0)
    services.plan(_ACTOR, endpoint_id=endpoint.endpoint_id, events=found, read_to=read_to)
    endpoint.read_to = read_to
    return is_done
