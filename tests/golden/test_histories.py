"""Histories of loans that a loan officer can read, run through the loan mathematics.

Each case lays its arithmetic out; it is reckoned again in fractions, and no amount may be expected that neither the
arithmetic comes to nor the case itself has named.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from loanmath import GradingPolicy, Replay, State, Status, replay
from tests.golden.reading import cases, events_of, loan_of, plain, terms_of
from tests.golden.working import figures

POLICY = GradingPolicy((0, 90, 270, 360), 7, 6, (15_000_000, 30_000_000, 300_000_000, 600_000_000, 10**9))
HISTORIES = cases("events")


@pytest.mark.parametrize("case", HISTORIES)
def test_the_history_comes_out_as_worked_out(case: dict[str, Any]) -> None:
    terms = terms_of(loan_of(case))
    events = events_of(case["events"], terms.currency)
    for moment in case["expect"]:
        expected = plain(moment, terms.currency)
        del expected["day"]
        found = replay(terms, events, moment["day"], policy=POLICY, at=expected.pop("at", "close"))
        assert rows_of(found, expected) == expected.pop("rows", {})
        assert len(found.rows) == expected.pop("instalments", len(found.rows))
        assert {name: value_of(found.state, name) for name in expected} == expected
    last = replay(terms, events, events[-1].on, policy=POLICY)
    if "shares" in case:
        used = last.trail[-1]
        shares = [used.penalty_minor, used.interest_minor, used.principal_minor]
        assert shares == plain(case["shares"], terms.currency)
    if "posts" in case:
        assert posted(last, events[-1].key) == plain([list(one) for one in case["posts"].items()], terms.currency)


def rows_of(found: Replay, expected: dict[str, Any]) -> dict[int, list[Any]]:
    """Due date, principal and interest of the rows that are asked about, as far as there are such rows."""
    rows = {number: found.rows[number - 1] for number in expected.get("rows", {}) if number <= len(found.rows)}
    return {number: [row.due_on.isoformat(), row.principal_minor, row.interest_minor] for number, row in rows.items()}


def posted(found: Replay, key: str) -> list[list[Any]]:
    """What an event moves in the books, by the role of the account: + is debit."""
    return [[str(role), amount] for one in found.postings if one.key == key for role, amount in one.lines]


def value_of(state: State, name: str) -> object:
    value = getattr(state, name)
    return Status(value).name.lower() if name == "status" else value


@pytest.mark.parametrize("case", HISTORIES)
def test_every_amount_that_is_expected_has_been_worked_out(case: dict[str, Any]) -> None:
    known = {figure for line in case.get("working", []) for figure in figures(line)}
    known |= {abs(amount) for amount in amounts([loan_of(case), case["events"]])} | {Fraction(0)}
    expected = amounts([case["expect"], case.get("shares"), case.get("posts")])
    assert [str(amount) for amount in expected if abs(amount) not in known] == []


def amounts(said: Any) -> Iterator[Fraction]:
    """Every amount that is said somewhere in the words of a case."""
    match said:
        case dict():
            yield from amounts(list(said.values()))
        case list():
            for one in said:
                yield from amounts(one)
        case str() if said.removeprefix("-").replace(".", "", 1).isdigit():
            yield Fraction(said)


@pytest.mark.parametrize("case", HISTORIES)
def test_every_history_tells_why(case: dict[str, Any]) -> None:
    assert case["because"]
