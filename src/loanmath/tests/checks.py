"""What must hold of every loan at every moment: books, rows and postings tell the same story."""

from datetime import date

from loanmath import Event, EventKind, Replay, Role, State, Status, Terms, totals
from loanmath.charges import Moment
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Standings


def check_replay(made: Replay, of: Terms, events: list[Event], on: date) -> None:
    """State, rows, postings and trail agree."""
    made.state.check_invariants()
    assert State.from_json(made.state.to_json()) == made.state
    check_postings(made)
    check_rows(made, of, events, on)
    check_cash(made, of, events)


def check_postings(made: Replay) -> None:
    """Every posting balances, and their totals by role are what the state says."""
    state = made.state
    assert all(sum(line.amount_minor for line in posting.lines) == 0 for posting in made.postings)
    sums = dict.fromkeys(Role, 0) | totals(made.postings)
    accrues, stays = 1 - state.is_non_accrual, 1 - state.is_charged_off
    earned = min(state.interest_ahead_minor, state.interest_accrued_minor)
    claims = state.interest_accrued_minor - earned + state.interest_due_minor
    told = {
        Role.LOAN_PRINCIPAL: state.outstanding_minor * stays,
        Role.INTEREST_RECEIVABLE: claims * accrues,
        Role.PENALTY_RECEIVABLE: state.penalty_due_minor * accrues,
        Role.FEE_RECEIVABLE: state.fee_due_minor * accrues,
        Role.INTEREST_AHEAD: earned - state.interest_ahead_minor,
        Role.OVERPAYMENT: -state.overpaid_minor,
        Role.LOAN_LOSS_ALLOWANCE: -state.provision_minor,
        Role.MEMO_INTEREST: state.memo_interest_minor,
        Role.MEMO_WRITTEN_OFF: state.memo_written_off_minor,
        Role.MEMO_CONTRA: -state.memo_interest_minor - state.memo_written_off_minor,
    }
    assert {role: sums[role] for role in told} == told
    if state.status != Status.WRITTEN_OFF:
        due = state.penalty_due_minor + state.fee_due_minor
        assert state.memo_interest_minor == (claims + due) * state.is_non_accrual
        assert state.memo_written_off_minor == state.outstanding_minor * state.is_charged_off


def check_rows(made: Replay, of: Terms, events: list[Event], on: date) -> None:
    """What the rows say is unpaid is what the state says is due, and will be."""
    state, rows = made.state, made.standings
    assert [row.plan for row in rows] == list(made.rows)
    assert [row.plan.number for row in rows] == list(range(1, len(rows) + 1))
    assert all(unpaid(row, place) >= 0 for row in rows for place in range(4))
    assert all(amount >= 0 for row in rows for amount in (*row.asked, *row.paid, *row.waived))
    fallen, ahead = rows[: made.fallen], rows[made.fallen :]
    if state.status == Status.PENDING:
        return
    assert sum(unpaid(row, PRINCIPAL) for row in fallen) == state.principal_due_minor
    assert sum(unpaid(row, INTEREST) for row in fallen) == state.interest_due_minor
    assert sum(unpaid(row, FEE) for row in fallen) == state.fee_due_minor
    assert sum(unpaid(row, PENALTY) for row in fallen) <= state.penalty_due_minor
    come = [(event.on, event.amount_minor) for event in events if event.kind is EventKind.DISBURSE]
    coming = sum(one.amount_minor for one in of.tranches if one.on > on and (one.on, one.amount_minor) not in come)
    has_ended = any(one.kind in (EventKind.SETTLE, EventKind.COMPROMISE, EventKind.WRITE_OFF) for one in made.trail)
    coming *= not has_ended
    coming += sum(row.plan.capitalised_minor for row in rows[made.closed :])
    assert sum(unpaid(row, PRINCIPAL) for row in ahead) == state.principal_not_due_minor + coming
    assert sum(unpaid(row, FEE) + unpaid(row, PENALTY) for row in ahead) == state.charges_not_due_minor
    assert sum(row.paid[INTEREST] for row in ahead) == state.interest_ahead_minor
    if state.status == Status.CLOSED:
        assert state.settlement_minor == -state.overpaid_minor
        assert coming or not sum(row.unpaid_minor for row in rows)
    if not ahead:
        assert state.interest_accrued_minor == 0


def check_cash(made: Replay, of: Terms, events: list[Event]) -> None:
    """The money that moved is the money of the events."""
    sums = totals(made.postings)
    come = sum(_SIGNS.get(entry.kind, 0) * entry.amount_minor for entry in made.trail)
    kept_back = {one.key for one in events if one.charge and one.charge.moment is Moment.AT_DISBURSEMENT}
    come += sum(entry.amount_minor for entry in made.trail if entry.key in kept_back)
    fee = of.fee_minor if made.state.status != Status.PENDING else 0
    assert sums.get(Role.CASH, 0) == come + fee


_SIGNS = dict.fromkeys(
    (EventKind.REPAY, EventKind.CREDIT, EventKind.PREPAY, EventKind.SETTLE, EventKind.COMPROMISE, EventKind.RECOVER), 1
) | dict.fromkeys((EventKind.DISBURSE, EventKind.REFUND, EventKind.CHARGEBACK), -1)


def unpaid(row: Standings, place: int) -> int:
    """What is left of one component."""
    return row.asked[place] - row.paid[place] - row.waived[place]
