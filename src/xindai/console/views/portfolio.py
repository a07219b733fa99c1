"""The portfolio at the close of the last day: key figures, charts with their tables, and the classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import marks
from xindai.console.access import actor_of, may_open
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
from xindai.identity.actors import Actor
from xindai.kernel import business_date, formatting
from xindai.ledger import queries as ledger
from xindai.reporting import decisions, portfolio
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
    actor = actor_of(request)
    as_of = business_date.last_closed()
    if as_of is None:
        return render(request, "xd/pages/portfolio.html", {"book": None})
    books = portfolio.books_at(actor, _closes_of_months(as_of))
    links = _Links(may_open(actor, "loans"), may_open(actor, "applications"))
    context = {
        "as_of": as_of,
        "book": books[as_of],
        "ledger_agrees": _ledger_agrees(actor, books[as_of], as_of),
        "currency": CURRENCY,
        "figures": _figures(books[as_of], links),
        "cards": [
            _class_card(books[as_of], links),
            _trend_card(books),
            *_decision_cards(actor, links),
        ],
        "classes": [
            ClassRow(number, books[as_of].of_class(number), links.loans({"class": marks.loan_class_code(number)}))
            for number in LOAN_CLASSES
        ],
    }
    return render(request, "xd/pages/portfolio.html", context)


def _ledger_agrees(actor: Actor, book: Book, as_of: date) -> bool:
    """Tell whether the loans add up to what the general ledger holds: principal and allowance."""
    balances = {line.account.role: line.balance_minor for line in ledger.trial_balance(as_of, actor.branch_ids)}
    held = (balances.get("loan_principal", 0), -balances.get("loan_loss_allowance", 0))
    return held == (book.principal_minor, book.allowance_minor)


@dataclass(frozen=True, slots=True)
class _Links:
    """Addresses of the lists that add up to a figure; empty where the reader may not open them."""

    has_loans: bool
    has_applications: bool

    def loans(self, state: Mapping[str, str]) -> str:
        """Return the list of running loans in this state."""
        return f"{reverse('loans')}?{urlencode({'state': 'active'} | dict(state))}" if self.has_loans else NO_LINK

    def applications(self, state: Mapping[str, str]) -> str:
        """Return the list of applications in this state."""
        return f"{reverse('applications')}?{urlencode(state)}" if self.has_applications else NO_LINK


def _figures(book: Book, links: _Links) -> list[KeyFigure]:
    gross = book.principal_minor
    loans = _("%(count)s loans") % {"count": formatting.count(book.loans)}
    return [
        short_amount_figure(_("Outstanding principal"), gross, CURRENCY, note=loans, href=links.loans({})),
        share_figure(
            "PAR30", book.over_30_minor, gross, note=_("arrears over 30 days"), href=links.loans({"overdue": "30"})
        ),
        share_figure(
            "PAR90", book.over_90_minor, gross, note=_("arrears over 90 days"), href=links.loans({"overdue": "90"})
        ),
        share_figure(
            _("Non-performing"),
            book.non_performing_minor,
            gross,
            note=_("substandard, doubtful, loss"),
            href=links.loans({"class": "non_performing"}),
        ),
        share_figure(
            _("Coverage"), book.allowance_minor, book.non_performing_minor, note=_("allowance over non-performing")
        ),
        short_amount_figure(_("Allowance"), book.allowance_minor, CURRENCY, note=_("for all classes")),
    ]


def _class_card(book: Book, links: _Links) -> ChartCard:
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
                    links.loans({"product": code, "class": marks.loan_class_code(number)}),
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
    )


def _trend_card(books: Mapping[date, Book]) -> ChartCard:
    """How did arrears move from month to month."""
    language = get_language() or ""
    days = [day for day in sorted(books) if books[day].principal_minor]
    of_day = [books[day] for day in days]
    series = [
        Series("PAR30", "series-1", [Point(book.over_30_minor, book.principal_minor) for book in of_day]),
        Series("PAR90", "series-2", [Point(book.over_90_minor, book.principal_minor) for book in of_day]),
        Series(
            _("Non-performing"), "series-3", [Point(book.non_performing_minor, book.principal_minor) for book in of_day]
        ),
    ]
    return lines_card(
        "trend",
        _("Arrears at month ends (% of principal)"),
        _("Close of the last day of each month, and of the last day closed."),
        categories=[formatting.month(day, language) for day in days],
        series=series,
        group=_("Month"),
    )


def _decision_cards(actor: Actor, links: _Links) -> list[ChartCard]:
    """How were applications decided, by the tier they were offered to."""
    counts = decisions.counts(actor)
    outcomes = (("approved", "series-3"), ("referred", "series-1"), ("refused", "series-2"))
    series = [
        Series(
            str(marks.APPLICATION_STATES[outcome].word),
            colour,
            [
                Count(counts[tier, outcome], links.applications({"tier": tier, "decision": outcome}))
                for tier in marks.TIERS
            ],
        )
        for outcome, colour in outcomes
    ]
    card = stack_card(
        "decisions",
        _("Decisions by service tier (applications)"),
        _("Referred applications still wait for people."),
        categories=[str(mark.word) for mark in marks.TIERS.values()],
        series=series,
        group=_("Service tier"),
        label_from=str(max(counts.values(), default=0) // 20 + 1),
    )
    return [card]


def _closes_of_months(as_of: date) -> list[date]:
    """Return the last days of the months before `as_of`, and `as_of` itself."""
    days = [as_of]
    day = as_of.replace(day=1) - timedelta(days=1)
    for _month in range(MONTHS_SHOWN - 1):
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return days
