"""Are newer loans worse: what share of each month's loans was ever over 90 days late, by months on book."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console.figures import Cell, ChartCard, Count, Point, Series, Table, lines_card, table_card
from xindai.console.views.dashboards import page
from xindai.console.views.dashboards.scope import Links, Scope, read
from xindai.kernel import formatting
from xindai.reporting.figures import vintages
from xindai.reporting.figures.view import Tally
from xindai.reporting.figures.vintages import VINTAGE, Cohort

LINES: Final = 5
CURRENCY: Final = "CNY"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the vintages by amount, and beside them the numbers."""
    scope = read(request)
    title = _("Vintages")
    if scope is None:
        return page.draw(request, scope, "portfolio-vintages", title)
    cohorts = vintages.cohorts(scope.view)
    cards = [_by_amount(cohorts, scope), _by_number(cohorts, scope)] if cohorts else []
    return page.draw(request, scope, "portfolio-vintages", title, cards=cards, is_wide=True)


def _by_amount(cohorts: list[Cohort], scope: Scope) -> ChartCard:
    """Five cohorts as lines, all of them in the table."""
    longest = max(len(one.bad) for one in cohorts)
    drawn = _chosen(cohorts)
    language = get_language() or ""
    series = [
        Series(
            formatting.month(one.month, language),
            f"series-{index}",
            [_point(one, months, scope.links) if months < len(one.bad) else None for months in range(longest)],
            is_emphasised=one is drawn[-1],
        )
        for index, one in enumerate(drawn, start=1)
    ]
    return lines_card(
        "vintage-amount",
        _("Ever over 90 days late, by month of disbursement (% of the amount paid out)"),
        _("Five of %(count)s months are drawn, the newest bold; the table holds them all.") % {"count": len(cohorts)}
        if len(cohorts) > len(drawn)
        else _("Each line is a month of disbursement, the newest bold."),
        categories=[str(months) for months in range(longest)],
        series=series,
        group=_("Paid out in"),
        axis=_("Months on book"),
        table=_triangle(cohorts, longest, scope, is_amount=True),
        definition=VINTAGE,
    )


def _by_number(cohorts: list[Cohort], scope: Scope) -> ChartCard:
    longest = max(len(one.bad) for one in cohorts)
    return table_card(
        "vintage-number",
        _("Ever over 90 days late, by months on book (% of the number of loans)"),
        _("Each share leads to the loans that it counts."),
        _triangle(cohorts, longest, scope, is_amount=False),
        VINTAGE,
    )


def _chosen(cohorts: list[Cohort]) -> list[Cohort]:
    """Return at most five cohorts, spread evenly, with at least three months on book where there are such."""
    aged = [one for one in cohorts if len(one.bad) > 3] or cohorts  # noqa: PLR2004 - a line of three points
    if len(aged) <= LINES:
        return aged
    return [aged[place * (len(aged) - 1) // (LINES - 1)] for place in range(LINES)]


def _point(cohort: Cohort, months: int, links: Links) -> Point:
    href = links.to("loans", "vintage", month=f"{cohort.month:%Y-%m}", months=months)
    return Point(cohort.bad[months].amount_minor, cohort.paid_out.amount_minor, href)


def _triangle(cohorts: list[Cohort], longest: int, scope: Scope, *, is_amount: bool) -> Table:
    """Every cohort by months on book: a share of amounts or of numbers, each with its loans behind it."""
    language = get_language() or ""

    def size(told: Tally) -> int:
        return told.amount_minor if is_amount else told.count

    rows = []
    for one in cohorts:
        everything = scope.links.to("loans", "vintage", month=f"{one.month:%Y-%m}")
        whole = formatting.plain_amount(size(one.paid_out), CURRENCY) if is_amount else Count(one.paid_out.count).text
        cells = [Cell(formatting.month(one.month, language)), Cell(whole, everything)]
        for months in range(longest):
            if months < len(one.bad):
                share = formatting.share(size(one.bad[months]), size(one.paid_out))
                cells.append(Cell(share, _point(one, months, scope.links).href))
            else:
                cells.append(Cell(""))
        rows.append(tuple(cells))
    paid_out = _("Paid out") if is_amount else _("How many")
    return Table((_("Paid out in"), paid_out, *(str(months) for months in range(longest))), tuple(rows))
