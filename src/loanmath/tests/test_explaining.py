"""What explains an amount comes to that very amount, on loans that live at random."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import Event, EventKind, Replay, Terms, replay
from loanmath.explaining import (
    explain_class,
    explain_penalty,
    explain_principal,
    explain_provision,
    explain_settlement,
)
from loanmath.grading import tier_by_days
from loanmath.state import term_values
from loanmath.tests.strategies import POLICY

OUT = date(2024, 1, 15)
TERMS = Terms.for_months(
    term_months=12,
    method="level",
    disbursed_on=OUT,
    currency="CNY",
    principal_minor=1_234_567,
    rate_ppb=60_000_000,
    day_count="30E/360",
    penalty_rate_ppb=90_000_000,
)
PAID_OUT = Event("out", EventKind.DISBURSE, OUT, TERMS.principal_minor)
PAYMENTS = st.lists(st.tuples(st.integers(1, 330), st.integers(1, 150_000)), max_size=6)


def lived(payments: list[tuple[int, int]], days: int) -> Replay:
    events = [
        Event(f"pay-{place}", EventKind.REPAY, OUT + timedelta(days=after), amount)
        for place, (after, amount) in enumerate(sorted(payments))
        if after <= days
    ]
    return replay(TERMS, [PAID_OUT, *events], OUT + timedelta(days=days), policy=POLICY)


@given(payments=PAYMENTS, days=st.integers(1, 400))
def test_principal_settlement_and_provision_are_the_sum_of_their_parts(
    payments: list[tuple[int, int]], days: int
) -> None:
    now = lived(payments, days)
    assert sum(part.amount_minor for part in explain_principal(now.state)) == now.state.outstanding_minor
    parts = explain_settlement(now.state, now.early_fee_minor)
    assert sum(part.amount_minor for part in parts) == now.settlement_minor
    found = explain_provision(now.state.outstanding_minor, now.state.five_tier, POLICY)
    assert found.provision_minor == now.state.provision_minor
    assert (2 * found.numerator + found.denominator) // (2 * found.denominator) == found.provision_minor


@pytest.mark.parametrize("payments", [[], [(40, 20_000)], [(31, 106_255), (75, 1)], [(50, 400_000)]])
@pytest.mark.parametrize("days", [29, 31, 32, 47, 90, 121, 200])
def test_the_penalty_is_what_the_nights_since_the_arrears_began_come_to(
    payments: list[tuple[int, int]], days: int
) -> None:
    closes: list[tuple[date, int]] = []
    for day in range(days + 1):
        state = lived(payments, day).state
        is_late = state.oldest_due_on > 0 or state.penalty_due_minor > 0
        closes = (
            [*closes, (OUT + timedelta(days=day), state.principal_due_minor + state.interest_due_minor)]
            if is_late
            else []
        )
    terms = term_values(TERMS)
    found = explain_penalty(
        closes, terms["penalty_rate_ppb"], terms["penalty_divisor"], terms["penalty_code"], terms["rounding_code"]
    )
    assert found.accrued_minor == lived(payments, days).state.penalty_run_minor
    assert sum(one.base_minor * one.units for one in found.nights) * found.rate_ppb == found.numerator


@given(tier=st.integers(1, 5), overdue_days=st.integers(0, 500))
def test_a_class_is_explained_by_the_floor_that_was_passed_or_as_kept(tier: int, overdue_days: int) -> None:
    found = explain_class(tier, overdue_days, POLICY)
    assert found.by_days == tier_by_days(overdue_days, POLICY)
    assert found.is_kept == (tier > found.by_days)
    if found.above_days is None:
        assert found.by_days == 1
    else:
        assert overdue_days > found.above_days
        assert found.above_days in {*POLICY.floors_days, POLICY.technical_lateness_days}
        assert tier_by_days(found.above_days, POLICY) < found.by_days
