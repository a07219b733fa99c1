"""Histories of loans that a loan officer can read, run through the loan mathematics."""

from typing import Any

import pytest

from loanmath import GradingPolicy, State, Status, replay
from tests.golden.reading import cases, events_of, plain, terms_of

POLICY = GradingPolicy((0, 90, 270, 360), 7, 6, (15_000_000, 30_000_000, 300_000_000, 600_000_000, 10**9))


@pytest.mark.parametrize("case", cases("histories"))
def test_the_history_comes_out_as_worked_out(case: dict[str, Any]) -> None:
    terms = terms_of(case["terms"])
    events = events_of(case["events"], terms.currency)
    for moment in case["expect"]:
        expected = plain(moment, terms.currency)
        del expected["day"]
        state = replay(terms, events, moment["day"], policy=POLICY, at=expected.pop("at", "close")).state
        assert {name: value_of(state, name) for name in expected} == expected
    if "shares" in case:
        last = replay(terms, events, events[-1].on, policy=POLICY).trail[-1]
        shares = plain(case["shares"], terms.currency)
        assert [last.penalty_minor, last.interest_minor, last.principal_minor] == shares


def value_of(state: State, name: str) -> object:
    value = getattr(state, name)
    return Status(value).name.lower() if name == "status" else value
