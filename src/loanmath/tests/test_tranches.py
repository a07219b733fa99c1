"""Sums paid out beside the plan, and loans whose interest follows what is really out: the book stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from loanmath import BusinessDayRule, Event, EventKind, LoanMathError, Method, Terms, replay
from loanmath.allocation import Ahead, Allocation, Component, Direction
from loanmath.charges import Charge
from loanmath.daycount import DayCount
from loanmath.rounding import Rounding
from loanmath.shape import Grace, Shape
from loanmath.terms import Levelling, Overdue, Prepaid, RateStep, Recalculation, Repricing, Rest, Tranche, TrancheRows
from loanmath.tests.checks import check_replay
from loanmath.tests.strategies import NEW_YEAR, POLICY
from loanmath.tests.test_events import FIRST, MIDDLE, PAID, SECOND, TERMS, THIRD, at, event, parts

KIND = EventKind
FEE, INTEREST, PRINCIPAL, PENALTY = Component.FEE, Component.INTEREST, Component.PRINCIPAL, Component.PENALTY
EACH_DAY = replace(TERMS, recalculation=Recalculation())
"""Interest on what is out each day, whatever the plan."""
AHEAD = replace(TERMS, tranche_rows=TrancheRows.AFTER, allocation=Allocation(ahead=Ahead.NEXT))


def test_money_taken_back_bears_interest_where_interest_follows_the_principal() -> None:
    """600.00 taken back on 11 August: 10 days on 11,000.00, 21 on 11,600.00, at 0.0001 a day."""
    back = event(KIND.CHARGEBACK, MIDDLE.replace(month=8), 60_000)
    made = at(SECOND, PAID, back, terms=EACH_DAY)
    assert made.state.interest_due_minor == 1_100 + 2_436


def test_an_agreed_tranche_bears_interest_from_its_day_on() -> None:
    """12,000.00 for 10 days, 15,000.00 for 21: 12.00 and 31.50."""
    of = replace(EACH_DAY, tranche_rows=TrancheRows.AFTER, tranches=(Tranche(MIDDLE, 300_000),))
    made = at(FIRST, event(KIND.DISBURSE, MIDDLE, 300_000), terms=of)
    assert made.state.interest_due_minor == 1_200 + 3_150


def test_the_fee_for_prepaying_is_rounded_before_the_principal_is_found() -> None:
    """1 % rounded up of 5,000.00 less its fee: 4,950.49 and 49.51; a cent more would cost 49.51 beside 4,950.50."""
    of = replace(TERMS, early_fee_ppb=10_000_000, rounding=Rounding.UP)
    made = at(MIDDLE, event(KIND.PREPAY, MIDDLE, 500_000), terms=of)
    assert (made.trail[-1].principal_minor, made.trail[-1].fee_minor) == (495_049, 4_951)


@pytest.mark.parametrize(
    ("amount", "principal", "fee", "overpaid"),
    [
        (100, 100, 0, 0),  # 0.4 % of 1.00 rounds to nothing
        (125, 124, 0, 1),  # and of 1.24, but of 1.25 it is a cent, which would be one too many
        (126, 125, 1, 0),
        (100_400, 100_000, 400, 0),
    ],
)
def test_as_much_is_prepaid_as_the_amount_pays_with_the_fee_for_it(
    amount: int, principal: int, fee: int, overpaid: int
) -> None:
    made = at(MIDDLE, event(KIND.PREPAY, MIDDLE, amount), terms=replace(TERMS, early_fee_ppb=4_000_000))
    applied = made.trail[-1]
    assert (applied.principal_minor, applied.fee_minor, applied.overpaid_minor) == (principal, fee, overpaid)
    assert made.state.overpaid_minor == overpaid


def test_principal_paid_ahead_moves_on_where_a_tranche_makes_its_row_smaller() -> None:
    """Level on rows that a tranche joins: what the first row was paid beyond its new part counts for the next."""
    of = replace(AHEAD, method=Method.LEVEL, rate_ppb=0)
    ahead = event(KIND.REPAY, MIDDLE, 250_000, key="ahead")
    made = at(MIDDLE, ahead, event(KIND.DISBURSE, MIDDLE, 120_000, key="more"), terms=of)
    assert sum(row.paid[3] for row in made.standings) == 250_000


@pytest.mark.parametrize("method", [Method.INTEREST_FIRST, Method.EQUAL_PRINCIPAL, Method.LEVEL])
def test_a_tranche_after_money_paid_ahead_leaves_no_row_paid_too_much(method: Method) -> None:
    of = replace(AHEAD, method=method, allocation=Allocation(ahead=Ahead.LAST))
    ahead = event(KIND.REPAY, MIDDLE, 700_000, key="ahead")
    at(FIRST, ahead, event(KIND.DISBURSE, MIDDLE, 150_000, key="more"), terms=of)


def test_a_tranche_joins_the_rows_after_it_and_not_the_one_of_its_day() -> None:
    of = replace(AHEAD, tranches=(Tranche(THIRD, 100_000),), down_payment_ppb=100_000_000)
    at(SECOND, PAID, event(KIND.DISBURSE, FIRST, 200_000, key="more"), terms=of)


def test_a_tranche_that_is_never_paid_out_leaves_a_loan_that_is_over() -> None:
    """The last row has closed when the day of the tranche comes: nothing is left to plan anew."""
    of = replace(TERMS, instalments=1, tranche_rows=TrancheRows.FROM, tranches=(Tranche(date(2024, 7, 31), 100_000),))
    made = at(date(2024, 8, 2), terms=of)
    assert made.state.principal_due_minor == 1_200_000


def test_tranches_that_the_shorter_plan_no_longer_reaches_fall_away_with_the_one_that_was_not_paid_out() -> None:
    """4,000.00 a row: 3,800.00 paid ahead leave two rows of 11,500.00, and the second tranche would come in a third."""
    of = replace(
        AHEAD,
        method=Method.FIXED,
        principal_minor=1_150_000,
        shape=Shape(instalment_minor=400_000),
        allocation=Allocation(ahead=Ahead.LAST),
        down_payment_ppb=100_000_000,
        tranches=(Tranche(MIDDLE, 10_000), Tranche(date(2024, 9, 20), 20_000)),
    )
    out = event(KIND.DISBURSE, of.disbursed_on, 1_150_000, key="out")
    made = replay(of, [out, event(KIND.REPAY, date(2024, 7, 5), 380_000)], MIDDLE, policy=POLICY, at="open")
    assert sum(row.principal_minor for row in made.rows) == 1_150_000
    assert made.rows[-1].due_on == SECOND
    assert sum(row.unpaid_minor for row in made.standings) == made.state.principal_not_due_minor + 2_654 + 1_157 - 767


def test_dates_of_its_own_go_on_period_by_period_when_rows_are_added() -> None:
    of = replace(TERMS, first_due_on=None, own_dates=(date(2024, 8, 15), date(2024, 9, 30)), instalments=2)
    made = at(MIDDLE, event(KIND.EXTEND, MIDDLE, rows=1), terms=of)
    assert [row.due_on for row in made.rows] == [date(2024, 8, 15), date(2024, 9, 30), date(2024, 10, 30)]


def test_a_charge_after_the_last_row_stays_when_the_rows_before_it_are_planned_anew() -> None:
    late = event(KIND.CHARGE, MIDDLE, key="late", charge=Charge(amount_minor=500, due_on=date(2026, 1, 1)))
    made = at(MIDDLE, late, event(KIND.PREPAY, MIDDLE, 100_000))
    assert made.rows[-1].due_on == date(2026, 1, 1)


def test_the_rows_of_another_rate_are_levelled_by_their_own_instalment() -> None:
    of = replace(
        TERMS, method=Method.LEVEL, rate_steps=(RateStep(THIRD, 72_000_000),), repricing=Repricing.ANEW, instalments=6
    )
    made = at(MIDDLE, event(KIND.PREPAY, MIDDLE, 200_000), terms=of)
    first, *_, last = [row.total_minor for row in made.rows][1:5]
    assert first < last


def test_a_base_stays_when_the_rows_are_over() -> None:
    made = at(date(2025, 7, 2), event(KIND.RE_AMORTISE, date(2025, 6, 15)), terms=TERMS)
    assert made.state.principal_not_due_minor == 0


def test_the_current_instalment_is_made_larger_while_a_tranche_is_to_come() -> None:
    of = replace(
        TERMS,
        method=Method.LEVEL,
        levelling=Levelling.PERIODS,
        tranche_rows=TrancheRows.AFTER,
        down_payment_ppb=100_000_000,
        tranches=(Tranche(THIRD, 100_000),),
        allocation=Allocation(ahead=Ahead.CURRENT),
        recalculation=Recalculation(prepaid=Prepaid.LOWER, rest=Rest.ROW, overdue=Overdue.FROM_ROW),
    )
    made = at(FIRST, event(KIND.REPAY, FIRST, 400_000), terms=of)
    assert parts(made, 2)[0][0] > 150_000


def test_principal_paid_ahead_of_a_last_row_that_becomes_smaller_counts_for_the_rows_before_it() -> None:
    """Whole hundreds a row: 300, 300, 300 of 900; with 100 more 400, 400, 200, of which 300 have been paid ahead."""
    of = replace(
        AHEAD,
        method=Method.LEVEL,
        rate_ppb=0,
        principal_minor=90_000,
        instalments=3,
        shape=Shape(multiple_minor=10_000, multiple_rounding=Rounding.UP),
        allocation=Allocation(ahead=Ahead.LAST),
    )
    ahead = event(KIND.REPAY, MIDDLE, 30_000, key="ahead")
    made = at(MIDDLE, ahead, event(KIND.DISBURSE, MIDDLE, 10_000, key="more"), terms=of)
    assert [(row.asked[3], row.paid[3]) for row in made.standings] == [(40_000, 10_000), (40_000, 0), (20_000, 20_000)]


def test_a_loan_that_was_settled_needs_no_plan_without_the_tranche_that_never_came() -> None:
    of = replace(TERMS, tranche_rows=TrancheRows.AFTER, tranches=(Tranche(SECOND, 100_000),))
    made = at(THIRD, event(KIND.SETTLE, MIDDLE, 1_201_200), terms=of)
    assert made.state.settlement_minor == 0


def test_an_overpayment_that_is_used_up_leaves_the_next_charge_to_the_one_after_it() -> None:
    of = replace(TERMS, allocation=Allocation(ahead=Ahead.NEXT), rate_ppb=0)
    over = [event(KIND.REPAY, FIRST, amount, key=key) for key, amount in (("all", 1_200_500), ("more", 700))]
    fee = [
        event(KIND.CHARGE, FIRST, key=str(amount), charge=Charge(amount_minor=amount, due_on=FIRST))
        for amount in (500, 300)
    ]
    made = at(FIRST, *over, *fee, terms=of)
    assert [entry.overpaid_minor for entry in made.trail[1:3]] == [0, 400]


def test_a_row_that_is_over_and_not_yet_due_keeps_its_interest_when_money_comes() -> None:
    """The row ends on 12 February and falls due on the 18th, after the New Year."""
    of = replace(EACH_DAY, disbursed_on=date(2024, 1, 12), first_due_on=None, business_day=BusinessDayRule.FOLLOWING)
    out = event(KIND.DISBURSE, of.disbursed_on, of.principal_minor, key="out")
    on = date(2024, 2, 14)
    made = replay(of, [out, event(KIND.REPAY, on, 50_000)], on, policy=POLICY, calendar=NEW_YEAR, at="open")
    assert made.rows[0].due_on > on
    assert made.rows[0].accrued_minor == 3_720


PUT_OFF = Terms.for_months(
    term_months=6,
    method=Method.EQUAL_PRINCIPAL,
    disbursed_on=date(2024, 1, 20),
    currency="CNY",
    principal_minor=600_000,
    rate_ppb=120_000_000,
    day_count="30/360",
    business_day="following",
    tranche_rows=TrancheRows.AFTER,
    tranches=(Tranche(date(2024, 4, 21), 600_000),),
)
"""Its third row ends on Saturday, 20 April, and falls due on Monday, the 22nd; the tranche comes on the Sunday between."""


@pytest.mark.parametrize("again", [None, Recalculation(overdue=Overdue.FROM_ROW), Recalculation()], ids=str)
@pytest.mark.parametrize(
    ("steps", "interest_minor"),
    [
        ((), 100 + 8_700),  # 3,000.00 for a day, 9,000.00 for 29
        ((RateStep(date(2024, 5, 11), 240_000_000),), 100 + 6_000 + 5_400),  # the last nine at twice the rate
    ],
    ids=["one rate", "a step"],
)
def test_a_tranche_between_the_end_of_a_row_and_its_put_off_due_date_bears_interest_once_from_its_day_on(
    again: Recalculation | None, steps: tuple[RateStep, ...], interest_minor: int
) -> None:
    of = replace(PUT_OFF, recalculation=again, rate_steps=steps)
    out = event(KIND.DISBURSE, of.disbursed_on, of.principal_minor, key="out")
    due = (date(2024, 2, 20), date(2024, 3, 20))
    paid = [event(KIND.REPAY, on, amount, key=str(on)) for on, amount in zip(due, (106_000, 105_000), strict=True)]
    rows = replay(of, [out, *paid], due[1], policy=POLICY, calendar=NEW_YEAR).rows
    assert rows[2].due_on == date(2024, 4, 22)
    assert [(row.principal_minor, row.interest_minor) for row in rows[2:4]] == [
        (100_000, 4_000),
        (300_000, interest_minor),
    ]


def test_a_tranche_spread_over_rows_before_it_is_agreed_only_with_flat_interest() -> None:
    replace(PUT_OFF, method=Method.FLAT, tranche_rows=TrancheRows.ALL)
    with pytest.raises(LoanMathError, match="choose after or from") as refused:
        replace(PUT_OFF, tranche_rows=TrancheRows.ALL)
    assert refused.value.field == "tranche_rows"


AGREED = Terms(
    currency="CNY", method=Method.EQUAL_PRINCIPAL, disbursed_on=date(2024, 1, 1), principal_minor=1_200_000, rate_ppb=120_000_000,
    instalments=4, day_count=DayCount.THIRTY_360, tranche_rows=TrancheRows.FROM, tranches=(Tranche(date(2024, 1, 16), 600_000),),
)  # fmt: skip
"""4.00 a day on 12,000.00; 6.00 with the tranche."""
FROM_ROW = Recalculation(Prepaid.LAST, overdue=Overdue.FROM_ROW)
WAYS = [None, FROM_ROW, replace(FROM_ROW, overdue=Overdue.FROM_DUE)]
OUT_FIRST = event(KIND.DISBURSE, AGREED.disbursed_on, AGREED.principal_minor, key="out")


def lent(tranche: Tranche) -> Event:
    return event(KIND.DISBURSE, tranche.on, tranche.amount_minor, key=f"tranche of {tranche.on}")


@pytest.mark.parametrize("again", WAYS, ids=["plan", "from row", "from due"])
def test_an_agreed_tranche_within_a_row_bears_interest_on_each_of_its_days(again: Recalculation | None) -> None:
    """15 days at 4.00, then 6.00 a day: 96.00 after six more, 150.00 after all 15."""
    of = replace(AGREED, recalculation=again)
    for on, accrued in ((date(2024, 1, 22), 9_600), (date(2024, 1, 31), 15_000)):
        made = replay(of, [OUT_FIRST, lent(of.tranches[0])], on, policy=POLICY, at="open")
        assert made.settlement_minor == 1_800_000 + accrued


@pytest.mark.parametrize("again", WAYS, ids=["plan", "from row", "from due"])
@pytest.mark.parametrize(("comes", "of_row"), [(True, 24_000), (False, 18_000)], ids=["paid out", "not paid out"])
def test_a_step_of_the_rate_on_the_day_of_a_tranche_holds_from_that_day_on(
    again: Recalculation | None, comes: bool, of_row: int
) -> None:
    """15 days at 4.00, then at twice the rate 15 days at 12.00, or at 8.00 where the tranche does not come."""
    of = replace(AGREED, recalculation=again, rate_steps=(RateStep(date(2024, 1, 16), 240_000_000),))
    events = [OUT_FIRST, *[lent(tranche) for tranche in of.tranches if comes]]
    made = replay(of, events, date(2024, 1, 31), policy=POLICY, at="open")
    assert made.state.interest_accrued_minor == of_row
    assert replay(of, events, date(2024, 2, 1), policy=POLICY, at="open").state.interest_due_minor == of_row


@pytest.mark.parametrize("again", WAYS[1:], ids=["from row", "from due"])
def test_kept_money_that_repays_a_tranche_on_the_first_day_of_a_row_leaves_nothing_that_bears_interest(
    again: Recalculation,
) -> None:
    """20,000.00 come on the 15th day: 12,000.00 and 60.00 are owed then, 6,000.00 more on 1 March, and no day's interest."""
    tranche = Tranche(date(2024, 3, 1), 600_000)
    of = replace(
        AGREED, instalments=6, recalculation=again, tranches=(tranche,),
        allocation=Allocation((FEE, INTEREST, PRINCIPAL, PENALTY), Direction.HORIZONTAL, Ahead.NEXT),
    )  # fmt: skip
    events = [OUT_FIRST, event(KIND.REPAY, date(2024, 1, 16), 2_000_000, key="paid"), lent(tranche)]
    for on in (tranche.on, date(2024, 4, 1), date(2024, 7, 2)):
        made = replay(of, events, on, policy=POLICY, at="open")
        assert (made.state.outstanding_minor, made.settlement_minor) == (0, 1_200_000 + 6_000 + 600_000 - 2_000_000)


