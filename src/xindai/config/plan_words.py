"""The options of `./xindai schedule`, read into the terms of a loan; what is wrong names the option and the remedy."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from loanmath import NO_REST_DAYS, Calendar, LoanMathError, Method, Terms
from loanmath.frequency import Frequency, OddPeriods
from loanmath.money import to_minor
from loanmath.rates import LARGEST_RATE_PPB, PPB, ppb_from_percent
from loanmath.shape import Grace, Shape
from loanmath.terms import RateStep
from xindai.config.refusal import Refusal

_T = TypeVar("_T")
_OPTIONS: Final = {
    "currency": "--currency",
    "principal_minor": "--principal",
    "rate_ppb": "--rate",
    "rate": "--rate",
    "day_count": "--day-count",
    "method": "--method",
    "disbursed_on": "--on",
    "first_due_on": "--first-due",
    "matures_on": "--matures",
    "instalments": "--instalments",
    "count": "--instalments",
    "frequency": "--every",
    "rounding": "--rounding",
    "business_day": "--business-day",
    "rate_steps": "--step",
    "down_payment_ppb": "--down-payment",
    "fee_minor": "--fee",
    "first": "--odd-first",
    "last": "--odd-last",
    "minimum_days": "--odd-days",
    "shape.instalment_minor": "--instalment",
    "instalment_minor": "--instalment",
    "shape.minimum_ppb": "--minimum",
    "shape.parts": "--parts",
    "parts": "--parts",
    "weights": "--weights",
    "growth_ppb": "--growth",
    "balloon_minor": "--balloon",
    "amortised_over": "--amortised-over",
    "advance": "--advance",
    "multiple_minor": "--multiple",
    "minimum_ppb": "--minimum",
    "minimum_minor": "--floor",
    "principal": "--grace-principal",
    "interest": "--grace-interest",
    "interest_free": "--interest-free",
    "capitalised": "--capitalised",
}
"""The option behind a field of the terms."""
_MOST_DIGITS: Final = 16
_MOST_OPEN: Final = 1200
"""Rows of a loan that is paid as often as it takes, where no number is given."""


def terms_of(options: Namespace) -> Terms:
    """The terms that the options name.  Raises Refusal."""
    try:
        terms = _terms(options)
        terms.grace.require_within(terms.instalments)
        return terms
    except LoanMathError as error:
        raise refusal_of(error) from error


def refusal_of(error: LoanMathError) -> Refusal:
    """The same sentence, about the option."""
    return Refusal(f"{_OPTIONS.get(error.field, error.field)}:", f"{error}.")


def _terms(options: Namespace) -> Terms:
    currency = options.currency
    method = Method(options.method)

    def money(option: str, amount: str | None) -> int:
        return 0 if amount is None else _read(option, lambda: to_minor(amount, currency))

    frequency = _read("--every", lambda: Frequency.parse(options.every))
    shape = Shape(
        weights=_whole_numbers("--weights", options.weights),
        growth_ppb=_percent("--growth", options.growth),
        balloon_minor=money("--balloon", options.balloon),
        amortised_over=options.amortised_over,
        advance=options.advance,
        instalment_minor=money("--instalment", options.instalment),
        minimum_ppb=_percent("--minimum", options.minimum),
        minimum_minor=money("--floor", options.floor),
        parts=tuple(money("--parts", part) for part in options.parts.split(",")) if options.parts else (),
        multiple_minor=1 if options.multiple is None else money("--multiple", options.multiple),
    )
    principal = money("--principal", options.principal)
    if shape.balloon_minor > principal > 0:
        raise Refusal("--balloon is more than the principal.", "Give a smaller one.")
    return Terms(
        currency=currency,
        principal_minor=principal,
        rate_ppb=_percent("--rate", options.rate),
        day_count=options.day_count,
        counts_periods=options.whole_periods,
        method=method,
        disbursed_on=day("--on", options.on),
        first_due_on=day("--first-due", options.first_due) if options.first_due else None,
        instalments=_instalments(options, frequency, method),
        frequency=_bullet_frequency(options, frequency, method),
        odd=OddPeriods(options.odd_first, options.odd_last, options.odd_days),
        matures_on=day("--matures", options.matures) if options.matures else None,
        rounding=options.rounding,
        business_day=options.business_day,
        shape=shape,
        grace=Grace(
            principal=options.grace_principal,
            interest=options.grace_interest,
            interest_free=options.interest_free,
            capitalised=options.capitalised,
        ),
        rate_steps=tuple(_step(word) for word in options.step),
        down_payment_ppb=_percent("--down-payment", options.down_payment),
        fee_minor=money("--fee", options.fee),
    )


def _instalments(options: Namespace, frequency: Frequency, method: Method) -> int:
    """How many rows: as said, or as many as lie in the months, or as many as it takes."""
    if options.months is not None and options.instalments is not None:
        raise Refusal("--months and --instalments were both given.", "Leave one of them out.")
    if options.instalments is not None:
        return int(options.instalments)
    if method is Method.BULLET:
        return 1
    if options.months is None:
        if options.matures or method in (Method.FIXED, Method.MINIMUM):
            return _MOST_OPEN
        if options.parts:
            return len(options.parts.split(","))
        raise Refusal("Nothing says how long the loan runs.", "Give --months, --instalments or --matures.")
    rows = frequency.rows_in(options.months)
    if rows is None:
        raise Refusal(
            f"--months {options.months} is no whole number of periods of {frequency}.",
            "Give --instalments, or --matures for an odd last period.",
        )
    return rows


def _bullet_frequency(options: Namespace, frequency: Frequency, method: Method) -> Frequency:
    """A bullet loan has one period as long as its term."""
    if method is not Method.BULLET or options.months is None:
        return frequency
    return _read("--months", lambda: Frequency.parse(f"P{options.months}M"))


def calendar_of(options: Namespace) -> Calendar:
    """The business days of the file that was named; without one every day is one."""
    if not options.calendar:
        return NO_REST_DAYS
    path = Path(options.calendar)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"--calendar: {path} cannot be read: {error.strerror}.", "Name a JSON file.") from error
    except (RecursionError, ValueError) as error:
        raise Refusal(f"--calendar: {path} is no JSON: {error}.", _CALENDAR_REMEDY) from error
    return _calendar(path, data)


_CALENDAR_REMEDY: Final = 'Write {"holidays": ["2026-10-01"], "workdays": ["2026-10-10"], "weekend": [5, 6]}; weekend days count from Monday 0.'


def _calendar(path: Path, data: Any) -> Calendar:
    known = {"holidays": [], "workdays": [], "weekend": [5, 6]}
    if not isinstance(data, Mapping) or data.keys() - known.keys():
        raise Refusal(f"--calendar: {path} holds no calendar.", _CALENDAR_REMEDY)
    try:
        return Calendar.from_json(known | dict(data))
    except (TypeError, ValueError) as error:
        raise Refusal(f"--calendar: {path}: {error}.", _CALENDAR_REMEDY) from error


def day(option: str, word: str) -> date:
    """The date behind an option.  Raises Refusal."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refusal(f"{option}: {word} is no date.", "Write it as 2026-03-31.") from None


def _step(word: str) -> RateStep:
    on, colon, rate = word.partition(":")
    if not colon:
        raise Refusal(f"--step {word} cannot be read.", "Write DATE:RATE, such as 2027-01-01:3.95.")
    return RateStep(day("--step", on), _percent("--step", rate))


def _percent(option: str, word: str | None) -> int:
    if word is None:
        return 0
    found = _read(option, lambda: ppb_from_percent(word))
    if not _LOWEST.get(option, 0) <= found <= LARGEST_RATE_PPB:
        most = LARGEST_RATE_PPB * 100 // PPB
        raise Refusal(f"{option} {word} is out of range.", f"Give a percentage from 0 to {most}.")
    return found


_LOWEST: Final = {"--growth": -PPB}


def _whole_numbers(option: str, words: str | None) -> tuple[int, ...]:
    if not words:
        return ()
    if not all(word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS for word in words.split(",")):
        raise Refusal(f"{option} {words} cannot be read.", "Write whole numbers with commas, such as 10,6,4.")
    return tuple(map(int, words.split(",")))


def _read(option: str, make: Callable[[], _T]) -> _T:
    try:
        return make()
    except LoanMathError as error:
        raise Refusal(f"{option}:", f"{error}.") from error
