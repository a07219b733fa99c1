"""The golden files of the loan mathematics, as an expert writes them.

A loan or an event is said in the names of the fields of ``Terms``, ``Event`` and their parts, without the unit at
their end: an amount is a quoted decimal in whole units of the currency (``"1055.77"``), a rate a quoted percentage
(``"4.9 %"``).  So ``principal: "12000.00"`` is ``principal_minor``, and ``rate: "4.9 %"`` is ``rate_ppb``.
A minimum payment has its share as ``minimum`` and its floor as ``at_least``; ``floating`` stands for ``rate`` and holds
the fields of ``Floating`` and the ``index``.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from loanmath import Event, Terms, add_months
from loanmath.floating import Floating, floating_rate
from loanmath.money import to_minor
from loanmath.rates import ppb_from_percent
from loanmath.terms import RateStep

HERE = Path(__file__).parent / "loanmath"
USUAL = {"currency": "CNY", "rounding": "half_up"}
"""What a loan has where its case says nothing."""
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_RATE = re.compile(r"(-?\d+(?:\.\d+)?) ?%")


class Words(yaml.SafeLoader):
    """YAML in which ``on`` is a word: the day of an event, and no yes."""


Words.yaml_implicit_resolvers = {
    first: [one for one in found if first not in "oO" or one[0] != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def words(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Words)


def read(folder: str) -> dict[str, list[dict[str, Any]]]:
    """The cases of a folder by the name of their file."""
    paths = sorted((HERE / folder).glob("*.yaml"))
    return {path.stem: words(path) for path in paths}


def cases(folder: str) -> list[Any]:
    """The cases of a folder, each with its own name."""
    return [pytest.param(case, id=f"{name}: {case['case']}") for name, found in read(folder).items() for case in found]


LOANS: dict[str, dict[str, Any]] = words(HERE / "loans.yaml")
"""The loans that many histories tell of."""


def loan_of(case: dict[str, Any]) -> dict[str, Any]:
    """The words of a case's loan: its own ``terms``, or a known ``loan`` and what is different (``but``)."""
    loan: dict[str, Any] = case["terms"] if "terms" in case else LOANS[case["loan"]] | case.get("but", {})
    return loan


def terms_of(words: dict[str, Any]) -> Terms:
    """The loan that is said; ``months`` stands for monthly rows on the day of disbursement (one row of a bullet)."""
    words = USUAL | words
    if "months" in words:
        months = words.pop("months")
        has_one_row = words["method"] == "bullet" and not words.get("grace", {}).get("capitalised")
        words["first_due_on"] = add_months(words["disbursed_on"], months if has_one_row else 1)
        words["instalments"] = 1 if has_one_row else months
    said = plain(words, words["currency"])
    if "at_least_minor" in said.get("shape", {}):
        said["shape"]["minimum_minor"] = said["shape"].pop("at_least_minor")
    return Terms.from_json(said if "floating" not in said else _at_index(said))


def _at_index(said: dict[str, Any]) -> dict[str, Any]:
    """The loan with the rate and its steps that the index gives."""
    floating = said.pop("floating")
    index = [RateStep(date.fromisoformat(on), rate_ppb) for on, rate_ppb in floating.pop("index")]
    last = Terms.from_json(said | {"rate_ppb": 0}).due_dates()[-1]
    start = date.fromisoformat(said["disbursed_on"])
    first, steps = floating_rate(Floating(**floating), index, start, last)
    return said | {"rate_ppb": first, "rate_steps": [[one.on.isoformat(), one.rate_ppb] for one in steps]}


def events_of(words: list[Any], currency: str) -> list[Event]:
    """The events, keyed by their place counted from 1; ``reverses`` and ``of`` name such a place.

    ``[day, kind, amount]`` is short for an event with an amount, ``[day, reverse, place]`` for a reversal.
    """
    events = []
    for place, said in enumerate(words, start=1):
        event = plain(in_full(said), currency)
        if "charge" in event:
            event["charge"].setdefault("due_on", None)
        references = {name: str(event[name]) for name in ("reverses", "of") if name in event}
        events.append(Event.from_json(event | references | {"key": str(place)}))
    return events


def in_full(said: list[Any] | dict[str, Any]) -> dict[str, Any]:
    """An event with the names of its fields."""
    if isinstance(said, dict):
        return said
    on, kind, last = said
    return {"on": on, "kind": kind, "reverses" if kind == "reverse" else "amount": last}


def plain(value: Any, currency: str) -> Any:
    """The words of a case in the plain values that ``from_json`` reads."""
    match value:
        case dict():
            return dict(_field(name, one, currency) for name, one in value.items())
        case list():
            return [plain(one, currency) for one in value]
        case date():
            return value.isoformat()
        case str() if rate := _RATE.fullmatch(value):
            return ppb_from_percent(rate[1])
        case str() if _AMOUNT.fullmatch(value):
            return to_minor(value, currency)
    return value


def _field(name: str, value: Any, currency: str) -> tuple[str, Any]:
    said = plain(value, currency)
    if isinstance(value, str) and _RATE.fullmatch(value):
        return f"{name}_ppb", said
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return f"{name}_minor", said
    return name, said
