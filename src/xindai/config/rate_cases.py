"""Cases of annual rates as files hold them (docs/specs/rates.md, "Files"), read into timed flows.

Times are in years (``t_years``; ``t0``, ``n``, ``step``), in days (``t_days``), in unit-periods after the first payment, or
plain dates.  Nothing unknown is passed over: a misspelt name would silently be another loan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from loanmath import LoanMathError, kinds
from loanmath.apr import DatedFlow, LabelledRate, Regime, TimedFlow, labelled, mean_years, rate_of, regime_rate
from loanmath.apr.unit_periods import Unit, UnitPeriod
from loanmath.errors import brief
from loanmath.neutral.fields import TWICE
from xindai.config import json_files
from xindai.config.refusal import Refusal

_TOLD: Final = frozenset({"description", "borrowing_rate", "recheck", "note", "source", "provenance"})
"""What a case may say about itself that changes nothing."""
_EXPECTED: Final = {"expected_apr_percent": 6, "expected_apr_2dp": 2, "expected_apr_1dp": 1}
_UNIT_PERIOD_FIELDS: Final = frozenset({"unit_period", "unit_periods_per_year", "first_payment"})
_CASE: Final = _TOLD | _EXPECTED.keys() | _UNIT_PERIOD_FIELDS | {"id", "regime", "advances", "payments"}
_FINEST: Final = 10_000
_NEAR: Final = Fraction(1, 10**13)
_MOST_PAYMENTS: Final = 100_000
_MOST_DIGITS: Final = 20
_LONGEST: Final = 100_000
"""Years or unit-periods; beyond it a time is a slip of the keyboard."""
_WRITTEN: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
"""An amount as a text, as files write it that keep amounts exact."""
_UNITS: Final = {
    "day": Unit.DAY,
    "week": Unit.WEEK,
    "half-month": Unit.HALF_MONTH,
    "month": Unit.MONTH,
    "year": Unit.YEAR,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one case: its rate, or what is wrong with it."""

    id: str
    regime: Regime | None = None
    shown: LabelledRate | None = None
    beside: LabelledRate | None = None
    expected: Decimal | None = None
    places: int = 6
    problem: str = ""

    @property
    def difference(self) -> Decimal | None:
        """Computed less expected, where the two differ in the decimals that were expected; six may differ by one unit."""
        if self.shown is None or self.expected is None:
            return None
        unit = 10 ** (6 - self.places)
        rounded = (2 * self.shown.micro_percent + unit) // (2 * unit)
        off = rounded - int(self.expected.scaleb(self.places).to_integral_value())
        is_same = abs(off) <= (1 if unit == 1 else 0)
        return None if is_same else Decimal(off).scaleb(-self.places)


def answers(path: Path) -> Iterator[Answer]:
    """The answer to each case of a file, in its order.  Raises Refusal for a file that holds no cases."""
    for place, case in enumerate(_cases(path)):
        name = _name(case) or f"number {place + 1}"
        try:
            yield _answer(name, _mapping(case, "case"))
        except LoanMathError as error:
            yield Answer(name, problem=f"case {name}, {error.field}: {error}")
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as fault:
            # A fault of ours must not take the answers to the other cases away.
            problem = f"case {name}: it cannot be computed ({type(fault).__name__}): check its times and amounts"
            yield Answer(name, problem=problem)


def _name(case: object) -> str:
    """The id of a case, a text or a whole number; nothing where it has none."""
    said = case.get("id") if isinstance(case, dict) else None
    return str(brief(said)) if isinstance(said, str | int) and not isinstance(said, bool) else ""


def _cases(path: Path) -> list[Any]:
    found = json_files.read(path, "docs/specs/rates.md shows the format")
    if not isinstance(found, list):
        raise Refusal(f"{path} holds no list of cases.", "Write [{...}, ...]; docs/specs/rates.md shows the format.")
    return found


def _answer(name: str, case: Mapping[str, Any]) -> Answer:
    _only(case, _CASE, "")
    regime = _regime(_required(case, "regime", ""))
    advances, payments = _list(case, "advances"), _list(case, "payments")
    expected, places = _expected(case)
    if all("date" in payment for payment in payments):
        made = regime_rate(regime, _dated(advances, payments))
        return Answer(name, regime, made.shown, made.beside, expected, places)
    if _UNIT_PERIOD_FIELDS & case.keys():
        flows, periods_a_year = _by_unit_periods(case, advances, payments)
    else:
        flows, periods_a_year = _by_years(advances, payments)
        if regime is Regime.CHINA:
            flows, periods_a_year = [flow._replace(periods=flow.periods * 12) for flow in flows], Fraction(12)
    shown, beside = labelled(regime, rate_of(flows, periods_a_year))
    return Answer(name, regime, shown, beside, expected, places)


def _regime(word: object) -> Regime:
    """The regime whose name the word starts with, such as "US Reg Z App. J"."""
    start = word[:2].lower() if isinstance(word, str) else ""
    if start not in set(Regime):
        raise LoanMathError("unknown_choice", "regime", f"“{brief(word)}” is no regime: begin with CN, EU, UK or US")
    return Regime(start)


