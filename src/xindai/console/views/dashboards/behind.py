"""The list behind a mark of a dashboard: its sum is the figure, it says where it comes from, and counts what is hidden."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import listing, marks
from xindai.console.access import actor_of
from xindai.console.listing import Column, ListSpec
from xindai.console.templatetags.xd import local
from xindai.console.views.dashboards import approvals as approvals_page
from xindai.console.views.dashboards import losses as losses_page
from xindai.console.views.dashboards import roll_rates as roll_page
from xindai.console.views.dashboards import tiers as tiers_page
from xindai.console.views.dashboards.scope import AS_OF, BRANCH, PAGES, Asked, branch_of
from xindai.console.words import CHANNELS
from xindai.customers.queries import display
from xindai.identity import queries as identity
from xindai.kernel import business_date, formatting
from xindai.reporting import applications, loans
from xindai.reporting.figures import approvals, at_risk, collecting, cost_of_risk, roll_rates, tiers, vintages
from xindai.reporting.figures.view import Behind, Tally, View
from xindai.reporting.names import branch_names, product_names

Text = str | Promise
CURRENCY: Final = "CNY"


Reader = Callable[[View, Asked], tuple[Behind, list[Text]]]


def _book(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    """Running loans at a close."""
    over = asked.word("over", tuple(str(days) for days in at_risk.OVER_DAYS), "")
    code = asked.word("class", (*marks.CLASS_CODES, at_risk.NON_PERFORMING), "")
    products = product_names()
    product = asked.word("product", products, "")
    on = asked.day("at", view.as_of)
    loan_class = str(marks.CLASS_CODES.index(code) + 1) if code in marks.CLASS_CODES else code
    found = at_risk.behind(view, on=on, over=int(over) if over else None, loan_class=loan_class, product=product)
    said: list[Text] = [_day(on)]
    said += [_("arrears over {days} days").format(days=over)] if over else []
    said += [_("Non-performing") if code == at_risk.NON_PERFORMING else marks.LOAN_CLASSES[code].word] if code else []
    return found, [*said, local(products[product])] if product else said


def _allowance(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    on = asked.day("at", view.as_of)
    return at_risk.behind(view, on=on, is_allowance=True), [_day(on)]


def _vintage(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    month, months = asked.month("month"), asked.number("months", vintages.MONTHS)
    paid_out = _("paid out in {month}").format(month=formatting.month(month, get_language() or ""))
    bad = [] if months is None else [_("ever over 90 days late after {months} months").format(months=months)]
    return vintages.behind(view, month=month, months_on_book=months), [paid_out, *bad]


def _roll(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    was = asked.word("was", roll_rates.STARTS)
    now = asked.word("now", roll_rates.ENDS, "")
    at = asked.day("at", view.as_of)
    start: Text = _("in arrears") if was == roll_rates.LATE else roll_page.WORDS[was]
    move = f"{start} → {roll_page.WORDS[now]}" if now else start
    return roll_rates.behind(view, at=at, was=was, now=now), [_day(roll_rates.before(at)), _day(at), move]


def _collected(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    part = asked.word("part", collecting.PARTS)
    at = asked.day("at", view.as_of)
    return collecting.behind(view, at=at, part=part), [_month(at), losses_page.PARTS[part]]


def _charge(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    if not asked.params.get("at"):
        return cost_of_risk.behind(view), [_("twelve months up to {date}").format(date=_day(view.as_of))]
    at = asked.day("at", view.as_of)
    return cost_of_risk.behind(view, at=at), [_month(at)]


def _approvals(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    by, group, words = _group(asked)
    step = asked.word("step", (*approvals_page.HEADS, "kept"), "submitted")
    done: Text = _("promise kept") if step == "kept" else approvals_page.HEADS[step]
    return approvals.behind(view, by=by, group=group, step=step), [*words, done]


def _time(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    by, group, words = _group(asked)
    return approvals.behind_time(view, by=by, group=group), words


def _group(asked: Asked) -> tuple[str, str, list[Text]]:
    by = asked.word("by", approvals.BY, "tier")
    groups: Mapping[str, Any] = marks.TIERS if by == "tier" else CHANNELS
    group = asked.word("group", (*groups, approvals.ALL), approvals.ALL)
    return by, group, [] if group == approvals.ALL else [approvals_page.word(by, group)]


def _tiers(view: View, asked: Asked) -> tuple[Behind, list[Text]]:
    since = asked.earlier_day("since", tiers_page.since(view.as_of))
    was, now = asked.word("was", tiers.STARTS, ""), asked.word("now", tiers.TIERS, "")
    said: list[Text] = [_day(since), _day(view.as_of)]
    said += [f"{tiers_page.WORDS[was]} →"] if was else []
    return tiers.behind(view, since=since, was=was, now=now), [*said, tiers_page.WORDS[now]] if now else said


def _day(on: date) -> str:
    return formatting.calendar_day(on, get_language() or "")


def _month(on: date) -> str:
    return formatting.month(on, get_language() or "")


OF_LOANS: Final[Mapping[str, Reader]] = {
    "book": _book,
    "allowance": _allowance,
    "vintage": _vintage,
    "roll": _roll,
    "collected": _collected,
    "charge": _charge,
}
OF_APPLICATIONS: Final[Mapping[str, Reader]] = {"approvals": _approvals, "time": _time}
OF_CUSTOMERS: Final[Mapping[str, Reader]] = {"tiers": _tiers}
PAGE_OF: Final = {
    "vintage": "portfolio-vintages",
    "roll": "portfolio-roll-rates",
    "collected": "portfolio-losses",
    "charge": "portfolio-losses",
    "approvals": "portfolio-approvals",
    "time": "portfolio-approvals",
    "tiers": "portfolio-tiers",
}
"""The dashboard to which a list leads back; the overview by default."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from: the figure, its marks in words, what the chart shows and what the list adds up to."""

    behind: Behind
    words: tuple[Text, ...]
    told: Tally
    listed: Tally
    hidden: int
    page: tuple[str, Text]

    @property
    def agrees(self) -> bool:
        """Tell whether the list adds up to what the chart shows."""
        return self.told == self.listed


