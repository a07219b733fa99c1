"""Customers: the list, and one customer with business, class and reasons, facts and history."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from xindai.classification import queries as classes
from xindai.classification.queries import ClassView, WordedReason
from xindai.console import facts, marks, tables
from xindai.console.access import actor_of, may_open
from xindai.console.figures import KeyFigure
from xindai.console.forms import MobileForm
from xindai.console.listing import Column, Filter, ListSpec
from xindai.console.tables import ListPage, link, word_of
from xindai.console.tabs import tabs
from xindai.console.templatetags.xd import local, number, tag
from xindai.customers import queries as customers
from xindai.customers import services as acts
from xindai.identity.verbs import may
from xindai.kernel import business_date
from xindai.kernel.memo import standing_still
from xindai.reporting import applications, dealings, loans
from xindai.reporting import customers as lists
from xindai.reporting.customers import CustomerLine
from xindai.reporting.names import branch_names

TABS: Final = (
    ("customer", _("Business")),
    ("customer-class", _("Class and reasons")),
    ("customer-facts", _("Facts")),
    ("customer-history", _("History of the class")),
    ("customer-trail", _("Who did what")),
)


def _equal(field: str) -> Any:
    return lambda rows, value: rows.filter(**{field: value})


def _drawn_name(row: CustomerLine) -> SafeString:
    return format_html('<span class="xd-ellipsis" title="{}">{}</span>', row.name, row.name)


SPEC: Final = ListSpec(
    columns=(
        Column(
            "no",
            _("Number"),
            ("no",),
            place=3,
            is_head=True,
            show=lambda row: link("customer", row.no),
            plain=lambda row: row.no,
        ),
        Column("name", _("Name"), place=1, show=_drawn_name, plain=lambda row: row.name),
        Column(
            "kind",
            _("Kind"),
            ("kind",),
            show=lambda row: tag("kind", row.kind),
            plain=lambda row: word_of("kind", row.kind),
        ),
        Column(
            "branch",
            _("Branch"),
            ("branch",),
            show=lambda row: local(row.branch_name),
            plain=lambda row: local(row.branch_name),
        ),
        Column(
            "tier",
            _("Service tier"),
            ("tier",),
            place=2,
            show=lambda row: tag("tier", row.tier),
            plain=lambda row: word_of("tier", row.tier),
        ),
        Column(
            "rating",
            _("Credit rating"),
            ("rating",),
            show=lambda row: tag("rating", row.rating),
            plain=lambda row: word_of("rating", row.rating),
        ),
        Column(
            "risk",
            _("Risk level"),
            ("risk_level",),
            place=4,
            show=lambda row: tag("risk", row.risk_level),
            plain=lambda row: word_of("risk", row.risk_level),
        ),
        Column(
            "industry",
            _("Industry"),
            ("industry",),
            show=lambda row: tag("industry", row.industry),
            plain=lambda row: word_of("industry", row.industry),
        ),
        Column(
            "score",
            _("Points"),
            ("score",),
            is_number=True,
            show=lambda row: number(row.score),
            plain=lambda row: row.score,
        ),
    ),
    filters=(
        Filter("kind", _("Kind"), marks.options("kind"), _equal("kind")),
        Filter("tier", _("Service tier"), marks.options("tier"), _equal("tier")),
        Filter("rating", _("Credit rating"), marks.options("rating"), _equal("rating")),
        Filter("risk", _("Risk level"), marks.options("risk"), _equal("risk_level")),
        Filter("industry", _("Industry"), marks.options("industry"), _equal("industry")),
    ),
    sort="-no",
    name="customers",
)
LIST: Final = ListPage(
    "customers",
    "customers",
    lambda: SPEC,
    lambda actor, _params: lists.customers(actor, business_date.to_show()),
    lambda _actor, rows: lists.lines(rows),
)


@require_safe
def customer_list(request: HttpRequest) -> HttpResponse:
    """List the customers that the reader may see."""
    may_record = may_open(actor_of(request), "new-customer")
    return render(request, "xd/pages/customers.html", tables.context(request, LIST) | {"may_record": may_record})


@require_safe
def business(request: HttpRequest, no: str) -> HttpResponse:
    """Show what a customer has applied for and owes."""
    actor = actor_of(request)
    with standing_still():  # every part of the page asks for the names of products and branches
        context = record_of(request, no, "customer")
        found = applications.applications(actor).filter(customer=context["customer"].id).order_by("-pk")
        owed = loans.loans(actor).filter(customer=context["customer"].id).order_by("-pk")
        context |= {
            "applications": applications.lines(actor, found, with_promise=False),
            "loans": loans.lines(actor, owed),
            "offers": dealings.offers_of(actor, context["customer"].id),
            "cases": dealings.cases_of(actor, context["customer"].id) if may_open(actor, "case") else (),
            "may_open_applications": may_open(actor, "application"),
            "may_open_cases": may_open(actor, "case"),
            "may_open_loans": may_open(actor, "loan"),
        }
    return render(request, "xd/pages/customer_business.html", context)


@require_safe
def class_reasons(request: HttpRequest, no: str) -> HttpResponse:
    """Show why the customer has the class."""
    return render(request, "xd/pages/customer_class.html", record_of(request, no, "customer-class"))


@require_safe
def known_facts(request: HttpRequest, no: str) -> HttpResponse:
    """Show what is known of the customer, from whom and since when."""
    context = record_of(request, no, "customer-facts")
    on = business_date.to_show()
    context["facts"] = facts.shown(customers.known_facts(context["customer"].id, on), on)
    return render(request, "xd/pages/customer_facts.html", context)


@require_safe
def history(request: HttpRequest, no: str) -> HttpResponse:
    """Show every class that the customer has had."""
    context = record_of(request, no, "customer-history")
    context["history"] = classes.history(context["customer"].id)
    return render(request, "xd/pages/customer_history.html", context)


def record_of(request: HttpRequest, no: str, route: str) -> dict[str, Any]:
    """Return what every tab of a customer shows."""
    actor = actor_of(request)
    customer = customers.by_number(actor, no)
    standing = classes.current(customer.id, business_date.to_show())
    return {
        "customer": customer,
        "branch_name": branch_names()[customer.branch_id],
        "standing": standing,
        "reasons": reasons_by_dimension(standing),
        "figures": _figures(standing),
        "tabs": tabs(TABS, no, route),
        "may_apply": may_open(actor, "customer-application"),
        "may_state": may_open(actor, "customer-state-facts"),
        "mobile_form": MobileForm() if customer.kind == "person" and may(actor, "customer.record_mobile") else None,
    }


@require_POST
def record_mobile(request: HttpRequest, no: str) -> HttpResponse:
    """Keep the number to which codes for signing in are sent.  Raises NotFound, InvalidInput, StateConflict."""
    actor = actor_of(request)
    customer = customers.by_number(actor, no)
    acts.record_mobile(actor, customer_id=customer.id, mobile=request.POST.get("mobile", ""))
    messages.success(
        request, gettext("The mobile number is recorded. The customer can sign in with a code sent to it.")
    )
    return HttpResponseRedirect(reverse("customer", args=[no]))


def _figures(standing: ClassView | None) -> list[KeyFigure]:
    if standing is None:
        return []
    return [
        KeyFigure(_("Service tier"), marks.mark("tier", standing.tier).word, note=standing.policy_version),
        KeyFigure(_("Credit rating"), marks.mark("rating", standing.rating).word),
        KeyFigure(_("Points"), str(standing.score)),
        KeyFigure(_("Risk level"), marks.mark("risk", standing.risk_level).word),
        KeyFigure(_("Industry"), marks.mark("industry", standing.industry).word),
    ]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of a class: its value in words and the reasons for it."""

    code: str
    kind: str
    value: str
    reasons: tuple[WordedReason, ...]


MARK_OF_DIMENSION: Final = {"risk_level": "risk"}


def reasons_by_dimension(standing: ClassView | None) -> list[Dimension]:
    """Group the reasons of a class by what they are reasons for, in the order in which the rules ran."""
    if standing is None:
        return []
    values = standing.dimensions()
    return [
        Dimension(code, MARK_OF_DIMENSION.get(code, code), values[code], tuple(reasons))
        for code, reasons in groupby(standing.reasons, key=lambda reason: reason.dimension)
    ]
