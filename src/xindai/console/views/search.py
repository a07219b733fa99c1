"""Search: a whole number leads straight to its record; an identity number is found by its keyed hash.

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
from xindai.reporting import applications, loans

MOST_HITS = 5


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


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Find records in the reader's branches; a single exact number opens at once."""
    text = request.POST.get("q", "").strip()
    groups = _groups(actor_of(request), text) if text else []
    hits = [hit for group in groups for hit in group.hits]
    if len(hits) == 1 and hits[0].no == text.upper():
        return HttpResponseRedirect(hits[0].href)
    return render(request, "xd/pages/search.html", {"found": groups})


def _groups(actor: Actor, text: str) -> list[Group]:
    found = (
        Group(_("Loans"), _loans(actor, text)),
        Group(_("Applications"), _applications(actor, text)),
        Group(_("Customers"), _customers(actor, text)),
    )
    return [group for group in found if group.hits]


def _loans(actor: Actor, text: str) -> tuple[Hit, ...]:
    if not may_open(actor, "loan"):
        return ()
    rows = loans.lines(actor, loans.loans(actor).filter(no__istartswith=text)[:MOST_HITS])
    return tuple(Hit(row.no, row.customer.name, reverse("loan", args=[row.no])) for row in rows)


def _applications(actor: Actor, text: str) -> tuple[Hit, ...]:
    if not may_open(actor, "application"):
        return ()
    rows = applications.lines(
        actor, applications.applications(actor).filter(no__istartswith=text)[:MOST_HITS], with_promise=False
    )
    return tuple(Hit(row.no, row.customer.name, reverse("application", args=[row.no])) for row in rows)


def _customers(actor: Actor, text: str) -> tuple[Hit, ...]:
    if not may_open(actor, "customer"):
        return ()
    named = [customers.shown(row) for row in customers.visible(actor).filter(no__istartswith=text)[:MOST_HITS]]
    by_identity = customers.by_identity_number(actor, text)
    people = [*named, *([by_identity] if by_identity else [])]
    return tuple(Hit(row.no, row.name, reverse("customer", args=[row.no])) for row in people)
