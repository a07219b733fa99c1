"""Whatever happens to a loan, in whatever order: its books, its rows and its postings tell the same story."""

from __future__ import annotations

import json
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from loanmath import Event, EventKind, LoanMathError, Replay, Role, difference, replay, totals
from loanmath.replay import Moment
from loanmath.terms import Terms
from loanmath.tests.checks import check_replay
from loanmath.tests.strategies import IMPATIENT, NEW_YEAR, POLICY, histories, possible_terms

slow = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
)


@slow
@given(st.data())
def test_state_rows_and_postings_agree_at_any_moment(data: st.DataObject) -> None:
    of = data.draw(possible_terms())
    policy = data.draw(st.sampled_from([POLICY, IMPATIENT]))
    events = data.draw(histories(of, policy, NEW_YEAR))
    last = max(event.on for event in events)
    for later in (0, 1, 40, 400):
        on = last + timedelta(days=later)
        at: Moment = data.draw(st.sampled_from(["open", "close"]))
        made = replay(of, events, on, policy=policy, calendar=NEW_YEAR, at=at)
        check_replay(made, of, events, on)
        assert not (made.state.overpaid_minor and made.state.arrears_minor)


@slow
@given(st.data())
def test_events_of_every_kind_survive_json(data: st.DataObject) -> None:
    of = data.draw(possible_terms())
    for event in data.draw(histories(of, POLICY, NEW_YEAR)):
        assert Event.from_json(json.loads(json.dumps(event.to_json()))) == event


@slow
@given(st.data())
def test_an_event_and_its_reversal_leave_no_trace(data: st.DataObject) -> None:
    of = data.draw(possible_terms())
    events = data.draw(histories(of, POLICY, NEW_YEAR))
    assume(len(events) > 1)
    standing = [event for event in events if event.kind is not EventKind.REVERSE]
    gone = {event.reverses for event in events if event.kind is EventKind.REVERSE}
    targets = [event for event in standing[1:] if event.key not in gone]
    assume(targets)
    target = data.draw(st.sampled_from(targets))
    on = max(event.on for event in events)
    undone = Event("undo", EventKind.REVERSE, on, reverses=target.key)
    without = _replay(of, [event for event in events if event is not target], on + timedelta(days=data.draw(_later)))
    assume(without is not None)
    made = _replay(of, [*events, undone], on)
    again = _replay(of, [event for event in events if event is not target], on)
    assert made is not None
    assert again is not None
    assert (made.state, made.standings, made.trail) == (again.state, again.standings, again.trail)
    assert totals(made.postings) == totals(again.postings)


_later = st.integers(0, 100)


@slow
@given(st.data())
def test_the_difference_of_a_back_dated_event_brings_the_old_totals_to_the_new(data: st.DataObject) -> None:
    of = data.draw(possible_terms())
    events = data.draw(histories(of, POLICY, NEW_YEAR))
    last = max(event.on for event in events)
    on = last + timedelta(days=data.draw(_later))
    before = _replay(of, events, on)
    assert before is not None
    paid_on = of.disbursed_on + timedelta(days=data.draw(st.integers(0, (on - of.disbursed_on).days)))
    paid = Event("late", EventKind.REPAY, paid_on, data.draw(st.integers(1, 10**6)))
    after = _replay(of, [*events, paid], on)
    if after is None:
        return
    sums: dict[Role, int] = totals(before.postings)
    lines = difference(before.postings, after.postings)
    assert sum(line.amount_minor for line in lines) == 0
    for role, amount in lines:
        sums[role] = sums.get(role, 0) + amount
    told = totals(after.postings)
    assert {role: sums.get(role, 0) for role in Role} == {role: told.get(role, 0) for role in Role}
    check_replay(after, of, [*events, paid], on)


def _replay(of: Terms, events: list[Event], on: date) -> Replay | None:
    """The loan on a day; nothing where the history has no meaning."""
    try:
        return replay(of, events, on, policy=POLICY, calendar=NEW_YEAR, at="open")
    except LoanMathError:
        return None
