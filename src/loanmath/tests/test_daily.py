"""The daily step over columns, taken day by day, is the replay."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loanmath import (
    Calendar,
    Event,
    EventKind,
    GradingPolicy,
    Line,
    LoanMathError,
    Role,
    State,
    Status,
    Terms,
    difference,
    replay,
    totals,
)
from loanmath.daily import DayColumns, DayPostings, Rows, close_day, open_day
from loanmath.replay import Moment, Replay
from loanmath.tests.strategies import IMPATIENT, NEW_YEAR, POLICY, histories, terms

slow = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


class Walk:
    """One loan carried from day to day in columns, the way the end of day carries a book."""

    def __init__(self, of: Terms, events: list[Event], policy: GradingPolicy, calendar: Calendar) -> None:
        self.terms, self.events, self.policy, self.calendar = (
            of,
            events,
            policy,
            calendar,
        )
        self.posted: dict[Role, int] = {}
        self.now: Replay | None = None
        self.columns: DayColumns | None = None

    def day(self, on: date) -> DayColumns:
        """Open the day, let its events happen, close it."""
        if any(event.on == on for event in self.events):
            self._open_with_events(on)
        else:
            self._open(on)
        assert self.columns is not None
        self.columns, postings = close_day(self.columns, on, self.policy)
        self._post_columns(postings)
        return self.columns

    def _open(self, on: date) -> None:
        assert self.now is not None
        assert self.columns is not None
        is_active = self.columns.status[0] == Status.ACTIVE
        rows = self.now.rows if is_active else ()
        closing = Rows.of((0, row.principal_minor, row.interest_minor) for row in rows if row.accrual_to == on)
        due = Rows.of((0, row.principal_minor, row.interest_minor) for row in rows if row.due_on == on)
        self.columns, postings = open_day(self.columns, closing, due, on)
        self._post_columns(postings)

    def _open_with_events(self, on: date) -> None:
        """The verbs' way: replay before and after each event, post the difference, overlay the state."""
        known = [event for event in self.events if event.on < on]
        before = self._replay(known, on)
        todays = difference(
            self._replay(known, on - timedelta(days=1), "close").postings,
            before.postings,
        )
        self._post(todays)
        for event in self.events:
            if event.on == on:
                known.append(event)
                after = self._replay(known, on)
                self._post(difference(before.postings, after.postings))
                before = after
        self.now = before
        self.columns = DayColumns.from_states([before.state], [self.terms])

    def _replay(self, events: list[Event], on: date, at: Moment = "open") -> Replay:
        return replay(self.terms, events, on, policy=self.policy, calendar=self.calendar, at=at)

    def _post(self, lines: tuple[Line, ...]) -> None:
        assert sum(line.amount_minor for line in lines) == 0
        for role, amount in lines:
            self.posted[role] = self.posted.get(role, 0) + amount

    def _post_columns(self, postings: DayPostings) -> None:
        self._post(tuple(Line(role, amount) for role, amount in postings.totals().items()))


def without_dues(state: State) -> dict[str, int]:
    values = state.to_json()
    del values["dues"]
    return values


@slow
@given(st.data())
def test_stepping_day_by_day_is_replaying_at_once(data: st.DataObject) -> None:
    of = data.draw(terms(most_instalments=6))
    policy = data.draw(st.sampled_from([POLICY, IMPATIENT]))
    calendar = data.draw(st.sampled_from([NEW_YEAR, Calendar()]))
    events = data.draw(histories(of, policy, calendar))
    walk = Walk(of, events, policy, calendar)
    last = max(events[-1].on, of.due_dates()[-1]) + timedelta(days=60)
    length = min((last - of.disbursed_on).days, 260)
    checked = {0, length, *data.draw(st.sets(st.integers(0, length), max_size=20))}
    for passed in range(length + 1):
        on = of.disbursed_on + timedelta(days=passed)
        columns = walk.day(on)
        if passed in checked or any(event.on == on for event in events):
            at_once = replay(of, events, on, policy=policy, calendar=calendar)
            assert without_dues(columns.state(0)) == without_dues(at_once.state)
            sums = totals(at_once.postings)
            assert {role: walk.posted.get(role, 0) for role in Role} == {role: sums.get(role, 0) for role in Role}


@slow
@given(st.data())
def test_invariants_hold_and_postings_balance_at_any_moment(
    data: st.DataObject,
) -> None:
    of = data.draw(terms(most_instalments=12))
    policy = data.draw(st.sampled_from([POLICY, IMPATIENT]))
    events = data.draw(histories(of, policy, NEW_YEAR))
    for number in range(1, len(events) + 1):
        for later in (0, 1, 40, 400):
            on = events[number - 1].on + timedelta(days=later)
            at: Moment = data.draw(st.sampled_from(["open", "close"]))
            made = replay(of, events[:number], on, policy=policy, calendar=NEW_YEAR, at=at)
            check_replay(made, of)


