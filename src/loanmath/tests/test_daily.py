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
from loanmath.daily import (
    NO_CLOSING,
    NO_DUE,
    ClosingRows,
    DayColumns,
    DayPostings,
    DueRows,
    TurningRows,
    close_day,
    needs_replay,
    open_day,
)
from loanmath.replay import Moment, Replay
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL
from loanmath.steps import Falling
from loanmath.terms import Recalculation, Tranche
from loanmath.tests.strategies import IMPATIENT, NEW_YEAR, POLICY, histories, possible_terms

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
        if self._needs_replay(on):
            self._open_with_events(on)
        else:
            self._open(on)
        assert self.columns is not None
        self.columns, postings = close_day(self.columns, on, self.policy)
        self._post_columns(postings)
        return self.columns

    def _needs_replay(self, on: date) -> bool:
        """Days with events or agreed tranches, and those whose rows ask for it."""
        days = {*(event.on for event in self.events), *(tranche.on for tranche in self.terms.tranches)}
        if self.columns is None or on in days:
            return True
        return bool(len(needs_replay(self.columns, *self.rows_of(on)[:2])))

    def _open(self, on: date) -> None:
        assert self.columns is not None
        closing, due, turning = self.rows_of(on)
        self.columns, postings = open_day(self.columns, closing, due, on, turning)
        self._post_columns(postings)

    def rows_of(self, on: date) -> tuple[ClosingRows, DueRows, TurningRows]:
        """What the plan, as the last replay left it, says of a day."""
        assert self.now is not None
        assert self.columns is not None
        is_active = self.columns.status[0] == Status.ACTIVE
        rows = self.now.rows if is_active else ()
        accruing = [row for row in rows if not row.is_down_payment]
        closing = (
            ClosingRows.of(
                (0, row, after)
                for row, after in zip(accruing, [*accruing[1:], None], strict=True)
                if row.accrual_to == on
            )
            if accruing
            else NO_CLOSING
        )
        due = DueRows.of((0, falling(self.now, place)) for place, row in enumerate(rows) if row.due_on == on)
        return closing, due, TurningRows.of((0, row, on) for row in accruing)

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


def falling(made: Replay, place: int) -> Falling:
    """What a row asks for when it falls due, as it stands."""
    row = made.standings[place]
    unpaid = [asked - paid - waived for asked, paid, waived in zip(row.asked, row.paid, row.waived, strict=True)]
    return Falling(unpaid[PRINCIPAL], unpaid[INTEREST], row.paid[INTEREST], unpaid[FEE], unpaid[PENALTY])


def without_dues(state: State) -> dict[str, int]:
    values = state.to_json()
    del values["dues"]
    return values


@slow
@given(st.data())
def test_stepping_day_by_day_is_replaying_at_once(data: st.DataObject) -> None:
    of = data.draw(possible_terms(most_instalments=6))
    policy = data.draw(st.sampled_from([POLICY, IMPATIENT]))
    calendar = data.draw(st.sampled_from([NEW_YEAR, Calendar()]))
    events = data.draw(histories(of, policy, calendar, are_back_dated=False))
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


def test_rows_of_a_loan_whose_interest_follows_what_is_outstanding_are_refused() -> None:
    on = date(2024, 3, 1)
    of = Terms.for_months(
        term_months=3,
        method="level",
        disbursed_on=on,
        currency="CNY",
        principal_minor=10**6,
        rate_ppb=43_500_000,
        day_count="act/360",
        recalculation=Recalculation(),
    )
    made = replay(of, [Event("d", EventKind.DISBURSE, on, 10**6)], on, policy=POLICY, at="open")
    columns = DayColumns.from_states([made.state], [of])
    day = made.rows[0].due_on
    with pytest.raises(LoanMathError, match="replay these loans on that day"):
        open_day(columns, ClosingRows.of([(0, made.rows[0], made.rows[1])]), NO_DUE, day)
    with pytest.raises(LoanMathError, match="replay these loans on that day"):
        open_day(columns, NO_CLOSING, DueRows.of([(0, falling(made, 0))]), day)


