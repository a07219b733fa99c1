"""Many loans replayed at once: the states that ``replay`` gives one by one."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loanmath import Calendar, DayCount, Event, EventKind, Method, Rounding, Terms, replay, schedule
from loanmath.columns import LoanColumns
from loanmath.daily import COLUMNS, DayColumns
from loanmath.frequency import Frequency
from loanmath.grading import GradingPolicy
from loanmath.replay_many import replay_many
from loanmath.shape import Grace

POLICY = GradingPolicy((0, 90, 270, 360), 7, 6, (15_000_000, 30_000_000, 300_000_000, 600_000_000, 10**9))
START = date(2024, 1, 31)
EVERY_DAY = Calendar(weekend=frozenset())


def in_order(terms: Terms, as_of: date) -> list[Event]:
    """Paid out, and each row paid on its due date."""
    if as_of < terms.disbursed_on:
        return []
    rows = [row for row in schedule(terms) if row.due_on <= as_of and row.total_minor]
    paid = [Event(f"in {row.number}", EventKind.REPAY, row.due_on, row.total_minor) for row in rows]
    return [Event("out", EventKind.DISBURSE, terms.disbursed_on, terms.principal_minor), *paid]


@st.composite
def books(draw: st.DrawFn) -> list[Terms]:
    found = []
    for _ in range(draw(st.integers(1, 6))):
        method = draw(st.sampled_from([Method.LEVEL, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST, Method.FLAT]))
        words: dict[str, Any] = {
            "method": method,
            "day_count": draw(st.sampled_from(list(DayCount))),
            "rounding": draw(st.sampled_from(list(Rounding))),
            "frequency": Frequency.parse(draw(st.sampled_from(["P1M", "P2W", "P3M"]))),
            "grace": draw(st.sampled_from([Grace(), Grace(), Grace(), Grace(interest=1, capitalised=1)])),
            "principal_minor": draw(st.one_of(st.integers(1, 1_000), st.integers(10**4, 10**13))),
            "rate_ppb": draw(st.sampled_from([0, 43_500_000, 240_000_000, 1])),
            "disbursed_on": START + timedelta(days=draw(st.integers(0, 40))),
            "instalments": draw(st.integers(1, 14)),
        }
        found.append(Terms(currency="CNY", **words))
    return found


def assert_alike(found: DayColumns, place: int, terms: Terms, events: list[Event], as_of: date) -> None:
    one = DayColumns.from_states([replay(terms, events, as_of, policy=POLICY).state], [terms])
    for name in COLUMNS:
        assert int(getattr(found, name)[place]) == int(getattr(one, name)[0]), (name, terms)


@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(books(), st.integers(-3, 460))
def test_loans_in_order_stand_as_their_replay_says(loans: list[Terms], days: int) -> None:
    as_of = START + timedelta(days=days)
    found = replay_many(LoanColumns.of(loans), as_of, policy=POLICY)
    for place, terms in enumerate(loans):
        assert_alike(found, place, terms, in_order(terms, as_of), as_of)


def test_a_loan_with_a_history_of_its_own_is_replayed_beside_the_others() -> None:
    words: dict[str, Any] = {"currency": "CNY", "rate_ppb": 60_000_000, "day_count": DayCount.ACT_360}
    loans = [
        Terms(**words, principal_minor=1000_00 * size, method=Method.LEVEL, disbursed_on=START, instalments=6)
        for size in (1, 2, 3)
    ]
    as_of = date(2024, 5, 20)
    late = [Event("out", EventKind.DISBURSE, START, 2000_00), Event("part", EventKind.REPAY, date(2024, 3, 9), 100_00)]
    found = replay_many(LoanColumns.of(loans), as_of, policy=POLICY, histories={1: late})
    for place, events in enumerate((in_order(loans[0], as_of), late, in_order(loans[2], as_of))):
        assert_alike(found, place, loans[place], events, as_of)
    assert int(found.overdue_days[1]) > 0 == int(found.overdue_days[0])
