"""`./xindai schedule`: the plan of a loan named in words, with its chart, its annual rates and its cost."""

from __future__ import annotations

import csv
import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loanmath import LoanMathError, PlanRow, Schedule, Terms, explain_interest, schedule
from loanmath.apr import DatedFlow, Regime, amortised_cost_of_dates, regime_rate
from loanmath.apr.monthly import percent
from loanmath.money import to_text
from loanmath.rates import percent_text
from xindai.config import loan_tables, plan_words
from xindai.config.commands.apr import LABELS
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

HEADS: Final = ("no.\n期", "due\n应还日", "principal\n本金", "interest\n利息", "instalment\n应还额", "balance\n余额")
CARRYING_HEADS: Final = (
    *("date\n日期", "opening\n期初摊余成本", "income\n利息收入", "received\n收款", "closing\n期末摊余成本"),
)
_COLUMNS: Final = (
    *("number", "accrual_from", "accrual_to", "due_on", "opening", "principal", "interest"),
    *("instalment", "capitalised", "closing"),
)
_BAR: Final = 48
"""Characters of the longest bar of the chart."""
_MOST_BARS: Final = 40


class Cost(NamedTuple):
    """What a plan comes to, and its annual rates in words (or why there is none)."""

    interest_minor: int
    fee_minor: int
    paid_minor: int
    rates: tuple[tuple[str, str], ...]

    @property
    def cost_minor(self) -> int:
        """Interest and fee."""
        return self.interest_minor + self.fee_minor


def run(options: Namespace, places: Places) -> int:
    """Print the plan that the options name; always 0, or a Refusal."""
    terms = plan_words.terms_of(options)
    try:
        made = schedule(terms, plan_words.calendar_of(options))
    except LoanMathError as error:
        raise plan_words.refusal_of(error) from error
    if options.terms:
        print(json.dumps(terms.to_json(), ensure_ascii=False, indent=1))
    elif options.why is not None:
        _explain(terms, made, options.why)
    elif options.carrying:
        _show_carrying(terms, made)
    elif options.csv:
        _write_csv(terms, made)
    elif options.json:
        print(json.dumps(_plain(terms, made), ensure_ascii=False, indent=1))
    else:
        _show(terms, made)
    return 0


def cost_of(terms: Terms, made: Schedule) -> Cost:
    """Cost and annual rates: the sum paid out less the fee against the instalments on their nominal dates."""
    flows = _flows(terms, made)
    rates: list[tuple[str, str]] = []
    for regime in (Regime.CHINA, Regime.EUROPE):
        try:
            found = regime_rate(regime, flows)
        except LoanMathError as error:
            rates.append((f"no annual rate ({regime})", str(error)))
            continue
        rates += [(LABELS[one.label], one.percent) for one in (found.shown, found.beside) if one]
    paid = sum(row.total_minor for row in made)
    return Cost(made.interest_minor, terms.fee_minor, paid, tuple(rates))


def _flows(terms: Terms, made: Schedule) -> list[DatedFlow]:
    out = DatedFlow(terms.disbursed_on, terms.fee_minor - terms.principal_minor)
    return [out, *(DatedFlow(row.accrual_to, row.total_minor) for row in made if row.total_minor)]


# --- for machines -------------------------------------------------------------------------------------------------


def _records(terms: Terms, made: Schedule) -> Iterator[dict[str, Any]]:
    """The rows as plain values, amounts as decimal strings."""
    for row in made:
        amounts = (
            row.opening_minor,
            row.principal_minor,
            row.interest_minor,
            row.total_minor,
            row.capitalised_minor,
            row.closing_minor,
        )
        dates = (row.accrual_from, row.accrual_to, row.due_on)
        texts = [*(one.isoformat() for one in dates), *(to_text(amount, terms.currency) for amount in amounts)]
        yield dict(zip(_COLUMNS, [row.number, *texts], strict=True))


def _write_csv(terms: Terms, made: Schedule) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_records(terms, made))


def _plain(terms: Terms, made: Schedule) -> dict[str, Any]:
    cost = cost_of(terms, made)
    sums = {"interest": cost.interest_minor, "fee": cost.fee_minor, "cost": cost.cost_minor, "paid": cost.paid_minor}
    return {
        "terms": terms.to_json(),
        "rows": list(_records(terms, made)),
        "totals": {name: to_text(amount, terms.currency) for name, amount in sums.items()},
        "annual_rates": [{"label": label, "percent": percent} for label, percent in cost.rates],
    }


# --- for people ---------------------------------------------------------------------------------------------------


def _show(terms: Terms, made: Schedule) -> None:
    console, currency = Console(), terms.currency
    amount, rate = to_text(terms.principal_minor, currency), percent_text(terms.rate_ppb)
    console.print(
        f"{amount} {currency} at {rate} % a year, {terms.method}, {len(made)} x {terms.frequency}, {terms.day_count}",
        style="bold",
        highlight=False,
    )
    loan_tables.show(_table(terms, made))
    console.print(*_chart(made), sep="\n")
    _show_cost(console, terms, made)


