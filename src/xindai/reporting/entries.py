"""Entries behind a balance, and the days of the books."""

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel.models import BusinessDay
from xindai.ledger.models import DaySeal, Entry


def entries(actor: Actor, account_code: str, as_of: date) -> "QuerySet[Entry]":
    """Return the entries of an account up to a date, in the actor's branches, with `kind` and `narrative`."""
    rows = Entry.objects.filter(account__code=account_code, business_date__lte=as_of)
    return scope.rows(actor, rows).annotate(kind=F("transaction__kind"), narrative=F("transaction__narrative"))


def journal(actor: Actor, on: date) -> "QuerySet[Entry]":
    """Return all entries of a business date in the actor's branches, with `kind`, `narrative` and `account_code`."""
    return scope.rows(actor, Entry.objects.filter(business_date=on)).annotate(
        kind=F("transaction__kind"),
        narrative=F("transaction__narrative"),
        key=F("transaction__key"),
        account_code=F("account__code"),
        account_name=F("account__name"),
        branch_name=F("branch__name"),
    )


def days() -> "QuerySet[BusinessDay, Any]":
    """Return the business days with `transactions` and `seal`: how many were sealed, and the hash that chains them."""
    seal = DaySeal.objects.filter(on=OuterRef("on"))
    return BusinessDay.objects.annotate(transactions=Subquery(seal.values("n")), seal=Subquery(seal.values("hash")))
