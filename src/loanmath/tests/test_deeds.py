"""What events refuse, and what becomes of money, charges and tranches that the plan did not foresee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loanmath import (
    Component,
    Event,
    EventKind,
    LoanMathError,
    Method,
    Replay,
    Role,
    Status,
    Terms,
    replay,
    totals,
)
from loanmath.allocation import Ahead, Allocation
from loanmath.charges import Charge
from loanmath.rows import FEE
from loanmath.terms import Overdue, Recalculation, Tranche, TrancheRows
from loanmath.tests.strategies import POLICY
from loanmath.tests.test_events import FIRST, MIDDLE, OUT, PAID, SECOND, TERMS, at, event, lines, parts

KIND = EventKind
OFF = event(KIND.CHARGE_OFF, OUT, key="off")
FEE_LATER = Charge(amount_minor=500, due_on=SECOND)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([event(KIND.HOLIDAY, MIDDLE, rows=12)], "holiday_too_long"),
        ([event(KIND.HOLIDAY, MIDDLE)], "event_incomplete"),
        ([event(KIND.EXTEND, MIDDLE)], "event_incomplete"),
        ([event(KIND.RE_AGE, MIDDLE, rows=1, due_on=MIDDLE)], "re_ageing_backwards"),
        ([event(KIND.FORGIVE, MIDDLE, 1_200_000)], "forgiven_too_large"),
        ([event(KIND.STOP_ACCRUAL, OUT, key="s"), event(KIND.RATE_CHANGE, MIDDLE, rate_ppb=1)], "accrual_stopped"),
        ([OFF, event(KIND.CHARGE_OFF, MIDDLE)], "charged_off"),
        ([OFF, event(KIND.WRITE_OFF, MIDDLE)], "charged_off"),
        ([OFF, event(KIND.CHARGE, MIDDLE, charge=FEE_LATER)], "charged_off"),
        ([event(KIND.SETTLE, MIDDLE, 1_201_199)], "settlement_short"),
    ],
)
def test_what_cannot_be_is_refused(events: list[Event], code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        at(MIDDLE, *events)
    assert caught.value.code == code
    assert "{" not in str(caught.value)


def test_nothing_is_paid_out_on_a_loan_that_was_charged_off() -> None:
    terms = replace(TERMS, tranche_rows=TrancheRows.AFTER)
    with pytest.raises(LoanMathError, match="charged off"):
        at(MIDDLE, OFF, event(KIND.DISBURSE, MIDDLE, 5), terms=terms)


@pytest.mark.parametrize("kind", [KIND.EXTEND, KIND.HOLIDAY, KIND.RATE_CHANGE])
def test_after_the_last_row_there_is_nothing_to_plan_but_new_rows(kind: EventKind) -> None:
    on = date(2025, 8, 1)
    with pytest.raises(LoanMathError, match="re-age the loan"):
        at(on, event(kind, on, rows=1, rate_ppb=1))
    made = at(on, event(KIND.RE_AGE, on, rows=2, due_on=date(2025, 9, 1)))
    # 12,000.00 in two rows; 31 days at 0.0001
    assert parts(made, 13, 14) == [(600_000, 3_720), (600_000, 1_800)]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"component": Component.INTEREST, "amount_minor": 5, "due_on": OUT}, "charge_of_what"),
        ({"due_on": OUT}, "charge_without_amount"),
        ({"basis": "principal", "amount_minor": 5, "due_on": OUT}, "charge_without_amount"),
        ({"amount_minor": 5}, "charge_without_date"),
    ],
)
def test_a_charge_without_meaning_is_refused(values: dict[str, Any], code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        Charge(**values)
    assert caught.value.code == code


AHEAD = replace(TERMS, instalments=1, method=Method.BULLET, allocation=Allocation(ahead=Ahead.NEXT))


def test_money_that_was_too_much_pays_what_is_charged_later_at_its_own_day() -> None:
    # one row on 1 August: 12,000.00 and 37.20; 10.00 more are paid than that
    over = event(KIND.REPAY, FIRST, 1_204_720, key="over")
    made = at(FIRST, over, event(KIND.CHARGE, FIRST, charge=Charge(amount_minor=700, due_on=FIRST)), terms=AHEAD)
    assert (made.state.overpaid_minor, made.state.status) == (300, Status.CLOSED)
    assert made.standings[0].paid[FEE] == 700
    assert (made.trail[1].fee_minor, made.trail[1].overpaid_minor) == (700, 300)


def test_money_that_was_too_much_pays_the_down_payment_of_a_later_tranche() -> None:
    terms = replace(TERMS, tranche_rows=TrancheRows.AFTER, down_payment_ppb=100_000_000, allocation=AHEAD.allocation)
    paid = event(KIND.REPAY, OUT, 120_000, key="down")
    over = event(KIND.CREDIT, MIDDLE, 5_000, key="over", allocation=Allocation())
    made = at(MIDDLE, paid, over, event(KIND.DISBURSE, MIDDLE, 100_000), terms=terms)
    # 50.00 of the 100.00 that are due
    assert (made.state.principal_due_minor, made.state.overpaid_minor) == (5_000, 0)


def test_a_row_for_charges_joins_the_plan_when_that_is_extended_beyond_it() -> None:
    later = Charge(amount_minor=900, due_on=date(2025, 7, 20))
    fee = event(KIND.CHARGE, FIRST, key="fee", charge=later)
    assert len(at(FIRST, fee).rows) == 13
    made = at(FIRST, fee, event(KIND.EXTEND, FIRST, rows=1))
    assert [row.asked[FEE] for row in made.standings[-2:]] == [0, 900]
    assert (
        at(FIRST, fee, event(KIND.EXTEND, FIRST, rows=1), event(KIND.WAIVE, FIRST, key="w", of="fee"))
        .trail[-1]
        .fee_minor
        == 900
    )


AGREED = replace(
    TERMS,
    tranche_rows=TrancheRows.AFTER,
    tranches=(Tranche(date(2024, 8, 11), 120_000),),
    down_payment_ppb=100_000_000,
)


def test_the_down_payment_of_a_tranche_to_come_outlasts_a_new_plan_and_leaves_with_the_tranche() -> None:
    # due are the first down payment and ten nights' penalty on it
    prepaid = event(KIND.PREPAY, MIDDLE, 120_000 + 180 + 540_000)
    made = at(MIDDLE, prepaid, terms=AGREED)
    # 5,400.00 over twelve rows, from the second on 1,080.00 over eleven more
    assert [(str(row.due_on), row.principal_minor) for row in made.rows[:4]] == [
        ("2024-07-01", 120_000),
        ("2024-08-01", 45_000),
        ("2024-08-11", 12_000),
        ("2024-09-01", 54_818),
    ]
    gone = at(date(2024, 8, 11), prepaid, terms=AGREED)
    assert [row.principal_minor for row in gone.rows[:3]] == [120_000, 45_000, 45_000]


def test_of_principal_nobody_is_asked_more_than_is_out() -> None:
    tranche = Tranche(date(2024, 8, 11), 24_000_000)
    terms = replace(TERMS, method=Method.FLAT, tranche_rows=TrancheRows.ALL, tranches=(tranche,))
    made = at(FIRST, terms=terms)
    assert (made.state.principal_due_minor, made.state.principal_not_due_minor) == (1_200_000, 0)


def test_by_rows_a_payment_on_a_due_date_reckons_the_row_of_that_day_with_what_was_overdue() -> None:
    again = Recalculation(overdue=Overdue.FROM_ROW, moves_interest=False)
    terms = replace(TERMS, recalculation=again, penalty_rate_ppb=0)
    made: Replay = at(SECOND, event(KIND.REPAY, SECOND, 103_720), terms=terms)
    # 31 days on 12,000.00 instead of 11,000.00: 37.20; the instalment of 1,034.10 stays
    assert parts(made, 2) == [(99_690, 3_720)]
    assert lines(made)["loan_principal"] == -100_000


def test_a_row_that_is_paid_ahead_keeps_what_it_has_when_the_rate_changes() -> None:
    ahead = event(KIND.REPAY, FIRST, 53_410, key="ahead", allocation=Allocation(ahead=Ahead.NEXT))
    made = at(FIRST, PAID, ahead, event(KIND.RATE_CHANGE, FIRST, rate_ppb=18_000_000))
    # 500.00 of principal and 34.10 of interest were paid; 10,500.00 over eleven rows are 954.55 beside them;
    # interest of 31 days at 0.00005 on 10,500.00 is 16.28 (16.275): 17.82 are too much and are kept
    assert parts(made, 2) == [(50_000 + 95_455, 1_628)]
    assert made.state.overpaid_minor == 3_410 - 1_628


def test_a_prepayment_and_a_settlement_ahead_of_time_cost_their_fee() -> None:
    """1 % of principal paid ahead: 1,010.00 prepay 1,000.00; ending the loan takes 1 % of what is left besides."""
    terms = Terms.for_months(
        term_months=12,
        method="interest_first",
        disbursed_on=date(2024, 1, 1),
        currency="CNY",
        principal_minor=5_000_00,
        rate_ppb=0,
        day_count="act/360",
        early_fee_ppb=10_000_000,
    )
    out = Event("out", EventKind.DISBURSE, date(2024, 1, 1), 5_000_00)
    part = Event("part", EventKind.PREPAY, date(2024, 1, 10), 1_010_00)
    made = replay(terms, [out, part], date(2024, 1, 10), policy=POLICY, at="open")
    assert (made.trail[-1].principal_minor, made.trail[-1].fee_minor) == (1_000_00, 10_00)
    assert made.settlement_minor == 4_040_00
    short = Event("end", EventKind.SETTLE, date(2024, 1, 20), 4_039_99)
    with pytest.raises(LoanMathError, match="404000 is needed"):
        replay(terms, [out, part, short], date(2024, 1, 20), policy=POLICY, at="open")
    whole = Event("end", EventKind.SETTLE, date(2024, 1, 20), 4_040_00)
    ended = replay(terms, [out, part, whole], date(2024, 1, 20), policy=POLICY, at="open")
    assert (ended.state.status, totals(ended.postings)[Role.FEE_INCOME]) == (Status.CLOSED, -50_00)


def test_interest_paid_ahead_and_no_longer_asked_for_pays_what_is_overdue() -> None:
    # 1.00 of each row's interest is paid ahead; the first row goes unpaid, then the ten after it are spared
    order = (Component.INTEREST, Component.PENALTY, Component.FEE, Component.PRINCIPAL)
    ahead = event(KIND.REPAY, OUT, 1_200, key="ahead", allocation=Allocation(order, ahead=Ahead.SPREAD))
    late = date(2024, 8, 2)
    before = at(late, ahead).state
    after = at(late, ahead, event(KIND.HOLIDAY, late, rows=10)).state
    assert (before.interest_ahead_minor, after.interest_ahead_minor) == (1_100, 100)
    assert (after.arrears_minor, after.overpaid_minor) == (before.arrears_minor - 1_000, 0)