def _table(terms: Terms, made: Schedule) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in HEADS:
        table.add_column(head, justify="right", no_wrap=True)
    for row in made:
        amounts = (row.principal_minor, row.interest_minor, row.total_minor, row.closing_minor)
        table.add_row(str(row.number), str(row.due_on), *(to_text(amount, terms.currency) for amount in amounts))
    table.add_section()
    sums = (made.principal_minor, made.interest_minor, made.principal_minor + made.interest_minor)
    table.add_row("", "total 合计", *(to_text(amount, terms.currency) for amount in sums), "")
    return table


def _chart(made: Schedule) -> Iterator[Text]:
    """One bar a row, or several rows together where there are many: principal full, interest shaded."""
    together = -(-len(made) // _MOST_BARS)
    groups = [made.rows[start : start + together] for start in range(0, len(made), together)]
    longest = max(sum(row.total_minor for row in group) for group in groups) or 1
    yield Text.assemble(("█", "blue"), " principal 本金  ", ("▒", "red"), " interest 利息")
    for group in groups:
        first, last = group[0].number, group[-1].number
        principal, whole = _length(group, longest, with_interest=False), _length(group, longest, with_interest=True)
        name = str(first) if first == last else f"{first}-{last}"
        yield Text.assemble(f"{name:>9} ", ("█" * principal, "blue"), ("▒" * (whole - principal), "red"))
    yield Text()


def _length(group: Sequence[PlanRow], longest: int, *, with_interest: bool) -> int:
    amount = sum(row.total_minor if with_interest else row.principal_minor for row in group)
    return (2 * _BAR * amount + longest) // (2 * longest)


def _show_cost(console: Console, terms: Terms, made: Schedule) -> None:
    cost = cost_of(terms, made)
    for label, amount in (
        ("interest 利息", cost.interest_minor),
        ("fee 费用", cost.fee_minor),
        ("total cost 总成本", cost.cost_minor),
        ("paid back 还款总额", cost.paid_minor),
    ):
        console.print(f"{to_text(amount, terms.currency):>20} {terms.currency}  {label}", highlight=False)
    for label, rate in cost.rates:
        console.print(f"{rate:>20} %    {label}" if rate[-1].isdigit() else f"{label}: {rate}", highlight=False)


def _show_carrying(terms: Terms, made: Schedule) -> None:
    """The amortised cost from payment to payment: what it was, income, what came, what it is."""
    try:
        cost = amortised_cost_of_dates(_flows(terms, made))
    except LoanMathError as error:
        raise Refusal("The loan has no effective interest rate.", f"{error}.") from error
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in CARRYING_HEADS:
        table.add_column(head, justify="right", no_wrap=True)
    for row in cost.rows:
        amounts = (row.opening_minor, row.interest_minor, row.cash_minor, row.closing_minor)
        table.add_row(str(row.on), *(to_text(amount, terms.currency) for amount in amounts))
    table.add_section()
    sums = (cost.interest_minor, sum(row.cash_minor for row in cost.rows))
    table.add_row("total 合计", "", *(to_text(amount, terms.currency) for amount in sums), "")
    loan_tables.show(table)
    rate = percent(cost.rate.effective_micro_percent)
    print(f"effective interest rate {rate} % a year, by days over 365  实际利率（按日计，一年 365 天）")


def _explain(terms: Terms, made: Schedule, number: int) -> None:
    """Why the interest of a row is what it is."""
    if not 1 <= number <= len(made):
        raise Refusal(f"--why {number}: there is no such row.", f"Give a number from 1 to {len(made)}.")
    row, currency = made[number - 1], terms.currency
    told = explain_interest(row)
    print(f"row {number}: interest {to_text(row.interest_minor, currency)} {currency}, counted by {told.rule}")
    for step in told.steps:
        rate = percent_text(step.rate_ppb)
        print(
            f"  {step.start} to {step.end}: {to_text(step.base_minor, currency)} x {rate} %"
            f" x {step.units}/{told.year_units} of a year ({step.days} days)"
        )
    print(
        f"  sum {told.numerator} / {told.denominator} = {told.whole_minor} minor units and a rest of {told.remainder}"
    )
    print(f"  rounded {told.rounding}: {to_text(told.rounded_minor, currency)} {currency}")
    if told.balancing_minor:
        left = to_text(told.balancing_minor, currency)
        print(
            f"  what rounding row by row left over of the whole: {left}, together {to_text(row.accrued_minor, currency)}"
        )
    if row.accrued_minor != row.interest_minor:
        print(f"  the row asks for {to_text(row.interest_minor, currency)}, the rest at another time")
