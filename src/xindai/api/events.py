"""The feed of events: what has happened, for programs that follow the lender's book."""

from datetime import date
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xindai.api.callers import actor_of, scopes_of
from xindai.api.operations import operation
from xindai.api.paging import Paged, page_to_follow
from xindai.identity.scopes import Scope
from xindai.kernel import outbox
from xindai.reporting import events as feed

router = Router(tags=["Events"])

SORT: Final = "place"


class EventsAsked(Paged):
    """From where on, and which."""

    name: (
        Annotated[str, Field(max_length=80, description="Only events of this name, such as `loan.disbursed`.")] | None
    ) = None


class Event(Schema):
    """Something that has happened.  `id` is its identity wherever it is told; `data` follows the schema in docs/events."""

    id: str
    name: str
    schema_version: int
    occurred_at: str
    business_date: date | None
    subject: str
    data: dict[str, Any]


class Events(Schema):
    """Events in their order; give `next` as `after` to go on, now or later, also when there are none."""

    items: list[Event]
    next: str


@operation(router, "GET", "/events", name="list_events", route="events", scope=Scope.EVENTS_READ, answer=Events)
def events(request: HttpRequest, asked: Query[EventsAsked]) -> dict[str, Any]:
    """Return what has happened since a place in the feed: the kinds whose scopes the token holds, of its branches.

    The order never changes and nothing is told twice or left out: reading on from `next` sees every event once.
    """
    outbox.give_places()
    rows = feed.events(actor_of(request), scopes_of(request))
    if asked.name is not None:
        rows = rows.filter(name=asked.name)
    found, following = page_to_follow(rows, asked, SORT, {SORT: SORT})
    return {"items": [_event(row) for row in found], "next": following}


def _event(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.event_id),
        "name": row.name,
        "schema_version": row.schema_version,
        "occurred_at": row.occurred_at.isoformat(),
        "business_date": row.business_date,
        "subject": row.aggregate_id,
        "data": row.payload,
    }