@require_safe
def of_loans(request: HttpRequest) -> HttpResponse:
    """List the loans behind a mark."""
    columns = (
        Column("no", _("Number"), ("no",)),
        Column("customer", _("Customer")),
        Column("branch", _("Branch"), ("branch_id",)),
        Column("product", _("Product"), ("product_code",)),
        Column("figure", _("In the figure"), ("figure_minor",), is_number=True, unit="currency"),
        Column("balance", _("Principal"), ("outstanding_minor",), is_number=True, unit="currency"),
        Column("class", _("Class"), ("loan_class",)),
        Column("overdue", _("Days past due"), ("days_past_due",), is_number=True),
    )
    totals = {"figure_minor": Sum("figure_minor"), "principal_minor": Sum("outstanding_minor")}
    spec = ListSpec(columns=columns, sort="-figure", totals=totals)
    return _list(request, OF_LOANS, spec, "loans", _lines_of_loans)


@require_safe
def of_applications(request: HttpRequest) -> HttpResponse:
    """List the applications behind a mark."""
    columns = (
        Column("no", _("Number"), ("no",)),
        Column("customer", _("Customer")),
        Column("branch", _("Branch"), ("branch_id",)),
        Column("product", _("Product"), ("product_code",)),
        Column("amount", _("Amount asked for"), ("asked_minor",), is_number=True, unit="currency"),
        Column("state", _("State"), ("state",)),
        Column("submitted", _("Submitted on"), ("submitted_at",)),
        Column("took", _("Time to the decision"), ("took",), is_number=True, unit=str(_("hours"))),
        Column("promise", _("Promise"), ("promised_by",)),
    )
    return _list(
        request, OF_APPLICATIONS, ListSpec(columns=columns, sort="-took"), "applications", _lines_of_applications
    )


@require_safe
def of_customers(request: HttpRequest) -> HttpResponse:
    """List the customers behind a mark."""
    columns = (
        Column("no", _("Number"), ("no",)),
        Column("name", _("Name")),
        Column("kind", _("Kind"), ("kind",)),
        Column("branch", _("Branch"), ("branch_id",)),
        Column("was", _("Earlier tier"), ("was",)),
        Column("now", _("Service tier"), ("now",)),
    )
    return _list(request, OF_CUSTOMERS, ListSpec(columns=columns, sort="-no"), "customers", _lines_of_customers)


def _lines_of_loans(view: View, rows: Any) -> list[Any]:
    return list(zip(loans.lines(view.actor, rows), rows, strict=True))


def _lines_of_applications(view: View, rows: Any) -> list[Any]:
    lines = applications.lines(view.actor, rows)
    return [(line, row, approvals_page.hours(row.took)) for line, row in zip(lines, rows, strict=True)]


def _lines_of_customers(view: View, rows: Any) -> list[Any]:
    names, branches = display(view.actor, (row.pk for row in rows)), branch_names()
    return [(names[row.pk], row, branches[row.branch_id], row.was if row.was != tiers.NEW else None) for row in rows]


def _list(
    request: HttpRequest,
    readers: Mapping[str, Reader],
    spec: ListSpec,
    kind: str,
    lines: Callable[[View, Any], list[Any]],
) -> HttpResponse:
    last = business_date.last_closed()
    if last is None:
        return render(request, "xd/pages/dashboard.html", {"scope": None, "title": _("Portfolio")})
    asked = Asked(request.GET, last)
    figure = asked.word("figure", tuple(readers), next(iter(readers)))
    branch = branch_of(request.GET.get(BRANCH, ""), identity.branches())
    view = View(actor_of(request), asked.day(AS_OF, last), branch.pk if branch else None)
    behind, said = readers[figure](view, asked)
    keep = {key: str(value) for key, value in request.GET.items() if key not in (listing.SORT_KEY, listing.PAGE_KEY)}
    page = listing.build(spec, behind.rows, request.GET, keep)
    source = Source(
        behind=behind,
        words=(*said, local(branch.name) if branch else _("all branches that you see")),
        told=behind.tell(),
        listed=Tally(page.count, page.totals.get("figure_minor", 0)),
        hidden=_hidden(readers[figure], view, asked, page.count),
        page=_page_of(figure, request.GET),
    )
    context = {"listing": page, "rows": lines(view, page.rows), "source": source, "currency": CURRENCY}
    return render(request, f"xd/pages/behind_{kind}.html", context)


def _hidden(reader: Reader, view: View, asked: Asked, seen: int) -> int:
    """Count the rows that the figure has in branches which the reader does not see."""
    if view.actor.branch_ids is None:
        return 0
    everything, _words = reader(view.of_everybody(), asked)
    return int(everything.rows.count()) - seen


def _page_of(figure: str, params: Mapping[str, str]) -> tuple[str, Text]:
    """Return the address and name of the dashboard that the list comes from, with its date and branch."""
    route = PAGE_OF.get(figure, "home")
    state = {key: params[key] for key in (AS_OF, BRANCH) if params.get(key)}
    return f"{reverse(route)}?{urlencode(state)}" if state else reverse(route), dict(PAGES)[route]
