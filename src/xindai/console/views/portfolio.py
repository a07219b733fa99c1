"""The portfolio at the close of the last day: key figures, charts with their tables, and the classes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import marks
from xindai.console.access import may_open
from xindai.console.figures import (
    ChartCard,
    Count,
    KeyFigure,
    Point,
    Series,
    lines_card,
    share_figure,
    short_amount_figure,
    stack_card,
)
from xindai.console.templatetags.xd import local
from xindai.console.views.dashboards.scope import Links, read
from xindai.identity.actors import Actor
from xindai.kernel import formatting
from xindai.ledger import queries as ledger
from xindai.reporting import decisions
from xindai.reporting.figures import at_risk
from xindai.reporting.figures.view import View, closes
from xindai.reporting.names import product_names
from xindai.reporting.portfolio import LOAN_CLASSES, Book

CURRENCY: Final = "CNY"
MONTHS_SHOWN: Final = 24
NO_LINK: Final = ""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of the five with its loans and the list behind it."""

    loan_class: int
    book: Book
    href: str


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """Show the portfolio that the reader may see."""
    scope = read(request)
    if scope is None:
        return render(request, "xd/pages/portfolio.html", {"book": None})
    view, links = scope.view, scope.links
    books = at_risk.books(view, closes(view.as_of, MONTHS_SHOWN))
    book = books[view.as_of]
    context = {
        "scope": scope,
        "tabs": scope.tabs("home"),
        "book": book,
        "ledger_agrees": _ledger_agrees(view, book),
        "currency": CURRENCY,
        "figures": _figures(book, links),
        "cards": [
            _class_card(book, links),
            _trend_card(books, links),
            _decision_card(view.actor, _list_of_applications(view.actor)),
        ],
        "classes": [
            ClassRow(
                number, book.of_class(number), links.to("loans", "book", **{"class": marks.loan_class_code(number)})
            )
            for number in LOAN_CLASSES
        ],
        "meaning": at_risk.CLASSES,
    }
    return render(request, "xd/pages/portfolio.html", context)


def _ledger_agrees(view: View, book: Book) -> bool:
    """Tell whether the loans add up to what the general ledger holds: principal and allowance."""
    branches = view.actor.branch_ids if view.branch_id is None else frozenset({view.branch_id})
    balances: Counter[str] = Counter()
    for line in ledger.trial_balance(view.as_of, branches):
        balances[line.account.role] += line.balance_minor
    return (balances["loan_principal"], -balances["loan_loss_allowance"]) == (
        book.principal_minor,
        book.allowance_minor,
    )


def _list_of_applications(actor: Actor) -> str:
    """Return the address of the list of applications; empty where the reader may not open it."""
    return reverse("applications") if may_open(actor, "applications") else NO_LINK


def _figures(book: Book, links: Links) -> list[KeyFigure]:
    gross = book.principal_minor
    loans = _("%(count)s loans") % {"count": formatting.count(book.loans)}
    return [
        short_amount_figure(
            _("Outstanding principal"),
            gross,
            CURRENCY,
            note=loans,
            href=links.to("loans", "book"),
            definition=at_risk.OUTSTANDING,
        ),
        *(
            share_figure(
                f"PAR{days}",
                book.over_minor(days),
                gross,
                note=_("arrears over {days} days").format(days=days),
                href=links.to("loans", "book", over=days),
                definition=at_risk.AT_RISK,
            )
            for days in at_risk.OVER_DAYS
        ),
        share_figure(
            _("Non-performing"),
            book.non_performing_minor,
            gross,
            note=_("substandard, doubtful, loss"),
            href=links.to("loans", "book", **{"class": at_risk.NON_PERFORMING}),
            definition=at_risk.CLASSES,
        ),
        short_amount_figure(
            _("Allowance"),
            book.allowance_minor,
            CURRENCY,
            note=_("coverage %(share)s%%")
            % {"share": formatting.share(book.allowance_minor, book.non_performing_minor)}
            if book.non_performing_minor
            else _("for all classes"),
            href=links.to("loans", "allowance"),
            definition=at_risk.ALLOWANCE,
        ),
    ]


def _class_card(book: Book, links: Links) -> ChartCard:
    """How bad is each product: everything but normal, from zero."""
    names = product_names()
    products = book.product_codes
    series = [
        Series(
            str(marks.LOAN_CLASSES[marks.loan_class_code(number)].word),
            f"class-{number}",
            [
                Point(
                    book.of_product(code).of_class(number).principal_minor,
                    book.of_product(code).principal_minor,
                    links.to("loans", "book", product=code, **{"class": marks.loan_class_code(number)}),
                )
                for code in products
            ],
        )
        for number in LOAN_CLASSES[1:]
    ]
    ends = [
        _("NPL %(share)s%%") % {"share": formatting.share(part.non_performing_minor, part.principal_minor)}
        for part in map(book.of_product, products)
    ]
    return stack_card(
        "classes",
        _("Loans that are not normal, by product (% of principal)"),
        _("Drawn from zero without the normal loans; at the end the non-performing share."),
        categories=[local(names.get(code, code)) for code in products],
        series=series,
        group=_("Product"),
        notes=ends,
        label_from="2",
        definition=at_risk.CLASSES,
    )


def _trend_card(books: Mapping[date, Book], links: Links) -> ChartCard:
    """How did arrears move from month to month."""
    language = get_language() or ""
    days = [day for day in sorted(books) if books[day].principal_minor]
    series = [
        Series(
            f"PAR{over}",
            f"series-{index}",
            [
                Point(
                    books[day].over_minor(over),
                    books[day].principal_minor,
                    links.to("loans", "book", at=day, over=over),
                )
                for day in days
            ],
        )
        for index, over in enumerate(at_risk.OVER_DAYS, start=1)
    ]
    bad = {"class": at_risk.NON_PERFORMING}
    series.append(
        Series(
            _("Non-performing"),
            "series-4",
            [
                Point(
                    books[day].non_performing_minor,
                    books[day].principal_minor,
                    links.to("loans", "book", at=day, **bad),
                )
                for day in days
            ],
        )
    )
    return lines_card(
        "trend",
        _("Arrears at month ends (% of principal)"),
        _("Close of the last day of each month, and of the last day closed."),
        categories=[formatting.month(day, language) for day in days],
        series=series,
        group=_("Month"),
        definition=at_risk.AT_RISK,
    )


def _decision_card(actor: Actor, applications: str) -> ChartCard:
    """How were applications decided, by the tier they were offered to."""
    counts = decisions.counts(actor)
    outcomes = (("approved", "series-3"), ("referred", "series-1"), ("refused", "series-2"))
    series = [
        Series(
            str(marks.APPLICATION_STATES[outcome].word),
            colour,
            [
                Count(
                    counts[tier, outcome],
                    f"{applications}?{urlencode({'tier': tier, 'decision': outcome})}" if applications else NO_LINK,
                )
                for tier in marks.TIERS
            ],
        )
        for outcome, colour in outcomes
    ]
    return stack_card(
        "decisions",
        _("Decisions by service tier (applications)"),
        _("Referred applications still wait for people."),
        categories=[str(mark.word) for mark in marks.TIERS.values()],
        series=series,
        group=_("Service tier"),
        label_from=str(max(counts.values(), default=0) // 20 + 1),
    )
