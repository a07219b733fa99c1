"""Customers as lists show them: masked, with the class in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from xindai.classification.models import CustomerClass
from xindai.customers.models import Customer
from xindai.customers.queries import shown, visible
from xindai.identity.actors import Actor
from xindai.reporting.names import Words, branch_names


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer in a list; the class is empty before the first classification."""

    no: str
    name: str
    kind: str
    branch_name: Words
    tier: str | None
    rating: str | None
    risk_level: str | None
    industry: str | None
    score: int | None


def customers(actor: Actor, on: date) -> "QuerySet[Customer]":
    """Return the customers that the actor may see, with `tier`, `rating`, `risk_level`, `industry` and `score` on a date."""
    held = CustomerClass.objects.filter(customer=OuterRef("pk"), effective_from__lte=on).order_by(
        "-effective_from", "-pk"
    )
    return visible(actor).annotate(
        tier=Subquery(held.values("tier")[:1]),
        rating=Subquery(held.values("rating")[:1]),
        risk_level=Subquery(held.values("risk_level")[:1]),
        industry=Subquery(held.values("industry")[:1]),
        score=Subquery(held.values("score")[:1]),
    )


def lines(found: Iterable[Any]) -> list[CustomerLine]:
    """Return rows of `customers` as a page shows them."""
    branches = branch_names()
    return [
        CustomerLine(
            no=row.no,
            name=shown(row).name,
            kind=row.kind,
            branch_name=branches[row.branch_id],
            tier=row.tier,
            rating=row.rating,
            risk_level=row.risk_level,
            industry=row.industry,
            score=row.score,
        )
        for row in found
    ]
