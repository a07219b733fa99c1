"""The feed of events: what has happened, in an order that never changes, as far as somebody may see it."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from xindai.applications import queries as applications
from xindai.contracts import queries as contracts
from xindai.customers import queries as customers
from xindai.identity.actors import Actor
from xindai.identity.scopes import EVENTS
from xindai.kernel.models import OutboxEvent
from xindai.servicing import queries as servicing


def events(actor: Actor, scopes: Collection[str]) -> "QuerySet[OutboxEvent]":
    """Return the events that have their place in the feed, of the kinds that the scopes open and the actor's branches."""
    kinds = [kind for kind, scope in EVENTS.items() if scope in scopes]
    seen = Q(pk__in=[])
    for kind in kinds:
        seen |= _of_kind(actor, kind)
    return OutboxEvent.objects.filter(seen, place__isnull=False)


def _of_kind(actor: Actor, kind: str) -> Q:
    named = Q(name__startswith=f"{kind}.")
    if actor.branch_ids is None:
        return named
    return named & Q(aggregate_id__in=_visible(actor, kind))


def _visible(actor: Actor, kind: str) -> Any:
    """The identities that stand on the events of a kind, of the actor's branches."""
    if kind == "classification":
        return customers.visible(actor).order_by().annotate(key=Cast("pk", CharField())).values("key")
    rows: dict[str, Any] = {
        "application": applications.visible(actor),
        "contract": contracts.visible(actor),
        "loan": servicing.loans(actor),
    }
    return rows[kind].order_by().values("no")