@pytest.mark.parametrize("again", WAYS[1:], ids=["from row", "from due"])
@pytest.mark.parametrize("kept", [0, 45_500])
def test_a_tranche_that_opens_a_repaid_loan_again_asks_for_its_down_payment(again: Recalculation, kept: int) -> None:
    """A quarter of 2,000.00 is due on the day of the tranche, less what was kept."""
    tranche = Tranche(date(2024, 2, 16), 200_000)
    of = replace(
        AGREED, method=Method.INTEREST_FIRST, instalments=6, down_payment_ppb=250_000_000, recalculation=again,
        tranches=(tranche,), allocation=Allocation((FEE, INTEREST, PRINCIPAL, PENALTY), Direction.HORIZONTAL, Ahead.NEXT),
    )  # fmt: skip
    paid = [
        event(KIND.REPAY, on, amount, key=str(on))
        for on, amount in ((of.disbursed_on, 300_000), (date(2024, 1, 16), 904_500 + kept))
    ]
    made = replay(of, [OUT_FIRST, *paid, lent(tranche)], tranche.on, policy=POLICY, at="open")
    assert (made.state.principal_due_minor, made.state.outstanding_minor) == (50_000 - kept, 200_000 - kept)


def test_tranches_are_agreed_for_the_day_of_the_disbursement_or_later_and_stand_in_order_of_their_days() -> None:
    early, late = Tranche(date(2024, 2, 16), 100), Tranche(date(2024, 3, 16), 200)
    assert replace(AGREED, tranches=(late, early)).tranches == (early, late)
    with pytest.raises(LoanMathError) as refused:
        replace(AGREED, tranches=(Tranche(date(2023, 12, 31), 100),))
    assert (refused.value.field, refused.value.code) == ("tranches", "tranche_too_early")


