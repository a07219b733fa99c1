"""A loan kept to the day: what is foreseen is what comes to pass when somebody really pays so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loanmath import Event, EventKind, LoanMathError, Prepaid, Status, Terms, replay, schedule
from loanmath.charges import Basis, Charge, Moment
from loanmath.foresight import Foreseen, Prepayment, foresee
from loanmath.grading import UNGRADED
from loanmath.shape import Shape
from loanmath.tests.strategies import terms

START = date(2024, 7, 1)
EACH = Charge(basis=Basis.FLAT, moment=Moment.EACH_INSTALMENT, amount_minor=5_00)


def loan(**changes: object) -> Terms:
    """12,000.00 in twelve equal parts at one ten-thousandth a day."""
    return Terms.for_months(
        **{
            "term_months": 12,
            "method": "equal_principal",
            "disbursed_on": START,
            "currency": "CNY",
            "principal_minor": 12_000_00,
            "rate_ppb": 36_000_000,
            "day_count": "act/360",
        }
        | changes  # type: ignore[arg-type]
    )


def lived(of: Foreseen, charges: list[Charge], prepayments: list[Prepayment]) -> tuple[Status, int]:
    """Let it come to pass, event by event: how the loan ends, and what the borrower has paid."""
    first = of.terms.disbursed_on
    events = [Event("out", EventKind.DISBURSE, first, of.terms.principal_minor)]
    events += [Event(f"fee{place}", EventKind.CHARGE, first, charge=one) for place, one in enumerate(charges)]
    for row in of.rows:
        if any(row.asked):
            events.append(Event(f"row{row.plan.number}", EventKind.REPAY, row.plan.due_on, sum(row.asked)))
    for place, (wanted, used) in enumerate(zip(prepayments, of.ahead, strict=True)):
        assert wanted.prepaid is not None
        events.append(Event(f"pre{place}", EventKind.PREPAY, used.on, used.total_minor, prepaid=wanted.prepaid))
    # A flat loan whose rows to come ask for nothing is open until the last of them, as its plan says.
    state = replay(of.terms, events, max(of.ends_on, of.rows[-1].plan.due_on), policy=UNGRADED).state
    assert state.overpaid_minor == 0
    return Status(int(state.status)), sum(event.amount_minor for event in events[1:])


def test_a_loan_without_anything_besides_is_its_plan() -> None:
    seen = foresee(loan())
    assert [row.plan for row in seen.rows] == list(schedule(loan()))
    assert (seen.fees_minor, seen.saved_minor, seen.upfront_minor, seen.ahead) == (0, 0, 0, ())
    assert seen.interest_minor == schedule(loan()).interest_minor == seen.cost_minor


def test_fees_kept_back_and_asked_for_are_told_apart_from_interest() -> None:
    # 100.00 by the terms, 1 % of 12,000.00 by the charge, and 12 times 5.00
    kept_back = Charge(basis=Basis.PRINCIPAL, moment=Moment.AT_DISBURSEMENT, rate_ppb=10_000_000)
    seen = foresee(loan(fee_minor=100_00), [kept_back, EACH])
    assert seen.upfront_minor == 220_00
    assert seen.fees_minor == 280_00
    assert seen.interest_minor == foresee(loan()).interest_minor
    assert seen.flows()[0].amount_minor == -(12_000_00 - 220_00)
    assert sum(flow.amount_minor for flow in seen.flows()) == seen.cost_minor


def test_half_paid_back_in_mid_month_lowers_what_follows() -> None:
    # 12,000 for 10 days = 12.00, then 6,000 for 21 days = 12.60; eleven more parts of 500.00
    seen = foresee(loan(), prepayments=[Prepayment(date(2024, 7, 11), 6_000_00)])
    assert seen.rows[0].asked == (0, 0, 24_60, 500_00)
    assert len(seen.rows) == 12
    assert seen.ahead[0].principal_minor == 6_000_00
    assert seen.saved_minor == foresee(loan()).interest_minor - seen.interest_minor > 0


def test_the_fee_for_paying_ahead_is_part_of_what_is_paid_ahead() -> None:
    # 1 % of what is repaid: 6,060.00 are 6,000.00 and 60.00
    seen = foresee(loan(early_fee_ppb=10_000_000), prepayments=[Prepayment(date(2024, 7, 11), 6_060_00)])
    assert (seen.ahead[0].principal_minor, seen.ahead[0].fee_minor) == (6_000_00, 60_00)
    assert seen.fees_minor == 60_00


def test_everything_settled_ahead_of_time_ends_the_loan_that_day() -> None:
    # 12,000 for 10 days = 12.00; 1 % for ending ahead of time
    on = date(2024, 7, 11)
    seen = foresee(loan(early_fee_ppb=10_000_000), prepayments=[Prepayment(on, prepaid=None)])
    assert seen.ends_on == on
    assert [row.asked for row in seen.rows] == [(0, 0, 12_00, 12_000_00)]
    assert (seen.interest_minor, seen.fees_minor) == (12_00, 120_00)
    assert seen.paid_minor == 12_132_00


def test_prepayments_are_taken_in_the_order_of_their_days() -> None:
    early, late = Prepayment(date(2024, 8, 15), 1_000_00, Prepaid.SHORTEN), Prepayment(date(2024, 11, 15), 2_000_00)
    assert foresee(loan(), prepayments=[late, early]) == foresee(loan(), prepayments=[early, late])


@pytest.mark.parametrize("on", [START, date(2025, 7, 1), date(2026, 1, 1)])
def test_paying_ahead_is_for_days_between_the_first_and_the_last(on: date) -> None:
    with pytest.raises(LoanMathError) as refused:
        foresee(loan(), prepayments=[Prepayment(on, 1_00)])
    assert (refused.value.code, refused.value.field) == ("prepayment_out_of_time", "prepayments.on")


def test_a_loan_that_is_settled_takes_no_more_money() -> None:
    with pytest.raises(LoanMathError) as refused:
        foresee(loan(), prepayments=[Prepayment(date(2024, 7, 11), prepaid=None), Prepayment(date(2024, 8, 11), 1_00)])
    assert refused.value.code == "prepayment_out_of_time"


@given(terms(most_instalments=18), st.data())
def test_what_is_foreseen_comes_to_pass(of: Terms, data: st.DataObject) -> None:
    of = replace(of, fee_minor=0, early_fee_ppb=data.draw(st.sampled_from((0, 12_345_678))))
    charges = data.draw(st.sampled_from(([], [EACH])))
    days = (schedule(of)[-1].due_on - of.disbursed_on).days
    assume(days > 1)
    wanted = [
        Prepayment(
            of.disbursed_on + timedelta(days=data.draw(st.integers(1, days - 1))),
            data.draw(st.integers(1, of.principal_minor)),
            data.draw(st.sampled_from(list(Prepaid))),
        )
        for _ in range(data.draw(st.integers(0, 2)))
    ]
    wanted.sort(key=lambda one: one.on)
    try:
        seen = foresee(of, charges, wanted)
    except LoanMathError:
        assume(False)
    assert lived(seen, charges, wanted) == (Status.CLOSED, seen.paid_minor)
    assert sum(flow.amount_minor for flow in seen.flows()) == seen.cost_minor
    assert seen.interest_minor >= 0


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"down_payment_ppb": 1_000_000_000}, START),
        ({"method": "custom", "shape": Shape(parts=(7_000_00, 5_000_00))}, date(2024, 9, 1)),
    ],
    ids=["a down payment of everything", "two parts of one's own"],
)
def test_a_loan_ends_with_the_last_row_that_asks_for_anything(changes: dict[str, object], last: date) -> None:
    """Twelve rows are planned; later ones are empty, and after the last payment nothing can be paid ahead of time."""
    of = loan(**changes)
    assert foresee(of).ends_on == last
    with pytest.raises(LoanMathError) as refused:
        foresee(of, prepayments=[Prepayment(last + timedelta(days=10), 1_00)])
    assert (refused.value.code, refused.value.params["last"]) == ("prepayment_out_of_time", last.isoformat())
