"""`./xindai apr`: annual rates of a file of cases, or of one loan named in words."""

from __future__ import annotations

import json
import re
import sys
from argparse import Namespace
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from loanmath import LoanMathError, add_months
from loanmath.apr import DatedFlow, Fee, FeeKind, LabelledRate, RateLabel, Regime, RegimeRate, regime_rate
from loanmath.money import to_minor, to_text
from xindai.config import json_files, rate_cases
from xindai.config.rate_cases import Answer
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

LABELS: Final = {
    RateLabel.APRC: "EU annual percentage rate of charge (effective)",
    RateLabel.APR_UK: "UK annual percentage rate (effective)",
    RateLabel.APR_US: "US annual percentage rate (actuarial, nominal)",
    RateLabel.MONTHLY_IRR_TIMES_12: "annual rate (IRR x 12) 年化利率（内部收益率×12）",
    RateLabel.EFFECTIVE: "effective annual rate 实际年利率",
    RateLabel.SIMPLE: "annual rate (simple) 年化利率（单利）",
}
_MOST_PAYMENTS: Final = 10_000
_HALF_MONTH_DAYS: Final = 15
_SERIES: Final = re.compile(r"(?P<on>[0-9-]+):(?P<amount>[0-9.]+)(?:x(?P<times>[0-9]{1,9}))?(?:/(?P<step>[a-z0-9-]+))?")
_STEP: Final = re.compile(r"(?P<number>[0-9]{0,6})(?P<unit>day|week|month|quarter|year|half-month)s?")
_PAYMENT_REMEDY: Final = (
    "Write DATE:AMOUNT, DATE:AMOUNTxTIMES or DATE:AMOUNTxTIMES/STEP, such as 2026-02-15:322.67x36/month."
)


def run(options: Namespace, places: Places) -> int:
    """Answer the cases of the file, or the loan that the words name; 1 where a case has no answer."""
    words = [*options.advance, *options.payment, *options.fee]
    if options.file and words:
        raise Refusal("A file and a loan in words were given.", "Leave one of them out.")
    if options.file:
        return _answer_file(Path(options.file), is_json=options.json)
    if not options.advance or not options.payment:
        raise Refusal(
            "There is no loan to answer for.",
            "Name a FILE, or at least one --advance and one --payment (--help shows how).",
        )
    return _answer_words(options)


