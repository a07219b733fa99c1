"""Interest that follows what is really outstanding, with figures worked out by hand.

The loan: 12,000.00 for twelve months at 3.6 % by act/360, so 0.0001 a day; equal principal of 1,000.00; paid out on
1 July 2024.  The first instalment of 1,037.20 is due on 1 August, the second on 1 September.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

import pytest

from loanmath import Event, EventKind, LoanMathError, Method, Replay, Terms, explain_interest, replay, schedule
from loanmath.allocation import PRESETS, Ahead, Allocation
from loanmath.calendar import BusinessDayRule, Calendar
from loanmath.charges import Charge
from loanmath.replay import Moment
from loanmath.shape import Grace
from loanmath.terms import KindAllocation, Overdue, Prepaid, Recalculation, Rest
from loanmath.tests.checks import check_replay
from loanmath.tests.strategies import POLICY

OUT, FIRST, SECOND = date(2024, 7, 1), date(2024, 8, 1), date(2024, 9, 1)
LATE = date(2024, 8, 11)
TERMS = Terms.for_months(
    term_months=12,
    method="equal_principal",
    disbursed_on=OUT,
    currency="CNY",
    principal_minor=1_200_000,
    rate_ppb=36_000_000,
    day_count="act/360",
    recalculation=Recalculation(),
)
ROWWISE = Recalculation(overdue=Overdue.FROM_ROW, moves_interest=False)
BY_ROW = replace(TERMS, recalculation=ROWWISE)
COMPOUND = replace(TERMS, recalculation=replace(ROWWISE, compounds=True))


def at(on: date, *events: Event, terms: Terms = TERMS, moment: Moment = "open") -> Replay:
    every = [Event("out", EventKind.DISBURSE, OUT, 1_200_000), *events]
    made = replay(terms, every, on, policy=POLICY, at=moment)
    check_replay(made, terms, every, on)
    return made


def paid(on: date, amount: int, ahead: Ahead = Ahead.KEEP) -> Event:
    return Event(f"p{on}", EventKind.REPAY, on, amount, allocation=Allocation(ahead=ahead))


def test_overdue_principal_goes_on_to_bear_interest() -> None:
    # nothing is paid: 31 days on 12,000.00 instead of 11,000.00
    assert at(SECOND).rows[1].accrued_minor == 3_720


def test_interest_falls_from_the_day_on_which_the_arrears_are_paid() -> None:
    # 10 days on 12,000.00 and 21 on 11,000.00: 12.00 and 23.10
    row = at(SECOND, paid(LATE, 103_720)).rows[1]
    assert row.accrued_minor == 3_510
    assert [(step.base_minor, step.days) for step in explain_interest(row).steps] == [(1_200_000, 10), (1_100_000, 21)]


def test_principal_paid_ahead_bears_no_interest_from_its_day_on() -> None:
    # 10 days on 11,000.00; then 1,011.00 come: 11.00 of interest so far, 1,000.00 of principal; 21 days on 10,000.00
    made = at(SECOND, paid(FIRST, 103_720), paid(LATE, 101_100, Ahead.NEXT))
    assert made.rows[1].accrued_minor == 1_100 + 2_100
    assert made.standings[1].paid == (0, 0, 1_100, 100_000)


def test_by_rows_a_payment_reckons_the_row_from_its_start() -> None:
    # while nothing is paid the row stays as it was planned: 31 days on 11,000.00
    assert at(SECOND, terms=BY_ROW).rows[1].accrued_minor == 3_410
    for ahead in (Ahead.KEEP, Ahead.CURRENT):
        row = at(SECOND, paid(LATE, 103_720, ahead), terms=BY_ROW).rows[1]
        assert row.accrued_minor == 3_510
        steps = explain_interest(row).steps
        assert [(step.base_minor, step.days) for step in steps] == [(1_200_000, 10), (1_100_000, 21)]


def test_compounding_adds_the_overdue_interest() -> None:
    # 10 days on 12,000.00 and the 37.20: 12.0372; 21 days on 11,000.00: 23.10
    assert at(SECOND, paid(LATE, 103_720), terms=COMPOUND).rows[1].accrued_minor == 3_514


def test_a_rest_by_rows_lets_a_payment_count_from_the_end_of_its_row() -> None:
    by_row = replace(BY_ROW, recalculation=replace(ROWWISE, rest=Rest.ROW))
    # 1,000.00 of principal and 34.10 of interest paid on 11 August change September, not August
    made = at(LATE, paid(FIRST, 103_720), paid(LATE, 103_410, Ahead.NEXT), terms=by_row)
    assert [row.accrued_minor for row in made.rows[1:3]] == [3_410, 3_000]


def test_money_for_the_current_instalment_makes_it_larger_and_the_last_ones_smaller() -> None:
    made = at(LATE, paid(FIRST, 103_720), paid(LATE, 150_000, Ahead.CURRENT), terms=BY_ROW)
    # 1,500.00 of principal in August: 10 days on 11,000.00 and 21 on 9,500.00 are 11.00 and 19.95
    assert (made.rows[1].principal_minor, made.rows[1].interest_minor) == (150_000, 3_095)
    assert sum(row.principal_minor for row in made.rows) == 1_200_000


def test_a_new_rate_holds_from_its_day_on_also_where_a_row_is_reckoned_later() -> None:
    change = Event("rate", EventKind.RATE_CHANGE, date(2024, 8, 6), rate_ppb=72_000_000)
    # 11,000.00: 5 days at 0.0001 are 5.50 and 26 at 0.0002 are 57.20
    for terms in (TERMS, BY_ROW):
        made = at(SECOND, paid(FIRST, 103_720), change, paid(LATE, 1), terms=terms)
        assert made.rows[1].accrued_minor == 6_270


def test_after_a_prepayment_the_row_counts_each_balance_for_its_days() -> None:
    prepaid = Event("pre", EventKind.PREPAY, LATE, 550_000, prepaid=Prepaid.LOWER)
    # 10 days on 11,000.00 and 21 on 5,500.00: 11.00 and 11.55
    for terms in (TERMS, BY_ROW):
        assert at(SECOND, paid(FIRST, 103_720), prepaid, terms=terms).rows[1].accrued_minor == 2_255


def test_what_contradicts_itself_is_refused() -> None:
    with pytest.raises(LoanMathError, match="overdue from the row"):
        Recalculation(rest=Rest.ROW)
    with pytest.raises(LoanMathError, match="overdue from the row"):
        Recalculation(compounds=True)
    without = replace(TERMS, recalculation=None)
    with pytest.raises(LoanMathError, match="choose next, last or spread"):
        at(LATE, paid(LATE, 1, Ahead.CURRENT), terms=without)


def test_money_paid_ahead_on_the_day_of_a_change_is_taken_off_the_base_once() -> None:
    """12,000.00 out, 3,000.00 paid the same day, then 10 %: 9,000.00 x 10 % x 29 / 360 = 72.50."""
    terms = Terms.for_months(
        term_months=12,
        method="level",
        disbursed_on=date(2024, 1, 31),
        currency="CNY",
        principal_minor=12_000_00,
        rate_ppb=120_000_000,
        day_count="30E/360",
        allocation=Allocation(ahead=Ahead.NEXT),
        recalculation=Recalculation(overdue=Overdue.FROM_ROW),
    )
    on = date(2024, 1, 31)
    events = [
        Event("out", EventKind.DISBURSE, on, 12_000_00),
        Event("paid", EventKind.REPAY, on, 3_000_00),
        Event("rate", EventKind.RATE_CHANGE, on, rate_ppb=100_000_000),
    ]
    made = replay(terms, events, on, policy=POLICY, at="open")
    assert (made.state.accrual_base_minor, made.state.outstanding_minor) == (9_000_00, 9_000_00)
    assert made.rows[0].accrued_minor == 72_50


def test_a_payment_never_repays_principal_that_is_not_out() -> None:
    """Interest still to be added to the principal is no principal yet: 60.00 more than what is out pays what has accrued."""
    terms = Terms.for_months(
        term_months=3,
        method="level",
        disbursed_on=date(2026, 1, 10),
        currency="CNY",
        principal_minor=12_000_00,
        rate_ppb=120_000_000,
        day_count="30E/360",
        allocation=Allocation(ahead=Ahead.CURRENT),
        recalculation=Recalculation(moves_interest=False),
    )
    events = [
        Event("out", EventKind.DISBURSE, date(2026, 1, 10), 12_000_00),
        Event("pause", EventKind.HOLIDAY, date(2026, 1, 12), rows=1),
        Event("paid", EventKind.REPAY, date(2026, 1, 20), 12_060_00),
    ]
    state = replay(terms, events, date(2026, 1, 20), policy=POLICY, at="open").state
    state.check_invariants()
    assert (state.repaid_minor, state.principal_not_due_minor) == (12_000_00, 0)


def test_a_loan_that_no_longer_accrues_and_a_kind_of_payment_may_have_orders_of_their_own() -> None:
    principal_first = PRESETS["principal_first"]
    terms = Terms.for_months(
        term_months=12,
        method="level",
        disbursed_on=date(2024, 1, 31),
        currency="CNY",
        principal_minor=12_000_00,
        rate_ppb=120_000_000,
        day_count="30E/360",
        non_accrual_after_days=30,
        non_accrual_allocation=principal_first,
        allocations=(KindAllocation("credit", Allocation()),),
    )
    assert Terms.from_json(terms.to_json()) == terms
    out = Event("out", EventKind.DISBURSE, date(2024, 1, 31), 12_000_00)
    on = date(2024, 7, 5)
    paid = replay(terms, [out, Event("paid", EventKind.REPAY, on, 500_00)], on, policy=POLICY, at="open").trail[-1]
    assert (paid.principal_minor, paid.interest_minor) == (500_00, 0)
    credited = replay(terms, [out, Event("credit", EventKind.CREDIT, on, 100_00)], on, policy=POLICY, at="open")
    assert (credited.trail[-1].principal_minor, credited.trail[-1].interest_minor) == (0, 100_00)


def test_interest_paid_ahead_that_is_no_longer_owed_pays_principal_at_once() -> None:
    """Two rows that ask for interest at the end only: 1 % a month on 12,000.00 for 29 days is 116.00.  178.28 had been
    planned and paid; what is set free pays principal, until 31 days on the 622.43 that are left are 6.43."""
    terms = Terms.for_months(
        term_months=2,
        method="level",
        disbursed_on=date(2024, 1, 31),
        currency="CNY",
        principal_minor=12_000_00,
        rate_ppb=120_000_000,
        day_count="30E/360",
        allocation=Allocation(ahead=Ahead.NEXT),
        grace=Grace(interest=2),
        recalculation=Recalculation(overdue=Overdue.FROM_ROW, moves_interest=False),
    )
    out = Event("out", EventKind.DISBURSE, date(2024, 1, 31), 12_000_00)
    paid = Event("paid", EventKind.REPAY, date(2024, 2, 29), 11_500_00)
    made = replay(terms, [out, paid], date(2024, 2, 29), policy=POLICY, at="open")
    ahead, line = made.state, made.trail[-1]
    assert (ahead.interest_ahead_minor, ahead.overpaid_minor, ahead.principal_not_due_minor) == (122_43, 0, 622_43)
    assert (line.interest_minor, line.principal_minor, line.overpaid_minor) == (122_43, 11_377_57, 0)
    after = replay(terms, [out, paid], date(2024, 4, 9), policy=POLICY, at="open").state
    after.check_invariants()
    assert (after.interest_accrued_minor, after.principal_due_minor) == (0, 622_43)


def test_where_money_is_kept_interest_that_is_set_free_waits_and_leaves_its_line() -> None:
    """As above, but only this payment pays ahead: 116.00 and 7.01 of interest stay, 55.27 wait for the second row."""
    terms = Terms.for_months(
        term_months=2,
        method="level",
        disbursed_on=date(2024, 1, 31),
        currency="CNY",
        principal_minor=12_000_00,
        rate_ppb=120_000_000,
        day_count="30E/360",
        grace=Grace(interest=2),
        recalculation=Recalculation(overdue=Overdue.FROM_ROW, moves_interest=False),
    )
    out = Event("out", EventKind.DISBURSE, date(2024, 1, 31), 12_000_00)
    ahead = paid(date(2024, 2, 29), 11_500_00, Ahead.NEXT)
    made = replay(terms, [out, ahead], date(2024, 2, 29), policy=POLICY, at="open")
    line = made.trail[-1]
    assert (line.interest_minor, line.principal_minor, line.overpaid_minor) == (123_01, 11_321_72, 55_27)
    assert sum(share.amount_minor for share in line.shares) == 11_500_00 - 55_27
    assert made.state.overpaid_minor == 55_27


@pytest.mark.parametrize(
    ("terms", "base", "part", "interest"), [(BY_ROW, 1_200_000, 99_690, 3_720), (COMPOUND, 1_203_720, 99_678, 3_732)]
)
def test_the_row_of_today_bears_interest_on_what_was_overdue_when_it_began(
    terms: Terms, base: int, part: int, interest: int
) -> None:
    """31 days on 12,000.00 (compounding: on 12,037.20) instead of 11,000.00; the instalment of 1,034.10 stays.

    What it repays less is owed in the third row: 30 days on 10,003.10 or 10,003.22 are 30.01.
    """
    once = at(SECOND, paid(SECOND, 100), terms=terms)
    twice = at(SECOND, paid(SECOND, 40), replace(paid(SECOND, 60), key="more"), terms=terms)
    for made in (once, twice):
        assert [(step.base_minor, step.days) for step in explain_interest(made.rows[1]).steps] == [(base, 31)]
        assert (made.rows[1].principal_minor, made.rows[1].interest_minor, made.rows[1].accrued_minor) == (
            part, interest, interest
        )  # fmt: skip
        state = made.state
        assert (state.principal_due_minor, state.principal_not_due_minor) == (100_000 + part, 1_100_000 - part)
        assert state.interest_due_minor == 3_720 + interest - 100
        assert (made.rows[2].opening_minor, made.rows[2].interest_minor) == (1_100_000 - part, 3_001)
    lines = [(str(role), amount) for role, amount in once.postings[-2].lines]
    assert sorted(lines) == [("interest_income", 3_410 - interest), ("interest_receivable", interest - 3_410)]


def test_a_row_that_fell_due_before_the_payment_stays_as_it_was() -> None:
    made = at(date(2024, 9, 11), paid(date(2024, 9, 11), 100), terms=BY_ROW)
    assert (made.rows[1].principal_minor, made.rows[1].interest_minor) == (100_000, 3_410)


def test_the_last_row_repays_no_less_for_the_interest_on_what_was_overdue() -> None:
    """Two rows of 6,000.00, and a fee after them: 31 days on all 12,000.00."""
    fee = Event("fee", EventKind.CHARGE, LATE, charge=Charge(amount_minor=500, due_on=date(2026, 1, 1)))
    made = at(SECOND, fee, paid(SECOND, 100), terms=replace(BY_ROW, instalments=2))
    assert (made.rows[1].principal_minor, made.rows[1].interest_minor) == (600_000, 3_720)
    assert made.state.principal_due_minor == 1_200_000


def test_interest_on_what_was_overdue_is_no_income_of_a_loan_that_no_longer_accrues() -> None:
    """After twenty days overdue interest goes to the memorandum alone: 37.20 twice, of which 1.00 is paid."""
    made = at(SECOND, paid(SECOND, 100), terms=replace(BY_ROW, non_accrual_after_days=20))
    (remade,) = [one.lines for one in made.postings if one.on == SECOND and not one.key]
    assert {str(role): amount for role, amount in remade} == {"memo_interest": 310, "memo_contra": -310}
    assert made.state.memo_interest_minor == 2 * 3_720 - 100


@pytest.mark.parametrize("terms", [TERMS, BY_ROW])
def test_money_beyond_what_is_due_today_pays_principal_of_the_row_of_today(terms: Terms) -> None:
    """500.00 more in the first row: 31 days on 10,500.00 are 32.55 of 1,034.10, 30 days on 9,498.45 are 28.50."""
    made = at(FIRST, paid(FIRST, 153_720, Ahead.CURRENT), terms=terms)
    assert [(row.principal_minor, row.interest_minor) for row in made.rows[:3]] == [
        (150_000, 3_720), (100_155, 3_255), (100_150, 2_850)
    ]  # fmt: skip
    assert [row.opening_minor for row in made.rows[1:3]] == [1_050_000, 949_845]
    assert (made.standings[0].paid, made.standings[0].asked) == ((0, 0, 3_720, 150_000),) * 2
    state = made.state
    assert (state.principal_due_minor, state.principal_not_due_minor, state.overpaid_minor) == (0, 1_050_000, 0)


@pytest.mark.parametrize("terms", [TERMS, BY_ROW])
def test_exactly_what_is_due_today_leaves_the_rows_as_they_are(terms: Terms) -> None:
    made = at(FIRST, paid(FIRST, 103_720, Ahead.CURRENT), terms=terms)
    assert [share.amount_minor for share in made.trail[-1].shares] == [3_720, 100_000]
    assert [(row.principal_minor, row.interest_minor) for row in made.rows[:3]] == [
        (100_000, 3_720), (100_000, 3_410), (100_000, 3_000)
    ]  # fmt: skip


def test_a_current_instalment_that_repays_all_ends_the_loan_and_the_rest_is_kept() -> None:
    """11,000.00 of principal, 11.00 for ten days, and 9.00 too much."""
    made = at(LATE, paid(FIRST, 103_720), paid(LATE, 1_102_000, Ahead.CURRENT), terms=BY_ROW)
    assert [(row.principal_minor, row.interest_minor) for row in made.rows] == [(100_000, 3_720), (1_100_000, 1_100)]
    assert (made.state.outstanding_minor, made.state.overpaid_minor) == (0, 900)


@pytest.mark.parametrize(
    ("on", "more", "rows"),
    [
        (FIRST, 55_000, [155_000, 95_000, 95_000]),  # 10,450.00 over eleven rows
        (LATE, 155_000, [100_000, 155_000, 94_500]),  # 9,450.00 over ten
        (LATE, 50_000, [100_000, 100_000, 100_000]),  # no more than the row asks for
    ],
)
def test_instalments_become_lower_where_the_current_one_took_more_than_planned(
    on: date, more: int, rows: list[int]
) -> None:
    lower = replace(ROWWISE, prepaid=Prepaid.LOWER)
    terms = replace(TERMS, method=Method.LEVEL, rate_ppb=0, recalculation=lower)
    first = paid(FIRST, 100_000)
    made = at(on, first, replace(paid(on, more, Ahead.CURRENT), key="more"), terms=terms)
    assert [row.principal_minor for row in made.rows[:3]] == rows
    assert made.rows[-1].principal_minor == rows[-1]


@pytest.mark.parametrize(("less", "is_lower"), [(2_000, True), (4_000, False)])
def test_the_interest_of_the_current_row_counts_for_how_much_it_takes(less: int, is_lower: bool) -> None:
    """About 32.00 of interest: principal of 20.00 less than the instalment is more than planned, of 40.00 less is not."""
    terms = replace(TERMS, method=Method.LEVEL, recalculation=replace(ROWWISE, prepaid=Prepaid.LOWER))
    level = schedule(terms).level
    assert level is not None
    paid_first = paid(FIRST, level.amount_minor)
    made = at(LATE, paid_first, paid(LATE, level.amount_minor - less, Ahead.CURRENT), terms=terms)
    assert 3_100 < made.rows[1].interest_minor < 3_300
    assert (made.rows[2].total_minor < level.amount_minor) is is_lower


def test_arrears_that_a_payment_within_the_row_has_counted_are_not_counted_again() -> None:
    """Of the 1,000.00 due on 1 August 500.00 are paid on the 11th: 10 days on 12,000.00 and 21 on 11,500.00."""
    made = at(SECOND, paid(LATE, 53_720), paid(SECOND, 100), terms=BY_ROW)
    row = made.rows[1]
    assert [(step.base_minor, step.days) for step in explain_interest(row).steps] == [(1_200_000, 10), (1_150_000, 21)]
    assert (row.interest_minor, row.principal_minor) == (3_615, 99_795)


def bases(made: Replay, number: int) -> list[tuple[int, int]]:
    """On how much and for how many days the row bears interest."""
    steps = groupby(explain_interest(made.rows[number - 1]).steps, key=lambda step: step.base_minor)
    return [(base, sum(step.days for step in group)) for base, group in steps]


def test_what_the_row_of_today_took_besides_leaves_the_next_one_once() -> None:
    """500.00 more on 1 August and 1.00 on the 11th: 10 days on 10,500.00 and 21 on 10,499.00."""
    first, second = paid(FIRST, 153_720, Ahead.CURRENT), paid(LATE, 100, Ahead.CURRENT)
    assert bases(at(SECOND, first, second, terms=BY_ROW), 2) == [(1_050_000, 10), (1_049_900, 21)]


RESTING = Calendar(frozenset({FIRST, date(2024, 8, 2)}))
"""A holiday on Thursday and Friday: what is nominally due on 1 August falls due on Monday the 5th."""
SHIFTED = replace(BY_ROW, business_day=BusinessDayRule.FOLLOWING)


def resting(on: date, *events: Event, terms: Terms = SHIFTED) -> Replay:
    every = [Event("out", EventKind.DISBURSE, OUT, 1_200_000), *events]
    return replay(terms, every, on, policy=POLICY, calendar=RESTING, at="open")


def test_arrears_bear_interest_from_the_due_date_to_which_rest_days_put_them_off() -> None:
    """The second row runs from 1 August; the 1,000.00 of the first are overdue from the 5th on, whoever counts them."""
    paid_late = resting(SECOND, paid(LATE, 103_720))
    assert paid_late.rows[0].due_on == date(2024, 8, 5)
    assert bases(paid_late, 2) == [(1_100_000, 4), (1_200_000, 6), (1_100_000, 21)]
    # 1 September is a Sunday: the row falls due on the 2nd, and a payment of that day reckons it
    assert bases(resting(date(2024, 9, 2), paid(date(2024, 9, 2), 100)), 2) == [(1_100_000, 4), (1_200_000, 27)]


@pytest.mark.parametrize("amount", [100, 50_000])
def test_a_payment_between_the_end_of_a_row_and_its_due_date_hides_no_arrears(amount: int) -> None:
    """Money of 3 August waits for the 5th; what is left of the row is paid on the 11th."""
    early, rest = paid(date(2024, 8, 3), amount), paid(LATE, 103_720 - amount)
    principal = max(0, amount - 3_720)
    assert bases(resting(SECOND, early, rest), 2) == [(1_100_000, 4), (1_200_000 - principal, 6), (1_100_000, 21)]


@pytest.mark.parametrize("when", [date(2024, 7, 29), date(2024, 8, 5)])
def test_money_that_is_kept_until_an_instalment_put_off_falls_due_bears_interest_till_then(when: date) -> None:
    """Whether 1,037.20 wait since July or come on 5 August: 12,000.00 for four days, 11,000.00 for 27, in book and row."""
    terms = replace(TERMS, business_day=BusinessDayRule.FOLLOWING)
    made = resting(SECOND - timedelta(days=1), paid(when, 103_720), terms=terms)
    assert bases(made, 2) == [(1_200_000, 4), (1_100_000, 27)]
    assert made.rows[1].interest_minor == 3_450
    assert made.state.interest_accrued_minor == 3_450 - 110


@pytest.mark.parametrize("day", [3, 5])
def test_an_instalment_that_is_paid_by_the_day_it_was_put_off_to_costs_no_more(day: int) -> None:
    """The second row begins on 11,000.00; 1,000.00 of principal are paid ahead on the 11th, after the interest so far."""
    first, ahead = paid(date(2024, 8, day), 103_720, Ahead.NEXT), paid(LATE, 100_000, Ahead.CURRENT)
    assert bases(resting(SECOND, first, ahead), 2) == [(1_100_000, 10), (1_000_000, 21)]


def test_money_taken_back_within_a_row_bears_interest_from_its_day_on() -> None:
    """500.00 are owed again since 11 August: 1.00 is paid on the 21st, all that is due on 11 September.

    34.60 are 10 days on 11,000.00, 10 on 11,500.00 and 11 on 11,000.00; the row that was put in is the second one.
    """
    back, some = Event("back", EventKind.CHARGEBACK, LATE, 50_000), paid(date(2024, 8, 21), 100)
    made = at(date(2024, 10, 1), paid(FIRST, 103_720), back, some, paid(date(2024, 9, 11), 153_360), terms=BY_ROW)
    assert bases(made, 3) == [(1_100_000, 10), (1_150_000, 10), (1_100_000, 11)]
    assert made.rows[2].interest_minor == 3_460
    assert bases(made, 4)[1:] == [(1_000_050, 20)]
    assert bases(made, 4)[0] == (1_000_050 + 49_900 + 99_950, 10)


@pytest.mark.parametrize(
    ("some", "steps"),
    [
        ((), [(1_100_000, 20), (1_200_000, 11)]),
        # the half that is paid counts for ten days
        ((paid(LATE, 53_720),), [(1_150_000, 10), (1_100_000, 10), (1_150_000, 11)]),
    ],
)
def test_arrears_that_join_the_rows_ahead_are_no_longer_overdue(
    some: tuple[Event, ...], steps: list[tuple[int, int]]
) -> None:
    """Of 1,000.00 that are overdue nothing or half is paid on 11 August; the rest is spread anew on the 21st."""
    again = Event("again", EventKind.RE_AMORTISE, date(2024, 8, 21))
    later = replace(paid(date(2024, 8, 26), 1), key="more")
    assert bases(at(SECOND, *some, again, later, terms=BY_ROW), 2) == steps


def test_a_current_instalment_that_takes_exactly_its_part_leaves_the_others_as_they_are() -> None:
    """11,999.94 in twelve rows of 1,000.00 (999.995 rounded): 9,999.94 in ten would be 999.99 each."""
    lower = replace(ROWWISE, prepaid=Prepaid.LOWER)
    terms = replace(TERMS, principal_minor=1_199_994, method=Method.LEVEL, rate_ppb=0, recalculation=lower)
    out = Event("out", EventKind.DISBURSE, OUT, 1_199_994)
    events = [out, paid(FIRST, 100_000), paid(LATE, 100_000, Ahead.CURRENT)]
    made = replay(terms, events, LATE, policy=POLICY, at="open")
    assert [row.principal_minor for row in made.rows] == [100_000] * 11 + [99_994]
