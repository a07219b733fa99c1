"""Plans and histories that a loan officer can read, run through the loan mathematics."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from loanmath import Event, GradingPolicy, Status, Terms, replay, schedule
from loanmath.money import to_minor
from loanmath.rates import ppb_from_percent

HERE = Path(__file__).parent / "loanmath"
POLICY = GradingPolicy((0, 90, 270, 360), 7, 6, (15_000_000, 30_000_000, 300_000_000, 600_000_000, 10**9))


def cases(name: str) -> list[Any]:
    return [
        pytest.param(case, id=case["case"])
        for case in yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    ]


def minor(amount: str) -> int:
    return to_minor(amount, "CNY")


def terms_of(words: dict[str, Any]) -> Terms:
    return Terms.for_months(
        term_months=words["months"],
        method=words["method"],
        disbursed_on=words["disbursed_on"],
        currency="CNY",
        principal_minor=minor(words["principal"]),
        rate_ppb=ppb_from_percent(words["rate_percent"]),
        penalty_rate_ppb=ppb_from_percent(words.get("penalty_percent", "0")),
        day_count=words["day_count"],
        rounding=words.get("rounding", "half_up"),
    )


@pytest.mark.parametrize("case", cases("plans"))
def test_the_plan_is_the_one_worked_out(case: dict[str, Any]) -> None:
    plan = schedule(terms_of(case["terms"]))
    if "instalment" in case:
        assert plan.level is not None
        assert plan.level.amount_minor == minor(case["instalment"])
    assert plan.interest_minor == minor(case["interest"])
    for number, (due_on, principal, interest) in case["rows"].items():
        row = plan[number - 1]
        assert (row.due_on, row.principal_minor, row.interest_minor) == (due_on, minor(principal), minor(interest))


def events_of(case: dict[str, Any]) -> list[Event]:
    """Events are keyed by their place in the case, counted from 1; a reversal names that place."""
    events = []
    for place, (on, kind, amount) in enumerate(case["events"], start=1):
        if kind == "reverse":
            events.append(Event(str(place), kind, on, reverses=str(amount)))
        else:
            events.append(Event(str(place), kind, on, minor(amount)))
    return events


@pytest.mark.parametrize("case", cases("histories"))
def test_the_history_comes_out_as_worked_out(case: dict[str, Any]) -> None:
    terms, events = terms_of(case["terms"]), events_of(case)
    for expected in case["expect"]:
        on: date = expected.pop("day")
        state = replay(terms, events, on, policy=POLICY, at=expected.pop("at", "close")).state
        seen = {
            name: Status(state.status).name.lower() if name == "status" else value_of(state, name) for name in expected
        }
        assert seen == {name: minor(value) if is_amount(value) else value for name, value in expected.items()}
    if "shares" in case:
        last = replay(terms, events, events[-1].on, policy=POLICY).trail[-1]
        assert [last.penalty_minor, last.interest_minor, last.principal_minor] == [
            minor(part) for part in case["shares"]
        ]


def is_amount(value: object) -> bool:
    return isinstance(value, str) and value[:1].isdigit()


def value_of(state: object, name: str) -> Any:
    return getattr(state, f"{name}_minor") if hasattr(state, f"{name}_minor") else getattr(state, name)