def _answer_file(path: Path, *, is_json: bool) -> int:
    json_files.print_anything()
    found = list(rate_cases.answers(path))
    if is_json:
        print("[\n" + ",\n".join(map(_json_of, found)) + "\n]")
    else:
        _show(found)
    problems = [answer.problem for answer in found if answer.problem]
    for problem in problems:
        print(f"xindai: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _json_of(answer: Answer) -> str:
    """One answer; the rate is a JSON number with all of its six decimals."""
    name = json.dumps(answer.id, ensure_ascii=False)
    if answer.shown is None:
        return f'{{"id": {name}, "apr_percent": null, "error": {json.dumps(answer.problem, ensure_ascii=False)}}}'
    return f'{{"id": {name}, "apr_percent": {answer.shown.percent}}}'


def _show(found: Iterable[Answer]) -> None:
    table = Table("case", "regime", "annual rate %", "effective %", "expected %", "differs by")
    for answer in found:
        if answer.shown is None:
            table.add_row(escape(answer.id), "", "no answer", "", "", "")
            continue
        effective = (answer.beside or answer.shown).percent
        expected = "" if answer.expected is None else f"{answer.expected:.{answer.places}f}"
        differs = "" if answer.difference is None else f"{answer.difference:+f}"
        table.add_row(escape(answer.id), str(answer.regime), answer.shown.percent, effective, expected, differs)
    Console().print(table)


def _answer_words(options: Namespace) -> int:
    flows = [flow for word in options.advance for flow in _series(word, "--advance", -1, options.currency)]
    flows += [flow for word in options.payment for flow in _series(word, "--payment", 1, options.currency)]
    fees = [_fee(word, options.currency) for word in options.fee]
    try:
        made = regime_rate(Regime(options.regime), flows, fees)
    except LoanMathError as error:
        raise Refusal(f"{error.field}:", f"{error}.") from error
    if options.json:
        print(_json_of(Answer("words", made.regime, made.shown)).join("[]"))
    else:
        _tell(made, flows, options.currency)
    return 0


def _tell(made: RegimeRate, flows: Iterable[DatedFlow], currency: str) -> None:
    """The rates with their labels, how time was counted, and which fees are inside."""
    for rate in (made.shown, made.beside):
        if rate is not None:
            print(_line(rate))
    amounts = [flow.amount_minor for flow in flows]
    paid_out, paid_back = -sum(a for a in amounts if a < 0), sum(a for a in amounts if a > 0)
    print(f"paid out {to_text(paid_out, currency)}, paid back {to_text(paid_back, currency)} {currency}")
    print(f"time counted in: {made.unit}")
    for words, fees in (("counted", made.fees_counted), ("left out", made.fees_left_out)):
        for fee in fees:
            print(f"fee {words}: {fee.kind} {to_text(fee.amount_minor, currency)} on {fee.on.isoformat()}")


def _line(rate: LabelledRate) -> str:
    negative = "  (negative: less is paid back than was paid out)" if rate.is_negative else ""
    return f"{rate.percent} %  {LABELS[rate.label]}{negative}"


def _series(word: str, option: str, sign: int, currency: str) -> list[DatedFlow]:
    """The flows of ``DATE:AMOUNT[xTIMES][/STEP]``; without a step they lie a month apart."""
    match = _SERIES.fullmatch(word)
    if match is None:
        raise Refusal(f"{option} {word} cannot be read.", _PAYMENT_REMEDY)
    first, amount = _date(match["on"], option), sign * _minor(match["amount"], option, currency)
    times = int(match["times"] or 1)
    if not 1 <= times <= _MOST_PAYMENTS:
        raise Refusal(f"{option} {word}: {times} payments.", f"Give a number from 1 to {_MOST_PAYMENTS:,}.")
    step = _STEP.fullmatch(match["step"] or "month")
    if step is None or (step["number"] and not int(step["number"])):
        raise Refusal(
            f"{option} {word}: “{match['step']}” is no step.",
            "Write day, week, half-month, month, quarter, year, or 2weeks, 10days.",
        )
    unit, number = step["unit"], int(step["number"] or 1)
    return [DatedFlow(_later(first, unit, number * place), amount) for place in range(times)]


def _later(first: date, unit: str, number: int) -> date:
    """The date so many units later, months kept on their day."""
    try:
        if unit in {"day", "week"}:
            return first + timedelta(days=number * (7 if unit == "week" else 1))
        if unit == "half-month":
            start = first if number % 2 == 0 else first + timedelta(days=_HALF_MONTH_DAYS)
            return add_months(start, number // 2)
        return add_months(first, number * {"month": 1, "quarter": 3, "year": 12}[unit])
    except (ValueError, OverflowError):
        raise Refusal("--payment runs past the year 9999.", "Give fewer payments or a shorter step.") from None


def _fee(word: str, currency: str) -> Fee:
    kind, _, rest = word.partition(":")
    on, _, amount = rest.partition(":")
    if kind not in set(FeeKind):
        raise Refusal(f"--fee {word}: “{kind}” is no kind of fee.", f"Name one of: {', '.join(FeeKind)}.")
    return Fee(FeeKind(kind), _date(on, "--fee"), _minor(amount, "--fee", currency))


def _date(word: str, option: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refusal(f"{option}: {word} is no date.", "Write it as 2026-03-31.") from None


def _minor(word: str, option: str, currency: str) -> int:
    try:
        return to_minor(word, currency)
    except LoanMathError as error:
        raise Refusal(f"{option}:", f"{error}.") from error