@pytest.mark.parametrize("again", WAYS, ids=["plan", "from row", "from due"])
@pytest.mark.parametrize("method", [Method.INTEREST_FIRST, Method.EQUAL_PRINCIPAL])
def test_a_tranche_beside_one_that_is_agreed_bears_interest_on_what_is_out_alone(
    again: Recalculation | None, method: Method
) -> None:
    """3,000.00 more on the 15th day, 6,000.00 agreed for 16 March: 60.00 and 75.00; where nothing is repaid, 150.00,
    75.00 and 105.00, and 210.00; else (15,000.00 in four parts of 3,750.00) 112.50 and 75.00; then the 7,500.00 that
    are left and from the 16th on 13,500.00: 37.50 and 67.50; then 6,750.00: 67.50."""
    of = replace(
        AGREED, method=method, recalculation=again, tranche_rows=TrancheRows.AFTER, tranches=(Tranche(date(2024, 3, 16), 600_000),)
    )  # fmt: skip
    more = event(KIND.DISBURSE, date(2024, 1, 16), 300_000, key="more")
    made = replay(of, [OUT_FIRST, more], date(2024, 1, 20), policy=POLICY, at="open")
    nothing_repaid = [13_500, 15_000, 7_500 + 10_500, 21_000]
    interest = nothing_repaid if method is Method.INTEREST_FIRST else [13_500, 11_250, 3_750 + 6_750, 6_750]
    assert [row.interest_minor for row in made.rows] == interest
    assert sum(row.principal_minor for row in made.rows) == 1_200_000 + 300_000 + 600_000


