"""Tables of a loan for the terminal, with heads in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from loanmath.money import to_text
from loanmath.neutral.differences import Difference
from loanmath.postings import Line, Posting
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Standings

HEADS: Final = {
    "nr": "no.\n期",
    "date": "date\n日期",
    "due_date": "due\n应还日",
    "paid_date": "paid on\n结清日",
    "balance": "balance\n余额",
    "principal": "principal\n本金",
    "interest": "interest\n利息",
    "fees": "fees\n费用",
    "penalties": "penalties\n罚息",
    "total": "total\n合计",
    "paid": "paid\n已还",
    "paid_in_advance": "in advance\n提前",
    "paid_late": "late\n逾期还款",
    "waived": "waived\n减免",
    "outstanding": "unpaid\n未还",
    "type": "transaction\n交易",
    "amount": "amount\n金额",
    "reverted": "undone\n撤销",
}
_ROW: Final = (
    *("nr", "due_date", "paid_date", "balance", "principal", "interest", "fees", "penalties"),
    *("total", "paid", "paid_in_advance", "paid_late", "waived", "outstanding"),
)
_LINE: Final = ("date", "type", "amount", "principal", "interest", "fees", "penalties", "balance", "reverted")
_AS_TEXT: Final = frozenset({"type", "date", "due_date", "paid_date", "reverted"})
_BY_NEED: Final = frozenset({"interest", "fees", "penalties", "paid_in_advance", "paid_late", "waived", "reverted"})
"""Columns that are left out where they hold nothing but zeros."""
_WIDEST: Final = 1000
_LARGEST_WRITTEN_OUT: Final = 10**18


def show(made: Table) -> None:
    """Print a table, wider than the terminal if need be: a figure is never cut."""
    console = Console()
    needed = Measurement.get(console, console.options.update(max_width=_WIDEST), made).maximum
    Console(width=max(console.width, needed)).print(made)


def table(title: str, names: Iterable[str]) -> Table:
    """An empty table with these heads; figures stand to the right."""
    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in names:
        made.add_column(HEADS.get(name, name), justify="left" if name in _AS_TEXT else "right", no_wrap=True)
    return made


def _needed(names: Iterable[str], lines: Sequence[Mapping[str, Any]]) -> list[str]:
    return [name for name in names if name not in _BY_NEED or any(_says(_figure(line, name)) for line in lines)]


def _says(figure: object) -> bool:
    return figure not in (None, "", "false") and bool(str(figure).strip("0."))


def rows_of(check: Mapping[str, Any]) -> Table:
    """The rows of a neutral check and their totals."""
    names = _needed(_ROW, [*check["rows"], check["totals"]])
    made = table("rows 还款计划", names)
    for row in check["rows"]:
        shown = row if row["kind"] == "instalment" else _paid_out(row)
        made.add_row(*(_cell(_figure(shown, name)) for name in names))
    made.add_section()
    made.add_row(*(_cell(_figure(check["totals"], name)) for name in names))
    return made


def _paid_out(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"due_date": row["date"], "balance": f"+{row['amount']}", "fees_due": row["fees_due"], "paid": row["paid"]}


def _figure(row: Mapping[str, Any], name: str) -> Any:
    return row.get(f"{name}_due", row.get(name))


def transactions_of(check: Mapping[str, Any]) -> Table:
    """The transactions of a neutral check."""
    names = _needed(_LINE, check["transactions"])
    made = table("transactions 交易", names)
    for line in check["transactions"]:
        undone = "yes 是" if line["reverted"] == "true" else ""
        made.add_row(*(undone if name == "reverted" else _cell(line[name]) for name in names))
    return made


def differences_of(found: Iterable[Difference]) -> Table:
    """Which figures differ from those expected."""
    made = Table("figure 数字", "expected 预期", "computed 计算", box=SIMPLE_HEAD, pad_edge=False)
    for one in found:
        made.add_row(escape(one.path.removeprefix("checks")), _cell(one.expected), _cell(one.computed))
    return made


def standings_of(rows: Sequence[Standings], currency: str) -> Table:
    """The rows of a loan of the engine as they stand."""
    names = (
        "nr",
        "due_date",
        "paid_date",
        "principal",
        "interest",
        "fees",
        "penalties",
        "paid",
        "waived",
        "outstanding",
    )
    made = table("rows 还款计划", names)
    for row in rows:
        amounts = [row.asked[place] for place in (PRINCIPAL, INTEREST, FEE, PENALTY)]
        amounts += [sum(row.paid), sum(row.waived), row.unpaid_minor]
        dates = [str(row.plan.due_on), str(row.settled_on or "")]
        made.add_row(str(row.plan.number), *dates, *(to_text(amount, currency) for amount in amounts))
    return made


def postings_of(postings: Iterable[Posting], currency: str) -> Table:
    """Postings line by line; each sums to zero."""
    made = Table(
        "date 日期", "posting 分录", "account role 科目角色", title="postings 分录", box=SIMPLE_HEAD, pad_edge=False
    )
    made.title_justify = "left"
    made.add_column("debit 借", justify="right")
    made.add_column("credit 贷", justify="right")
    for posting in postings:
        name = f"{posting.kind} {posting.key}".strip()
        for place, line in enumerate(posting.lines):
            head = ("", "") if place else (posting.on.isoformat(), name)
            made.add_row(*head, *line_of(line, currency))
    return made


def line_of(line: Line, currency: str) -> tuple[str, str, str]:
    """Role, debit, credit."""
    amount = to_text(abs(line.amount_minor), currency)
    return str(line.role), amount if line.amount_minor > 0 else "", "" if line.amount_minor > 0 else amount


def _cell(value: object) -> str:
    """A figure as text; a number that a file wrote as 5000.0 is shown with two decimals."""
    if isinstance(value, Decimal):
        is_usual = value.is_finite() and abs(value) < _LARGEST_WRITTEN_OUT and value == round(value, 2)
        return f"{value:.2f}" if is_usual else str(value)
    return "" if value is None else escape(str(value))
