"""How many customers stand in each service tier, and who changed within a year."""

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import marks
from xindai.console.figures import Cell, ChartCard, Count, Flow, KeyFigure, Table, sankey_card
from xindai.console.views.dashboards import page
from xindai.console.views.dashboards.scope import Asked, Scope, read
from xindai.kernel import formatting
from xindai.reporting.figures import tiers
from xindai.reporting.figures.tiers import MIGRATION, NEW, STARTS, TIERS
from xindai.reporting.figures.view import Tally, closes

YEAR: Final = 13
"""Closes from the month end a year ago to the view's."""
Moved = dict[tuple[str, str], Tally]

WORDS: Final[dict[str, str | Promise]] = {code: mark.word for code, mark in marks.TIERS.items()} | {
    NEW: gettext_lazy("Not classified yet")
}


def since(as_of: date) -> date:
    """Return the close with which the migration begins: the month end a year before."""
    return closes(as_of, YEAR)[0]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the tiers and their migration within a year."""
    scope = read(request)
    title = _("Service tiers")
    if scope is None:
        return page.draw(request, scope, "portfolio-tiers", title)
    start = Asked(request.GET, scope.last).earlier_day("since", since(scope.view.as_of))
    moved = tiers.migration(scope.view, start)
    return page.draw(
        request,
        scope,
        "portfolio-tiers",
        title,
        figures=_figures(moved, start, scope),
        cards=[_migration_card(moved, start, scope)] if moved else [],
        is_wide=True,
        since=start,
    )


def way(was: str, now: str) -> str:
    """Tell whether a move is up, down, none, or the first class of a customer."""
    if was == NEW:
        return "new"
    places = TIERS.index(was) - TIERS.index(now)
    return "up" if places > 0 else "down" if places else "same"


def _figures(moved: Moved, start: date, scope: Scope) -> list[KeyFigure]:
    everybody = sum(one.count for one in moved.values())
    figures = [
        KeyFigure(
            _("Customers with a class"),
            formatting.count(everybody),
            href=scope.links.to("customers", "tiers", since=start),
            definition=MIGRATION,
        )
    ]
    for tier in TIERS:
        count = sum(one.count for (_was, now), one in moved.items() if now == tier)
        share = _("%(share)s%% of the customers") % {"share": formatting.share(count, everybody)}
        href = scope.links.to("customers", "tiers", since=start, now=tier)
        figures.append(KeyFigure(WORDS[tier], formatting.count(count), note=share, href=href))
    return figures


def _migration_card(moved: Moved, start: date, scope: Scope) -> ChartCard:
    language = get_language() or ""
    flows = [
        Flow(f"was:{was}", f"now:{now}", Count(moved[was, now].count, _href(scope, start, was, now)), way(was, now))
        for was in STARTS
        for now in TIERS
        if (was, now) in moved
    ]
    nodes = [
        *((f"was:{was}", _label(moved, was=was), 0) for was in STARTS if any(one[0] == was for one in moved)),
        *((f"now:{now}", _label(moved, now=now), 1) for now in TIERS if any(one[1] == now for one in moved)),
    ]
    return sankey_card(
        "migration",
        _("Who changed tier from {start} to {end} (customers)").format(
            start=formatting.calendar_day(start, language), end=formatting.calendar_day(scope.view.as_of, language)
        ),
        _legend(moved),
        nodes=nodes,
        flows=flows,
        table=_table(moved, start, scope),
        definition=MIGRATION,
    )


def _href(scope: Scope, start: date, was: str = "", now: str = "") -> str:
    return scope.links.to("customers", "tiers", since=start, was=was, now=now)


def _label(moved: Moved, was: str = "", now: str = "") -> str:
    count = sum(one.count for (start, end), one in moved.items() if was in ("", start) and now in ("", end))
    return f"{WORDS[was or now]} {formatting.count(count)}"


def _legend(moved: Moved) -> str:
    """Return the totals in words: the sign says the direction where the colour cannot be seen."""
    counts = {"up": 0, "down": 0, "same": 0, "new": 0}
    for (was, now), one in moved.items():
        counts[way(was, now)] += one.count
    told = {key: formatting.count(count) for key, count in counts.items()}
    return (
        _("▲ %(up)s moved up, ▼ %(down)s moved down, %(same)s stayed, %(new)s were classified for the first time")
        % told
    )


def _table(moved: Moved, start: date, scope: Scope) -> Table:
    rows = []
    for was in STARTS:
        cells = [
            Cell(
                formatting.count(moved.get((was, now), Tally()).count),
                _href(scope, start, was, now) if (was, now) in moved else "",
            )
            for now in TIERS
        ]
        whole = sum(one.count for (began, _now), one in moved.items() if began == was)
        rows.append(
            (Cell(str(WORDS[was])), *cells, Cell(formatting.count(whole), _href(scope, start, was) if whole else ""))
        )
    return Table((_("Earlier tier"), *(WORDS[now] for now in TIERS), _("All")), tuple(rows))
