"""What waits for whom, with its clock; one registry of kinds, one statement for all of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xindai.customers.queries import Shown, display
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.kernel import audit, business_date
from xindai.kernel.errors import NotFound
from xindai.kernel.sql import Prepared
from xindai.reporting.sla import NO_PROMISE, PAUSED, Sla, WorkingClock
from xindai.reporting.waiting import KINDS, Kind, Rows
from xindai.workbench.models import Handling

MINE: Final = "mine"
TEAM: Final = "team"
UNASSIGNED: Final = "unassigned"
SNOOZED: Final = "snoozed"
CHECKS: Final = "checks"
TABS: Final = (MINE, TEAM, UNASSIGNED, SNOOZED)

_COLUMNS: Final = (
    "w_kind",
    "w_ref",
    "w_subject",
    "w_link",
    "w_detail",
    "w_branch",
    "w_customer",
    "w_tier",
    "w_amount",
    "w_currency",
    "w_since",
    "w_by",
    "w_owner",
    "w_holder",
    "w_until",
    "w_why",
    "w_tab",
)
_URGENCY: Final = {"late": 0, "soon": 1, "open": 2, "none": 3, "paused": 4}
_TIERS: Final = {"premium": 0, "standard": 1, "prospective": 2}


_KEPT_STATEMENTS: Final = 256
"""For so many people the statement of their counts is kept; it is some kilobytes long."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of work; amounts in minor units, ``detail`` what the floor below says of it."""

    kind: Kind
    ref: str
    subject: str
    link: str
    detail: str | Mapping[str, str]
    branch_id: int | None
    customer_id: int | None
    tier: str | None
    amount_minor: int | None
    currency: str | None
    since: datetime
    sla: Sla
    holder_id: int | None
    snoozed_until: date | None
    snooze_reason: str
    tab: str

    @property
    def key(self) -> str:
        """The item's name in addresses."""
        return f"{self.kind.code}:{self.ref}"


def kinds_of(actor: Actor) -> list[Kind]:
    """The kinds of work that the actor has the right to; an auditor sees them all and acts on none."""
    return [kind for kind in KINDS.values() if actor.roles & (kind.roles | {Role.AUDITOR})]


def may_act(actor: Actor, kind: Kind, branch_id: int | None) -> bool:
    """True when the actor has the right to this kind of work in this branch."""
    branches = actor.branches_as(kind.roles)
    return not actor.roles.isdisjoint(kind.roles) and (branches is None or branch_id is None or branch_id in branches)


def items(actor: Actor) -> list[Item]:
    """Everything that waits for the actor and their colleagues, the most urgent first."""
    parts = [_listed(actor, kind).values_list(*_COLUMNS) for kind in kinds_of(actor)]
    if not parts:
        return []
    working = WorkingClock.today()
    found = [_item(row, working) for row in parts[0].union(*parts[1:], all=True)]
    return sorted(found, key=_order)


def item(actor: Actor, key: str) -> Item:
    """One item that waits.  Raises NotFound when it does not, or belongs to another branch."""
    code, _colon, ref = key.partition(":")
    kind = next((kind for kind in kinds_of(actor) if kind.code == code), None)
    row = _listed(actor, kind).filter(w_ref=ref).values_list(*_COLUMNS).first() if kind else None
    if row is None:
        raise NotFound(_("item of work"), key, remedy=_("Somebody may have done it meanwhile; load the list again."))
    return _item(row, WorkingClock.today())


def counts(actor: Actor, decided: tuple[str, ...] = ()) -> dict[str, int]:
    """How many items stand under each tab, and under ``checks`` how many proposals of the kinds that the actor decides on.

    Counted by one statement.
    """
    totals = dict.fromkeys((*TABS, CHECKS) if decided else TABS, 0)
    asked = _counting(actor, decided, business_date.to_show())
    for tab, n in asked.fetch() if asked else ():
        totals[tab] += n
    return totals


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _counting(actor: Actor, decided: tuple[str, ...], _today: date) -> Prepared | None:
    """The statement that counts for an actor on a date; every page asks it, and to put it together takes longest."""
    counted = [_listed(actor, kind).values("w_tab").annotate(n=Count("pk")).order_by() for kind in kinds_of(actor)]
    parts = [one.values_list("w_tab", "n") for one in counted]
    if decided:
        parts.append(_checks_to_decide(actor, decided))
    return Prepared.of(parts[0].union(*parts[1:], all=True)) if parts else None


def _checks_to_decide(actor: Actor, kinds: tuple[str, ...]) -> Rows:
    waiting: Rows = identity.checks_to_decide(actor, kinds)
    counted = waiting.annotate(w_tab=Value(CHECKS, output_field=TextField())).values("w_tab")
    numbers: Rows = counted.annotate(n=Count("pk")).order_by().values_list("w_tab", "n")
    return numbers