@pytest.mark.parametrize("is_agreed", [True, False], ids=["agreed", "not agreed"])
def test_a_tranche_bears_interest_from_its_day_also_where_payments_count_from_the_end_of_their_row(
    is_agreed: bool,
) -> None:
    """10 days at 4.00, 20 at 6.00; 1,000.00 of principal paid on the 20th day count from 1 February: 1 % of 17,000.00."""
    by_row = Recalculation(Prepaid.LAST, Rest.ROW, Overdue.FROM_ROW, moves_interest=False)
    tranche = Tranche(date(2024, 1, 11), 600_000)
    of = replace(
        AGREED, method=Method.INTEREST_FIRST, recalculation=by_row, tranche_rows=TrancheRows.AFTER,
        tranches=(tranche,) if is_agreed else (), allocation=Allocation((PRINCIPAL, INTEREST, FEE, PENALTY), ahead=Ahead.LAST),
    )  # fmt: skip
    events = [OUT_FIRST, lent(tranche), event(KIND.REPAY, date(2024, 1, 21), 100_000, key="paid")]
    for on in (date(2024, 1, 21), date(2024, 2, 1)):
        made = replay(of, events, on, policy=POLICY, at="open")
        check_replay(made, of, events, on)
        assert [row.interest_minor for row in made.rows[:2]] == [4_000 + 12_000, 17_000]


