"""Search: a whole number leads straight to its record; people are found by the keyed hashes of what is sealed.

What was searched for is posted, so that no identity number stands in an address, a history or a log.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from xindai.console.access import actor_of, may_open
from xindai.customers import queries as customers
from xindai.identity.actors import Actor
from xindai.reporting import applications, contracts, loans

MOST_HITS = 5
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found."""

    no: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one kind."""

    label: Promise
    hits: tuple[Hit, ...]
    count: int

    @property
    def more(self) -> int:
        """How many are found besides those shown."""
        return self.count - len(self.hits)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Find records in the reader's branches; a single exact number opens at once."""
    text = request.POST.get("q", "").strip()[:LONGEST]
    groups = _groups(actor_of(request), text) if text else []
    hits = [hit for group in groups for hit in group.hits]
    if len(hits) == 1 and hits[0].no == text.upper():
        return HttpResponseRedirect(hits[0].href)
    context = {
        "found": groups,
        "count": sum(group.count for group in groups),
        "may_record": may_open(actor_of(request), "new-customer"),
    }
    return render(request, "xd/pages/search.html", context)


def _groups(actor: Actor, text: str) -> list[Group]:
    """Return what is found, of the kinds that the reader may open."""
    looked = (
        (_("Loans"), "loan", _loans),
        (_("Applications"), "application", _applications),
        (_("Contracts"), "loan-contract", _contracts),
        (_("Customers"), "customer", _customers),
    )
    found = (Group(label, *look(actor, text)) for label, route, look in looked if may_open(actor, route))
    return [group for group in found if group.hits]


def _loans(actor: Actor, text: str) -> tuple[tuple[Hit, ...], int]:
    rows = loans.loans(actor).filter(no__istartswith=text)
    hits = (_hit("loan", row.no, row.customer.name) for row in loans.lines(actor, rows[:MOST_HITS]))
    return tuple(hits), rows.count()


def _applications(actor: Actor, text: str) -> tuple[tuple[Hit, ...], int]:
    rows = applications.applications(actor).filter(no__istartswith=text)
    lines = applications.lines(actor, rows[:MOST_HITS], with_promise=False)
    return tuple(_hit("application", row.no, row.customer.name) for row in lines), rows.count()


def _contracts(actor: Actor, text: str) -> tuple[tuple[Hit, ...], int]:
    """Contracts stand on the pages of their applications, and, for who sees loans alone, of their loans."""
    rows = contracts.contracts(actor).filter(no__istartswith=text)
    names = customers.display(actor, (row.customer_id for row in rows[:MOST_HITS]))
    hits = []
    for row in rows[:MOST_HITS]:
        name = names[row.customer_id].name if row.customer_id in names else ""
        if may_open(actor, "application-contract"):
            hits.append(Hit(row.no, name, reverse("application-contract", args=[row.application_no])))
        elif row.loan_no:
            hits.append(Hit(row.no, name, reverse("loan-contract", args=[row.loan_no])))
    return tuple(hits), rows.count() if hits else 0


def _customers(actor: Actor, text: str) -> tuple[tuple[Hit, ...], int]:
    numbered = customers.visible(actor).filter(no__istartswith=text)
    people = [customers.shown(row) for row in numbered[:MOST_HITS]]
    count = len(people) and numbered.count()
    if not people:
        people, count = customers.known_by(actor, text, MOST_HITS)
    return tuple(_hit("customer", row.no, row.name) for row in people), count


def _hit(route: str, no: str, name: str) -> Hit:
    return Hit(no, name, reverse(route, args=[no]))
