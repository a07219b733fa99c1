"""How well is collected what falls due, how far the bad is covered, and what risk costs."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console.figures import (
    Amount,
    Cell,
    ChartCard,
    KeyFigure,
    Point,
    Series,
    Table,
    columns_card,
    lines_card,
    share_figure,
    short_amount_figure,
    table_card,
)
from xindai.console.views.dashboards import page
from xindai.console.views.dashboards.scope import Scope, read
from xindai.kernel import formatting
from xindai.reporting.figures import collecting, cost_of_risk
from xindai.reporting.figures.collecting import EFFICIENCY
from xindai.reporting.figures.cost_of_risk import COST_OF_RISK, COVERAGE, Year

CURRENCY: Final = "CNY"
Text = str | Promise
PARTS: Final[dict[str, Promise]] = {
    "due": gettext_lazy("Due"),
    "collected": gettext_lazy("Collected"),
    "unpaid": gettext_lazy("Unpaid"),
    "before": gettext_lazy("Overdue before"),
    "after": gettext_lazy("Overdue after"),
    "collected_with_arrears": gettext_lazy("Collected with arrears"),
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show collection efficiency, coverage and cost of risk of the last twelve months."""
    scope = read(request)
    title = _("Collection and losses")
    if scope is None:
        return page.draw(request, scope, "portfolio-losses", title)
    months, year = collecting.months(scope.view), cost_of_risk.year(scope.view)
    cards = [
        _efficiency_card(months, scope),
        _coverage_card(year, scope),
        _charge_card(year, scope),
    ]
    return page.draw(
        request,
        scope,
        "portfolio-losses",
        title,
        figures=_figures(months, year, scope),
        cards=cards,
        tables=[_dues_card(months, scope)],
    )


def _figures(months: list[collecting.Month], year: Year, scope: Scope) -> list[KeyFigure]:
    last, book = months[-1], year.months[-1].book
    month = formatting.month(last.end, get_language() or "")
    return [
        share_figure(
            _("Collection efficiency"),
            last.collected_minor,
            last.due_minor,
            note=month,
            href=scope.links.to("loans", "collected", at=last.end, part="collected") if last.due_minor else "",
            definition=EFFICIENCY,
        ),
        share_figure(
            _("Coverage"),
            book.allowance_minor,
            book.non_performing_minor,
            note=_("allowance over non-performing"),
            href=scope.links.to("loans", "allowance"),
            definition=COVERAGE,
        ),
        share_figure(
            _("Provision ratio"),
            book.allowance_minor,
            book.principal_minor,
            note=_("allowance over all loans"),
            href=scope.links.to("loans", "allowance"),
            definition=COVERAGE,
        ),
        short_amount_figure(
            _("Impairment charge"),
            year.charge_minor,
            CURRENCY,
            note=_("last twelve months"),
            href=scope.links.to("loans", "charge"),
            definition=COST_OF_RISK,
        ),
        share_figure(
            _("Cost of risk"),
            year.charge_minor * year.closes,
            year.gross_sum_minor,
            note=_("charge over average loans"),
            href=scope.links.to("loans", "charge"),
            definition=COST_OF_RISK,
        ),
    ]


def _efficiency_card(months: list[collecting.Month], scope: Scope) -> ChartCard:
    asked = [month for month in months if month.due_minor]
    series = [
        Series(
            _("Current"),
            "series-1",
            [
                Point(
                    one.collected_minor,
                    one.due_minor,
                    scope.links.to("loans", "collected", at=one.end, part="collected"),
                )
                for one in asked
            ],
        ),
        Series(
            _("With arrears"),
            "series-2",
            [
                Point(
                    one.collected_with_arrears_minor,
                    one.asked_with_arrears_minor,
                    scope.links.to("loans", "collected", at=one.end, part="collected_with_arrears"),
                )
                for one in asked
            ],
        ),
    ]
    return lines_card(
        "efficiency",
        _("Collected of what was due in the month (%)"),
        _("With arrears: also of what was overdue before the month."),
        categories=[formatting.month(one.end, get_language() or "") for one in asked],
        series=series,
        group=_("Month"),
        definition=EFFICIENCY,
    )


def _dues_card(months: list[collecting.Month], scope: Scope) -> ChartCard:
    """The amounts behind the efficiency."""
    rows = []
    for one in months:
        parts = ((part, one.told(part)) for part in collecting.PARTS)
        cells = [
            Cell(
                formatting.plain_amount(amount, CURRENCY),
                scope.links.to("loans", "collected", at=one.end, part=part) if amount else "",
            )
            for part, amount in parts
        ]
        rows.append((Cell(formatting.month(one.end, get_language() or "")), *cells))
    heads: tuple[Text, ...] = (_("Month"), *(PARTS[part] for part in collecting.PARTS))
    unit = formatting.currency_unit(CURRENCY, get_language() or "")
    title = _("Dues of the month and what came of them ({unit})").format(unit=unit)
    return table_card(
        "dues",
        title,
        _("Principal and interest; penalty interest is not planned."),
        Table(heads, tuple(rows)),
        EFFICIENCY,
    )


def _coverage_card(year: Year, scope: Scope) -> ChartCard:
    held = [month for month in year.months if month.book.principal_minor]
    series = [
        Series(
            _("Coverage"),
            "series-1",
            [
                Point(
                    one.book.allowance_minor,
                    one.book.non_performing_minor,
                    scope.links.to("loans", "allowance", at=one.end),
                )
                if one.book.non_performing_minor
                else None
                for one in held
            ],
        )
    ]
    return lines_card(
        "coverage",
        _("Allowance over non-performing principal (%)"),
        _("Close of the last day of each month, and of the day looked at."),
        categories=[formatting.month(one.end, get_language() or "") for one in held],
        series=series,
        group=_("Month"),
        definition=COVERAGE,
    )


def _charge_card(year: Year, scope: Scope) -> ChartCard:
    series = [
        Series(
            _("Impairment charge"),
            "series-2",
            [
                Amount(
                    one.charge_minor,
                    CURRENCY,
                    scope.links.to("loans", "charge", at=one.end) if one.book.loans or one.charge_minor else "",
                )
                for one in year.months
            ],
        )
    ]
    unit = formatting.currency_unit(CURRENCY, get_language() or "")
    return columns_card(
        "charge",
        _("Impairment charge of each month ({unit})").format(unit=unit),
        _("Below zero the month set more free than it set aside."),
        categories=[formatting.month(one.end, get_language() or "") for one in year.months],
        series=series,
        group=_("Month"),
        definition=COST_OF_RISK,
    )
