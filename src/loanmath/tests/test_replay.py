"""Histories with figures worked out by hand."""

from datetime import date, timedelta

import pytest

from loanmath import (
    NO_REST_DAYS,
    Calendar,
    Event,
    EventKind,
    LoanMathError,
    Replay,
    Role,
    Status,
    Terms,
    difference,
    explain_interest,
    replay,
    totals,
)
from loanmath.replay import Moment
from loanmath.tests.strategies import POLICY

OUT = date(2024, 7, 1)
TERMS = Terms.for_months(
    term_months=12,
    method="equal_principal",
    disbursed_on=OUT,
    currency="CNY",
    principal_minor=1_200_000,
    rate_ppb=36_000_000,  # 1/10,000 a day of 360
    day_count="act/360",
    penalty_rate_ppb=54_000_000,
    fee_minor=500,
)
PAID_OUT = Event("out", EventKind.DISBURSE, OUT, 1_200_000)


def at(on: date, *events: Event, moment: Moment = "close", terms: Terms = TERMS) -> Replay:
    return replay(terms, [PAID_OUT, *events], on, policy=POLICY, at=moment)


def lines(made: Replay, key: str) -> dict[str, int]:
    return {str(role): amount for posting in made.postings if posting.key == key for role, amount in posting.lines}


def test_the_principal_goes_out_and_the_fee_comes_in() -> None:
    made = at(OUT, moment="open")
    assert lines(made, "out") == {
        "loan_principal": 1_200_000,
        "cash": -1_199_500,
        "fee_income": -500,
    }
    assert made.state.status == Status.ACTIVE


def test_a_day_of_interest_accrues_at_each_close() -> None:
    assert at(OUT).state.interest_accrued_minor == 120
    assert at(OUT + timedelta(days=9)).state.interest_accrued_minor == 1_200
    assert at(date(2024, 7, 31)).state.interest_accrued_minor == 3_720


def test_a_row_falls_due_in_the_morning_and_is_paid() -> None:
    due = at(date(2024, 8, 1), moment="open").state
    assert (due.interest_due_minor, due.principal_due_minor) == (3_720, 100_000)
    paid = at(date(2024, 8, 1), Event("p", EventKind.REPAY, date(2024, 8, 1), 103_720))
    assert paid.state.arrears_minor == 0
    assert paid.state.overdue_days == 0
    assert paid.state.interest_accrued_minor == 110
    assert lines(paid, "p") == {
        "cash": 103_720,
        "loan_principal": -100_000,
        "interest_receivable": -3_720,
    }


def test_penalty_runs_from_the_due_day_until_paid_on_principal_and_interest() -> None:
    # 103,720 x 5.4 % x 10 / 360 = 155.58
    state = at(date(2024, 8, 10)).state
    assert (state.overdue_days, state.penalty_due_minor) == (9, 156)
    paid = at(date(2024, 8, 11), Event("p", EventKind.REPAY, date(2024, 8, 11), 103_876))
    assert paid.state.arrears_minor == 0
    assert paid.trail[-1].penalty_minor == 156
    assert [tuple(share) for share in paid.trail[-1].shares] == [
        ("penalty", 0, 156),
        ("interest", 1, 3_720),
        ("principal", 1, 100_000),
    ]


def test_a_row_tells_what_of_it_is_unpaid() -> None:
    made = at(date(2024, 8, 11), Event("p", EventKind.REPAY, date(2024, 8, 6), 10_000))
    assert [made.unpaid(row) for row in made.rows[:2]] == [(93_798, 0), (100_000, 3_410)]


def test_interest_does_not_accrue_on_overdue_principal() -> None:
    assert at(date(2024, 8, 10)).state.interest_accrued_minor == 1_100


def test_money_too_early_waits_for_the_row() -> None:
    early = Event("p", EventKind.REPAY, date(2024, 7, 25), 110_000)
    assert at(date(2024, 7, 25), early).state.overpaid_minor == 110_000
    made = at(date(2024, 8, 1), early)
    assert (made.state.arrears_minor, made.state.overpaid_minor) == (0, 6_280)
    assert [posting.kind for posting in made.postings].count("fall_due") == 1


def test_a_row_due_after_a_weekend_stops_accruing_on_its_nominal_day() -> None:
    terms = Terms.from_json(TERMS.to_json() | {"business_day": "following"})
    events = [PAID_OUT]
    # 1 September 2024 is a Sunday
    made = replay(terms, events, date(2024, 9, 1), policy=POLICY, calendar=Calendar(), at="open")
    row = made.rows[1]
    assert (row.accrual_to, row.due_on) == (date(2024, 9, 1), date(2024, 9, 2))
    assert made.state.accrual_base_minor == 1_000_000
    assert made.state.interest_accrued_minor == row.interest_minor == 3_410
    assert made.unpaid(row) == (100_000, 3_410)


