"""`./xindai replay`: cases of other systems in the neutral format, or a loan of one's own, replayed event by event."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from loanmath import LoanMathError, Replay, Status, difference, replay
from loanmath.calendar import Calendar
from loanmath.grading import UNGRADED
from loanmath.money import to_text
from loanmath.postings import Line
from xindai.config import json_files, loan_files, loan_tables, plan_words
from xindai.config.loan_files import Answered, OwnLoan
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

_STATE: Final = (
    *("disbursed_minor", "repaid_minor", "principal_not_due_minor", "principal_due_minor", "interest_accrued_minor"),
    *("interest_due_minor", "fee_due_minor", "penalty_due_minor", "overpaid_minor"),
)


def run(options: Namespace, places: Places) -> int:
    """Answer the cases of the file, or replay the loan; 1 where a case has no answer."""
    json_files.print_anything()
    data = loan_files.read(Path(options.file))
    if options.events is None and loan_files.is_neutral(data):
        if options.as_of:
            raise Refusal("--as-of is for a loan of one's own.", "Leave it out; a check of a case has its own as_of.")
        return _answer_cases(data, options)
    if options.case or options.after is not None:
        raise Refusal("--case and --after are for files of neutral cases.", "Leave them out.")
    if options.events is not None:
        own = loan_files.own_loan(data, loan_files.read(Path(options.events)))
    elif isinstance(data, dict) and "terms" in data:
        own = loan_files.own_loan(data["terms"], data.get("events", []))
    else:
        raise Refusal(
            f"{options.file} holds neither neutral loan cases nor a loan.",
            'Write {"schema": ..., "cases": [...]} or {"terms": {...}, "events": [...]}; docs/specs/neutral_cases.md shows both.',
        )
    _replay_own(own, options)
    return 0


# --- neutral cases ------------------------------------------------------------------------------------------------


def _answer_cases(data: Any, options: Namespace) -> int:
    found = loan_files.answers(data, only=options.case, after=options.after)
    if options.json:
        print('{"cases": [\n' + ",\n".join(json.dumps(one.told, ensure_ascii=False) for one in found) + "\n]}")
    elif options.case or options.after is not None:
        for answered in found:
            _show_views(answered)
    else:
        _show_overview(found)
    problems = [answered.problem for answered in found if answered.problem]
    for problem in problems:
        print(f"xindai: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _show_overview(found: Sequence[Answered]) -> None:
    """One line a case, then the figures that differ from those expected."""
    console = Console()
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    made.add_column("case 案例", no_wrap=True)
    made.add_column("title 标题", no_wrap=True, overflow="ellipsis", max_width=48)
    made.add_column("checks 检查", justify="right", no_wrap=True)
    made.add_column("differing 不同", justify="right", no_wrap=True)
    for answered in found:
        if answered.problem:
            made.add_row(escape(answered.id), escape(answered.title), "", "no answer 无结果")
        else:
            differing = str(len(answered.differing)) if answered.differing else "none 无"
            made.add_row(escape(answered.id), escape(answered.title), str(len(answered.pairs)), differing)
    loan_tables.show(made)
    for answered in found:
        if answered.differing:
            console.print(f"case {escape(answered.id)}", style="bold")
            loan_tables.show(loan_tables.differences_of(answered.differing))


def _show_views(answered: Answered) -> None:
    """Rows, transactions and totals at each check."""
    console = Console()
    console.print(f"case {escape(answered.id)}  {escape(answered.title)}", style="bold")
    if answered.problem:
        return
    for _, told in answered.pairs:
        console.print(f"\n{escape(answered.event(told['after_event']))}; as of {told['as_of']}", style="bold")
        loan_tables.show(loan_tables.rows_of(told))
        if told["transactions"]:
            loan_tables.show(loan_tables.transactions_of(told))
        console.print(
            f"outstanding 未还 {told['outstanding']}  overpaid 溢缴 {told['overpaid']}  status 状态 {told['status']}"
        )
    if answered.differing:
        console.print("figures that differ 不同的数字", style="bold")
        loan_tables.show(loan_tables.differences_of(answered.differing))


# --- a loan of one's own ------------------------------------------------------------------------------------------


def _replay_own(own: OwnLoan, options: Namespace) -> None:
    last = max((event.on for event in own.events), default=own.terms.disbursed_on)
    as_of = _date(options.as_of) if options.as_of else last
    seen, changed = _seen(own, as_of, plan_words.calendar_of(options))
    balance = sum(line.amount_minor for posting in seen.postings for line in posting.lines)
    assert balance == 0
    if options.json:
        print(json.dumps(_plain(seen, changed, as_of), ensure_ascii=False, indent=1))
    else:
        _show_own(own, seen, changed, as_of)


def _seen(own: OwnLoan, as_of: date, calendar: Calendar) -> tuple[Replay, tuple[Line, ...]]:
    """The loan, and what its last event has changed in the books."""
    try:
        seen = replay(own.terms, own.events, as_of, policy=UNGRADED, calendar=calendar)
        before = replay(own.terms, own.events[:-1], as_of, policy=UNGRADED, calendar=calendar)
    except LoanMathError as error:
        where = f"event {error.event_key}, {error.field}" if error.event_key else error.field
        raise Refusal(f"{where}:", f"{error}.") from error
    return seen, difference(before.postings, seen.postings)


def _plain(seen: Replay, changed: Sequence[Line], as_of: date) -> dict[str, Any]:
    return {
        "as_of": as_of.isoformat(),
        "state": seen.state.to_json(),
        "rows": [
            {
                "number": row.plan.number,
                "due_on": row.plan.due_on.isoformat(),
                **{f"{name}_minor": dict(zip(_PLACES, getattr(row, name), strict=True)) for name in _AMOUNTS},
                "paid_ahead_minor": row.paid_ahead_minor,
                "paid_late_minor": row.paid_late_minor,
                "unpaid_minor": row.unpaid_minor,
                "settled_on": row.settled_on.isoformat() if row.settled_on else None,
            }
            for row in seen.standings
        ],
        "postings": [
            {"kind": one.kind, "key": one.key, "on": one.on.isoformat(), "lines": [_line(line) for line in one.lines]}
            for one in seen.postings
        ],
        "difference": [_line(line) for line in changed],
    }


_PLACES: Final = ("penalty", "fee", "interest", "principal")
_AMOUNTS: Final = ("asked", "paid", "waived")


def _line(line: Line) -> dict[str, Any]:
    return {"role": str(line.role), "amount_minor": line.amount_minor}


def _show_own(own: OwnLoan, seen: Replay, changed: Sequence[Line], as_of: date) -> None:
    console, currency, state = Console(), own.terms.currency, seen.state
    status = Status(state.status).name.lower().replace("_", " ")
    console.print(f"close of {as_of}: {status}, {state.overdue_days} days overdue 逾期天数", style="bold")
    for name in _STATE:
        label = name.removesuffix("_minor").replace("_", " ")
        console.print(f"  {label:<22}{to_text(getattr(state, name), currency):>20} {currency}")
    loan_tables.show(loan_tables.standings_of(seen.standings, currency))
    loan_tables.show(loan_tables.postings_of(seen.postings, currency))
    if own.events:
        last = own.events[-1]
        made = Table(
            "account role 科目角色",
            title=f"difference made by the last event 最后一笔的影响: {last.kind} {escape(last.key)} on {last.on}",
            title_justify="left",
            box=SIMPLE_HEAD,
        )
        made.add_column("debit 借", justify="right")
        made.add_column("credit 贷", justify="right")
        for line in changed:
            made.add_row(*loan_tables.line_of(line, currency))
        loan_tables.show(made)
    debit = sum(line.amount_minor for posting in seen.postings for line in posting.lines if line.amount_minor > 0)
    console.print(f"balanced 借贷平衡: debit = credit = {to_text(debit, currency)} {currency}")


def _date(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refusal(f"--as-of: {word} is no date.", "Write it as 2026-03-31.") from None