def test_a_row_that_asks_for_more_than_is_out_before_its_tranche_is_refused_and_replayed() -> None:
    out = date(2024, 1, 1)
    of = Terms.for_months(
        term_months=3,
        method="flat",
        disbursed_on=out,
        currency="CNY",
        principal_minor=30_000,
        rate_ppb=120_000_000,
        day_count="30/360",
        down_payment_ppb=250_000_000,
        tranches=(Tranche(date(2024, 3, 21), 30_000),),
        tranche_rows="all",
    )
    paid_out = Event("out", EventKind.DISBURSE, out, 30_000)
    events = [paid_out, Event("ahead", EventKind.PREPAY, date(2024, 1, 28), 29_000)]
    walk, refused = Walk(of, events, POLICY, Calendar()), []
    for passed in range(120):
        on = out + timedelta(days=passed)
        if walk.columns is not None and len(needs_replay(walk.columns, *walk.rows_of(on)[:2])):
            refused.append(on)
        columns = walk.day(on)
        assert without_dues(columns.state(0)) == without_dues(replay(of, events, on, policy=POLICY).state)
    assert refused == [date(2024, 2, 1), date(2024, 3, 1), date(2024, 3, 21)]


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
        rows = [
            (place, row, after)
            for place, made in enumerate(paid_out)
            for row, after in zip(made.rows, [*made.rows[1:], None], strict=True)
        ]
        closing = ClosingRows.of((place, row, after) for place, row, after in rows if row.accrual_to == day)
        due = DueRows.of(
            (place, Falling(row.principal_minor, row.interest_minor, 0, 0, 0))
            for place, row, _ in rows
            if row.due_on == day
        )
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
    rows = [(3, Falling(10, 1, 0, 7, 0)), (1, Falling(5, 2, 0, 0, 0)), (3, Falling(20, 4, 0, 0, 1))]
    merged = DueRows.of(rows).merged()
    assert [list(part) for part in merged] == [[1, 3], [5, 30], [2, 5], [0, 0], [0, 7], [0, 1]]


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
    opened, _ = open_day(
        columns, ClosingRows.of([(0, made.rows[0], made.rows[1])]), DueRows.of([(0, Falling(5, 0, 0, 0, 0))]), on
    )
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


def test_of_two_rows_of_a_loan_that_close_on_one_day_the_last_one_says_how_it_goes_on() -> None:
    merged = ClosingRows.of_columns(
        [(3, 100, 1, 5_000, 7, 360, 1), (4, 10, 0, 1, 2, 3, 4), (3, 20, 2, 4_000, 8, 365, 3)]
    ).merged()
    assert [column.tolist() for column in merged] == [[3, 4], [120, 10], [3, 0], [4_000, 1], [8, 2], [365, 3], [3, 4]]


def test_a_row_turns_to_another_base_and_rate_within_it() -> None:
    """12,000.00 at 0.0001 a day; from now on 10,000.00 at 0.0002: 2.00 for the night."""
    on = date(2024, 7, 1)
    of = Terms.for_months(
        term_months=12,
        method="interest_first",
        disbursed_on=on,
        currency="CNY",
        principal_minor=1_200_000,
        rate_ppb=36_000_000,
        day_count="act/360",
    )
    made = replay(of, [Event("d", EventKind.DISBURSE, on, 1_200_000)], on, policy=POLICY, at="open")
    columns = DayColumns.from_states([made.state], [of])
    turning = TurningRows(*(np.array([value]) for value in (0, 1_000_000, 72_000_000)))
    opened, _ = open_day(columns, NO_CLOSING, NO_DUE, on, turning)
    closed, _ = close_day(opened, on, POLICY)
    assert closed.state(0).interest_accrued_minor == 200