def test_a_prepayment_plans_the_rows_ahead_anew_and_pays_for_the_days_that_passed() -> None:
    prepaid = Event("p", EventKind.PREPAY, date(2024, 7, 11), 600_000)
    made = at(date(2024, 7, 11), prepaid)
    first = made.rows[0]
    # 1,200,000 for 10 days and 600,000 for 21 days at 1/10,000 a day
    assert (first.principal_minor, first.interest_minor) == (50_000, 1_200 + 1_260)
    assert [step.days for step in explain_interest(first).steps] == [10, 21]
    assert sum(row.principal_minor for row in made.rows) == 600_000
    assert lines(made, "p") == {"cash": 600_000, "loan_principal": -600_000}
    due = at(date(2024, 8, 1), prepaid, moment="open").state
    assert (due.interest_due_minor, due.principal_due_minor) == (2_460, 50_000)


def test_a_settlement_takes_interest_to_the_day() -> None:
    quote = at(date(2024, 7, 11), moment="open").state.settlement_minor
    assert quote == 1_200_000 + 1_200
    made = at(date(2024, 7, 11), Event("s", EventKind.SETTLE, date(2024, 7, 11), quote))
    assert made.state.status == Status.CLOSED
    assert (made.state.outstanding_minor, made.state.provision_minor) == (0, 0)
    assert [(row.principal_minor, row.interest_minor) for row in made.rows] == [(1_200_000, 1_200)]
    with pytest.raises(LoanMathError, match="1201200 is needed"):
        at(
            date(2024, 7, 11),
            Event("s", EventKind.SETTLE, date(2024, 7, 11), quote - 1),
        )


def test_a_write_off_uses_the_allowance_and_keeps_the_claim() -> None:
    on = date(2025, 8, 1)
    before = at(on, moment="open")
    made = at(on, Event("w", EventKind.WRITE_OFF, on))
    assert before.state.five_tier == 5
    assert lines(made, "w") == {
        "loan_principal": -1_200_000,
        "loan_loss_allowance": 1_200_000,
        "memo_written_off": 1_200_000,
        "memo_contra": -1_200_000,
    }
    claim = before.state.memo_interest_minor
    assert (made.state.status, made.state.memo_interest_minor) == (
        Status.WRITTEN_OFF,
        claim,
    )
    later = at(on + timedelta(days=90), Event("w", EventKind.WRITE_OFF, on))
    assert later.state.memo_interest_minor == claim


def test_a_write_off_before_full_provision_takes_the_rest_from_income() -> None:
    on = date(2024, 7, 11)
    made = at(on, Event("w", EventKind.WRITE_OFF, on))
    assert lines(made, "w") == {
        "loan_principal": -1_200_000,
        "loan_loss_allowance": 18_000,
        "impairment_loss": 1_182_000,
        "interest_receivable": -1_200,
        "interest_income": 1_200,
        "memo_interest": 1_200,
        "memo_written_off": 1_200_000,
        "memo_contra": -1_201_200,
    }


def test_recoveries_are_income_and_lessen_the_claim() -> None:
    on = date(2024, 7, 11)
    events = [
        Event("w", EventKind.WRITE_OFF, on),
        Event("r", EventKind.RECOVER, on, 1_200_700),
    ]
    made = at(on, *events)
    assert lines(made, "r") == {
        "cash": 1_200_700,
        "recovery_income": -1_200_700,
        "memo_interest": -700,
        "memo_written_off": -1_200_000,
        "memo_contra": 1_200_700,
    }
    rest = at(on, *events, Event("r2", EventKind.RECOVER, on, 600)).state
    assert (rest.memo_interest_minor, rest.recovered_minor, rest.overpaid_minor) == (
        0,
        1_201_200,
        100,
    )


def test_cash_is_income_while_a_loan_does_not_accrue() -> None:
    on = date(2024, 12, 1)
    made = at(on, Event("p", EventKind.REPAY, on, 8_000))
    penalty, interest = made.trail[-1].penalty_minor, made.trail[-1].interest_minor
    assert penalty > 0 < interest
    assert penalty + interest == 8_000
    assert lines(made, "p") == {
        "cash": 8_000,
        "penalty_income": -penalty,
        "interest_income": -interest,
        "memo_interest": -8_000,
        "memo_contra": 8_000,
    }


