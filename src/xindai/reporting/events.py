"""The feed of events: what has happened, in an order that never changes, as far as somebody may see it."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from xindai.applications import queries as applications
from xindai.contracts import queries as contracts
from xindai.customers import queries as customers
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.kernel.models import OutboxEvent
from xindai.servicing import queries as servicing

SCOPES: Final[Mapping[str, Scope]] = {
    "application": Scope.APPLICATIONS_READ,
    "classification": Scope.CUSTOMERS_READ,
    "contract": Scope.CONTRACTS_READ,
    "loan": Scope.LOANS_READ,
}
"""What must be readable for events of a kind to be told: the first word of an event's name is its kind."""


def events(actor: Actor, scopes: Collection[str]) -> "QuerySet[OutboxEvent]":
    """Return the events that have their place in the feed, of the kinds that the scopes open and the actor's branches."""
    kinds = [kind for kind, scope in SCOPES.items() if scope in scopes]
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
