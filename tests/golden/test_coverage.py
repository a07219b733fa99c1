"""Every method, every choice that shapes a plan, and every kind of event has golden cases of its own."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from loanmath import EventKind, Method
from loanmath.charges import Basis, Moment
from loanmath.choices import Levelling, Prepaid, Repricing
from loanmath.rounding import Rounding
from loanmath.shape import Grace, Shape
from tests.golden.reading import LOANS, in_full, read

ENOUGH = 5
PLANS = read("plans")
HISTORIES = read("events")
OF_THE_LOAN = ("down_payment", "tranches", "rate_steps", "floating")
"""What of the terms themselves shapes a plan, besides method, shape and grace."""


def said_of(terms: dict[str, Any]) -> Iterator[str]:
    """What a plan's case is an example of."""
    yield f"method {terms['method']}"
    yield f"rounding {terms.get('rounding', 'half_up')}"
    yield from (f"shape {name}" for name in terms.get("shape", {}))
    yield from (f"grace {name}" for name in terms.get("grace", {}))
    yield from (f"terms {name}" for name in OF_THE_LOAN if name in terms)
    if "rate_steps" in terms:
        yield f"repricing {terms.get('repricing', 'at_once')}"
    if terms["method"] == "level":
        yield f"levelling {terms.get('levelling', 'rows')}"


def needed() -> list[str]:
    """What the engine knows, so that a method or a choice without cases is missed."""
    shapes = [{"minimum_minor": "at_least"}.get(item.name, _word(item.name)) for item in fields(Shape)]
    return [
        *(f"method {one}" for one in Method),
        *(f"rounding {one}" for one in Rounding),
        *(f"shape {name}" for name in shapes),
        *(f"grace {item.name}" for item in fields(Grace)),
        *(f"terms {name}" for name in OF_THE_LOAN),
        *(f"repricing {one}" for one in Repricing),
        *(f"levelling {one}" for one in Levelling),
    ]


def _word(name: str) -> str:
    return name.removesuffix("_minor").removesuffix("_ppb")


def test_every_method_and_every_event_kind_has_five_cases_of_its_own() -> None:
    plans = Counter(said for cases in PLANS.values() for case in cases for said in set(said_of(case["terms"])))
    assert {said: plans[said] for said in needed() if plans[said] < ENOUGH} == {}
    histories = {str(kind): len(HISTORIES.get(kind, [])) for kind in EventKind}
    assert {kind: count for kind, count in histories.items() if count < ENOUGH} == {}


def test_every_way_to_charge_and_to_prepay_has_a_case() -> None:
    charges = [event["charge"] for event in events_of_kind("charge")]
    assert {charge.get("basis", "flat") for charge in charges} == set(Basis)
    assert {charge.get("moment", "on_a_date") for charge in charges} == set(Moment)
    assert {event.get("prepaid", "lower") for event in events_of_kind("prepay")} == set(Prepaid)
    assert sum(1 for charge in charges if charge.get("component") == "penalty") >= ENOUGH


def events_of_kind(kind: str) -> list[dict[str, Any]]:
    events = [in_full(event) for case in HISTORIES[kind] for event in case["events"]]
    return [event for event in events if event["kind"] == kind]


@pytest.mark.parametrize("kind", list(HISTORIES))
def test_a_file_of_histories_is_about_its_kind_of_event(kind: str) -> None:
    assert kind in list(EventKind)
    for case in HISTORIES[kind]:
        assert kind in [in_full(event)["kind"] for event in case["events"]], case["case"]


@pytest.mark.parametrize("cases", [*PLANS.values(), *HISTORIES.values()], ids=[*PLANS, *HISTORIES])
def test_no_two_cases_of_a_file_have_one_name(cases: list[dict[str, Any]]) -> None:
    assert [name for name, count in Counter(case["case"] for case in cases).items() if count > 1] == []


def test_every_loan_of_the_histories_is_told_of() -> None:
    assert LOANS.keys() == {case["loan"] for cases in HISTORIES.values() for case in cases if "loan" in case}
