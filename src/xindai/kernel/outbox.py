"""Events: written with the act that caused them, delivered to the floors above afterwards.

An app declares its events as frozen pydantic models in ``events.py``; an app above subscribes in
``handlers.py``.  A handler runs in a transaction of its own, once per event; when it fails, the
act below stands and the event is tried again.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar, Final, TypeVar

import pydantic
from django.db import transaction
from django.db.models import Max

from xindai.kernel import business_date, clock, logging, sql
from xindai.kernel.models import HandledEvent, OutboxEvent
from xindai.kernel.transactions import together

MAX_ATTEMPTS: Final = 8
"""After so many failures an event waits for a person."""


class Event(pydantic.BaseModel):
    """Base of all events.  Fields are identifiers, codes, dates and amounts - never personal data."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    schema_version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the event under its name and version."""
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            _events[cls.name, cls.schema_version] = cls


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]

_events: Final[dict[tuple[str, int], type[Event]]] = {}
_handlers: Final[dict[tuple[str, int], list[Handler]]] = {}


def handles(event_class: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Subscribe a function of ``handlers.py`` to an event."""

    def decorate(handler: Callable[[E], None]) -> Callable[[E], None]:
        handlers = _handlers.setdefault((event_class.name, event_class.schema_version), [])
        if _name_of(handler) not in map(_name_of, handlers):
            handlers.append(handler)
        return handler

    return decorate


def emit(event: Event, *, aggregate_id: object, on: date | None = None) -> OutboxEvent:
    """Write an event in the current transaction; ``on`` is the business date (default: the open one)."""
    return OutboxEvent.objects.create(
        name=event.name,
        schema_version=event.schema_version,
        aggregate_id=str(aggregate_id),
        occurred_at=clock.now(),
        business_date=on or business_date.current_or_none(),
        payload=event.model_dump(mode="json"),
    )


def emit_all(events: Iterable[tuple[Event, object]], *, on: date) -> None:
    """Write many events, each with the identity of its aggregate, by one statement."""
    now = clock.now()
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            name=event.name,
            schema_version=event.schema_version,
            aggregate_id=str(aggregate_id),
            occurred_at=now,
            business_date=on,
            payload=event.model_dump(mode="json"),
        )
        for event, aggregate_id in events
    )


def deliver_pending(limit: int = 1000) -> int:
    """Deliver waiting events in their order; returns how many are done.

    Several workers may run at once: each takes events that no other one holds.
    """
    with transaction.atomic():
        pending = OutboxEvent.objects.filter(delivered_at=None, attempts__lt=MAX_ATTEMPTS).order_by("id")
        done = [row.pk for row in pending.select_for_update(skip_locked=True)[:limit] if _deliver(row)]
        OutboxEvent.objects.filter(pk__in=done).update(delivered_at=clock.now())
    return len(done)


def give_places() -> int:
    """Give the events that can be seen by now their place in the feed, in their order; returns how many got one.

    Transactions end in another order than their events were written.  A place is given only once an event can be
    seen, so whoever has read the feed up to a place misses nothing by reading on from there.
    """
    if not OutboxEvent.objects.filter(place=None).exists():
        return 0
    with transaction.atomic():
        sql.lock("places in the feed of events")
        return sql.give_places(OutboxEvent)


def last_place() -> int:
    """The place of the last event that has one; 0 before the first."""
    return OutboxEvent.objects.aggregate(last=Max("place"))["last"] or 0


def names() -> list[str]:
    """The names of all events."""
    return sorted({name for name, _version in _events})


def try_again(event_pk: int) -> bool:
    """Give an event that has failed all its attempts anew; False when it has not failed or is delivered."""
    failed = OutboxEvent.objects.filter(pk=event_pk, delivered_at=None, attempts__gt=0)
    return bool(failed.update(attempts=0))


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON schema of every event, by file name (``loan.disbursed.v1.json``), as committed under docs/events."""
    return {f"{name}.v{version}.json": _events[name, version].model_json_schema() for name, version in sorted(_events)}


def _deliver(row: OutboxEvent) -> bool:
    """Run the handlers that have not yet handled the event; False when one of them failed."""
    handlers = _handlers.get((row.name, row.schema_version), [])
    if not handlers:
        return True
    event = _events[row.name, row.schema_version].model_validate(row.payload)
    try:
        for handler in handlers:
            _handle_once(row, event, handler)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the other events go on
        _note_failure(row, error)
        return False
    return True


def _handle_once(row: OutboxEvent, event: Event, handler: Handler) -> None:
    with together():
        proof = HandledEvent(event=row, handler=_name_of(handler), at=clock.now())
        if sql.insert_once(proof, "event", "handler"):
            handler(event)


def _note_failure(row: OutboxEvent, error: Exception) -> None:
    row.attempts += 1
    row.last_error = type(error).__name__
    row.save(update_fields=["attempts", "last_error"])
    logging.get().error(
        "event not handled", event_name=row.name, event_id=str(row.event_id), attempt=row.attempts,
        error_type=row.last_error,
    )  # fmt: skip


def _name_of(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"
