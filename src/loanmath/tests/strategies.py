"""Random loans and their histories, for properties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from loanmath import (
    Allocation,
    BusinessDayRule,
    Calendar,
    Component,
    DayCount,
    Direction,
    Event,
    EventKind,
    GradingPolicy,
    LoanMathError,
    Method,
    Rounding,
    Status,
    Terms,
    replay,
)

POLICY = GradingPolicy(
    floors_days=(0, 90, 270, 360),
    technical_lateness_days=7,
    good_conduct_months=6,
    provision_rates_ppb=(
        15_000_000,
        30_000_000,
        300_000_000,
        600_000_000,
        1_000_000_000,
    ),
)
IMPATIENT = GradingPolicy(
    floors_days=(0, 5, 20, 40),
    technical_lateness_days=2,
    good_conduct_months=1,
    provision_rates_ppb=(12_345_678, 23_456_789, 345_678_901, 567_890_123, 999_999_999),
)
"""Thresholds so low that short histories cross all of them."""

NEW_YEAR = Calendar.of(
    holidays=[
        date(2024, 1, 1),
        *(date(2024, 2, day) for day in range(10, 18)),
        date(2024, 10, 1),
        date(2025, 1, 1),
    ],
    workdays=[date(2024, 2, 4), date(2024, 2, 18)],
)

amounts = st.one_of(st.integers(1, 1_000), st.integers(10_000, 10**8), st.integers(10**8, 10**13))
rates = st.one_of(
    st.just(0),
    st.integers(1, 1_000),
    st.integers(10_000_000, 400_000_000),
    st.just(43_500_000),
)
days = st.dates(date(2023, 12, 25), date(2024, 3, 5))
allocations = st.builds(
    Allocation,
    st.permutations(list(Component)).map(tuple),
    st.sampled_from(list(Direction)),
)


@st.composite
def terms(draw: st.DrawFn, most_instalments: int = 60) -> Terms:
    """Terms of any method, size, rate and date, month ends and leap days often."""
    method = draw(st.sampled_from(list(Method)))
    disbursed_on = draw(days)
    first_due_on = disbursed_on + timedelta(days=draw(st.integers(1, 70)))
    common: dict[str, Any] = {
        "currency": "CNY",
        "principal_minor": draw(amounts),
        "rate_ppb": draw(rates),
        "day_count": draw(st.sampled_from(list(DayCount))),
        "rounding": draw(st.sampled_from(list(Rounding))),
        "business_day": draw(st.sampled_from(list(BusinessDayRule))),
        "penalty_rate_ppb": draw(rates),
        "fee_minor": draw(st.integers(0, 1_000)),
        "non_accrual_after_days": draw(st.sampled_from([3, 30, 90])),
        "allocation": draw(allocations),
    }
    if draw(st.booleans()):
        months = draw(st.integers(1, min(36, most_instalments)))
        return Terms.for_months(term_months=months, method=method, disbursed_on=disbursed_on, **common)
    return Terms(
        method=method,
        disbursed_on=disbursed_on,
        first_due_on=first_due_on,
        instalments=1 if method is Method.BULLET else draw(st.integers(1, most_instalments)),
        period_months=draw(st.sampled_from([1, 1, 1, 2, 3])),
        **common,
    )


@st.composite
def histories(draw: st.DrawFn, of: Terms, policy: GradingPolicy, calendar: Calendar) -> list[Event]:
    """Events that can happen, one after the other: late, partial and early payments and the rest."""
    events = [Event("disburse", EventKind.DISBURSE, of.disbursed_on, of.principal_minor)]
    on = of.disbursed_on
    for number in range(draw(st.integers(0, 7))):
        on += timedelta(days=draw(st.sampled_from([0, 1, 3, 10, 29, 31, 45])))
        state = replay(of, events, on, policy=policy, calendar=calendar, at="open").state
        event = draw(
            _next_event(
                f"e{number}",
                on,
                state.status,
                state.arrears_minor,
                state.accrual_base_minor,
                state.settlement_minor,
                [event.key for event in events[1:]],
            )
        )
        try:
            replay(of, [*events, event], on, policy=policy, calendar=calendar, at="open")
        except LoanMathError:
            continue
        events.append(event)
    return events


@st.composite
def _next_event(
    draw: st.DrawFn,
    key: str,
    on: date,
    status: int,
    arrears_minor: int,
    base_minor: int,
    settlement_minor: int,
    earlier: list[str],
) -> Event:
    part = draw(st.integers(1, 100))
    if earlier and part <= 15:
        return Event(key, EventKind.REVERSE, on, reverses=draw(st.sampled_from(earlier)))
    if status == Status.WRITTEN_OFF:
        return Event(key, EventKind.RECOVER, on, draw(amounts))
    if part <= 25:
        return Event(
            key,
            EventKind.PREPAY,
            on,
            arrears_minor + max(1, base_minor * draw(st.integers(1, 99)) // 100),
        )
    if part <= 32:
        return Event(
            key,
            EventKind.SETTLE,
            on,
            max(1, settlement_minor + draw(st.sampled_from([0, 0, 5]))),
        )
    if part <= 39:
        return Event(key, EventKind.WRITE_OFF, on)
    share = draw(st.sampled_from([1, 30, 100, 100, 130, 300]))
    return Event(
        key,
        EventKind.REPAY,
        on,
        max(1, max(arrears_minor, base_minor // 20) * share // 100),
    )
