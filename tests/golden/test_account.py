"""Histories kept on paper evening by evening, and replayed by the loan mathematics: both say the same."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from loanmath import LoanMathError, replay
from tests.golden.account import KINDS, Account, kept
from tests.golden.reading import cases, events_of, in_full, loan_of, terms_of
from tests.golden.test_histories import POLICY

USUAL_FIELDS = {"on", "kind", "amount", "rate", "rows", "due_on", "charge", "component"}
USUAL_TERMS = {"method", "principal", "rate", "months", "disbursed_on", "day_count", "penalty_rate", "rounding"}


def is_usual(case: dict[str, Any]) -> bool:
    """Whether the account on paper knows all that happens in a history."""
    events = [in_full(event) for event in case["events"]]
    others = [event for event in events if event["kind"] == "waive" and event.get("component") != "penalty"]
    others += [event for event in events if event.get("charge", {}).keys() - {"amount", "due_on"}]
    are_known = all(event["kind"] in KINDS and event.keys() <= USUAL_FIELDS for event in events)
    return are_known and not others and loan_of(case).keys() <= USUAL_TERMS


ON_PAPER = [param for param in cases("events") if is_usual(param.values[0])]


def test_many_histories_are_kept_on_paper() -> None:
    assert len(ON_PAPER) >= 40


@pytest.mark.parametrize("case", ON_PAPER)
def test_the_history_comes_out_on_paper(case: dict[str, Any]) -> None:
    events = [in_full(event) for event in case["events"]]
    for moment in case["expect"]:
        account = kept(loan_of(case), events, moment["day"], moment.get("at", "close"))
        said = account.state(moment["day"])
        expected = {name: moment[name] for name in said.keys() & moment.keys()}
        if moment.get("at") == "open":  # days past due are those of the last close
            expected.pop("overdue_days", None)
        assert {name: said[name] for name in expected} == {name: Fraction(value) for name, value in expected.items()}


OUT = date(2024, 1, 15)


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]], date]:
    """A loan, what happens to it on a few days, and the day on which it is looked at."""
    words = {
        "method": draw(st.sampled_from(["level", "equal_principal", "interest_first", "bullet"])),
        "principal": money(draw(st.integers(100_00, 20_000_00))),
        "rate": percent(draw(st.integers(0, 2400))),
        "penalty_rate": percent(draw(st.integers(0, 3600))),
        "months": draw(st.integers(1, 12)),
        "disbursed_on": OUT,
        "day_count": draw(st.sampled_from(["30E/360", "act/360", "act/365F"])),
        "rounding": draw(st.sampled_from(["half_up", "half_even", "half_down", "down", "up"])),
    }
    events = [{"on": OUT, "kind": "disburse", "amount": words["principal"]}]
    on = OUT
    for _ in range(draw(st.integers(2, 6))):
        on += timedelta(days=draw(st.integers(0, 60)))
        if event := draw(happening(words, events, on)):
            events.append(event)
    return words, events, on + timedelta(days=draw(st.integers(0, 60)))


@st.composite
def happening(draw: st.DrawFn, words: dict[str, Any], events: list[dict[str, Any]], on: date) -> dict[str, Any] | None:
    """Something that can happen to the loan as it stands on paper."""
    account = kept(words, events, on, "open")
    state = {name: int(value * 100) for name, value in account.state(on).items() if name != "overdue_days"}
    due, ahead = state["penalty_due"] + state["interest_due"] + state["principal_due"], state["principal_not_due"]
    if account.is_settled or not (due or ahead):
        return None
    amounts = {"repay": (1, 2 * due + 1000)}
    if len(events) > 3:
        amounts["settle"] = (int(account.quote * 100),) * 2
    if ahead > 1:
        amounts |= {"prepay": (due + 1, due + ahead - 1), "forgive": (1, ahead - 1)}
    if state["repaid"]:
        amounts["chargeback"] = (1, state["repaid"])
    if state["overpaid"]:
        amounts["refund"] = (1, state["overpaid"])
    others: dict[str, dict[str, Any]] = {"waive": {"component": "penalty"}} if state["penalty_due"] else {}
    if account.ahead:
        others |= draw(new_plans(account, on))
        others |= {"re_amortise": {}} if state["principal_due"] else {}
    kind = draw(st.sampled_from(["repay", *(one for one in amounts if amounts[one][1] > 0), *others]))
    said = others[kind] if kind in others else {"amount": money(draw(st.integers(*amounts[kind])))}
    return {"on": on, "kind": kind} | said


@st.composite
def new_plans(draw: st.DrawFn, account: Account, on: date) -> dict[str, dict[str, Any]]:
    """What makes another plan of the rows ahead."""
    last = account.ahead[-1].end
    due_on = draw(st.dates(on + timedelta(days=1), last))
    found: dict[str, dict[str, Any]] = {
        "charge": {"charge": {"amount": money(draw(st.integers(1, 100_00))), "due_on": due_on}},
        "extend": {"rows": draw(st.integers(1, 4))},
        "re_age": {"rows": draw(st.integers(1, 6)), "due_on": on + timedelta(days=draw(st.integers(1, 60)))},
    }
    if not account.is_stopped:
        found |= {"rate_change": {"rate": percent(draw(st.integers(0, 2400)))}, "stop_accrual": {}}
    if len(account.ahead) > 1:
        found |= {"holiday": {"rows": draw(st.integers(1, len(account.ahead) - 1))}}
    return found


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def percent(hundredths: int) -> str:
    return f"{money(hundredths)} %"


@given(histories())
@settings(max_examples=150, deadline=None)
def test_paper_and_engine_agree_every_evening(told: tuple[dict[str, Any], list[dict[str, Any]], date]) -> None:
    words, events, as_of = told
    terms = terms_of(words)
    try:
        found = replay(terms, events_of(events, terms.currency), as_of, policy=POLICY)
    except LoanMathError:
        reject()
    account = kept(words, events, as_of)
    said = {name: value if name == "overdue_days" else value * 100 for name, value in account.state(as_of).items()}
    state = found.state
    assert {name: getattr(state, name if name == "overdue_days" else f"{name}_minor") for name in said} == said
    assert state.settlement_minor == account.quote * 100
    assert [Fraction(row.principal_minor, 100) for row in found.rows[found.closed :]] == account.parts
