"""What each kind of event does to rows, state and postings, with figures worked out by hand.

The loan: 12,000.00 for twelve months at 3.6 % by act/360, so 0.0001 a day; equal principal of 1,000.00; penalty 5.4 %,
0.00015 a day; paid out on 1 July 2024.  Rows one to three without events: 31 days on 12,000.00 are 37.20, 31 days on
11,000.00 are 34.10, 30 days on 10,000.00 are 30.00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from loanmath import (
    Component,
    DayCount,
    Event,
    EventKind,
    LoanMathError,
    Method,
    Replay,
    Status,
    Terms,
    difference,
    replay,
)
from loanmath.allocation import Ahead, Allocation
from loanmath.charges import Basis, Charge, Moment
from loanmath.replay import Moment as When
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL
from loanmath.terms import Prepaid, Tranche, TrancheRows
from loanmath.tests.checks import check_replay, unpaid
from loanmath.tests.strategies import POLICY

OUT = date(2024, 7, 1)
TERMS = Terms.for_months(
    term_months=12,
    method="equal_principal",
    disbursed_on=OUT,
    currency="CNY",
    principal_minor=1_200_000,
    rate_ppb=36_000_000,
    day_count="act/360",
    penalty_rate_ppb=54_000_000,
)
TRANCHES = replace(TERMS, tranche_rows=TrancheRows.AFTER, down_payment_ppb=100_000_000)
FIRST, SECOND, THIRD = date(2024, 8, 1), date(2024, 9, 1), date(2024, 10, 1)
MIDDLE = date(2024, 7, 11)
"""Ten days after the start: 12.00 of interest has accrued."""


def event(kind: EventKind, on: date, amount: int = 0, key: str = "e", **others: Any) -> Event:
    return Event(key, kind, on, amount, **others)


def at(on: date, *events: Event, moment: When = "open", terms: Terms = TERMS) -> Replay:
    every = [Event("out", EventKind.DISBURSE, terms.disbursed_on, terms.principal_minor), *events]
    made = replay(terms, every, on, policy=POLICY, at=moment)
    check_replay(made, terms, every, on)
    return made


def lines(made: Replay, key: str = "e") -> dict[str, int]:
    return {str(role): amount for posting in made.postings if posting.key == key for role, amount in posting.lines}


def parts(made: Replay, *numbers: int) -> list[tuple[int, int]]:
    """Principal and interest that rows ask for."""
    return [(made.rows[number - 1].principal_minor, made.rows[number - 1].interest_minor) for number in numbers]


PAID = event(EventKind.REPAY, FIRST, 103_720, key="paid")
"""The first instalment in full and in time."""


# --- money that comes in -----------------------------------------------------------------------------------------


def test_a_credit_is_allocated_like_a_payment_of_cash() -> None:
    made = at(FIRST, event(EventKind.CREDIT, FIRST, 3_820))
    assert lines(made) == {"cash": 3_820, "interest_receivable": -3_720, "loan_principal": -100}
    assert made.state.principal_due_minor == 99_900


def test_goodwill_costs_the_lender_and_moves_no_cash() -> None:
    made = at(FIRST, event(EventKind.GOODWILL, FIRST, 3_820))
    assert lines(made) == {"concession": 3_820, "interest_receivable": -3_720, "loan_principal": -100}


def test_a_payment_may_be_allocated_by_an_order_of_its_own() -> None:
    own = Allocation((Component.PRINCIPAL, Component.PENALTY, Component.FEE, Component.INTEREST))
    made = at(FIRST, event(EventKind.REPAY, FIRST, 100_500, allocation=own))
    assert lines(made) == {"cash": 100_500, "loan_principal": -100_000, "interest_receivable": -500}


def test_interest_paid_ahead_is_owed_to_the_customer_until_it_has_accrued() -> None:
    ahead = Allocation(ahead=Ahead.NEXT)
    made = at(MIDDLE, event(EventKind.REPAY, MIDDLE, 3_720, allocation=ahead))
    # 12.00 has accrued; 25.20 of the 37.20 has not
    assert lines(made) == {"cash": 3_720, "interest_receivable": -1_200, "interest_ahead": -2_520}
    assert (made.state.interest_ahead_minor, made.state.interest_accrued_minor) == (3_720, 1_200)
    fallen = at(FIRST, event(EventKind.REPAY, MIDDLE, 3_720, allocation=ahead)).state
    assert (fallen.interest_ahead_minor, fallen.interest_due_minor, fallen.principal_due_minor) == (0, 0, 100_000)


def test_money_paid_ahead_on_the_last_rows_leaves_the_next_ones_as_they_are() -> None:
    last = Allocation(ahead=Ahead.LAST)
    made = at(FIRST, PAID, event(EventKind.REPAY, FIRST, 100_300, allocation=last))
    # the last row asks for 1,000.00 and 30 days on 1,000.00: 3.00
    assert made.standings[-1].paid == (0, 0, 300, 100_000)
    assert parts(made, 2, 3) == [(100_000, 3_410), (100_000, 3_000)]


PREPAID = event(EventKind.PREPAY, MIDDLE, 600_000)


def test_after_a_prepayment_that_lowers_all_rows_ask_for_less() -> None:
    made = at(MIDDLE, PREPAID)
    # 6,000.00 over twelve rows; 10 days on 12,000.00 and 21 on 6,000.00 are 12.00 and 12.60
    assert parts(made, 1, 2) == [(50_000, 2_460), (50_000, 1_705)]
    assert len(made.rows) == 12
    assert lines(made) == {"cash": 600_000, "loan_principal": -600_000}


@pytest.mark.parametrize("prepaid", [Prepaid.SHORTEN, Prepaid.LAST])
def test_after_a_prepayment_that_shortens_a_level_plan_keeps_its_instalment(prepaid: Prepaid) -> None:
    level = replace(TERMS, method=Method.LEVEL, day_count=DayCount.THIRTY_E_360)
    before, made = at(MIDDLE, terms=level), at(MIDDLE, replace(PREPAID, prepaid=prepaid), terms=level)
    assert len(made.rows) == 6
    # 0.3 % a month on 12,000.00 over twelve rows: 12,000 x 0.003 / (1 - 1.003^-12) = 1,019.61 (1,019.607)
    assert before.rows[1].total_minor == made.rows[1].total_minor == 101_961
    assert sum(row.principal_minor for row in made.rows) == 600_000


def test_a_settlement_takes_a_charge_that_is_not_due_with_it() -> None:
    fee = event(EventKind.CHARGE, MIDDLE, key="fee", charge=Charge(amount_minor=5_000, due_on=MIDDLE))
    quote = at(MIDDLE, fee).state.settlement_minor
    assert quote == 1_200_000 + 1_200 + 5_000
    made = at(MIDDLE, fee, event(EventKind.SETTLE, MIDDLE, quote + 7))
    assert lines(made) == {
        "cash": quote + 7,
        "loan_principal": -1_200_000,
        "interest_receivable": -1_200,
        "fee_income": -5_000,
        "overpayment": -7,
    }
    assert (made.state.status, made.state.overpaid_minor, made.state.outstanding_minor) == (Status.CLOSED, 7, 0)
    assert [row.asked for row in made.standings] == [(0, 5_000, 1_200, 1_200_000)]


def test_a_compromise_pays_principal_first_and_forgives_the_rest() -> None:
    made = at(MIDDLE, event(EventKind.COMPROMISE, MIDDLE, 1_000_000))
    # owed are 12,000.00 and 12.00: 2,000.00 of principal is a loss, the interest is taken back
    assert lines(made) == {
        "cash": 1_000_000,
        "loan_principal": -1_200_000,
        "concession": 200_000,
        "interest_receivable": -1_200,
        "interest_income": 1_200,
    }
    assert (made.state.status, made.state.forgiven_minor, made.state.repaid_minor) == (
        Status.CLOSED,
        200_000,
        1_000_000,
    )
    assert (made.standings[0].paid, made.standings[0].waived) == ((0, 0, 0, 1_000_000), (0, 0, 1_200, 200_000))
    with pytest.raises(LoanMathError, match="settle"):
        at(MIDDLE, event(EventKind.COMPROMISE, MIDDLE, 1_201_200))


# --- money that goes back ----------------------------------------------------------------------------------------


def test_a_refund_pays_back_what_is_overpaid_and_no_more() -> None:
    over = event(EventKind.REPAY, FIRST, 104_000, key="over")
    made = at(FIRST, over, event(EventKind.REFUND, FIRST, 280))
    assert lines(made) == {"overpayment": 280, "cash": -280}
    assert made.state.overpaid_minor == 0
    with pytest.raises(LoanMathError, match="only 280 is overpaid"):
        at(FIRST, over, event(EventKind.REFUND, FIRST, 281))


def test_money_taken_back_is_principal_that_is_owed_today() -> None:
    on = date(2024, 8, 11)
    made = at(on, PAID, event(EventKind.CHARGEBACK, on, 60_000))
    assert lines(made) == {"loan_principal": 60_000, "cash": -60_000}
    assert (made.state.principal_due_minor, made.state.repaid_minor, len(made.rows)) == (60_000, 40_000, 13)
    assert (made.rows[1].due_on, made.rows[1].principal_minor) == (on, 60_000)
    # ten nights on 600.00 at 0.00015 are 0.90
    assert (
        at(date(2024, 8, 20), PAID, event(EventKind.CHARGEBACK, on, 60_000), moment="close").state.penalty_due_minor
        == 90
    )
    with pytest.raises(LoanMathError, match="only 100000 of principal"):
        at(on, PAID, event(EventKind.CHARGEBACK, on, 100_001))


# --- charges and what is not asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "amount"),
    [
        (Basis.PRINCIPAL, 12_000),  # 1 % of 12,000.00
        (Basis.OUTSTANDING, 11_000),  # of 11,000.00
        (Basis.INTEREST, 238),  # of all interest, 238.10
        (Basis.PRINCIPAL_AND_INTEREST, 12_238),
    ],
)
def test_a_charge_on_a_date_is_a_share_of_what_it_says(basis: Basis, amount: int) -> None:
    # 0.0001 x (12,000 x 31 + 11,000 x 31 + 10,000 x 30 + 9,000 x 31 + 8,000 x 30 + 7,000 x 31 + 6,000 x 31
    #           + 5,000 x 28 + 4,000 x 31 + 3,000 x 30 + 2,000 x 31 + 1,000 x 30) = 238.10
    share = Charge(basis=basis, rate_ppb=10_000_000, due_on=date(2024, 8, 20))
    made = at(FIRST, PAID, event(EventKind.CHARGE, FIRST, charge=share))
    assert made.standings[1].asked[FEE] == amount
    assert (made.state.charges_not_due_minor, lines(made)) == (amount, {})
    fallen = at(SECOND, PAID, event(EventKind.CHARGE, FIRST, charge=share))
    assert (fallen.state.fee_due_minor, fallen.state.charges_not_due_minor) == (amount, 0)


def test_a_charge_on_a_row_that_has_fallen_due_is_asked_at_once() -> None:
    made = at(FIRST, event(EventKind.CHARGE, FIRST, charge=Charge(amount_minor=500, due_on=FIRST)))
    assert lines(made) == {"fee_receivable": 500, "fee_income": -500}
    assert made.state.fee_due_minor == made.standings[0].asked[FEE] == 500


@pytest.mark.parametrize(
    ("moment", "basis", "first", "second"),
    [
        (Moment.EACH_INSTALMENT, Basis.PRINCIPAL, 12_000, 12_000),
        (Moment.EACH_INSTALMENT, Basis.OUTSTANDING, 12_000, 11_000),
        (Moment.EACH_INSTALMENT, Basis.INTEREST, 37, 34),
        (Moment.EACH_INSTALMENT, Basis.PRINCIPAL_AND_INTEREST, 1_037, 1_034),
        (Moment.EACH_INSTALMENT, Basis.ROW_PRINCIPAL, 1_000, 1_000),
        (Moment.ON_A_DATE, Basis.ROW_PRINCIPAL, 0, 1_000),
        (Moment.ON_A_DATE, Basis.ROW_PRINCIPAL_AND_INTEREST, 0, 1_034),
        (Moment.ON_A_DATE, Basis.OUTSTANDING, 0, 12_000),
    ],
)
def test_one_percent_is_of_what_the_charge_says(moment: Moment, basis: Basis, first: int, second: int) -> None:
    """12,000.00; rows of 1,000.00 with 37.20 and 34.10 of interest."""
    due_on = SECOND if moment is Moment.ON_A_DATE else None
    share = Charge(basis=basis, moment=moment, rate_ppb=10_000_000, due_on=due_on)
    made = at(OUT, event(EventKind.CHARGE, OUT, charge=share))
    assert [row.asked[FEE] for row in made.standings[:2]] == [first, second]


def test_a_charge_of_each_instalment_follows_its_row() -> None:
    share = Charge(basis=Basis.ROW_PRINCIPAL_AND_INTEREST, moment=Moment.EACH_INSTALMENT, rate_ppb=10_000_000)
    made = at(OUT, event(EventKind.CHARGE, OUT, charge=share))
    # 1 % of 1,037.20, 1,034.10 and 1,030.00, half up
    assert [row.asked[FEE] for row in made.standings[:3]] == [1_037, 1_034, 1_030]


def test_a_charge_when_overdue_is_asked_once_for_each_row_that_is_late() -> None:
    late = Charge(
        component=Component.PENALTY, basis=Basis.ROW_PRINCIPAL, moment=Moment.WHEN_OVERDUE, rate_ppb=20_000_000
    )
    day = timedelta(days=1)
    events = [event(EventKind.CHARGE, on + day, key=f"late{on}", charge=late) for on in (FIRST, SECOND)]
    made = at(SECOND + day, *events)
    assert [row.asked[PENALTY] for row in made.standings[:3]] == [2_000, 2_000, 0]


def test_a_charge_after_the_last_row_has_a_row_of_its_own_and_reopens_the_loan() -> None:
    settled = event(EventKind.SETTLE, MIDDLE, 1_201_200, key="settled")
    fee = event(EventKind.CHARGE, date(2024, 7, 20), charge=Charge(amount_minor=900, due_on=date(2024, 7, 25)))
    made = at(date(2024, 7, 20), settled, fee)
    assert (made.state.status, made.rows[-1].due_on, made.standings[-1].asked) == (
        Status.ACTIVE,
        date(2024, 7, 25),
        (0, 900, 0, 0),
    )
    paid = at(date(2024, 7, 25), settled, fee, event(EventKind.REPAY, date(2024, 7, 25), 900, key="p"))
    assert paid.state.status == Status.CLOSED


def test_a_charge_at_disbursement_is_kept_back_from_each_sum_that_is_paid_out() -> None:
    share = Charge(basis=Basis.PRINCIPAL, moment=Moment.AT_DISBURSEMENT, rate_ppb=10_000_000)
    on = MIDDLE
    made = at(
        on,
        event(EventKind.CHARGE, OUT, key="first", charge=share),
        event(EventKind.DISBURSE, on, 100_000, key="tranche"),
        event(EventKind.CHARGE, on, charge=share),
        terms=TRANCHES,
    )
    # 1 % of 12,000.00 and of 1,000.00
    assert lines(made, "first") == {"cash": 12_000, "fee_income": -12_000}
    assert lines(made) == {"cash": 1_000, "fee_income": -1_000}
    with pytest.raises(LoanMathError, match="Nothing is paid out"):
        at(on, event(EventKind.CHARGE, on, charge=share))


def test_a_waiver_of_a_charge_takes_its_income_back() -> None:
    fee = event(EventKind.CHARGE, FIRST, key="fee", charge=Charge(amount_minor=500, due_on=FIRST))
    made = at(FIRST, fee, event(EventKind.WAIVE, FIRST, of="fee"))
    assert lines(made) == {"fee_receivable": -500, "fee_income": 500}
    assert made.standings[0].waived == (0, 500, 0, 0)


def test_penalty_of_the_days_is_waived_up_to_an_amount() -> None:
    on = date(2024, 8, 11)
    # ten nights on 1,037.20 at 0.00015 are 1.56
    made = at(on, event(EventKind.WAIVE, on, 100, component=Component.PENALTY))
    assert lines(made) == {"penalty_receivable": -100, "penalty_income": 100}
    assert made.state.penalty_due_minor == 56
    assert at(on, event(EventKind.WAIVE, on, component=Component.PENALTY)).state.penalty_due_minor == 0


def test_interest_that_is_due_can_be_waived_and_what_is_nothing_cannot() -> None:
    made = at(FIRST, event(EventKind.WAIVE, FIRST, component=Component.INTEREST))
    assert lines(made) == {"interest_receivable": -3_720, "interest_income": 3_720}
    with pytest.raises(LoanMathError, match="nothing to waive"):
        at(FIRST, event(EventKind.WAIVE, FIRST, component=Component.FEE))


def test_principal_forgiven_is_a_loss_and_the_rows_ahead_carry_less() -> None:
    made = at(MIDDLE, event(EventKind.FORGIVE, MIDDLE, 600_000))
    assert lines(made) == {"loan_principal": -600_000, "concession": 600_000}
    assert parts(made, 1, 2) == [(50_000, 2_460), (50_000, 1_705)]
    assert made.state.forgiven_minor == 600_000


# --- the plan ----------------------------------------------------------------------------------------------------


def test_from_the_day_of_a_new_rate_on_interest_runs_at_it() -> None:
    made = at(MIDDLE, event(EventKind.RATE_CHANGE, MIDDLE, rate_ppb=72_000_000))
    # 10 days at 0.0001 and 21 at 0.0002 on 12,000.00: 12.00 and 50.40; then 31 days on 11,000.00 at 0.0002
    assert parts(made, 1, 2) == [(100_000, 6_240), (100_000, 6_820)]
    fallen = at(FIRST, event(EventKind.RATE_CHANGE, MIDDLE, rate_ppb=72_000_000)).state
    assert (fallen.interest_due_minor, fallen.interest_accrued_minor) == (6_240, 0)


def test_an_extension_spreads_the_balance_over_more_rows() -> None:
    made = at(FIRST, PAID, event(EventKind.EXTEND, FIRST, rows=11))
    # 11,000.00 over the eleven rows left and eleven more: 500.00 each
    assert (len(made.rows), made.rows[-1].due_on) == (23, date(2026, 6, 1))
    assert parts(made, 2, 3) == [(50_000, 3_410), (50_000, 3_150)]


def test_overdue_principal_can_join_the_rows_ahead() -> None:
    made = at(FIRST, event(EventKind.RE_AMORTISE, FIRST))
    # 12,000.00 over the eleven rows left: 1,090.91; the interest that is due stays due
    assert parts(made, 1, 2) == [(0, 3_720), (109_091, 3_720)]
    assert (made.state.principal_due_minor, made.state.interest_due_minor) == (0, 3_720)
    with pytest.raises(LoanMathError, match="nothing to spread"):
        at(FIRST, PAID, event(EventKind.RE_AMORTISE, FIRST))


def test_a_re_aged_loan_owes_its_principal_in_new_rows_and_what_accrued_with_the_first() -> None:
    on = date(2024, 8, 11)
    made = at(on, event(EventKind.RE_AGE, on, rows=10, due_on=date(2024, 9, 15)))
    # until today 10 days on 11,000.00: 11.00; then 35 days on 12,000.00: 42.00; 12,000.00 in ten rows
    assert (len(made.rows), made.rows[1].due_on) == (11, date(2024, 9, 15))
    assert parts(made, 1, 2, 3) == [(0, 3_720), (120_000, 5_300), (120_000, 3_240)]
    assert (made.state.principal_due_minor, made.state.interest_due_minor) == (0, 3_720)


def test_rows_of_a_holiday_ask_for_nothing_and_their_interest_becomes_principal() -> None:
    pause = event(EventKind.HOLIDAY, FIRST, rows=2)
    made = at(THIRD, PAID, pause)
    # 31 days on 11,000.00: 34.10; 30 days on 11,034.10: 33.10 (33.1023); 11,000.00 over the nine rows left are
    # 1,222.22, and the last one takes what has been added
    assert [row.capitalised_minor for row in made.rows[1:3]] == [3_410, 3_310]
    assert parts(made, 2, 3, 4)[:2] == [(0, 0), (0, 0)]
    assert (made.rows[3].principal_minor, made.rows[11].principal_minor) == (122_222, 1_106_720 - 8 * 122_222)
    assert (made.state.capitalised_minor, made.state.outstanding_minor) == (6_720, 1_106_720)
    posted = {posting.kind: dict(posting.lines) for posting in made.postings}["close_row"]
    assert posted == {"loan_principal": 3_310, "interest_receivable": -3_310}


def test_of_each_sum_paid_out_a_down_payment_is_due_the_same_day() -> None:
    made = at(OUT, terms=TRANCHES)
    # 10 % of 12,000.00; the rest over twelve rows
    assert (made.state.principal_due_minor, made.rows[0].principal_minor) == (120_000, 120_000)
    assert made.rows[1].principal_minor == 90_000


def test_a_tranche_joins_the_rows_ahead() -> None:
    made = at(MIDDLE, event(EventKind.DISBURSE, MIDDLE, 100_000), terms=TRANCHES)
    assert lines(made) == {"loan_principal": 100_000, "cash": -100_000}
    # 10,800.00 and 900.00 over twelve rows; 10 days on 10,800.00 and 21 on 11,700.00 are 10.80 and 24.57
    assert parts(made, 2, 3) == [(10_000, 0), (97_500, 3_537)]
    assert made.state.principal_due_minor == 130_000


def test_an_agreed_tranche_that_is_not_paid_out_leaves_the_plan() -> None:
    agreed = replace(TERMS, tranche_rows=TrancheRows.AFTER, tranches=(Tranche(MIDDLE, 120_000),))
    assert parts(at(OUT, terms=agreed), 1) == [(110_000, 3_972)]
    assert parts(at(MIDDLE, terms=agreed), 1, 2) == [(100_000, 3_720), (100_000, 3_410)]
    paid = at(MIDDLE, event(EventKind.DISBURSE, MIDDLE, 120_000), terms=agreed)
    # 12,000.00 for 10 days and 13,200.00 for 21
    assert parts(paid, 1, 2) == [(110_000, 3_972), (110_000, 3_751)]


# --- how a loan ends ---------------------------------------------------------------------------------------------


def test_after_accrual_is_stopped_the_principal_alone_is_owed() -> None:
    stop = event(EventKind.STOP_ACCRUAL, MIDDLE)
    assert parts(at(MIDDLE, stop), 1, 2) == [(100_000, 1_200), (100_000, 0)]
    late = at(date(2024, 12, 24), stop).state
    assert (late.interest_due_minor, late.interest_accrued_minor, late.penalty_due_minor) == (1_200, 0, 0)


def test_a_loan_charged_off_is_claimed_as_before_and_what_comes_in_is_recovered() -> None:
    off = event(EventKind.CHARGE_OFF, MIDDLE)
    made = at(MIDDLE, off)
    # 1.5 % of 12,000.00 had been provided for
    assert lines(made) == {
        "loan_principal": -1_200_000,
        "loan_loss_allowance": 18_000,
        "impairment_loss": 1_182_000,
        "interest_receivable": -1_200,
        "interest_income": 1_200,
        "memo_interest": 1_200,
        "memo_written_off": 1_200_000,
        "memo_contra": -1_201_200,
    }
    paid = at(FIRST, off, event(EventKind.REPAY, FIRST, 103_720, key="p"))
    assert lines(paid, "p") == {
        "cash": 103_720,
        "recovery_income": -103_720,
        "memo_interest": -3_720,
        "memo_written_off": -100_000,
        "memo_contra": 103_720,
    }


def test_misuse_surcharges_what_is_not_due_and_the_heavier_rate_holds_for_what_is() -> None:
    # misuse 7.2 % is 0.0002 a day: 0.0001 more than the contract on what is not due
    terms = replace(TERMS, misuse_rate_ppb=72_000_000)
    begun = event(EventKind.MISUSE, MIDDLE, 1)
    assert at(date(2024, 7, 20), begun, terms=terms, moment="close").state.penalty_due_minor == 1_200
    # 21 nights on 12,000.00: 25.20; then ten on 1,037.20 at 0.0002 (2.07) and on 11,000.00 at 0.0001 (11.00)
    overdue = at(date(2024, 8, 10), begun, terms=terms, moment="close").state
    assert overdue.penalty_due_minor == 2_520 + 207 + 1_100
    lighter = replace(TERMS, misuse_rate_ppb=45_000_000)
    # 0.000125 on what is not due is 0.000025 more than the contract: 21 nights 6.30, ten nights 2.75; overdue 1.56
    overdue = at(date(2024, 8, 10), begun, terms=lighter, moment="close").state
    assert overdue.penalty_due_minor == 630 + 275 + 156
    ended = event(EventKind.MISUSE, date(2024, 7, 21), 0, key="end")
    assert at(date(2024, 7, 31), begun, ended, terms=terms, moment="close").state.penalty_due_minor == 1_200


def test_penalty_runs_on_overdue_principal_and_compounds_on_overdue_interest() -> None:
    # two rows late: 31 nights on 1,037.20, then ten on 2,071.30 at 0.00015: 4.8230 + 3.1070 = 7.93
    state = at(date(2024, 9, 10), moment="close").state
    assert (state.penalty_due_minor, state.overdue_days) == (793, 40)


# --- history that changes ----------------------------------------------------------------------------------------


def test_a_back_dated_rate_change_is_posted_as_the_difference() -> None:
    change = event(EventKind.RATE_CHANGE, MIDDLE, rate_ppb=72_000_000)
    before, after = at(FIRST), at(FIRST, change)
    assert {str(role): amount for role, amount in difference(before.postings, after.postings)} == {
        "interest_receivable": 2_520,
        "interest_income": -2_520,
    }


def test_unpaid_and_standings_tell_the_same() -> None:
    made = at(FIRST, event(EventKind.REPAY, FIRST, 3_820))
    assert (
        made.unpaid(made.rows[0])
        == (
            unpaid(made.standings[0], PRINCIPAL),
            unpaid(made.standings[0], INTEREST),
        )
        == (99_900, 0)
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"kind": "rate_change", "rate_ppb": -120_000_000}, "out_of_range", "rate_ppb"),
        ({"kind": "rate_change", "rate_ppb": 10**14}, "out_of_range", "rate_ppb"),
        ({"kind": "repay", "amount_minor": 10**19}, "out_of_range", "amount_minor"),
        ({"kind": "repay", "amount_minor": 5.5}, "out_of_range", "amount_minor"),
        ({"kind": "extend", "rows": "2"}, "out_of_range", "rows"),
        ({"kind": "waive", "component": Component.PRINCIPAL}, "waiver_of_principal", "component"),
    ],
)
def test_an_event_without_meaning_is_refused(change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        Event("e", on=OUT, **change)
    assert (caught.value.code, caught.value.field) == (code, field)
