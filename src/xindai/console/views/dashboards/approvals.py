"""How applications are decided, and how long a yes takes, by tier and channel."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xindai.console import marks
from xindai.console.figures import Cell, ChartCard, KeyFigure, Table, share_figure, table_card
from xindai.console.views.dashboards import page
from xindai.console.views.dashboards.scope import Scope, read
from xindai.console.words import CHANNELS
from xindai.kernel import formatting
from xindai.reporting.figures import approvals
from xindai.reporting.figures.approvals import RATES, TIME, Outcome

Text = str | Promise
RATE_OF: Final = (("decided", "approved"), ("approved", "signed"), ("signed", "paid_out"))
HEADS: Final[dict[str, Promise]] = {
    "submitted": gettext_lazy("Submitted"),
    "decided": gettext_lazy("Decided"),
    "approved": gettext_lazy("Approved"),
    "signed": gettext_lazy("Signed"),
    "paid_out": gettext_lazy("Paid out"),
}
RATES_HEADS: Final = (
    gettext_lazy("Approval rate (%)"),
    gettext_lazy("Take-up rate (%)"),
    gettext_lazy("Disbursement rate (%)"),
)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show rates and times of the last 24 months."""
    scope = read(request)
    title = _("Approvals")
    if scope is None:
        return page.draw(request, scope, "portfolio-approvals", title)
    by_tier, by_channel = approvals.outcomes(scope.view, "tier"), approvals.outcomes(scope.view, "channel")
    cards = [
        *_cards("tier", by_tier, scope, _("Service tier")),
        *_cards("channel", by_channel, scope, _("Channel")),
    ]
    return page.draw(
        request, scope, "portfolio-approvals", title, figures=_figures(by_tier, scope), cards=cards, is_wide=True
    )


def _figures(by_tier: Mapping[str, Outcome], scope: Scope) -> list[KeyFigure]:
    counts = {step: sum(one.counts[step] for one in by_tier.values()) for step in (*HEADS, "kept")}

    def href(step: str) -> str:
        return scope.links.to("applications", "approvals", by="tier", group="all", step=step)

    return [
        KeyFigure(
            _("Submitted in 24 months"),
            formatting.count(counts["submitted"]),
            href=href("submitted"),
            definition=RATES,
        ),
        share_figure(
            _("Approval rate"),
            counts["approved"],
            counts["decided"],
            note=_("of those decided"),
            href=href("approved"),
            definition=RATES,
        ),
        share_figure(
            _("Take-up rate"),
            counts["signed"],
            counts["approved"],
            note=_("of those approved"),
            href=href("signed"),
            definition=RATES,
        ),
        share_figure(
            _("Disbursement rate"),
            counts["paid_out"],
            counts["signed"],
            note=_("of those signed"),
            href=href("paid_out"),
            definition=RATES,
        ),
        share_figure(
            _("Promise of time kept"),
            counts["kept"],
            counts["approved"],
            note=_("of those approved"),
            href=href("kept"),
            definition=TIME,
        ),
    ]


def _cards(by: str, found: Mapping[str, Outcome], scope: Scope, group: str) -> list[ChartCard]:
    """Return a card of rates and one of times; without applications there is nothing to draw."""
    groups = [code for code in (marks.TIERS if by == "tier" else found) if code in found]
    if not groups:
        return []
    return [_rates_card(by, groups, found, scope, group), _times_card(by, groups, found, scope, group)]


def word(by: str, code: str) -> str:
    """Say a tier or a channel in the reader's language."""
    words: Mapping[str, str | Promise] = {code: mark.word for code, mark in marks.TIERS.items()}
    return str((words if by == "tier" else CHANNELS).get(code, code or formatting.NONE))


def _rates_card(by: str, groups: list[str], found: Mapping[str, Outcome], scope: Scope, group: str) -> ChartCard:
    rows = []
    for code in groups:
        counts = found[code].counts
        cells = [
            Cell(formatting.count(counts[step]), _href(scope, by, code, step) if counts[step] else "") for step in HEADS
        ]
        rates = [
            Cell(formatting.share(counts[part], counts[whole]), _href(scope, by, code, part)) for whole, part in RATE_OF
        ]
        rows.append((Cell(word(by, code)), *cells, *rates))
    title = (
        _("Approval, take-up and disbursement by service tier")
        if by == "tier"
        else _("Approval, take-up and disbursement by channel")
    )
    heads: tuple[Text, ...] = (group, *HEADS.values(), *RATES_HEADS)
    return table_card(
        f"rates-{by}",
        title,
        _("Applications submitted within the last 24 months."),
        Table(heads, tuple(rows)),
        RATES,
    )


def _times_card(by: str, groups: list[str], found: Mapping[str, Outcome], scope: Scope, group: str) -> ChartCard:
    rows = []
    for code in groups:
        one = found[code]
        behind = scope.links.to("applications", "time", by=by, group=code)
        kept = formatting.share(one.counts["kept"], one.counts["approved"])
        rows.append(
            (
                Cell(word(by, code)),
                Cell(hours(one.half), behind),
                Cell(hours(one.nine_in_ten), behind),
                Cell(hours(one.promised), behind),
                Cell(kept, _href(scope, by, code, "kept")),
            )
        )
    title = _("Time to yes by service tier (hours)") if by == "tier" else _("Time to yes by channel (hours)")
    heads = (group, _("Median"), _("Nine in ten within"), _("Promised (median)"), _("Promise kept (%)"))
    return table_card(
        f"time-{by}",
        title,
        _("By the clock, from submission to the decision of the approved ones."),
        Table(heads, tuple(rows)),
        TIME,
    )


def _href(scope: Scope, by: str, code: str, step: str) -> str:
    return scope.links.to("applications", "approvals", by=by, group=code, step=step)


def hours(took: timedelta | None) -> str:
    """Write a time in hours to one decimal; a dash where nothing was approved."""
    return formatting.NONE if took is None else formatting.rounded(Fraction(took // timedelta(seconds=1), 3600), 1)