@pytest.mark.parametrize("again", WAYS[1:], ids=["from row", "from due"])
def test_a_rate_that_changed_while_nothing_was_owed_holds_once_more_is_lent(again: Recalculation) -> None:
    """All is repaid on the first day; from the 6th on 24 %; 6,000.00 lent on the 16th: 15 days at 4.00."""
    of = replace(
        AGREED, recalculation=again, tranches=(), rate_steps=(RateStep(date(2024, 1, 6), 240_000_000),),
        allocation=Allocation((PRINCIPAL, INTEREST, FEE, PENALTY), Direction.VERTICAL, Ahead.NEXT),
    )  # fmt: skip
    events = [OUT_FIRST, event(KIND.REPAY, of.disbursed_on, 1_200_000, key="paid")]
    events.append(lent(Tranche(date(2024, 1, 16), 600_000)))
    made = replay(of, events, date(2024, 1, 31), policy=POLICY, at="open")
    check_replay(made, of, events, date(2024, 1, 31))
    assert made.settlement_minor == 600_000 + 15 * 400


@pytest.mark.parametrize("again", WAYS, ids=["plan", "from row", "from due"])
def test_rows_that_bore_nothing_only_by_their_rate_bear_the_next_one(again: Recalculation | None) -> None:
    """One row free of interest, then 0 % agreed from 1 February on; 12 % after all from 1 March: 4.00 a day."""
    of = replace(
        AGREED, method=Method.INTEREST_FIRST, recalculation=again, tranches=(), grace=Grace(interest_free=1),
        rate_steps=(RateStep(date(2024, 2, 1), 0),),
    )  # fmt: skip
    rate = event(KIND.RATE_CHANGE, date(2024, 3, 1), rate_ppb=120_000_000, key="rate")
    made = replay(of, [OUT_FIRST, rate], rate.on, policy=POLICY, at="open")
    assert [row.interest_minor for row in made.rows] == [0, 0, 12_000, 12_000]
    early = replace(rate, on=date(2024, 1, 11))
    made = replay(of, [OUT_FIRST, early], early.on, policy=POLICY, at="open")
    assert [row.interest_minor for row in made.rows] == [0, 12_000, 12_000, 12_000]


