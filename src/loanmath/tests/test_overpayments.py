"""Money that was too much and what it pays later, charges paid ahead of time, and rates that turn in mid-row.

The loan is that of ``test_events``: 12,000.00 for twelve months at 0.0001 a day, equal parts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from loanmath import Component, EventKind, Method, Status
from loanmath.allocation import Ahead, Allocation
from loanmath.charges import Charge
from loanmath.terms import RateStep, Recalculation, Tranche, TrancheRows
from loanmath.tests.test_events import FIRST, MIDDLE, OUT, SECOND, TERMS, at, event, lines

KIND = EventKind
NEXT = replace(TERMS, rate_ppb=0, penalty_rate_ppb=0, allocation=Allocation(ahead=Ahead.NEXT))
DOWN = replace(NEXT, tranche_rows=TrancheRows.AFTER, down_payment_ppb=100_000_000)
FIRST_DOWN = event(KIND.REPAY, OUT, 120_000, key="down")


@pytest.mark.parametrize(("over", "penalty", "left"), [(1_000, 700, 300), (700, 700, 0), (1, 1, 0)])
def test_what_was_too_much_pays_a_penalty_that_is_charged_later(over: int, penalty: int, left: int) -> None:
    terms = replace(NEXT, instalments=1, method=Method.BULLET)
    charge = Charge(component=Component.PENALTY, amount_minor=700, due_on=FIRST)
    paid = event(KIND.REPAY, FIRST, 1_200_000 + over, key="over")
    made = at(FIRST, paid, event(KIND.CHARGE, FIRST, charge=charge), terms=terms)
    entry = made.trail[1]
    assert (entry.penalty_minor, entry.principal_minor, entry.overpaid_minor) == (penalty, 1_200_000, left)
    assert made.state.status == (Status.CLOSED if penalty == 700 else Status.ACTIVE)


def test_what_was_too_much_pays_the_down_payment_of_a_tranche_that_was_agreed() -> None:
    """50.00 of the 100.00 that are due."""
    terms = replace(DOWN, tranches=(Tranche(MIDDLE, 100_000),))
    over = event(KIND.CREDIT, OUT, 5_000, key="over", allocation=Allocation())
    made = at(MIDDLE, FIRST_DOWN, over, event(KIND.DISBURSE, MIDDLE, 100_000), terms=terms)
    assert (made.trail[2].key, made.trail[2].principal_minor, made.trail[2].overpaid_minor) == ("over", 5_000, 0)
    assert made.state.principal_due_minor == 5_000


def test_what_a_down_payment_leaves_of_an_overpayment_goes_ahead() -> None:
    """100.00 of 150.00 are due with the tranche; the rest counts for the next row."""
    over = event(KIND.CREDIT, MIDDLE, 15_000, key="over", allocation=Allocation())
    made = at(MIDDLE, FIRST_DOWN, over, event(KIND.DISBURSE, MIDDLE, 100_000), terms=DOWN)
    assert (made.state.principal_due_minor, made.state.overpaid_minor) == (0, 0)
    assert [(row.plan.due_on, row.paid[3]) for row in made.standings[1:3]] == [(MIDDLE, 10_000), (FIRST, 5_000)]


@pytest.mark.parametrize(("component", "role"), [(Component.FEE, "fee_income"), (Component.PENALTY, "penalty_income")])
def test_a_charge_that_is_paid_ahead_is_income_and_no_longer_to_come(component: Component, role: str) -> None:
    """1,000.00 of the first row, then the 5.00 of the second."""
    charge = event(KIND.CHARGE, OUT, key="charge", charge=Charge(component=component, amount_minor=500, due_on=SECOND))
    made = at(MIDDLE, charge, event(KIND.REPAY, MIDDLE, 100_500), terms=NEXT)
    assert lines(made) == {"cash": 100_500, "loan_principal": -100_000, role: -500}
    state = made.state
    assert (state.charges_not_due_minor, state.fee_due_minor, state.penalty_due_minor) == (0, 0, 0)


def test_a_row_keeps_the_day_on_which_nothing_is_left_of_it() -> None:
    half = [event(KIND.REPAY, on, 50_000, key=str(on)) for on in (FIRST, SECOND)]
    made = at(SECOND, *half, terms=NEXT)
    assert [row.settled_on for row in made.standings[:2]] == [SECOND, None]


def test_a_rate_that_was_agreed_to_turn_in_mid_row_turns_on_its_day() -> None:
    """Ten days at 0.0001 on 12,000.00, then 0.0002: 12.00, with ten more days 36.00, with all 21 62.40."""
    terms = replace(TERMS, rate_steps=(RateStep(MIDDLE, 72_000_000),))
    found = [at(on, terms=terms).state for on in (MIDDLE, date(2024, 7, 21), FIRST)]
    assert [state.interest_accrued_minor + state.interest_due_minor for state in found] == [1_200, 3_600, 6_240]


def test_a_loan_is_over_when_what_was_too_much_repays_a_tranche_and_all_else() -> None:
    over = event(KIND.CREDIT, OUT, 1_300_500, key="over", allocation=Allocation())
    terms = replace(NEXT, tranche_rows=TrancheRows.AFTER, recalculation=Recalculation())
    made = at(MIDDLE, over, event(KIND.DISBURSE, MIDDLE, 100_000), terms=terms)
    assert (made.state.status, made.state.outstanding_minor, made.state.overpaid_minor) == (Status.CLOSED, 0, 500)


def test_a_loan_that_keeps_what_was_too_much_spends_it_on_what_is_due_alone() -> None:
    """100.00 of 150.00 pay the down payment on the day of the tranche; the payment itself stays as it was."""
    over = event(KIND.CREDIT, OUT, 15_000, key="over")
    terms = replace(DOWN, allocation=Allocation(), tranches=(Tranche(MIDDLE, 100_000),))
    for of in (terms, replace(terms, tranches=())):
        made = at(MIDDLE, FIRST_DOWN, over, event(KIND.DISBURSE, MIDDLE, 100_000), terms=of)
        assert (made.state.principal_due_minor, made.state.overpaid_minor) == (0, 5_000)
        assert (made.trail[2].principal_minor, made.trail[2].overpaid_minor) == (0, 15_000)


def test_what_was_too_much_pays_interest_ahead_with_a_tranche_that_was_agreed() -> None:
    """After the 100.00: 10 days on 10,800.00 and 21 on 11,700.00 are 10.80 and 24.57; 14.63 are principal."""
    terms = replace(DOWN, rate_ppb=TERMS.rate_ppb, tranches=(Tranche(MIDDLE, 100_000),))
    over = event(KIND.CREDIT, OUT, 15_000, key="over", allocation=Allocation())
    made = at(MIDDLE, FIRST_DOWN, over, event(KIND.DISBURSE, MIDDLE, 100_000), terms=terms)
    assert (made.trail[2].interest_minor, made.trail[2].principal_minor) == (3_537, 10_000 + 1_463)