def _expected(case: Mapping[str, Any]) -> tuple[Decimal | None, int]:
    for name, places in _EXPECTED.items():
        if case.get(name) is not None:
            return Decimal(_number(case[name], name).numerator) / _number(case[name], name).denominator, places
    return None, 6


def _dated(advances: Sequence[Mapping[str, Any]], payments: Sequence[Mapping[str, Any]]) -> list[DatedFlow]:
    amounts = [_amount(row, f"advances[{place}]") for place, row in enumerate(advances)]
    amounts += [_amount(row, f"payments[{place}]") for place, row in enumerate(payments)]
    scale = _scale(amounts)
    flows = []
    for kind, rows, sign in (("advances", advances, -1), ("payments", payments, 1)):
        for place, row in enumerate(rows):
            where = f"{kind}[{place}]"
            _only(row, {"date", "amount"}, where)
            flows.append(DatedFlow(_date(row, where), int(sign * _amount(row, where) * scale)))
    return flows


def _by_years(
    advances: Sequence[Mapping[str, Any]], payments: Sequence[Mapping[str, Any]]
) -> tuple[list[TimedFlow], Fraction]:
    """Times in years or in days of a year of 365.25 days."""
    timed: list[tuple[Fraction, Fraction]] = []
    for place, row in enumerate(advances):
        timed.append((_moment(row, f"advances[{place}]"), -_amount(row, f"advances[{place}]")))
    for place, row in enumerate(payments):
        where = f"payments[{place}]"
        if "t0" not in row:
            timed.append((_moment(row, where), _amount(row, where)))
            continue
        _only(row, {"t0", "n", "step", "amount"}, where)
        first, times = _time(_required(row, "t0", where), f"{where}.t0"), _times(row, where)
        step = _time(_required(row, "step", where), f"{where}.step") if times > 1 else Fraction(0)
        if step <= 0 and times > 1:
            raise LoanMathError("out_of_range", f"{where}.step", f"{row['step']}: give a time above zero, such as 0.25")
        timed.extend((first + number * step, _amount(row, where)) for number in range(times))
    scale = _scale([amount for _, amount in timed])
    return [TimedFlow(int(amount * scale), moment) for moment, amount in timed], Fraction(1)


def _by_unit_periods(
    case: Mapping[str, Any], advances: Sequence[Mapping[str, Any]], payments: Sequence[Mapping[str, Any]]
) -> tuple[list[TimedFlow], Fraction]:
    """The first payment after so many unit-periods and a fraction, each other one a unit-period later."""
    periods_a_year = _time(_required(case, "unit_periods_per_year", ""), "unit_periods_per_year")
    if periods_a_year <= 0:
        raise LoanMathError("out_of_range", "unit_periods_per_year", "It must be above zero, such as 12")
    if case.get("unit_period") is not None:
        of_unit = _unit_period(case["unit_period"]).periods_a_year
        if of_unit != periods_a_year:
            problem = f"a year has {of_unit} of the unit-period {brief(case['unit_period'])}: correct one of the two"
            raise LoanMathError("fields_contradict", "unit_periods_per_year", problem)
    first = _mapping(_required(case, "first_payment", ""), "first_payment")
    _only(first, {"whole_unit_periods", "fraction"}, "first_payment")
    reached = _time(_required(first, "whole_unit_periods", "first_payment"), "first_payment.whole_unit_periods")
    part = _time(_required(first, "fraction", "first_payment"), "first_payment.fraction")
    if not 0 <= part <= 1:
        problem = f"{brief(first['fraction'])}: give a part of a unit-period, from 0 to 1"
        raise LoanMathError("out_of_range", "first_payment.fraction", problem)
    if reached < 0:
        problem = f"{brief(first['whole_unit_periods'])} is below zero: give how many lie before the first payment"
        raise LoanMathError("out_of_range", "first_payment.whole_unit_periods", problem)
    timed = _advances_by_unit_periods(case, advances)
    for place, row in enumerate(payments):
        where = f"payments[{place}]"
        _only(row, {"n", "amount"}, where)
        for _ in range(_times(row, where)):
            timed.append((_amount(row, where), reached, part))
            reached += 1
    scale = _scale([amount for amount, _, _ in timed])
    return [TimedFlow(int(amount * scale), _plain(periods), part) for amount, periods, part in timed], periods_a_year


def _advances_by_unit_periods(
    case: Mapping[str, Any], advances: Sequence[Mapping[str, Any]]
) -> list[tuple[Fraction, Fraction, Fraction]]:
    """The first advance begins the term; later ones are counted in the case's unit-period."""
    for place, row in enumerate(advances):
        _only(row, {"date", "amount"}, f"advances[{place}]")
    if len(advances) == 1:
        return [(-_amount(advances[0], "advances[0]"), Fraction(0), Fraction(0))]
    unit = _unit_period(_required(case, "unit_period", ""))
    dates = [_date(row, f"advances[{place}]") for place, row in enumerate(advances)]
    found = []
    for place, (row, on) in enumerate(zip(advances, dates, strict=True)):
        whole, part = unit.between(min(dates), on)
        found.append((-_amount(row, f"advances[{place}]"), Fraction(whole), part))
    return found


