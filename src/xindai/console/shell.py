"""The frame around every page: navigation by role, business date, language, theme, who is signed in."""

from dataclasses import dataclass
from typing import Any, Final, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from xindai.console.access import actor_of, first_page, may_open
from xindai.console.views.session import THEME_COOKIE, THEMES
from xindai.console.worklist import waiting
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.kernel import business_date
from xindai.kernel.formatting import is_chinese


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the navigation; `key` is the letter that leads there after g."""

    route: str
    label: Promise
    icon: str
    key: str = ""
    only_in_demonstration: bool = False


NAVIGATION: Final[tuple[tuple[Promise, tuple[Page, ...]], ...]] = (
    (
        _("My work"),
        (
            Page("work", _("Worklist"), "work", "w"),
            Page("checks", _("To check"), "checks", "h"),
            Page("uploads", _("Uploads"), "upload", "f"),
        ),
    ),
    (
        _("Business"),
        (
            Page("customers", _("Customers"), "customers", "c"),
            Page("applications", _("Applications"), "applications", "a"),
            Page("loans", _("Loans"), "loans", "l"),
            Page("collections", _("Collections"), "collections", "o"),
        ),
    ),
    (
        _("Risk and policy"),
        (
            Page("home", _("Portfolio"), "portfolio", "p"),
            Page("results", _("Results"), "results", "r"),
            Page("policies", _("Policies in force"), "policies", "y"),
        ),
    ),
    (
        _("Finance"),
        (
            Page("trial-balance", _("Trial balance"), "ledger", "t"),
            Page("journal", _("Journal"), "results", "j"),
            Page("suspense", _("Receipts in suspense"), "pause", "s"),
            Page("end-of-day", _("End of day"), "day", "d"),
        ),
    ),
    (
        _("Audit and administration"),
        (
            Page("audit", _("Audit trail"), "eye", "u"),
            Page("users", _("People and roles"), "person", "e"),
            Page("jobs", _("Jobs and events"), "clock", "b"),
            Page("integrations", _("Integrations"), "integration", "i"),
            Page("demonstration-messages", _("Messages of the demonstration"), "info", only_in_demonstration=True),
        ),
    ),
)
LIST_OF: Final = {
    "portfolio-vintages": "home",
    "portfolio-roll-rates": "home",
    "portfolio-tiers": "home",
    "portfolio-approvals": "home",
    "portfolio-losses": "home",
    "portfolio-loans": "home",
    "portfolio-applications": "home",
    "portfolio-customers": "home",
    "customer": "customers",
    "customer-class": "customers",
    "customer-facts": "customers",
    "customer-history": "customers",
    "customer-trail": "customers",
    "customer-application": "customers",
    "customer-state-facts": "customers",
    "new-customer": "customers",
    "application": "applications",
    "application-offer": "applications",
    "application-class": "applications",
    "application-contract": "applications",
    "application-basis": "applications",
    "application-trail": "applications",
    "recommendation": "applications",
    "check": "checks",
    "new-upload": "uploads",
    "upload-held": "uploads",
    "upload": "uploads",
    "loan": "loans",
    "loan-schedule": "loans",
    "loan-transactions": "loans",
    "loan-journal": "loans",
    "loan-class": "loans",
    "loan-contract": "loans",
    "loan-trail": "loans",
    "repayment": "loans",
    "case": "collections",
    "case-write-off": "collections",
    "account": "trial-balance",
    "transaction": "journal",
    "end-of-day-date": "end-of-day",
    "seals": "end-of-day",
    "integration": "integrations",
    "new-integration": "integrations",
    "integration-end": "integrations",
    "new-webhook": "integrations",
    "webhook": "integrations",
    "webhook-deliveries": "integrations",
    "webhook-delivery": "integrations",
    "webhook-end": "integrations",
    "webhook-hosts": "integrations",
    "user": "users",
    "limits": "users",
    "factor-duties": "users",
}
"""Pages of one record, and the list that is marked in the navigation while they are open."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as drawn."""

    href: str
    label: Promise
    icon: str
    is_current: bool
    count: int
    key: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the navigation with at least one entry."""

    label: Promise
    entries: tuple[Entry, ...]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame shows; `layout` is the frame for pages that also strangers see."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    frame: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "is_chinese": is_chinese(get_language() or ""),
        "is_demonstration": identity.is_demonstration(),
        "here": request.get_full_path(),
        "layout": "xd/solo.html",
        "first_page": "work",
    }
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        frame |= _of_person(request, is_demonstration=frame["is_demonstration"])
    return {"shell": frame}


def _of_person(request: HttpRequest, *, is_demonstration: bool) -> dict[str, Any]:
    actor, user = actor_of(request), cast("User", request.user)
    if first_page(actor) != "work":
        return {"first_page": first_page(actor)}  # a borrower has no navigation of the console
    separator = gettext(", ")
    return {
        "layout": "xd/shell.html",
        "groups": _groups(actor, _current(request), is_demonstration=is_demonstration),
        "can_search": may_open(actor, "search"),
        "can_audit": may_open(actor, "audit"),
        "business_date": business_date.current_or_none() or business_date.last_closed(),
        "person": user.display_name or user.username,
        "roles": separator.join(str(Role(role).label) for role in sorted(actor.roles)),
    }


def _groups(actor: Actor, current: str, *, is_demonstration: bool) -> list[Group]:
    groups, counts = [], waiting(actor)
    for label, pages in NAVIGATION:
        there = (page for page in pages if is_demonstration or not page.only_in_demonstration)
        entries = tuple(
            _entry(page, current, counts.get(page.route, 0)) for page in there if may_open(actor, page.route)
        )
        if entries:
            groups.append(Group(label, entries))
    return groups


def _entry(page: Page, current: str, count: int) -> Entry:
    return Entry(reverse(page.route), page.label, page.icon, current == page.route, count, page.key)


def _current(request: HttpRequest) -> str:
    """Return the navigation entry that the page belongs to."""
    match = request.resolver_match
    route = match.url_name or "" if match else ""
    return LIST_OF.get(route, route)