def check_replay(made: Replay, of: Terms) -> None:
    """Balance sheet, memo accounts and state tell the same story."""
    state = made.state
    state.check_invariants()
    assert State.from_json(state.to_json()) == state
    assert all(sum(line.amount_minor for line in posting.lines) == 0 for posting in made.postings)
    sums = totals(made.postings)
    claims = state.interest_accrued_minor + state.interest_due_minor
    accrues = 1 - state.is_non_accrual
    assert sums.get(Role.LOAN_PRINCIPAL, 0) == state.outstanding_minor
    assert sums.get(Role.INTEREST_RECEIVABLE, 0) == claims * accrues
    assert sums.get(Role.PENALTY_RECEIVABLE, 0) == state.penalty_due_minor * accrues
    assert sums.get(Role.OVERPAYMENT, 0) == -state.overpaid_minor
    assert sums.get(Role.LOAN_LOSS_ALLOWANCE, 0) == -state.provision_minor
    assert sums.get(Role.MEMO_INTEREST, 0) == state.memo_interest_minor
    assert sums.get(Role.MEMO_WRITTEN_OFF, 0) == state.memo_written_off_minor
    if state.status != Status.WRITTEN_OFF:
        assert state.memo_interest_minor == (claims + state.penalty_due_minor) * state.is_non_accrual
    if state.status == Status.ACTIVE:
        assert (
            sum(row.principal_minor for row in made.rows)
            == sum(row.principal_minor for row in made.rows[: made.fallen]) + state.principal_not_due_minor
        )


def test_many_loans_step_as_each_alone() -> None:
    on = date(2024, 3, 1)
    loans = [
        Terms.for_months(
            term_months=6 + number,
            method=method,
            disbursed_on=on,
            currency="CNY",
            principal_minor=10**number,
            rate_ppb=43_500_000 + number,
            day_count=count,
            penalty_rate_ppb=65_250_000,
        )
        for number, (method, count) in enumerate(
            (method, count)
            for method in ("level", "equal_principal", "interest_first", "bullet")
            for count in ("30E/360", "act/360", "act/365F")
        )
    ]
    paid_out = [
        replay(
            of,
            [Event("d", EventKind.DISBURSE, on, of.principal_minor)],
            on,
            policy=POLICY,
            at="open",
        )
        for of in loans
    ]
    columns = DayColumns.from_states([made.state for made in paid_out], loans)
    for passed in range(130):
        day = on + timedelta(days=passed)
        rows = [(place, row) for place, made in enumerate(paid_out) for row in made.rows]
        closing = Rows.of(
            (place, row.principal_minor, row.interest_minor) for place, row in rows if row.accrual_to == day
        )
        due = Rows.of((place, row.principal_minor, row.interest_minor) for place, row in rows if row.due_on == day)
        columns, opening = open_day(columns, closing, due, day)
        columns, closing_postings = close_day(columns, day, POLICY)
        for amounts in ((opening + closing_postings).amounts, closing_postings.amounts):
            assert not np.any(sum(amounts.values(), np.zeros(len(loans), dtype=np.int64)))
    for place, of in enumerate(loans):
        alone = replay(
            of,
            [Event("d", EventKind.DISBURSE, on, of.principal_minor)],
            day,
            policy=POLICY,
        )
        assert without_dues(columns.state(place)) == without_dues(alone.state)


def test_two_rows_of_a_loan_on_one_day_are_added_up() -> None:
    merged = Rows.of([(3, 10, 1), (1, 5, 2), (3, 20, 4)]).merged()
    assert [list(part) for part in merged] == [[1, 3], [5, 30], [2, 5]]


def test_a_step_leaves_its_input_as_it_was() -> None:
    on = date(2024, 3, 1)
    of = Terms.for_months(
        term_months=3,
        method="level",
        disbursed_on=on,
        currency="CNY",
        principal_minor=10**6,
        rate_ppb=43_500_000,
        day_count="act/360",
    )
    made = replay(of, [Event("d", EventKind.DISBURSE, on, 10**6)], on, policy=POLICY, at="open")
    columns = DayColumns.from_states([made.state], [of])
    before = {name: column.copy() for name, column in columns.to_dict().items()}
    opened, _ = open_day(columns, Rows.of([(0, 5, 0)]), Rows.of([(0, 5, 0)]), on)
    closed, _ = close_day(opened, on, POLICY)
    assert all(np.array_equal(before[name], column) for name, column in columns.to_dict().items())
    assert closed.interest_accrued_minor[0] > 0
    assert DayColumns.of(closed.to_dict()).state(0) == closed.state(0)
    assert len(closed) == 1


def test_amounts_that_would_not_be_exact_are_refused() -> None:
    on = date(2024, 3, 1)
    of = Terms.for_months(
        term_months=3,
        method="level",
        disbursed_on=on,
        currency="CNY",
        principal_minor=10**6,
        rate_ppb=43_500_000,
        day_count="act/360",
    )
    made = replay(of, [Event("d", EventKind.DISBURSE, on, 10**6)], on, policy=POLICY, at="open")
    columns = DayColumns.from_states([made.state], [of])
    columns.accrual_base_minor = columns.accrual_base_minor + 2**53
    with pytest.raises(LoanMathError, match="stay exact"):
        close_day(columns, on, POLICY)
