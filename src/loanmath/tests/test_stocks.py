"""What a balance sheet shows, and what moves it, with figures worked out by hand."""

from dataclasses import replace
from datetime import timedelta

from loanmath import EventKind, Replay, Role
from loanmath.charges import Charge
from loanmath.shape import Grace
from loanmath.stocks import movements_between
from loanmath.tests.test_events import FIRST, MIDDLE, TERMS, at, event


def test_each_stock_moves_by_its_own_difference_against_its_own_side() -> None:
    """Interest 1.00 more of which 0.60 had come ahead and has been earned, and so on: all sums are zero."""
    before, after = (1_000, 2_000, 3_000, 4_000, 5_000, 600), (1_100, 2_020, 3_003, 4_400, 4_950, 540)
    assert movements_between(before, after) == {
        Role.INTEREST_RECEIVABLE: 100,
        Role.INTEREST_AHEAD: 60,
        Role.INTEREST_INCOME: -160,
        Role.PENALTY_RECEIVABLE: 20,
        Role.PENALTY_INCOME: -20,
        Role.FEE_RECEIVABLE: 3,
        Role.FEE_INCOME: -3,
        Role.LOAN_LOSS_ALLOWANCE: 50,
        Role.IMPAIRMENT_LOSS: -50,
        Role.MEMO_INTEREST: 400,
        Role.MEMO_CONTRA: -400,
    }


def sums(made: Replay) -> dict[str, int]:
    """What each account has moved by in all."""
    found: dict[str, int] = {}
    for posting in made.postings:
        for role, amount in posting.lines:
            found[str(role)] = found.get(str(role), 0) + amount
    return found


FEE = event(EventKind.CHARGE, FIRST, key="fee", charge=Charge(amount_minor=500, due_on=FIRST))


def test_a_fee_that_stays_unpaid_moves_nothing_when_the_next_days_close() -> None:
    """It was income on the day on which it was charged."""
    later = at(FIRST + timedelta(days=3), FEE, moment="close")
    assert {str(role) for role, _ in later.postings[-1].lines}.isdisjoint({"fee_receivable", "fee_income"})
    # 31 nights on 12,000.00 and 4 on 11,000.00; the penalty of 4 nights on 1,037.20 is 0.62; 1.5 % is provided
    assert sums(later) == {
        "cash": -1_200_000,
        "loan_principal": 1_200_000,
        "fee_receivable": 500,
        "fee_income": -500,
        "interest_receivable": 4_160,
        "interest_income": -4_160,
        "penalty_receivable": 62,
        "penalty_income": -62,
        "loan_loss_allowance": -18_000,
        "impairment_loss": 18_000,
    }


def test_once_a_loan_does_not_accrue_all_it_owes_beside_principal_stands_in_the_memo() -> None:
    """Ninety-one days after the first row: 37.20, 34.10 and 30.00 are due, 31 nights on 9,000.00 have accrued.

    The penalty is 0.00015 x (31 x 1,037.20 + 30 x 2,071.30 + 31 x 3,101.30) = 28.56.
    """
    made = at(FIRST + timedelta(days=91), FEE, moment="close")
    assert made.state.is_non_accrual == 1
    claims = 3_720 + 3_410 + 3_000 + 2_790 + 2_856 + 500
    assert made.state.memo_interest_minor == claims
    found = sums(made)
    assert (found["memo_interest"], found["memo_contra"]) == (claims, -claims)
    assert all(
        not found[f"{name}_{side}"] for name in ("interest", "penalty", "fee") for side in ("receivable", "income")
    )


def test_interest_that_a_charged_off_loan_capitalises_leaves_the_memo_as_the_day_opens() -> None:
    """37.20 on 12,000.00 become principal that is claimed."""
    terms = replace(TERMS, grace=Grace(capitalised=2))
    gone = event(EventKind.CHARGE_OFF, MIDDLE)
    before, made = at(FIRST - timedelta(days=1), gone, moment="close", terms=terms), at(FIRST, gone, terms=terms)
    assert (before.state.memo_interest_minor, before.state.memo_written_off_minor) == (3_720, 1_200_000)
    assert (made.state.memo_interest_minor, made.state.memo_written_off_minor) == (0, 1_203_720)
    assert (sums(made)["memo_interest"], sums(made)["memo_written_off"]) == (0, 1_203_720)
