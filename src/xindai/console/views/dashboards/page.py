"""Drawing a dashboard: the frame that all of them share."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from xindai.console.figures import ChartCard, KeyFigure
from xindai.console.views.dashboards.scope import Scope

Text = str | Promise


def draw(
    request: HttpRequest,
    scope: Scope | None,
    route: str,
    title: Text,
    *,
    figures: Sequence[KeyFigure] = (),
    cards: Sequence[ChartCard] = (),
    tables: Sequence[ChartCard] = (),
    is_wide: bool = False,
    **more: Any,
) -> HttpResponse:
    """Draw a dashboard: cards two in a row unless wide, then tables; before the first close it says why there is nothing to see."""
    context = {
        "scope": scope,
        "title": title,
        "tabs": scope.tabs(route) if scope else (),
        "figures": figures,
        "cards": cards,
        "tables": tables,
        "is_wide": is_wide,
    }
    return render(request, "xd/pages/dashboard.html", context | more)
