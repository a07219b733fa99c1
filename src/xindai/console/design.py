"""Samples of every component, given to the same templates that the pages use.

The samples are invented and say so; no row of the bank is read for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loanmath import DayCount, Method, Terms, explain_interest, schedule
from xindai.console import marks, words
from xindai.console.figures import (
    ChartCard,
    KeyFigure,
    Point,
    Series,
    amount_figure,
    lines_card,
    share_figure,
    stack_card,
)
from xindai.console.forms import RepaymentForm
from xindai.console.listing import Chip, Column, Filter, Head, Listing, ListSpec
from xindai.console.tables import DrawnCell
from xindai.console.tabs import Tab
from xindai.console.templatetags.xd import day, figure, number, sla_chip, tag
from xindai.console.worklist import RowGroup, WorkRow
from xindai.customers.queries import Shown
from xindai.reporting.sla import Sla
from xindai.reporting.waiting import KINDS
from xindai.workbench.queries import Item

Text = str | Promise

CURRENCY: Final = "CNY"
_SINCE: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_BY: Final = datetime(2026, 3, 4, 6, 30, tzinfo=UTC)
_ON: Final = date(2026, 3, 2)
_HOUR: Final = timedelta(hours=1)

SLAS: Final[tuple[tuple[Text, Sla], ...]] = (
    (_("On track"), Sla("open", _BY, _SINCE, left=12 * _HOUR)),
    (_("Soon due"), Sla("soon", _BY, _SINCE, left=timedelta(minutes=80))),
    (_("Late, less than a day"), Sla("late", _BY, _SINCE, late=3 * _HOUR)),
    (_("Late, days"), Sla("late", _BY, _SINCE, late=17 * _HOUR, late_days=2)),
    (_("Somebody else acts"), Sla("paused", since=_SINCE, turn="customer")),
    (_("Met"), Sla("met", _BY, _SINCE, took=timedelta(hours=6, minutes=24), promised=24 * _HOUR)),
    (_("Missed"), Sla("missed", _BY, _SINCE, took=31 * _HOUR, promised=24 * _HOUR)),
    (_("Without a promise of time"), Sla("none")),
)
"""The clock of a promise in each of its states."""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of the sample list; amounts in minor units."""

    no: str
    name: str
    tier: str
    amount_minor: int
    loan_class: int
    overdue_days: int
    due_on: date | None