def test_what_the_instalment_of_today_takes_besides_bears_interest_until_today() -> None:
    """1,000.00 paid on 1 February are taken back on the 11th and paid at once with 5,000.00 more: 10 days on 11,000.00,
    20 on 6,000.00.  An instalment of 10 February is put off to the 18th and takes 6,000.00 more then: 8 days on
    12,000.00, 22 on 6,000.00."""
    of = replace(
        AGREED, method=Method.INTEREST_FIRST, recalculation=replace(FROM_ROW, moves_interest=False), tranches=(),
        allocation=Allocation(ahead=Ahead.CURRENT),
    )  # fmt: skip
    back = date(2024, 2, 11)
    events = [
        OUT_FIRST,
        event(KIND.REPAY, date(2024, 2, 1), 12_000 + 100_000, key="first"),
        event(KIND.CHARGEBACK, back, 100_000, key="back"),
        event(KIND.REPAY, back, 100_000 + 500_000, key="paid"),
    ]
    made = replay(of, events, back, policy=POLICY, at="open")
    check_replay(made, of, events, back)
    assert made.rows[2].interest_minor == 3_667 + 4_000
    of = replace(of, disbursed_on=date(2024, 1, 10), business_day=BusinessDayRule.FOLLOWING)
    put_off = date(2024, 2, 18)
    events = [
        event(KIND.DISBURSE, of.disbursed_on, 1_200_000, key="out"),
        event(KIND.REPAY, put_off, 12_000 + 600_000, key="paid"),
    ]
    made = replay(of, events, put_off, policy=POLICY, calendar=NEW_YEAR, at="open")
    check_replay(made, of, events, put_off)
    assert made.rows[1].interest_minor == 3_200 + 4_400


def test_a_repaid_loan_by_plan_takes_a_payment_before_the_tranche_that_is_to_come() -> None:
    """All 12,000.00 are repaid at once; of 150.00 on 11 February 120.00 are the first instalment's interest as planned,
    30.00 are of the second one's."""
    of = replace(
        AGREED, tranches=(Tranche(date(2024, 3, 16), 600_000),), allocation=Allocation((PRINCIPAL, INTEREST, FEE, PENALTY), Direction.VERTICAL, Ahead.NEXT)
    )  # fmt: skip
    events = [
        OUT_FIRST,
        event(KIND.REPAY, of.disbursed_on, 1_200_000, key="all"),
        event(KIND.REPAY, date(2024, 2, 11), 15_000, key="more"),
    ]
    made = replay(of, events, date(2024, 2, 11), policy=POLICY, at="open")
    check_replay(made, of, events, date(2024, 2, 11))
    assert [row.paid[2] for row in made.standings] == [12_000, 3_000, 0, 0]
