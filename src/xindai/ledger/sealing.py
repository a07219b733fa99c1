"""Sealing a day: its balances are rolled up and its transactions chained to all earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xindai.kernel import clock, sql
from xindai.kernel.errors import StateConflict
from xindai.ledger import hashing
from xindai.ledger.models import ClosingBalance, DaySeal, Entry, Transaction, TransactionSeal

DIMENSIONS = ("account_id", "branch_id", "product_code", "currency")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the books are not what was written: the day, the transaction's key and what is wrong."""

    on: date
    key: str
    problem: str


def seal(on: date) -> DaySeal:
    """Seal a day once; it takes no further postings, nor do days before it.

    Raises StateConflict for a day before a sealed one.
    """
    sql.lock_day_of_books(on)
    existing = DaySeal.objects.filter(on=on).first()
    if existing is not None:
        return existing
    before = DaySeal.objects.order_by("-on").first()
    if before is not None and before.on > on:
        raise StateConflict(
            _("The day {on} of the books is sealed."),
            field="on",
            remedy=_("Seal the days in their order: the last one sealed is {last}."),
            on=on,
            last=before.on,
        )
    prev_hash = before.hash if before else hashing.GENESIS
    seals = _links(on, prev_hash)
    TransactionSeal.objects.bulk_create(seals, batch_size=5000)
    _roll_up(on, before.on if before else None)
    last = seals[-1].hash if seals else prev_hash
    return DaySeal.objects.create(
        on=on,
        prev_hash=prev_hash,
        hash=hashing.link(last, f"{on}:{len(seals)}"),
        n=len(seals),
        sealed_at=clock.now(),
    )


def breaks(days: Sequence[DaySeal], previous: str = hashing.GENESIS) -> list[Break]:
    """Every place of these days, one after the other, where the books differ from what was sealed, the earliest first.

    ``previous`` is the hash that the first of them must hang on.  Empty when sound.
    """
    if not days:
        return []
    altered = sql.altered_transactions(days[0].on, days[-1].on)
    found = [Break(on, key, "content") for _id, key, on in altered]
    return sorted([*found, *_chain_breaks(days, previous)], key=lambda one: (one.on, one.key))


def turnovers(entries: Any) -> Any:
    """Debits and credits of entries by account, branch, product and currency."""
    return entries.values(*DIMENSIONS).annotate(
        debit_minor=Coalesce(Sum(Case(When(amount_minor__gt=0, then=F("amount_minor")))), 0),
        credit_minor=Coalesce(-Sum(Case(When(amount_minor__lt=0, then=F("amount_minor")))), 0),
    )


def _links(on: date, prev_hash: str) -> list[TransactionSeal]:
    seals = []
    contents = Transaction.objects.filter(business_date=on).order_by("id").values_list("id", "content_hash")
    for position, (transaction_id, content) in enumerate(contents, start=1):
        prev_hash = hashing.link(prev_hash, content)
        seals.append(TransactionSeal(transaction_id=transaction_id, on=on, position=position, hash=prev_hash))
    return seals


def _roll_up(on: date, before: date | None) -> None:
    """Closing balances of the day: those of the sealed day before plus the turnovers since."""
    totals: dict[tuple[Any, ...], list[int]] = {}
    earlier = ClosingBalance.objects.filter(on=before).values() if before else ()
    since = Entry.objects.filter(business_date__lte=on)
    since = since.filter(business_date__gt=before) if before else since
    for row in [*earlier, *turnovers(since)]:
        total = totals.setdefault(tuple(row[name] for name in DIMENSIONS), [0, 0])
        total[0] += row["debit_minor"]
        total[1] += row["credit_minor"]
    ClosingBalance.objects.bulk_create(
        ClosingBalance(on=on, **dict(zip(DIMENSIONS, key, strict=True)), debit_minor=total[0], credit_minor=total[1])
        for key, total in totals.items()
    )


def _chain_breaks(days: Sequence[DaySeal], previous: str) -> list[Break]:
    found = []
    links = _links_by_day(days[0].on, days[-1].on)
    for day in days:
        if day.prev_hash != previous:
            found.append(Break(day.on, "", "previous day"))
        link, n = day.prev_hash, 0
        for key, content, sealed in links.get(day.on, ()):
            n += 1
            link = hashing.link(link, content)
            if sealed != link:
                found.append(Break(day.on, key, "chain"))
                link = sealed or link
        if day.n != n or day.hash != hashing.link(link, f"{day.on}:{n}"):
            found.append(Break(day.on, "", "day"))
        previous = day.hash
    return found


def _links_by_day(first: date, last: date) -> dict[date, list[tuple[str, str, str | None]]]:
    """Key, content hash and sealed link of every transaction by day, in the order of the chain."""
    seals = TransactionSeal.objects.filter(transaction__business_date__range=(first, last))
    sealed = dict(seals.values_list("transaction_id", "hash"))
    links: dict[date, list[tuple[str, str, str | None]]] = {}
    rows = Transaction.objects.filter(business_date__range=(first, last)).order_by("business_date", "id")
    for on, key, content, pk in rows.values_list("business_date", "key", "content_hash", "pk").iterator(10_000):
        links.setdefault(on, []).append((key, content, sealed.get(pk)))
    return links
