"""Histories of rare corners, each found by search among random ones: tranches, rest days and money that comes too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loanmath import Event, EventKind, LoanMathError, Status, replay
from loanmath.allocation import Ahead, Allocation, Component, Direction
from loanmath.calendar import BusinessDayRule
from loanmath.choices import Overdue, Prepaid, Recalculation, Rest, TrancheRows
from loanmath.frequency import Frequency
from loanmath.shape import Grace, Shape
from loanmath.terms import Terms, Tranche
from loanmath.tests.checks import check_replay
from loanmath.tests.strategies import NEW_YEAR, POLICY

OUT = date(2024, 3, 2)
CURRENT = Allocation(ahead=Ahead.CURRENT)
LAST = Allocation(ahead=Ahead.LAST)
PENALTY, FEE, INTEREST, PRINCIPAL = Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL
INTEREST_FIRST = (INTEREST, FEE, PRINCIPAL, PENALTY)
PRINCIPAL_FIRST = Allocation(
    (PENALTY, PRINCIPAL, FEE, INTEREST),
    Direction.VERTICAL,
    Ahead.LAST,
    due_order=(PRINCIPAL, FEE, INTEREST, PENALTY),
    ahead_order=(FEE, PRINCIPAL, PENALTY, INTEREST),
    dated_charges_first=True,
)


def again(prepaid: Prepaid = Prepaid.LAST, *, moves_interest: bool = False) -> Recalculation:
    return Recalculation(prepaid=prepaid, rest=Rest.DAY, overdue=Overdue.FROM_ROW, moves_interest=moves_interest)


def terms(**others: Any) -> Terms:
    usual: dict[str, Any] = {
        "currency": "CNY", "method": "level", "disbursed_on": OUT, "principal_minor": 900_000, "rate_ppb": 120_000_000,
        "instalments": 3, "day_count": "30/360",
    }  # fmt: skip
    return Terms(**(usual | others))


def paid(amount_minor: int, on: date, key: str = "pay", **others: Any) -> Event:
    return Event(key, EventKind.REPAY, on, amount_minor, **others)


def lent(amount_minor: int, on: date) -> Event:
    return Event(f"more {on}", EventKind.DISBURSE, on, amount_minor)


NEXT = Tranche(date(2024, 4, 23), 9_429)
SOON = (Tranche(date(2024, 1, 31), 5_980), Tranche(date(2024, 2, 28), 980))
MAY = Tranche(date(2024, 5, 4), 5_134)
CORNERS = {
    "all that is out is paid on the last row, then a tranche that was agreed comes": (
        terms(
            method="equal_principal", principal_minor=895_904_837, rate_ppb=10**9, first_due_on=date(2024, 3, 11),
            tranches=(NEXT,), tranche_rows="after", recalculation=again(moves_interest=True), allocation=LAST,
        ),
        [paid(920_422_630, date(2024, 3, 12), allocation=PRINCIPAL_FIRST), lent(9_429, NEXT.on)],
    ),
    "the current instalment takes more than is out while a down payment is still to come": (
        terms(
            method="interest_first", disbursed_on=date(2024, 1, 30), principal_minor=3_865, rate_ppb=399_308_330,
            day_count="NL/365", down_payment_ppb=250_000_000, tranches=SOON, tranche_rows="after", recalculation=again(),
            allocation=CURRENT,
        ),
        [lent(5_980, SOON[0].on), paid(9_848, date(2024, 2, 14)), lent(980, SOON[1].on)],
    ),
    "money is kept for days until the tranche that it repays is paid out": (
        terms(
            disbursed_on=date(2024, 1, 24), principal_minor=243_253, rate_ppb=242_938_393, instalments=4,
            day_count="act/365F", tranches=(MAY,), tranche_rows="from", recalculation=again(Prepaid.LOWER),
            allocation=replace(CURRENT, order=INTEREST_FIRST, direction=Direction.HORIZONTAL),
        ),
        [
            Event("early", EventKind.PREPAY, date(2024, 3, 26), 234_982, prepaid=Prepaid.SHORTEN),
            Event("gift", EventKind.GOODWILL, date(2024, 4, 26), 23_077),
            lent(5_134, MAY.on),
        ],
    ),
    "a row waits for its rest day while the next one runs, and money pays the last row first": (
        terms(
            principal_minor=617_493, rate_ppb=10**9, instalments=4, day_count="act/364", business_day="modified_following",
            recalculation=again(moves_interest=True), allocation=LAST,
        ),
        [paid(245_276, date(2024, 6, 2), "one"), paid(460_242, date(2024, 6, 2), "two")],
    ),
    "a row waits for its rest day and asks for a tranche that will not come": (
        terms(
            method="flat", disbursed_on=date(2024, 2, 7), principal_minor=2_569, instalments=12, business_day="following",
            tranches=(Tranche(date(2024, 4, 18), 8_241),), tranche_rows="all",
        ),
        [Event("early", EventKind.PREPAY, date(2024, 2, 10), 1_798, prepaid=Prepaid.LAST)],
    ),
    "a tranche that was agreed for the day to which rest days have put off a row is not paid out": (
        terms(
            disbursed_on=date(2024, 1, 6), principal_minor=801_632_320, rate_ppb=10**9, instalments=4, day_count="act/365A",
            business_day="modified_following", tranches=(Tranche(date(2024, 4, 8), 5_420),), tranche_rows="after",
            recalculation=replace(again(Prepaid.LOWER), rest=Rest.ROW),
            allocation=Allocation(
                (FEE, PENALTY, INTEREST, PRINCIPAL), Direction.HORIZONTAL, Ahead.LAST,
                due_order=(FEE, INTEREST, PENALTY, PRINCIPAL), ahead_order=(PENALTY, INTEREST, PRINCIPAL, FEE),
            ),
        ),
        [paid(275_554_098, date(2024, 2, 4))],
    ),
    "interest of tranches to come has been paid, is set free by them and would be paid again for ever": (
        terms(
            disbursed_on=date(2024, 1, 28), principal_minor=431_662_065, rate_ppb=894, first_due_on=date(2024, 3, 2),
            instalments=12, frequency=Frequency.parse("P1M@EOM"), day_count="act/365L", business_day="preceding",
            shape=Shape(multiple_minor=100, is_evened=True),
            down_payment_ppb=250_000_000, tranche_rows="from",
            tranches=(Tranche(date(2024, 3, 9), 9_097), Tranche(date(2024, 3, 16), 7_919)),
            recalculation=replace(again(moves_interest=True), rest=Rest.ROW), allocation=Allocation(
                (PENALTY, PRINCIPAL, FEE, INTEREST), due_order=(INTEREST, PRINCIPAL, FEE, PENALTY),
            ),
        ),
        [paid(431_662_092, date(2024, 2, 28))],
    ),
    "a tranche that was agreed is not paid out, and the down payment of the next one waits beside": (
        terms(
            method="equal_principal", disbursed_on=date(2024, 1, 1), instalments=3, down_payment_ppb=10**9,
            first_due_on=date(2024, 4, 23), tranches=(Tranche(date(2024, 3, 1), 7_000), Tranche(date(2024, 3, 31), 8_186)),
        ),
        [],
    ),
    "interest of a tranche was paid ahead, and the tranche is not paid out": (
        terms(
            method="equal_principal", disbursed_on=date(2024, 1, 1), principal_minor=3, instalments=4,
            tranches=(Tranche(date(2024, 4, 29), 5_122),),
            allocation=Allocation(
                (PENALTY, FEE, INTEREST, PRINCIPAL), ahead=Ahead.SPREAD, ahead_order=(INTEREST, FEE, PENALTY, PRINCIPAL)
            ),
        ),
        [Event("gift", EventKind.GOODWILL, date(2024, 1, 2), 1)],
    ),
    "an instalment that rest days have put off takes money back-dated into it": (
        terms(
            method="custom", disbursed_on=date(2024, 2, 29), principal_minor=449_117_247, rate_ppb=43_500_000,
            first_due_on=date(2024, 4, 27), instalments=2, business_day="following",
            recalculation=again(Prepaid.LOWER, moves_interest=True), allocation=replace(PRINCIPAL_FIRST, due_order=()),
        ),
        [
            paid(354_075_459, date(2024, 4, 27)),
            Event("early", EventKind.PREPAY, date(2024, 3, 27), 102_645_131),
        ],
    ),
    "rows wait for the end of holidays when all is repaid, and the money is charged back": (
        terms(
            method="equal_principal", disbursed_on=date(2024, 2, 8), instalments=6, frequency=Frequency.parse("P1D"),
            business_day="following", recalculation=Recalculation(moves_interest=False), allocation=CURRENT,
        ),
        [paid(910_000, date(2024, 2, 13)), Event("back", EventKind.CHARGEBACK, date(2024, 3, 27), 700_000)],
    ),
    "all is repaid, two tranches that would be due at once are to come, and neither is paid out": (
        terms(
            method="equal_principal", disbursed_on=date(2024, 1, 1), instalments=2, first_due_on=date(2024, 5, 31),
            down_payment_ppb=10**9,
            tranches=(Tranche(date(2024, 2, 15), 7_000), Tranche(date(2024, 3, 22), 2_900)),
        ),
        [paid(900_000, date(2024, 1, 2))],
    ),
    "interest that was paid ahead is more than what is left to accrue, and no later row can have it": (
        terms(
            disbursed_on=date(2024, 1, 1), principal_minor=1_200_000, instalments=4, grace=Grace(capitalised=3),
            tranches=(Tranche(date(2024, 4, 25), 2_660),), tranche_rows="after",
            recalculation=again(Prepaid.SHORTEN, moves_interest=True), allocation=CURRENT,
        ),
        [Event("given", EventKind.FORGIVE, date(2024, 1, 1), 600_000), paid(1_000_000, date(2024, 1, 27))],
    ),
    "all principal is paid the day before an instalment, and then the interest of that day twice over": (
        terms(
            method="interest_first", instalments=4, recalculation=replace(again(moves_interest=True), rest=Rest.ROW),
            allocation=Allocation((FEE, PRINCIPAL, PENALTY, INTEREST), Direction.HORIZONTAL, Ahead.SPREAD),
        ),
        [paid(900_000, date(2024, 4, 1)), paid(300_000, date(2024, 4, 1), "more")],
    ),
    "overdue interest that bears interest is paid when it falls due, and more comes after the end": (
        terms(
            method="equal_principal", principal_minor=10_000, instalments=7,
            recalculation=replace(again(moves_interest=True), rest=Rest.ROW, compounds=True),
            allocation=Allocation((INTEREST, PRINCIPAL, PENALTY, FEE), Direction.HORIZONTAL, Ahead.CURRENT),
        ),
        [
            Event("early", EventKind.PREPAY, date(2024, 4, 1), 9_000),
            paid(900, date(2024, 4, 2), "one"), paid(900, date(2024, 4, 2), "two"), paid(1, date(2024, 4, 12), "three"),
        ],
    ),
    "all is repaid and a payment changes the rate while a tranche is to come, which is then not paid out": (
        terms(
            disbursed_on=date(2024, 2, 10), principal_minor=10_000, instalments=4, down_payment_ppb=250_000_000,
            tranches=(Tranche(date(2024, 5, 8), 5_000),), tranche_rows="after",
            recalculation=replace(again(Prepaid.LOWER, moves_interest=True), rest=Rest.ROW),
            allocation=Allocation((FEE, INTEREST, PRINCIPAL, PENALTY), Direction.HORIZONTAL, Ahead.CURRENT),
        ),
        [
            paid(5_653, date(2024, 3, 12), "one"), paid(5_653, date(2024, 3, 12), "two"),
            Event("rate", EventKind.RATE_CHANGE, date(2024, 3, 12), rate_ppb=153_775_819, prepaid=Prepaid.SHORTEN),
        ],
    ),
    "kept money is spread over the rows on the day of a tranche, of which a down payment is due": (
        terms(
            disbursed_on=date(2024, 1, 23), principal_minor=10_000, rate_ppb=300_000_000, instalments=5,
            down_payment_ppb=250_000_000, tranches=(Tranche(date(2024, 3, 3), 5_000),), tranche_rows="from",
            recalculation=replace(again(moves_interest=True), rest=Rest.ROW),
            allocation=Allocation((PENALTY, INTEREST, PRINCIPAL, FEE), Direction.HORIZONTAL, Ahead.SPREAD),
        ),
        [
            Event("early", EventKind.PREPAY, date(2024, 3, 2), 8_542), paid(4_965, date(2024, 3, 2)),
            lent(5_000, date(2024, 3, 3)),
        ],
    ),
    "kept money that came in an earlier row repays a tranche on its day": (
        terms(
            method="equal_principal", disbursed_on=date(2024, 2, 25), principal_minor=1_000_000, rate_ppb=300_000_000,
            tranches=(Tranche(date(2024, 5, 1), 100),), tranche_rows="after", recalculation=again(moves_interest=True),
            allocation=Allocation((PRINCIPAL, FEE, INTEREST, PENALTY), Direction.VERTICAL, Ahead.NEXT),
        ),
        [
            Event("early", EventKind.PREPAY, date(2024, 4, 5), 646_333), paid(465_832, date(2024, 4, 5)),
            lent(100, date(2024, 5, 1)),
        ],
    ),
    "a row asks for a tranche to come, whose down payment stands between it and the next instalment": (
        terms(
            disbursed_on=date(2024, 2, 4), principal_minor=10_000, rate_ppb=300_000_000, down_payment_ppb=250_000_000,
            tranches=(Tranche(date(2024, 4, 22), 100),), tranche_rows="from", recalculation=again(),
            allocation=Allocation(ahead=Ahead.NEXT),
        ),
        [
            Event("early", EventKind.PREPAY, date(2024, 3, 4), 5_469), paid(5_383, date(2024, 3, 4)),
            paid(1, date(2024, 4, 8), "more"),
        ],
    ),
    "kept money pays the last row first, and a down payment of the tranche is due": (
        terms(
            disbursed_on=date(2024, 1, 23), principal_minor=10_000, rate_ppb=10**9, instalments=6, grace=Grace(principal=5),
            down_payment_ppb=250_000_000, tranches=(Tranche(date(2024, 5, 12), 100),), tranche_rows="from",
            recalculation=replace(again(Prepaid.LOWER, moves_interest=True), rest=Rest.ROW),
            allocation=Allocation((PENALTY, PRINCIPAL, FEE, INTEREST), Direction.VERTICAL, Ahead.LAST),
        ),
        [paid(20_000, date(2024, 3, 29)), lent(100, date(2024, 5, 12))],
    ),
    "kept money pays the current instalment on the day of a tranche, of which a down payment is due": (
        terms(
            disbursed_on=date(2024, 2, 5), principal_minor=10_000, down_payment_ppb=250_000_000,
            tranches=(Tranche(date(2024, 4, 10), 5_000),), tranche_rows="from",
            recalculation=Recalculation(Prepaid.LAST, Rest.ROW, Overdue.FROM_ROW, moves_interest=False, compounds=True),
            allocation=Allocation((PRINCIPAL, PENALTY, INTEREST, FEE), Direction.HORIZONTAL, Ahead.CURRENT),
        ),
        [
            paid(8_999, date(2024, 4, 5), "one"), paid(8_390, date(2024, 4, 7), "two"),
            lent(5_000, date(2024, 4, 10)),
        ],
    ),
    "interest is paid ahead on a row that is spared on the day before its end": (
        terms(
            disbursed_on=date(2024, 2, 5), principal_minor=10_000, instalments=4, recalculation=again(Prepaid.SHORTEN),
            allocation=Allocation((FEE, PRINCIPAL, INTEREST, PENALTY), Direction.HORIZONTAL, Ahead.NEXT),
        ),
        [
            paid(9_445, date(2024, 2, 8)), Event("spared", EventKind.HOLIDAY, date(2024, 5, 4), rows=1),
        ],
    ),
    "interest is paid ahead on a row that more money and a pause let accrue less": (
        terms(
            disbursed_on=date(2024, 2, 5), principal_minor=10_000, instalments=4, tranche_rows="after",
            recalculation=again(Prepaid.SHORTEN),
            allocation=Allocation((FEE, INTEREST, PRINCIPAL, PENALTY), Direction.HORIZONTAL, Ahead.SPREAD),
        ),
        [
            paid(5_000, date(2024, 2, 8)), paid(2_000, date(2024, 2, 20), "more"),
            Event("spared", EventKind.HOLIDAY, date(2024, 3, 1), rows=1),
        ],
    ),
    "interest is paid ahead on a row in grace, and more than what accrues until the grace ends": (
        terms(
            method="equal_principal", disbursed_on=date(2024, 2, 26), principal_minor=10_000, instalments=6,
            grace=Grace(interest=4), down_payment_ppb=250_000_000, recalculation=again(),
            allocation=Allocation((PRINCIPAL, PENALTY, FEE, INTEREST), Direction.HORIZONTAL, Ahead.LAST),
        ),
        [paid(8_999, date(2024, 4, 28))],
    ),
    "a tranche that kept money repays sets interest free, which pays at once and not with the next event": (
        terms(
            disbursed_on=date(2024, 2, 6), principal_minor=10_000, instalments=6, tranche_rows="from",
            tranches=(Tranche(date(2024, 4, 14), 9_036), Tranche(date(2024, 5, 12), 5_000)),
            recalculation=replace(again(Prepaid.SHORTEN), rest=Rest.ROW),
            allocation=Allocation((PRINCIPAL, INTEREST, PENALTY, FEE), Direction.HORIZONTAL, Ahead.NEXT),
        ),
        [
            paid(8_999, date(2024, 3, 25), "one"), paid(10_000, date(2024, 4, 8), "two"),
            lent(9_036, date(2024, 4, 14)),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CORNERS)
def test_books_rows_and_postings_agree_on_every_day_and_the_told_figure_settles(name: str) -> None:
    of, happened = CORNERS[name]
    events = [Event("out", EventKind.DISBURSE, of.disbursed_on, of.principal_minor), *happened]
    last = max(event.on for event in events)
    first = of.disbursed_on.toordinal()
    for on in map(date.fromordinal, range(first + 1, last.toordinal() + 120)):
        before = [event for event in events if event.on <= on]
        made = replay(of, before, on, policy=POLICY, calendar=NEW_YEAR, at="open")
        check_replay(made, of, before, on)
        assert all(row.accrued_minor >= 0 for row in made.rows)
        assert not (made.state.overpaid_minor and made.state.arrears_minor)
        if made.state.status != Status.ACTIVE:
            continue
        told = made.settlement_minor
        settled = [*before, Event("settle", EventKind.SETTLE, on, max(told, 0))]
        done = replay(of, settled, on, policy=POLICY, calendar=NEW_YEAR, at="open")
        check_replay(done, of, settled, on)
        assert done.state.status == Status.CLOSED
        assert done.state.overpaid_minor == max(told, 0) - told


def test_interest_of_the_days_before_a_re_ageing_is_asked_for_also_when_more_is_lent() -> None:
    """10,000.00 at 12 % for 15 days: 50.00; re-aged to one row of 29 days: 96.67; 1,200.00 more for its last ten: 4.00.
    100.6667 make 100.67, and 150.67 with the 50.00."""
    of = terms(
        method="interest_first", disbursed_on=date(2024, 2, 1), principal_minor=1_000_000, instalments=2,
        day_count="act/360", tranche_rows=TrancheRows.FROM,
    )  # fmt: skip
    events = [
        Event("out", EventKind.DISBURSE, date(2024, 2, 1), 1_000_000),
        Event("anew", EventKind.RE_AGE, date(2024, 2, 16), rows=1, due_on=date(2024, 3, 16)),
        lent(120_000, date(2024, 3, 6)),
    ]
    made = replay(of, events, date(2024, 3, 20), policy=POLICY, calendar=NEW_YEAR)
    check_replay(made, of, events, date(2024, 3, 20))
    assert [(row.principal_minor, row.interest_minor) for row in made.rows] == [(1_120_000, 15_067)]


def test_a_tranche_after_rows_whose_interest_waits_leaves_that_interest_to_be_asked_for() -> None:
    """The first three rows leave their interest to the fourth; 3,000.00 are lent in the second: all that accrues is asked for."""
    of = terms(
        method="equal_principal", disbursed_on=date(2024, 1, 1), principal_minor=1_200_000, instalments=6, rate_ppb=120_000_000,
        grace=Grace(interest=3), tranche_rows=TrancheRows.AFTER,
    )  # fmt: skip
    events = [Event("out", EventKind.DISBURSE, date(2024, 1, 1), 1_200_000)]
    plain = replay(of, events, date(2024, 8, 1), policy=POLICY, calendar=NEW_YEAR)
    events.append(lent(300_000, date(2024, 2, 11)))
    made = replay(of, events, date(2024, 8, 1), policy=POLICY, calendar=NEW_YEAR)
    check_replay(made, of, events, date(2024, 8, 1))
    assert sum(row.interest_minor for row in plain.rows) == sum(row.accrued_minor for row in plain.rows)
    assert sum(row.interest_minor for row in made.rows) == sum(row.accrued_minor for row in made.rows)


def test_rows_that_are_added_go_on_from_the_last_one_also_where_rest_days_let_several_fall_on_one() -> None:
    """Daily rows from Tuesday, 23 January: those of Saturday, the 27th, and of Sunday are due on Monday with Monday's."""
    of = terms(
        method="custom", disbursed_on=date(2024, 1, 23), instalments=6, frequency=Frequency.parse("P1D"), business_day=BusinessDayRule.FOLLOWING
    )  # fmt: skip
    events = [
        Event("out", EventKind.DISBURSE, date(2024, 1, 23), 900_000),
        Event("longer", EventKind.EXTEND, date(2024, 1, 23), rows=2),
    ]
    made = replay(of, events, date(2024, 2, 5), policy=POLICY, calendar=NEW_YEAR)
    check_replay(made, of, events, date(2024, 2, 5))
    assert [row.accrual_to for row in made.rows] == [date(2024, 1, day) for day in range(24, 32)]
    assert [row.accrual_from for row in made.rows[1:]] == [row.accrual_to for row in made.rows[:-1]]