def test_a_reversal_leaves_history_as_if_it_had_not_been() -> None:
    paid = Event("p", EventKind.REPAY, date(2024, 8, 1), 103_720)
    undone = Event("u", EventKind.REVERSE, date(2024, 8, 11), reverses="p")
    on = date(2024, 8, 20)
    assert at(on, paid, undone).state == at(on).state
    assert at(date(2024, 8, 10), paid, undone).state == at(date(2024, 8, 10), paid).state
    day = date(2024, 8, 11)
    before, after = at(day, paid, moment="open"), at(day, paid, undone, moment="open")
    posted = {str(role): amount for role, amount in difference(before.postings, after.postings)}
    assert posted == {
        "cash": -103_720,
        "loan_principal": 100_000,
        "interest_receivable": 3_720,
        "penalty_receivable": 156,
        "penalty_income": -156,
        "impairment_loss": totals(after.postings)[Role.IMPAIRMENT_LOSS] - totals(before.postings)[Role.IMPAIRMENT_LOSS],
        "loan_loss_allowance": -(after.state.provision_minor - before.state.provision_minor),
    }


def test_a_backdated_payment_takes_back_the_penalty_that_followed() -> None:
    late_known = Event("p", EventKind.REPAY, date(2024, 8, 1), 103_720)
    day = date(2024, 8, 11)
    posted = dict(difference(at(day, moment="open").postings, at(day, late_known, moment="open").postings))
    assert posted[Role.PENALTY_RECEIVABLE] == -156
    assert posted[Role.CASH] == 103_720


def test_the_last_payment_closes_the_loan() -> None:
    plan = at(OUT).rows
    payments = [Event(f"p{row.number}", EventKind.REPAY, row.due_on, row.total_minor) for row in plan]
    made = at(date(2025, 7, 1), *payments)
    assert made.state.status == Status.CLOSED
    assert totals(made.postings)[Role.INTEREST_INCOME] == -sum(row.interest_minor for row in plan)
    assert all(made.unpaid(row) == (0, 0) for row in made.rows)
    more = at(
        date(2025, 7, 2),
        *payments,
        Event("more", EventKind.REPAY, date(2025, 7, 2), 10),
    )
    assert more.state.overpaid_minor == 10


def test_before_the_disbursement_there_is_nothing() -> None:
    made = replay(TERMS, [], date(2025, 1, 1), policy=POLICY, calendar=NO_REST_DAYS)
    assert (made.state.status, made.postings) == (Status.PENDING, ())
    assert made.unpaid(made.rows[0]) == (0, 0)


DAY = date(2024, 7, 11)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([Event("p", EventKind.PREPAY, DAY, 1_200_000)], "prepayment_out_of_range"),
        ([Event("r", EventKind.RECOVER, DAY, 5)], "wrong_status"),
        ([Event("d", EventKind.DISBURSE, DAY, 5)], "wrong_status"),
        ([Event("out", EventKind.REPAY, DAY, 5)], "key_twice"),
        ([Event("u", EventKind.REVERSE, DAY, reverses="nothing")], "reverses_unknown"),
        (
            [
                Event("p", EventKind.REPAY, DAY, 5),
                Event("u", EventKind.REVERSE, DAY, reverses="p"),
                Event("v", EventKind.REVERSE, DAY, reverses="p"),
            ],
            "reversed_before",
        ),
        (
            [Event("w", EventKind.WRITE_OFF, DAY), Event("p", EventKind.REPAY, DAY, 5)],
            "cannot_repay",
        ),
    ],
)
def test_events_that_cannot_happen_are_refused(events: list[Event], code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        at(DAY, *events)
    assert caught.value.code == code
    assert "{" not in str(caught.value)


def test_the_disbursement_must_be_that_of_the_terms() -> None:
    with pytest.raises(LoanMathError, match="of the terms"):
        replay(TERMS, [Event("d", EventKind.DISBURSE, OUT, 5)], OUT, policy=POLICY)


@pytest.mark.parametrize(
    ("kind", "amount", "reverses", "code"),
    [
        ("repay", 0, "", "amount_not_positive"),
        ("repay", 5, "x", "reverses_missing"),
        ("reverse", 0, "", "reverses_missing"),
        ("dance", 5, "", "unknown_choice"),
    ],
)
def test_malformed_events_are_refused(kind: str, amount: int, reverses: str, code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        Event("k", kind, OUT, amount, reverses)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_events_survive_json() -> None:
    for event in (PAID_OUT, Event("u", EventKind.REVERSE, OUT, reverses="out")):
        assert Event.from_json(event.to_json()) == event
