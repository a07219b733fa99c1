"""Items of work as a page shows them: what to do, where it is done, who has it, and in which order and groups."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xindai.console import words
from xindai.console.access import may_open
from xindai.console.checking import decided_kinds
from xindai.customers.queries import Shown
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.kernel import business_date, clock
from xindai.workbench import queries
from xindai.workbench.queries import CHECKS, MINE, SNOOZED, TEAM, UNASSIGNED, Item

Text = str | Promise

TABS: Final[dict[str, Promise]] = {
    MINE: _("Mine"),
    TEAM: _("My team"),
    UNASSIGNED: _("Unassigned"),
    SNOOZED: _("Put off"),
}
URGENCY: Final[dict[str, Promise]] = {
    "late": _("Late"),
    "soon": _("Soon due"),
    "open": _("On track"),
    "none": _("Without a promise of time"),
    "paused": _("Somebody else acts"),
}
GROUPINGS: Final[dict[str, Promise]] = {
    "sla": _("Promise of time"),
    "stage": _("Stage"),
    "customer": _("Customer"),
}
_PAGES: Final = {
    "application": "application",
    "contract": "application-contract",
    "check": "check",
    "collection": "case",
    "enquiry": "enquiry",
    "receipt": "suspense",
    "day": "end-of-day-date",
    "event": "jobs",
    "endpoint": "webhook",
}
"""The page on which work of a kind is done, by the first word of its code."""
_WITHOUT_NUMBER: Final = frozenset({"suspense", "jobs"})


@dataclass(frozen=True, slots=True)
class WorkRow:
    """An item as drawn; ``href`` is empty when the reader may not open its page."""

    item: Item
    label: Text
    href: str
    customer: Shown | None
    holder: str
    is_mine: bool
    may_act: bool
    age_days: int

    @property
    def is_free(self) -> bool:
        """True when nobody has it."""
        return self.item.holder_id is None


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading."""

    label: Text
    rows: tuple[WorkRow, ...]


def waiting(actor: Actor) -> dict[str, int]:
    """Count by one statement what waits for the actor behind entries of the navigation; nothing for mere readers.

    ``work`` is what they have taken, and what they could take; ``checks`` the proposals for somebody like them, own ones
    left out.
    """
    if not any(actor.roles & kind.roles for kind in queries.kinds_of(actor)):
        return {}
    found = queries.counts(actor, decided_kinds(actor))
    return {"work": found[MINE] + found[UNASSIGNED], "checks": found.get(CHECKS, 0)}


def rows(actor: Actor, found: Sequence[Item]) -> list[WorkRow]:
    """Return items with the names that a page shows: customers in one query, colleagues in another."""
    customers = queries.customers_of(actor, found)
    people = identity.display_names(item.holder_id for item in found)
    today = business_date.to_show()
    return [
        WorkRow(
            item=item,
            label=words.word("work", item.kind.code),
            href=href(actor, item),
            customer=customers.get(item.customer_id or 0),
            holder=people.get(item.holder_id or 0, ""),
            is_mine=item.holder_id is not None and item.holder_id == actor.user_id,
            may_act=queries.may_act(actor, item.kind, item.branch_id),
            age_days=max(0, (today - item.since.astimezone(clock.bank_zone()).date()).days),
        )
        for item in found
    ]


def href(actor: Actor, item: Item) -> str:
    """Return where the work is done; nothing for somebody who may not open that page."""
    route = _PAGES[item.kind.code.partition(".")[0]]
    if item.kind.code == "application.draw_up":
        route = "application"
    if route == "end-of-day-date":
        return reverse(route, args=[item.link])
    if not may_open(actor, route):
        return ""
    return reverse(route, args=[] if route in _WITHOUT_NUMBER else [item.link])


def grouped(found: Iterable[WorkRow], by: str) -> list[RowGroup]:
    """Return rows in groups; within and between groups the most urgent stays first."""
    name = _NAMES[by]
    groups: dict[str, list[WorkRow]] = {}
    for row in found:
        groups.setdefault(str(name(row)), []).append(row)
    return [RowGroup(label, tuple(rows)) for label, rows in groups.items()]


def _customer_name(row: WorkRow) -> Text:
    return f"{row.customer.name} {row.customer.no}" if row.customer else gettext("Without a customer")


_NAMES: Final[Mapping[str, Callable[[WorkRow], Text]]] = {
    "sla": lambda row: URGENCY[row.item.sla.state],
    "stage": lambda row: words.word("stage", row.item.kind.stage),
    "customer": _customer_name,
}