def test_overdue_interest_that_was_paid_bears_no_more_interest() -> None:
    """12,000.00 at 12 %, two rows; 6,000.00 and 12.00 of interest are overdue from 4 January to the 11th, seven days:
    12,012.00 x 7 / 3,000 = 28.03. All is paid; a cent on the 21st is one too many."""
    again = Recalculation(Prepaid.LOWER, Rest.DAY, Overdue.FROM_ROW, moves_interest=True, compounds=True)
    of = terms(
        method="equal_principal", disbursed_on=date(2024, 1, 1), principal_minor=1_200_000, first_due_on=date(2024, 1, 4),
        instalments=2, recalculation=again, allocation=Allocation(ahead=Ahead.NEXT),
    )  # fmt: skip
    events = [Event("out", EventKind.DISBURSE, of.disbursed_on, 1_200_000), paid(1_300_000, date(2024, 1, 11))]
    for more in ([], [paid(1, date(2024, 1, 21), "more")]):
        made = replay(of, [*events, *more], date(2024, 1, 21), policy=POLICY)
        check_replay(made, of, [*events, *more], date(2024, 1, 21))
        assert [row.interest_minor for row in made.rows] == [1_200, 2_803]
        assert made.state.overpaid_minor == 1_300_000 - 1_200_000 - 1_200 - 2_803 + len(more)