def _unit_period(word: object) -> UnitPeriod:
    """Such as "month", "4 weeks", "quarter", "half-month"."""
    text = "3 months" if word == "quarter" else word if isinstance(word, str) else ""
    match = re.fullmatch(r"(?:([1-9][0-9]{0,2}) )?([a-z-]+?)s?", text)
    if match is None or match[2] not in _UNITS:
        raise LoanMathError(
            "unknown_choice",
            "unit_period",
            f"“{brief(word)}” is no unit-period: write one such as month, half-month or 4 weeks",
        )
    return UnitPeriod(_UNITS[match[2]], int(match[1] or 1))


def _moment(row: Mapping[str, Any], where: str) -> Fraction:
    """Years of a row with ``t_years`` or ``t_days``."""
    if "t_days" in row:
        _only(row, {"t_days", "amount"}, where)
        days = _number(row["t_days"], f"{where}.t_days")
        return Fraction(days) * mean_years(1)
    _only(row, {"t_years", "amount"}, where)
    return _time(_required(row, "t_years", where), f"{where}.t_years")


def _time(value: object, field: str) -> Fraction:
    """The fraction that a decimal number stands for: 0.08333333333333333 is 1/12; one that stands for none is itself."""
    exact = _number(value, field)
    if abs(exact) > _LONGEST:
        raise LoanMathError("out_of_range", field, f"{value} is too long a time: correct it")
    simple = exact.limit_denominator(_FINEST)
    return simple if abs(simple - exact) < _NEAR * (1 + abs(exact)) else exact


def _plain(periods: Fraction) -> Fraction | int:
    return int(periods) if periods.denominator == 1 else periods


def _times(row: Mapping[str, Any], where: str) -> int:
    times = _number(_required(row, "n", where), f"{where}.n")
    if times.denominator != 1 or not 1 <= times <= _MOST_PAYMENTS:
        raise LoanMathError(
            "out_of_range", f"{where}.n", f"{brief(row['n'])} payments: give a whole number from 1 to {_MOST_PAYMENTS}"
        )
    return int(times)


def _amount(row: Mapping[str, Any], where: str) -> Fraction:
    said = _required(row, "amount", where)
    is_written = isinstance(said, str) and _WRITTEN.fullmatch(said)
    amount = _number(Decimal(said) if is_written else said, f"{where}.amount")
    if amount < 0:
        raise LoanMathError(
            "out_of_range", f"{where}.amount", f"{row['amount']} is below zero: write amounts without a sign"
        )
    return amount


def _scale(amounts: Sequence[Fraction]) -> int:
    """The power of ten that makes whole minor units of all the amounts."""
    scale = 1
    while any(scale % amount.denominator for amount in amounts):
        scale *= 10
    return scale


def _number(value: object, field: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise LoanMathError("not_a_number", field, f"“{brief(value)}” is no number: write one such as 1432.86")
    number = Decimal(value)
    if number and (abs(number.adjusted()) >= _MOST_DIGITS or len(number.as_tuple().digits) > 2 * _MOST_DIGITS):
        raise LoanMathError("out_of_range", field, f"{brief(value)} is out of all proportion: correct it")
    return Fraction(value)


def _date(row: Mapping[str, Any], where: str) -> date:
    said = _required(row, "date", where)
    try:
        return kinds.day(said)
    except LoanMathError:
        raise LoanMathError(
            "not_a_date", f"{where}.date", f"“{brief(said)}” is no date: write it as 2026-03-31"
        ) from None


def _list(case: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = _required(case, name, "")
    if not isinstance(rows, list) or not rows:
        raise LoanMathError("not_a_list", name, "give a list with one entry at least")
    found = [_mapping(row, f"{name}[{place}]") for place, row in enumerate(rows)]
    counts = [row.get("n", 1) for row in found]
    if sum(count for count in counts if isinstance(count, int)) > _MOST_PAYMENTS:
        raise LoanMathError("out_of_range", name, f"more than {_MOST_PAYMENTS} payments: take the loan apart")
    return found


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise LoanMathError("not_an_object", where, "write it as {...} with named fields")
    return value


def _required(row: Mapping[str, Any], name: str, where: str) -> Any:
    if row.get(name) is None:
        field = f"{where}.{name}" if where else name
        raise LoanMathError("missing_field", field, "it is missing: add it; docs/specs/rates.md shows the format")
    return row[name]


def _only(row: Mapping[str, Any], known: frozenset[str] | set[str], where: str) -> None:
    for name, value in row.items():
        if value is TWICE:
            field = f"{where}.{name}" if where else name
            raise LoanMathError("field_twice", field, "it is given twice: leave one of the two out")
    if unknown := sorted(row.keys() - known):
        field = f"{where}.{brief(unknown[0])}" if where else str(brief(unknown[0]))
        raise LoanMathError("unknown_field", field or "“”", f"no field has this name: use {', '.join(sorted(known))}")
