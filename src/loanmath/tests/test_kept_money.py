"""Money that comes before the tranche it will repay: the loan owes what was lent, less what was paid, and interest day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import Event, EventKind, LoanMathError, Terms, replay
from loanmath.allocation import Ahead, Allocation
from loanmath.choices import Overdue, Prepaid, Recalculation
from loanmath.rates import PPB
from loanmath.replay import Replay
from loanmath.terms import Tranche
from loanmath.tests.checks import check_replay
from loanmath.tests.strategies import POLICY

OUT = date(2024, 1, 1)
FROM_ROW = Recalculation(overdue=Overdue.FROM_ROW, moves_interest=False)
FROM_DUE = Recalculation(overdue=Overdue.FROM_DUE, moves_interest=False)
MOVES = Recalculation(overdue=Overdue.FROM_DUE, moves_interest=True)


def terms(recalculation: Recalculation, ahead: Ahead, *tranches: tuple[date, int], **others: Any) -> Terms:
    """12,000.00 at 12 % on days of 360, interest first, four rows; tranches that were agreed."""
    usual: dict[str, Any] = {
        "currency": "CNY", "method": "interest_first", "disbursed_on": OUT, "principal_minor": 1_200_000,
        "rate_ppb": 120_000_000, "instalments": 4, "day_count": "act/360", "tranche_rows": "after",
        "tranches": tuple(Tranche(on, amount) for on, amount in tranches),
        "recalculation": recalculation, "allocation": Allocation(ahead=ahead),
    }  # fmt: skip
    return Terms(**(usual | others))


def paid(month: int, day: int, amount_minor: int) -> Event:
    return Event(f"paid {month}-{day} {amount_minor}", EventKind.REPAY, date(2024, month, day), amount_minor)


def lent(on: date, amount_minor: int) -> Event:
    return Event(f"lent {on}", EventKind.DISBURSE, on, amount_minor)


def seen(of: Terms, events: list[Event], on: date) -> Replay:
    """The loan on a day, its books in order."""
    happened = [Event("out", EventKind.DISBURSE, OUT, of.principal_minor), *[one for one in events if one.on <= on]]
    made = replay(of, happened, on, policy=POLICY)
    check_replay(made, of, happened, on)
    return made


def check_owed(of: Terms, events: list[Event], most_kept_minor: int) -> None:
    """Each day's settlement by plain arithmetic, half a minor unit for each row aside; so much may be kept beside principal.

    What is overdue bears interest from its row on in some loans only where money comes, so there the days before count.
    """
    first = seen(of, [], OUT)
    days = {event.on for event in events} | {row.due_on for row in first.rows} | {one.on for one in of.tranches}
    days |= {on + timedelta(days=9) for on in days}
    interest, out, before = Fraction(0), 0, OUT
    again = of.recalculation
    assert again is not None
    for on in sorted(days | {OUT}):
        made = seen(of, events, on)
        interest += Fraction(out * of.rate_ppb * (on - before).days, 360 * PPB)
        out, before = made.state.outstanding_minor, on
        is_behind = again.overdue is Overdue.FROM_ROW and made.state.principal_due_minor
        if is_behind or on >= made.rows[-1].accrual_to:
            return
        owed = of.principal_minor + interest + Fraction(out * of.rate_ppb, 360 * PPB)
        owed += sum(one.amount_minor for one in events if one.kind is EventKind.DISBURSE and one.on <= on)
        owed -= sum(one.amount_minor for one in events if one.kind is EventKind.REPAY and one.on <= on)
        assert abs(made.settlement_minor - owed) <= made.closed + Fraction(3, 2), on
        assert min(made.state.overpaid_minor, out) <= most_kept_minor, on


JAN_4, FEB_3, FEB_11, FEB_17 = date(2024, 1, 4), date(2024, 2, 3), date(2024, 2, 11), date(2024, 2, 17)
MARCH, APRIL, LATE = date(2024, 3, 27), date(2024, 4, 9), date(2024, 3, 30)
HISTORIES = {
    "two payments are more than all, and a later tranche is repaid from what both leave": (
        terms(FROM_ROW, Ahead.NEXT, (LATE, 166_664)),
        [paid(1, 10, 600_495), paid(1, 11, 1_099_981), lent(LATE, 166_664)],
    ),
    "the down payment of a tranche is paid weeks before it": (
        terms(FROM_ROW, Ahead.NEXT, (FEB_3, 600_001), down_payment_ppb=250_000_000),
        [paid(1, 1, 1_212_000), lent(FEB_3, 600_001)],
    ),
    "down payments of two tranches are paid before them, and the first does not come": (
        terms(FROM_ROW, Ahead.NEXT, (JAN_4, 4_167), (LATE, 4_167), down_payment_ppb=250_000_000),
        [paid(1, 1, 1_300_000)],
    ),
    "kept money repays a tranche in the middle of a row and another one later in it": (
        terms(
            Recalculation(Prepaid.LOWER, overdue=Overdue.FROM_ROW, moves_interest=True), Ahead.LAST,
            (date(2024, 3, 25), 166_664), (MARCH, 166_664), (APRIL, 4_167),
            method="level", instalments=6, tranche_rows="from",
        ),
        [
            paid(1, 2, 636_000), paid(1, 25, 1_224_000), lent(date(2024, 3, 25), 166_664), lent(MARCH, 166_664),
            lent(APRIL, 4_167),
        ],
    ),
    "the very last row is full and more is lent": (
        terms(MOVES, Ahead.LAST, (MARCH, 166_664), method="level"),
        [paid(1, 25, 1_224_000), lent(MARCH, 166_664)],
    ),
    "interest that the coming tranche would have cost is set free and paid again": (
        terms(FROM_DUE, Ahead.NEXT, (FEB_17, 200_001), down_payment_ppb=250_000_000),
        [paid(2, 1, 1_200_000)],
    ),
    "a down payment to come stands before the only row that bears interest": (
        terms(MOVES, Ahead.NEXT, (APRIL, 499_992), down_payment_ppb=250_000_000),
        [paid(1, 2, 1_200_000), paid(3, 25, 1_320_000)],
    ),
    "what is out is as much as the interest that has been paid ahead": (
        terms(FROM_ROW, Ahead.NEXT, (date(2024, 1, 8), 2_001), (FEB_11, 51), (FEB_17, 2_001), principal_minor=12_000),
        [lent(date(2024, 1, 8), 2_001), paid(1, 13, 13_200), paid(1, 16, 12_120), lent(FEB_11, 51)],
    ),
    "what is overdue has cost interest when all is repaid before a tranche": (
        terms(FROM_DUE, Ahead.NEXT, (APRIL, 200_001), (date(2024, 4, 29), 600_001), method="level", instalments=6),
        [paid(1, 10, 1_080_372), paid(2, 12, 1_320_000)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_each_day_owes_what_was_lent_less_what_was_paid_and_interest_on_what_was_out(name: str) -> None:
    check_owed(*HISTORIES[name], most_kept_minor=1)


@st.composite
def kept(draw: st.DrawFn) -> tuple[Terms, list[Event]]:
    """A loan with tranches that were agreed, most of which come, and money that is often more than what is out."""
    count = draw(st.integers(3, 8))
    principal = draw(st.sampled_from([12_000, 999_983, 1_200_000]))
    days = draw(st.lists(st.integers(1, 28 * (count - 1)), min_size=1, max_size=3, unique=True))
    tranches = [(OUT + timedelta(days=day), draw(st.sampled_from([51, 5_001, principal // 2]))) for day in sorted(days)]
    moves = draw(st.booleans())
    prepaid = draw(st.sampled_from([Prepaid.LAST, Prepaid.LOWER] if moves else list(Prepaid)))
    overdue = draw(st.sampled_from([Overdue.FROM_ROW, Overdue.FROM_DUE]))
    of = terms(
        Recalculation(prepaid, overdue=overdue, moves_interest=moves),
        draw(st.sampled_from([Ahead.NEXT, Ahead.LAST, Ahead.SPREAD, Ahead.CURRENT])),
        *tranches,
        principal_minor=principal,
        instalments=count,
        method=draw(st.sampled_from(["level", "equal_principal", "interest_first"])),
        down_payment_ppb=draw(st.sampled_from([0, 250_000_000])),
        tranche_rows=draw(st.sampled_from(["from", "after"])),
    )
    events = [lent(on, amount) for on, amount in tranches if draw(st.integers(1, 10)) > 1]
    for day in draw(st.lists(st.integers(0, 28 * count), min_size=1, max_size=3, unique=True)):
        on, percent = OUT + timedelta(days=day), draw(st.sampled_from([1, 40, 100, 101, 102, 110]))
        events.append(paid(on.month, on.day, principal * percent // 100))
    return of, sorted(events, key=lambda one: (one.on, one.kind is not EventKind.DISBURSE))


@given(kept())
def test_money_that_comes_too_early_costs_and_saves_no_interest(history: tuple[Terms, list[Event]]) -> None:
    of, events = history
    try:
        seen(of, events, max(event.on for event in events))
    except LoanMathError:
        return  # nothing more is lent or paid on a loan that has ended
    check_owed(of, events, most_kept_minor=of.principal_minor // 100)


def test_money_beyond_all_that_is_out_pays_no_interest_of_a_tranche_to_come() -> None:
    """60.00 have accrued in 15 days; 50.00 more are kept until 2,000.00 are lent, and pay of their 10.00, 20.00 and so on."""
    on = date(2024, 2, 16)
    of = terms(FROM_DUE, Ahead.LAST, (on, 200_000), day_count="30/360", instalments=6)
    events = [paid(1, 16, 1_206_000), paid(1, 21, 5_000), lent(on, 200_000)]
    made = seen(of, events[:2], date(2024, 1, 21))
    assert (made.state.settlement_minor, made.state.overpaid_minor) == (-5_000, 5_000)
    assert (made.trail[1].interest_minor, made.trail[1].outstanding_minor) == (6_000, 0)
    made = seen(of, events, date(2024, 7, 1))
    assert sum(row.accrued_minor for row in made.rows) == 6_000 + 1_000 + 4 * 2_000


def test_what_was_paid_on_a_down_payment_before_its_tranche_is_not_out_until_then() -> None:
    """Of 12,000.00 paid on 16 January 136.12 stay out: for half of February, and with the 2,000.00 lent on the 16th for
    the other half, since the 500.00 due with them are paid: 0.68 and 10.68 make 11.36."""
    on = date(2024, 2, 16)
    of = terms(
        Recalculation(Prepaid.LOWER, overdue=Overdue.FROM_ROW, moves_interest=False), Ahead.NEXT, (on, 200_000), day_count="30/360",
        method="equal_principal", instalments=6, down_payment_ppb=250_000_000, tranche_rows="from",
    )  # fmt: skip
    made = seen(of, [paid(1, 16, 1_200_000), lent(on, 200_000)], date(2024, 2, 20))
    assert made.state.outstanding_minor == 200_000 + 13_612
    assert [row.accrued_minor for row in made.rows if row.due_on == date(2024, 3, 1)] == [1_136]


def test_the_trail_tells_of_rows_by_the_numbers_that_they_have_now() -> None:
    """The down payment of a tranche that does not come falls away; what was paid on the rows after it is told of them."""
    of = terms(FROM_DUE, Ahead.NEXT, (FEB_17, 200_001), down_payment_ppb=250_000_000)
    events = [paid(2, 1, 1_200_000)]
    for on in (date(2024, 2, 16), FEB_17):
        made = seen(of, events, on)
        told: dict[int, int] = {}
        for share in made.trail[1].shares:
            told[share.number] = told.get(share.number, 0) + share.amount_minor
        assert told == {row.plan.number: sum(row.paid) for row in made.standings if any(row.paid)}


def test_two_down_payments_that_fall_away_after_the_last_instalment_leave_the_loan_repaid() -> None:
    both = (date(2024, 3, 1), 100_000)
    of = terms(MOVES, Ahead.CURRENT, both, both, method="equal_principal", down_payment_ppb=250_000_000)
    made = seen(of, [paid(1, 3, 1_900_000)], date(2024, 4, 24))
    # 12,000 for two days at 12 % cost 8.00; all above 12,008.00 is too much.
    assert (made.state.outstanding_minor, made.state.overpaid_minor) == (0, 699_200)
