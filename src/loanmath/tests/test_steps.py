"""What a row asks for when it falls due, what an overpayment does to it, and what else a day opens with, by hand."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from loanmath import Component, Role, State, Status, Terms
from loanmath.allocation import Allocation
from loanmath.daily import NO_CLOSING, NO_DUE, ClosingRows, DayColumns, DueRows, open_day
from loanmath.steps import Falling
from loanmath.tests.test_events import FIRST, TERMS

DAY = FIRST.toordinal()
PRINCIPAL_FIRST = replace(
    TERMS, allocation=Allocation((Component.PENALTY, Component.FEE, Component.PRINCIPAL, Component.INTEREST))
)
ROW = Falling(principal_minor=100_000, interest_minor=3_720, interest_ahead_minor=0, fee_minor=500, penalty_minor=300)


def book(terms: Terms = TERMS, **figures: Any) -> DayColumns:
    """One loan of which all principal is to come, 37.20 have accrued, and charges of 8.00 are not due yet."""
    usual: dict[str, Any] = {
        "status": Status.ACTIVE,
        "principal_not_due_minor": 1_200_000,
        "accrual_base_minor": 1_100_000,
        "interest_accrued_minor": 3_720,
        "charges_not_due_minor": 800,
    }
    return DayColumns.from_states([State(**(usual | figures))], [terms])


def fallen(columns: DayColumns, row: Falling, on: date = FIRST) -> tuple[State, dict[Role, int]]:
    """The state after a row has fallen due, and what has been posted."""
    opened, postings = open_day(columns, NO_CLOSING, DueRows.of([(0, row)]), on)
    totals = postings.totals()
    assert sum(totals.values()) == 0
    return opened.state(0), {role: amount for role, amount in totals.items() if amount}


@pytest.mark.parametrize(
    ("overpaid", "paid", "paid_principal_first"),
    [
        # penalty, fee, interest, principal
        (0, (0, 0, 0, 0), (0, 0, 0, 0)),
        (1, (1, 0, 0, 0), (1, 0, 0, 0)),
        (300, (300, 0, 0, 0), (300, 0, 0, 0)),
        (301, (300, 1, 0, 0), (300, 1, 0, 0)),
        (800, (300, 500, 0, 0), (300, 500, 0, 0)),
        (801, (300, 500, 1, 0), (300, 500, 0, 1)),
        (4_519, (300, 500, 3_719, 0), (300, 500, 0, 3_719)),
        (4_521, (300, 500, 3_720, 1), (300, 500, 0, 3_721)),
        (100_801, (300, 500, 3_720, 96_281), (300, 500, 1, 100_000)),
        (104_519, (300, 500, 3_720, 99_999), (300, 500, 3_719, 100_000)),
        (104_520, (300, 500, 3_720, 100_000), (300, 500, 3_720, 100_000)),
        (104_521, (300, 500, 3_720, 100_000), (300, 500, 3_720, 100_000)),
    ],
)
@pytest.mark.parametrize("terms", [TERMS, PRINCIPAL_FIRST])
def test_an_overpayment_meets_what_falls_due_in_the_agreed_order(
    terms: Terms, overpaid: int, paid: tuple[int, ...], paid_principal_first: tuple[int, ...]
) -> None:
    penalty, fee, interest, principal = paid if terms is TERMS else paid_principal_first
    used = penalty + fee + interest + principal
    state, moved = fallen(book(terms, overpaid_minor=overpaid), ROW)
    assert (state.penalty_due_minor, state.fee_due_minor) == (300 - penalty, 500 - fee)
    assert (state.interest_due_minor, state.principal_due_minor) == (3_720 - interest, 100_000 - principal)
    assert (state.repaid_minor, state.overpaid_minor) == (principal, overpaid - used)
    assert (state.principal_not_due_minor, state.interest_accrued_minor) == (1_100_000, 0)
    assert (state.charges_not_due_minor, state.accrual_base_minor) == (0, 1_100_000)
    assert state.oldest_due_on == (DAY if used < 104_520 else 0)
    expected = {
        Role.OVERPAYMENT: used,
        Role.LOAN_PRINCIPAL: -principal,
        Role.INTEREST_RECEIVABLE: -interest,
        Role.FEE_RECEIVABLE: 500 - fee,
        Role.FEE_INCOME: -500,
        Role.PENALTY_RECEIVABLE: 300 - penalty,
        Role.PENALTY_INCOME: -300,
    }
    assert moved == {role: amount for role, amount in expected.items() if amount}


def test_what_has_all_been_paid_ahead_falls_due_without_arrears() -> None:
    state, moved = fallen(
        book(interest_ahead_minor=5_000, charges_not_due_minor=0),
        Falling(0, 0, interest_ahead_minor=3_720, fee_minor=0, penalty_minor=0),
    )
    assert (state.oldest_due_on, state.interest_due_minor) == (0, 0)
    assert (state.interest_accrued_minor, state.interest_ahead_minor) == (0, 1_280)
    # 37.20 of what came ahead had been earned, and they are what has fallen due
    assert moved == {}


def test_interest_that_came_ahead_for_later_rows_does_not_stand_against_what_falls_due() -> None:
    """50.00 had come ahead, 37.20 of them set off against what has accrued: now it is owed, and all 50.00 are ahead."""
    state, moved = fallen(book(interest_ahead_minor=5_000), ROW._replace(fee_minor=0, penalty_minor=0))
    assert (state.interest_due_minor, state.interest_ahead_minor) == (3_720, 5_000)
    assert moved == {Role.INTEREST_RECEIVABLE: 3_720, Role.INTEREST_AHEAD: -3_720}


@pytest.mark.parametrize("row", [Falling(1, 0, 0, 0, 0), Falling(0, 1, 0, 0, 0), Falling(0, 0, 0, 1, 0)])
def test_a_single_unit_that_stays_unpaid_begins_the_arrears_and_older_ones_go_on(row: Falling) -> None:
    assert fallen(book(), row)[0].oldest_due_on == DAY
    assert fallen(book(oldest_due_on=DAY - 31), row)[0].oldest_due_on == DAY - 31


def test_a_row_that_asks_for_nothing_begins_no_arrears() -> None:
    assert fallen(book(), Falling(0, 0, 0, 0, 0))[0].oldest_due_on == 0


@pytest.mark.parametrize(
    ("overpaid", "status"), [(103_719, Status.ACTIVE), (103_720, Status.CLOSED), (103_721, Status.CLOSED)]
)
def test_a_loan_whose_last_row_is_met_by_an_overpayment_is_closed_at_once(overpaid: int, status: Status) -> None:
    columns = book(
        overpaid_minor=overpaid, principal_not_due_minor=100_000, accrual_base_minor=0, charges_not_due_minor=0
    )
    assert fallen(columns, ROW._replace(fee_minor=0, penalty_minor=0))[0].status == status


OWED = (
    "principal_not_due_minor",
    "principal_due_minor",
    "interest_accrued_minor",
    "interest_due_minor",
    "penalty_due_minor",
    "fee_due_minor",
    "charges_not_due_minor",
    "accrual_base_minor",
)
NOTHING: dict[str, Any] = dict.fromkeys(OWED, 0)
NONE = Falling(0, 0, 0, 0, 0)


@pytest.mark.parametrize("left", [*((name,) for name in OWED), *combinations(OWED, 2)])
def test_a_loan_of_which_a_single_unit_is_owed_stays_open(left: tuple[str, ...]) -> None:
    assert fallen(book(**(NOTHING | dict.fromkeys(left, 1))), NONE)[0].status == Status.ACTIVE


def test_a_loan_of_which_nothing_is_owed_is_closed_but_not_one_that_is_written_off() -> None:
    assert fallen(book(**NOTHING), NONE)[0].status == Status.CLOSED
    assert fallen(book(**NOTHING, status=Status.WRITTEN_OFF), NONE)[0].status == Status.WRITTEN_OFF
    paid_ahead = NOTHING | {"interest_accrued_minor": 500, "interest_ahead_minor": 500}
    assert fallen(book(**paid_ahead), NONE)[0].status == Status.CLOSED


@pytest.mark.parametrize("is_charged_off", [0, 1])
def test_charges_of_a_loan_that_does_not_accrue_are_claimed_in_the_memo(is_charged_off: int) -> None:
    columns = book(
        is_non_accrual=1,
        is_charged_off=is_charged_off,
        memo_interest_minor=3_720,
        memo_written_off_minor=1_200_000 * is_charged_off,
    )
    state, moved = fallen(columns, ROW)
    assert state.memo_interest_minor == 3_720 + 800
    assert moved == {Role.MEMO_INTEREST: 800, Role.MEMO_CONTRA: -800}


def closed_row(
    columns: DayColumns, accrued_minor: int, capitalised_minor: int, base_minor: int = 1_100_000
) -> tuple[State, dict[Role, int]]:
    """The state after a row has ended, and what has been posted; the next one counts by act/365 from then on."""
    following = (base_minor, 40_000_000, 365 * 10**9, 3)
    rows = ClosingRows.of_columns([(0, accrued_minor, capitalised_minor, *following)])
    opened, postings = open_day(columns, rows, NO_DUE, FIRST)
    totals = postings.totals()
    assert sum(totals.values()) == 0
    return opened.state(0), {role: amount for role, amount in totals.items() if amount}


@pytest.mark.parametrize("apart", [-2, -1, 0, 1, 2])
def test_a_row_that_ends_is_brought_to_its_interest_to_the_unit(apart: int) -> None:
    state, moved = closed_row(book(interest_row_minor=3_700, interest_remainder=17), 3_700 + apart, 0)
    assert (state.interest_accrued_minor, state.interest_row_minor) == (3_720 + apart, 0)
    # half the divisor is the fraction that a sum by half up starts with
    assert (state.interest_remainder, state.accrual_divisor) == (365 * 10**9 // 2, 365 * 10**9)
    assert (state.accrual_base_minor, state.accrual_rate_ppb, state.accrual_code) == (1_100_000, 40_000_000, 3)
    assert moved == ({Role.INTEREST_RECEIVABLE: apart, Role.INTEREST_INCOME: -apart} if apart else {})


@pytest.mark.parametrize("capitalised", [1, 2, 3_720])
@pytest.mark.parametrize(("is_non_accrual", "is_charged_off"), [(0, 0), (1, 0), (1, 1)])
def test_interest_that_becomes_principal_is_claimed_as_principal(
    capitalised: int, is_non_accrual: int, is_charged_off: int
) -> None:
    """On the balance sheet it moves over; of a loan that does not accrue it is income now; charged off, a claim."""
    columns = book(
        interest_row_minor=3_720,
        is_non_accrual=is_non_accrual,
        is_charged_off=is_charged_off,
        memo_interest_minor=3_720 * is_non_accrual,
        memo_written_off_minor=1_200_000 * is_charged_off,
    )
    state, moved = closed_row(columns, 3_720, capitalised, 1_200_000 + capitalised)
    assert (state.principal_not_due_minor, state.capitalised_minor) == (1_200_000 + capitalised, capitalised)
    assert (state.interest_accrued_minor, state.accrual_base_minor) == (3_720 - capitalised, 1_200_000 + capitalised)
    assert state.memo_interest_minor == (3_720 - capitalised) * is_non_accrual
    assert state.memo_written_off_minor == (1_200_000 + capitalised) * is_charged_off
    if is_charged_off:
        assert moved == {Role.MEMO_INTEREST: -capitalised, Role.MEMO_WRITTEN_OFF: capitalised}
    elif is_non_accrual:
        assert moved == {
            Role.LOAN_PRINCIPAL: capitalised,
            Role.INTEREST_INCOME: -capitalised,
            Role.MEMO_INTEREST: -capitalised,
            Role.MEMO_CONTRA: capitalised,
        }
    else:
        assert moved == {Role.LOAN_PRINCIPAL: capitalised, Role.INTEREST_RECEIVABLE: -capitalised}