def colleagues(actor: Actor, found: Item) -> list[tuple[str, str]]:
    """User name and name of everybody who may be given the item, whoever acts first."""
    if not may_act(actor, found.kind, found.branch_id):
        return []
    people = identity.people_with(found.kind.roles, found.branch_id)
    return [(person.username, person.display_name or person.username) for person in people]


def customers_of(actor: Actor, found: Iterable[Item]) -> dict[int, Shown]:
    """The customers of items, masked, in one query."""
    return display(actor, {one.customer_id for one in found if one.customer_id is not None})


def history(found: Item) -> list[audit.Change]:
    """What people have done with an item, the earliest first."""
    row = Handling.objects.filter(kind=found.kind.code, ref=found.ref).first()
    return [] if row is None else audit.history(row)


def _listed(actor: Actor, kind: Kind) -> Rows:
    """The rows of a kind in the actor's branches, with who has them and under which tab they stand."""
    rows = _within(actor, kind)
    said = Handling.objects.filter(kind=kind.code, ref=OuterRef("w_ref"), at__gte=OuterRef("w_since"))
    today = business_date.to_show()
    rows = rows.annotate(
        w_kind=Value(kind.code, output_field=TextField()),
        w_holder=Case(
            When(Exists(said), then=Subquery(said.values("assignee_id")[:1])),
            default=F("w_owner"),
            output_field=BigIntegerField(),
        ),
        w_until=Subquery(said.values("snoozed_until")[:1], output_field=DateField()),
        w_why=Coalesce(Subquery(said.values("snooze_reason")[:1]), Value(""), output_field=TextField()),
    )
    placed: Rows = rows.annotate(
        w_tab=Case(
            When(w_until__gt=today, then=Value(SNOOZED)),
            When(w_holder=actor.user_id, then=Value(MINE)),
            When(w_holder__isnull=False, then=Value(TEAM)),
            default=Value(UNASSIGNED),
            output_field=TextField(),
        )
    )
    return placed


def _within(actor: Actor, kind: Kind) -> Rows:
    roles = kind.roles if actor.roles & kind.roles else frozenset({Role.AUDITOR})
    rows, branches = kind.rows(), actor.branches_as(roles)
    if branches is not None:
        rows = rows.filter(Q(w_branch__in=branches) | Q(w_branch=None))
    if actor.roles & kind.roles:
        rows = rows.exclude(w_maker=actor.user_id, w_maker__isnull=False)
    return rows


def _item(row: tuple[Any, ...], working: WorkingClock | None) -> Item:
    values = dict(zip(_COLUMNS, row, strict=True))
    kind = KINDS[values["w_kind"]]
    since = _began(kind, values["w_since"], working)
    return Item(
        kind=kind,
        ref=values["w_ref"],
        subject=values["w_subject"],
        link=values["w_link"],
        detail=_detail(values["w_detail"]),
        branch_id=values["w_branch"],
        customer_id=values["w_customer"],
        tier=values["w_tier"],
        amount_minor=values["w_amount"],
        currency=values["w_currency"],
        since=since,
        sla=_sla(kind, since, values["w_by"], working),
        holder_id=values["w_holder"],
        snoozed_until=values["w_until"],
        snooze_reason=values["w_why"],
        tab=values["w_tab"],
    )


def _began(kind: Kind, since: datetime, working: WorkingClock | None) -> datetime:
    """A date begins with the opening of its day."""
    if kind.has_dates and working is not None:
        return working.opening.of_day(since.astimezone(UTC).date())[0]
    return since


def _sla(kind: Kind, since: datetime, by: datetime | None, working: WorkingClock | None) -> Sla:
    if kind.turn:
        return Sla(PAUSED, since=since, turn=kind.turn)
    if working is None:
        return NO_PROMISE
    if by is not None and kind.has_dates:
        by = working.end_of(by.astimezone(UTC).date())
    return working.running(since, by or (working.due(since, kind.hours) if kind.hours else None))


def _detail(text: str | None) -> str | Mapping[str, str]:
    if text and text.startswith("{"):
        words: dict[str, str] = json.loads(text)
        return words
    return text or ""


def _order(one: Item) -> tuple[Any, ...]:
    """Late first, then what is due soonest, then the better tier, then the larger amount."""
    return (
        _URGENCY[one.sla.state],
        (one.sla.by or one.since).timestamp(),
        _TIERS.get(one.tier or "", len(_TIERS)),
        -(one.amount_minor or 0),
        one.key,
    )
