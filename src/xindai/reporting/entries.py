"""Entries behind a balance, and the days of the books."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel.errors import NotFound
from xindai.kernel.models import BusinessDay
from xindai.ledger.models import DaySeal, Entry, Transaction, TransactionSeal


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


def transaction(actor: Actor, number: UUID) -> Any:
    """Return a transaction of the actor's branches with the number of its link in the chain.  Raises NotFound."""
    link = TransactionSeal.objects.filter(transaction=OuterRef("pk"))
    rows = scope.rows(actor, Transaction.objects.filter(pk=number)).select_related("branch", "reverses")
    found = rows.annotate(
        position=Subquery(link.values("position")),
        link=Subquery(link.values("hash")),
        sealed_on=Subquery(link.values("on")),
    ).first()
    if found is None:
        raise NotFound(_("transaction"), number)
    return found


def lines_of(found: Any) -> list[Any]:
    """Return the entries of a transaction, as they were posted, with their accounts."""
    return list(Entry.objects.filter(transaction=found.pk).select_related("account").order_by("pk"))


def reversal_of(found: Any) -> Transaction | None:
    """Return the transaction that takes another one back, if there is one."""
    return Transaction.objects.filter(reverses=found.pk).first()


def days() -> "QuerySet[BusinessDay, Any]":
    """Return the business days with `transactions` and `seal`: how many were sealed, and the hash that chains them."""
    seal = DaySeal.objects.filter(on=OuterRef("on"))
    return BusinessDay.objects.annotate(transactions=Subquery(seal.values("n")), seal=Subquery(seal.values("hash")))


def day(text: str) -> Any:
    """Return the business day that a text like 2024-07-01 names, as ``days`` has it.  Raises NotFound."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise NotFound(_("business day"), text) from None
    found = days().filter(on=on).first()
    if found is None:
        raise NotFound(_("business day"), text)
    return found