def test_a_re_aged_instalment_falls_due_on_its_day_also_where_a_down_payment_waits_for_a_later_one() -> None:
    of = terms(
        method="equal_principal", disbursed_on=date(2024, 1, 31), principal_minor=1_200_000, instalments=2,
        down_payment_ppb=250_000_000, tranches=(Tranche(date(2024, 3, 29), 400_000),),
    )  # fmt: skip
    events = [
        Event("out", EventKind.DISBURSE, of.disbursed_on, 1_200_000),
        Event("anew", EventKind.RE_AGE, date(2024, 3, 1), rows=3, due_on=date(2024, 3, 25)),
    ]
    made = replay(of, events, date(2024, 3, 25), policy=POLICY, at="open")
    check_replay(made, of, events, date(2024, 3, 25))
    assert made.rows[made.fallen - 1].due_on == date(2024, 3, 25)
    assert [row.due_on for row in made.rows] == sorted(row.due_on for row in made.rows)


@pytest.mark.parametrize("kind", [EventKind.PREPAY, EventKind.FORGIVE])
def test_while_tranches_are_to_come_no_more_is_prepaid_or_forgiven_than_is_out(kind: EventKind) -> None:
    """All is repaid ahead, a quarter of each tranche will be due at once: its cent more would be nobody's."""
    on = date(2024, 1, 26)
    of = terms(
        disbursed_on=on, principal_minor=1_000_000, rate_ppb=10_000_000, down_payment_ppb=250_000_000,
        tranche_rows="after", tranches=(Tranche(date(2024, 2, 23), 100), Tranche(date(2024, 3, 13), 5_000)),
        allocation=Allocation(INTEREST_FIRST, Direction.VERTICAL, Ahead.NEXT),
    )  # fmt: skip
    events = [
        Event("out", EventKind.DISBURSE, on, 1_000_000),
        Event("gift", EventKind.GOODWILL, on, 333_333),
        paid(750_000, on),
    ]
    made = replay(of, events, on, policy=POLICY, at="open")
    assert made.state.principal_not_due_minor == 0
    more = Event("more", kind, date(2024, 2, 10), 1, prepaid=Prepaid.LAST)
    with pytest.raises(LoanMathError) as refused:
        replay(of, [*events, more], more.on, policy=POLICY, at="open")
    assert (refused.value.field, refused.value.params["most"]) == ("amount_minor", 0)
