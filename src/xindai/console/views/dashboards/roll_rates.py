"""Where does arrears move: the matrix of one month, weighted by balance."""

from datetime import date
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
    Move,
    Point,
    Table,
    heat_card,
    share_figure,
)
from xindai.console.views.dashboards import page
from xindai.console.views.dashboards.scope import Scope, read
from xindai.kernel import formatting
from xindai.reporting.figures import roll_rates
from xindai.reporting.figures.roll_rates import BUCKETS, ENDS, ROLL, SETTLED, WRITTEN_OFF
from xindai.reporting.figures.view import Tally, month_ends

CURRENCY: Final = "CNY"
Moved = dict[tuple[str, str], Tally]

WORDS: Final[dict[str, str | Promise]] = {
    "current": gettext_lazy("No arrears"),
    "1-30": gettext_lazy("1–30 days"),
    "31-60": gettext_lazy("31–60 days"),
    "61-90": gettext_lazy("61–90 days"),
    "over-90": gettext_lazy("Over 90 days"),
    SETTLED: gettext_lazy("Settled"),
    WRITTEN_OFF: gettext_lazy("Written off"),
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show how principal rolled in the last whole month."""
    scope = read(request)
    title = _("Roll rates")
    if scope is None:
        return page.draw(request, scope, "portfolio-roll-rates", title)
    at = month_ends(scope.view.as_of, 1)[0]
    moved = roll_rates.matrix(scope.view, at)
    return page.draw(
        request,
        scope,
        "portfolio-roll-rates",
        title,
        figures=_figures(moved, at, scope),
        cards=[_matrix_card(moved, at, scope)] if moved else [],
        is_wide=True,
    )


def _sum(moved: Moved, starts: tuple[str, ...], ends: tuple[str, ...]) -> int:
    return sum(one.amount_minor for (was, now), one in moved.items() if was in starts and now in ends)


def _figures(moved: Moved, at: date, scope: Scope) -> list[KeyFigure]:
    """Return the flow into arrears, the cures and the flow into the worst bucket."""
    late = tuple(code for code in BUCKETS if code != "current")

    def rate(label: str, was: str, now: str, note: str) -> KeyFigure:
        href = scope.links.to("loans", "roll", at=at, was=was, now=now) if moved else ""
        return share_figure(
            label, _sum(moved, (was,), (now,)), _sum(moved, (was,), ENDS), note=note, href=href, definition=ROLL
        )

    return [
        rate(_("Fell into arrears"), "current", "1-30", _("of principal without arrears")),
        rate(_("Rolled on to 31–60 days"), "1-30", "31-60", _("of principal 1–30 days late")),
        rate(_("Rolled on to 61–90 days"), "31-60", "61-90", _("of principal 31–60 days late")),
        rate(_("Rolled on to over 90 days"), "61-90", "over-90", _("of principal 61–90 days late")),
        rate(_("Cured from 1–30 days"), "1-30", "current", _("of principal 1–30 days late")),
        share_figure(
            _("Cured"),
            _sum(moved, late, ("current",)),
            _sum(moved, late, ENDS),
            note=_("of all principal in arrears"),
            href=scope.links.to("loans", "roll", at=at, was="late", now="current") if moved else "",
            definition=ROLL,
        ),
    ]


def _matrix_card(moved: Moved, at: date, scope: Scope) -> ChartCard:
    language = get_language() or ""
    starts = tuple(BUCKETS)
    whole = {was: _sum(moved, (was,), ENDS) for was in starts}
    moves = []
    for row, was in enumerate(starts):
        for column, now in enumerate(ENDS):
            amount = moved.get((was, now), Tally()).amount_minor
            href = scope.links.to("loans", "roll", at=at, was=was, now=now) if amount else ""
            moves.append(Move(row, column, Point(amount, whole[was], href), Amount(amount, CURRENCY, href)))
    return heat_card(
        "roll",
        _title(at, language),
        _(
            "A row is the bucket of arrears at the earlier close, a column the one at the later; on the outlined diagonal nothing moved."
        ),
        rows=[str(WORDS[code]) for code in starts],
        columns=[str(WORDS[code]) for code in ENDS],
        moves=moves,
        table=_table(moves, starts, whole, at, scope),
        definition=ROLL,
    )


def _title(at: date, language: str) -> str:
    return _("Where principal moved, {before} to {at} (% of the row)").format(
        before=formatting.calendar_day(roll_rates.before(at), language), at=formatting.calendar_day(at, language)
    )


def _table(moves: list[Move], starts: tuple[str, ...], whole: dict[str, int], at: date, scope: Scope) -> Table:
    """Amounts: each row adds up to what stood in the bucket."""
    rows = []
    for row, was in enumerate(starts):
        cells = [Cell(move.amount.text, move.amount.href) for move in moves if move.row == row]
        everything = scope.links.to("loans", "roll", at=at, was=was) if whole[was] else ""
        rows.append((Cell(str(WORDS[was])), *cells, Cell(formatting.plain_amount(whole[was], CURRENCY), everything)))
    heads = (_("Earlier close"), *(WORDS[code] for code in ENDS), _("Principal at the earlier close"))
    return Table(heads, tuple(rows))
