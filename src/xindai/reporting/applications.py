"""Applications as pages show them: what was asked for, by whom, the tier it was offered to, and its clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, IntegerField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from xindai.applications.models import Application
from xindai.customers.queries import Shown, display, learn
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel.errors import NotFound
from xindai.reporting.names import Words, branch_names, product_names
from xindai.reporting.sla import NO_PROMISE, Sla, WorkingClock

DEFAULT_CURRENCY = "CNY"
WAITING_STATES = frozenset({"submitted", "referred"})


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application in a list; amounts in minor units."""

    no: str
    customer: Shown
    branch_name: Words
    tier: str | None
    product_name: Words
    currency: str
    amount_minor: int
    term_months: int
    state: str
    submitted_on: date | None
    decided_on: date | None
    promise: Sla


def applications(actor: Actor) -> "QuerySet[Application]":
    """Return the applications that the actor may see.

    Adds `asked_minor` and `asked_months` from the need, and `tier` and `currency` of the offer (absent before it).
    """
    return scope.rows(actor, Application.objects.all()).annotate(
        asked_minor=Cast(KeyTextTransform("amount_minor", "need"), BigIntegerField()),
        asked_months=Cast(KeyTextTransform("term_months", "need"), IntegerField()),
        tier=F("offer__tier"),
        currency=F("offer__currency"),
    )


def application(actor: Actor, no: str) -> Any:
    """Return one row of `applications`.  Raises NotFound, also for one of another branch."""
    found = applications(actor).select_related("offer", "customer").filter(no=no).first()
    if found is None:
        raise NotFound(_("application"), no)
    if scope.covers(actor, found.customer.branch_id):
        learn(actor, found.customer)
    return found


def lines(actor: Actor, found: Iterable[Any], *, with_promise: bool = True) -> list[ApplicationLine]:
    """Return rows of `applications` with the names that a page shows; customers in one query.

    A page that does not show the promises need not have the working calendar read.
    """
    rows = list(found)
    customers = display(actor, (row.customer_id for row in rows))
    products, branches = product_names(), branch_names()
    working = WorkingClock.today() if with_promise else None
    return [
        ApplicationLine(
            no=row.no,
            customer=customers[row.customer_id],
            branch_name=branches[row.branch_id],
            tier=row.tier,
            product_name=products.get(row.product_code, {}),
            currency=row.currency or DEFAULT_CURRENCY,
            amount_minor=row.asked_minor,
            term_months=row.asked_months,
            state=row.state,
            submitted_on=row.submitted_on,
            decided_on=row.decided_on,
            promise=promise(row, working),
        )
        for row in rows
    ]


def promise(row: Any, working: WorkingClock | None) -> Sla:
    """Return how the promised decision stands."""
    if row.promised_by is None or working is None:
        return NO_PROMISE
    if row.decided_at is not None:
        return working.ended(row.submitted_at, row.promised_by, row.decided_at)
    if row.state not in WAITING_STATES:
        return NO_PROMISE
    return working.running(row.submitted_at, row.promised_by)
