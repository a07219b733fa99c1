"""Contracts as a search finds them."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from xindai.contracts.models import Contract
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.servicing.models import Loan


def contracts(actor: Actor) -> "QuerySet[Any, Any]":
    """Return the contracts of the actor's branches, each with the numbers of its application and of its loan, if any."""
    loan = Loan.objects.filter(contract=OuterRef("pk")).values("no")[:1]
    rows: QuerySet[Any, Any] = scope.rows(actor, Contract.objects.all())
    found: QuerySet[Any, Any] = rows.annotate(application_no=F("application__no"), loan_no=Subquery(loan))
    return found.order_by("-pk")