@dataclass(frozen=True, slots=True)
class SampleChange:
    """A field of the sample difference."""

    label: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class SampleEffect:
    """A row of the sample effect."""

    label: Text
    before_minor: int
    after_minor: int

    @property
    def change_minor(self) -> int:
        """What changes."""
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A line of the sample journal."""

    code: str
    name: Mapping[str, str]
    amount_minor: int


def key_figures() -> list[KeyFigure]:
    """Return a band of key figures: an amount, an alarm, a share, a plain one with a link."""
    return [
        amount_figure(_("Principal"), 862_340_55, CURRENCY),
        amount_figure(_("Due and unpaid"), 9_120_30, CURRENCY, is_alarm=True),
        share_figure(_("Non-performing"), 17, 1_000, note=_("Sample")),
        KeyFigure(_("Rate a year (simple)"), "4.35", "%", href="#figures"),
    ]


def sample_list() -> dict[str, Any]:
    """Return what the template of a list draws, for three rows with a filter in force."""
    columns = (
        Column("no", _("Number"), ("no",), place=3, is_head=True, show=lambda row: row.no),
        Column("name", _("Customer"), place=1, show=lambda row: row.name),
        Column("tier", _("Service tier"), show=lambda row: tag("tier", row.tier)),
        Column("amount", _("Principal"), ("amount",), is_number=True, unit="currency", place=2, show=_amount),
        Column("class", _("Class"), ("class",), place=4, show=lambda row: tag("loan_class", row.loan_class)),
        Column("overdue", _("Days past due"), is_number=True, show=lambda row: number(row.overdue_days)),
        Column("due", _("Next due"), show=lambda row: day(row.due_on)),
    )
    rows = [
        SampleRow("LN26-000001-3", "演*行", "premium", 126_400_000_00, 1, 0, _ON),
        SampleRow("LN26-000002-1", "示*户", "standard", 86_000_00, 2, 12, _ON),
        SampleRow("LN26-000003-9", "样*例", "prospective", 0, 5, 412, None),
    ]
    classes = marks.options("loan_class")
    filters = (Filter("class", _("Class"), classes, lambda found, _value: found),)
    spec = ListSpec(columns=columns, filters=filters, sort="no")
    found = Listing(
        rows=rows,
        count=len(rows),
        totals={"amount": sum(row.amount_minor for row in rows)},
        heads=tuple(_head(column) for column in columns),
        filters=((filters[0], "loss"),),
        kept={},
        chips=(Chip(_("Class"), marks.LOAN_CLASSES["loss"].word, "?"),),
        sort="",
        page=1,
        pages=2,
        first=1,
        previous_href="",
        next_href="#list",
        spec=spec,
        columns=columns,
        state={},
    )
    total = {"no": _("Total of the filtered loans"), "amount": figure(found.totals["amount"], CURRENCY)}
    return {
        "listing": found,
        "table": [[DrawnCell(column, column.show(row) if column.show else "") for column in columns] for row in rows],
        "total_row": [DrawnCell(column, total.get(column.key, "")) for column in columns],
    }


def _amount(row: SampleRow) -> Any:
    return figure(row.amount_minor, CURRENCY)


def _head(column: Column) -> Head:
    direction = {"no": "ascending"}.get(column.key, "")
    return Head(column, "#list" if column.order else "", direction)


def sample_tabs() -> list[Tab]:
    """Return the tabs of a record."""
    labels = (_("Overview"), _("Schedule"), _("Transactions"))
    return [Tab(label, "#tabs", place == 0, 3 * place) for place, label in enumerate(labels)]


def work_groups() -> list[RowGroup]:
    """Return worklist rows: one that nobody has, one's own, a colleague's."""
    codes = (("application.recommend", 1), ("check.disbursement", 2), ("contract.conditions", 4))
    holders = (None, 1, 2)
    rows = tuple(
        WorkRow(
            item=_item(code, SLAS[place][1], holder),
            label=words.word("work", code),
            href="#work",
            customer=Shown(0, "CU26-000001-7", "person", 0, "演*行", "", "", _ON),
            holder="" if holder is None else ("陈演示", "Li Sample")[holder - 1],
            is_mine=holder == 1,
            may_act=False,
            age_days=2,
        )
        for (code, place), holder in zip(codes, holders, strict=True)
    )
    return [RowGroup(_("Promise of time"), rows)]


def _item(code: str, sla: Sla, holder: int | None) -> Item:
    return Item(
        kind=KINDS[code],
        ref="sample",
        subject="AP26-000001-5",
        link="",
        detail="",
        branch_id=None,
        customer_id=None,
        tier="premium",
        amount_minor=86_000_00,
        currency=CURRENCY,
        since=_SINCE,
        sla=sla,
        holder_id=holder,
        snoozed_until=None,
        snooze_reason="",
        tab="mine",
    )


def changes() -> list[SampleChange]:
    """Return a difference that waits for a second person."""
    states = marks.CONTRACT_STATES
    return [
        SampleChange(_("State of the contract"), states["signed"].word, states["disbursed"].word),
        SampleChange(_("Amount"), "", figure(86_000_00, CURRENCY)),
    ]


def effects() -> list[SampleEffect]:
    """Return what an act of money changes."""
    return [SampleEffect(_("Principal"), 86_000_00, 84_000_00), SampleEffect(_("Interest"), 311_75, 0)]


def journal() -> list[SampleLine]:
    """Return what an act of money posts."""
    return [
        SampleLine("1001", {"zh": "存放同业及现金", "en": "Cash and due from banks"}, 2_311_75),
        SampleLine("1132", {"zh": "应收利息", "en": "Interest receivable"}, -311_75),
        SampleLine("1303", {"zh": "贷款本金", "en": "Loans and advances"}, -2_000_00),
    ]


def wrong_form() -> Form:
    """Return a form that has been sent with two mistakes."""
    form = RepaymentForm(CURRENCY, {"amount": "-5", "source": "counter", "receipt": ""})
    form.is_valid()
    return form


def explained() -> dict[str, Any]:
    """Return an instalment with the working of its interest, from the engine."""
    terms = Terms(
        disbursed_on=_ON,
        method=Method.LEVEL,
        currency=CURRENCY,
        principal_minor=86_000_00,
        rate_ppb=43_500_000,
        day_count=DayCount.THIRTY_E_360,
        first_due_on=date(2026, 4, 2),
        instalments=12,
    )
    row = schedule(terms).rows[0]
    return {"row": row, "why": explain_interest(row), "loan": {"currency": CURRENCY}, "contract_no": "CT26-000001-1"}


def cards() -> list[ChartCard]:
    """Return a chart of bars and one of lines, each with its table."""
    names = [str(marks.TIERS[tier].word) for tier in marks.TIERS]
    stacked = [
        Series(str(mark.word), f"class-{place}", [Point(place * share, 1_000) for share in (3, 5, 8)])
        for place, mark in enumerate(marks.LOAN_CLASSES.values(), start=1)
        if place > 1
    ]
    months = ["2026-01", "2026-02", "2026-03"]
    lines = [Series("PAR30", "series-1", [Point(share, 1_000) for share in (31, 28, 26)])]
    return [
        stack_card(
            "sample-stack",
            _("How bad is each tier (% of principal)"),
            _("Sample"),
            categories=names,
            series=stacked,
            group=_("Service tier"),
        ),
        lines_card("sample-lines", _("Arrears at month ends (% of principal)"), _("Sample"), categories=months,
                   series=lines, group=_("Month"), axis="%"),
    ]  # fmt: skip


def tags() -> list[tuple[str, list[Any]]]:
    """Return every state of every kind as a tag, from the one map."""
    return [(kind, [tag(kind, value) for value in known]) for kind, known in marks.MAPS.items()]


def chips() -> list[tuple[Text, Any]]:
    """Return the clock in each state as drawn."""
    return [(label, sla_chip(sla)) for label, sla in SLAS]
