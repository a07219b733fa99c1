"""The loan engine: one loan at a time, and a book of loans at once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from loanmath import (
    DayCount,
    Event,
    EventKind,
    GradingPolicy,
    Method,
    State,
    Terms,
    replay,
    schedule,
)
from loanmath.apr import annual_rate, flows_of
from loanmath.daily import DayColumns, close_day

_SEED = 20240701
_ROUNDS = 5
_START = date(2024, 1, 15)
_MONTHS = 36
_FEWEST_RATES = 1_000
_METHODS = (Method.LEVEL, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST, Method.BULLET, Method.FLAT)
_POLICY = GradingPolicy(
    floors_days=(0, 90, 270, 360),
    technical_lateness_days=7,
    good_conduct_months=6,
    provision_rates_ppb=(10_000_000, 20_000_000, 250_000_000, 500_000_000, 1_000_000_000),
)


def _terms(luck: random.Random, method: Method) -> Terms:
    """Terms of a varied loan: its own rate, 10^2 to 10^13 minor units, any start, an odd first period, 36 rows.

    A bullet loan has one row.
    """
    disbursed_on = _START + timedelta(days=luck.randrange(700))
    digits = luck.randrange(2, 13)
    return Terms(
        currency="CNY",
        principal_minor=luck.randrange(10**digits, 10 ** (digits + 1) + 1),
        rate_ppb=luck.randrange(20_000_000, 240_000_000),
        day_count=luck.choice(list(DayCount)),
        method=method,
        disbursed_on=disbursed_on,
        first_due_on=disbursed_on + timedelta(days=luck.randrange(10, 50)),
        instalments=1 if method is Method.BULLET else _MONTHS,
        penalty_rate_ppb=luck.randrange(100_000_000, 300_000_000),
    )


def _seconds(job: Callable[[], object]) -> float:
    """The median time of the job over a few rounds, after one that is not counted."""
    job()
    rounds = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        job()
        rounds.append(time.perf_counter() - started)
    return median(rounds)


def schedule_one() -> float:
    """Schedules of 36 rows made one by one, in a second: of five methods, every row made and summed.

    A bullet loan counts for the one row that it has.
    """
    luck = random.Random(_SEED)
    loans = [_terms(luck, method) for method in _METHODS for _ in range(400)]
    luck.shuffle(loans)
    assert len({loan.rate_ppb for loan in loans}) > _FEWEST_RATES

    def plan_and_sum() -> int:
        rows = repaid = 0
        for loan in loans:
            made = schedule(loan).rows
            rows += len(made)
            repaid += sum([row.principal_minor for row in made])
            sum([row.interest_minor for row in made])
        assert repaid == sum(loan.principal_minor for loan in loans)
        return rows

    return plan_and_sum() / _MONTHS / _seconds(plan_and_sum)


def daily_step() -> float:
    """Loans closed in a second, of a book of a million of which a tenth is overdue with penalty running."""
    luck = random.Random(_SEED)
    on = date(2026, 1, 31)
    patterns = [_standing(luck, on, is_overdue=number % 10 == 0) for number in range(2_000)]
    few = DayColumns.from_states([state for state, _ in patterns], [terms for _, terms in patterns])
    book = DayColumns.of({name: column.repeat(500) for name, column in few.to_dict().items()})
    return len(book) / _seconds(lambda: close_day(book, on, _POLICY))


def _standing(luck: random.Random, on: date, *, is_overdue: bool) -> tuple[State, Terms]:
    """A loan on that day: half a year old, paid so far, or with its last rows unpaid."""
    start = on - timedelta(days=luck.randrange(150, 180))
    terms = Terms.for_months(
        term_months=36,
        method=Method.LEVEL,
        disbursed_on=start,
        currency="CNY",
        principal_minor=luck.randrange(10**6, 10**9),
        rate_ppb=luck.randrange(20_000_000, 240_000_000),
        day_count="30E/360",
        penalty_rate_ppb=150_000_000,
    )
    paid_until = on - timedelta(days=70) if is_overdue else on
    events = [Event("out", EventKind.DISBURSE, start, terms.principal_minor)]
    events += [
        Event(f"in{row.number}", EventKind.REPAY, row.due_on, row.total_minor)
        for row in schedule(terms).rows
        if row.due_on <= paid_until
    ]
    return replay(terms, events, on - timedelta(days=1), policy=_POLICY).state, terms


def replay_two_years() -> float:
    """Milliseconds to replay a loan with 24 repayments, one of them back-dated."""
    terms = Terms.for_months(
        term_months=36,
        method=Method.LEVEL,
        disbursed_on=_START,
        currency="CNY",
        principal_minor=12_345_678,
        rate_ppb=87_650_000,
        day_count="act/365F",
        penalty_rate_ppb=131_475_000,
    )
    rows = schedule(terms).rows[:24]
    paid = [Event(f"in{row.number}", EventKind.REPAY, row.due_on, row.total_minor) for row in rows]
    late = paid.pop(11)
    paid.append(Event(late.key, EventKind.REPAY, late.on + timedelta(days=17), late.amount_minor))
    events = [Event("out", EventKind.DISBURSE, _START, terms.principal_minor), *paid]
    events.sort(key=lambda event: event.on)
    return _seconds(lambda: replay(terms, events, rows[-1].due_on, policy=_POLICY)) * 1_000


def apr_360() -> float:
    """Milliseconds to find the annual rate of a loan of 360 instalments."""
    terms = Terms.for_months(
        term_months=360,
        method=Method.LEVEL,
        disbursed_on=_START,
        currency="CNY",
        principal_minor=123_456_789,
        rate_ppb=43_500_000,
        day_count="30E/360",
        fee_minor=1_000_000,
    )
    flows = flows_of(terms, schedule(terms).rows)
    return _seconds(lambda: annual_rate(flows)) * 1_000


def import_loanmath() -> float:
    """Milliseconds that `import loanmath` takes in a fresh process, less what an empty process takes."""

    def start(words: str) -> float:
        return _seconds(lambda: subprocess.run([sys.executable, "-c", words], check=True))

    return (start("import loanmath") - start("pass")) * 1_000
