"""How a loan ends, or leaves the balance sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from loanmath.account import Account, Applied, head
from loanmath.errors import LoanMathError
from loanmath.events import Event
from loanmath.planning import ask_for_what_is_out, fall_away, open_balance, owed, plan_anew, set_rate
from loanmath.postings import Movements, Role, add
from loanmath.reckoning import release_interest
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Amounts
from loanmath.state import Status
from loanmath.steps import ask_charges, extinguish, waive_due
from loanmath.stocks import accrued_unpaid
from loanmath.terms import Prepaid
from loanmath.tranches import drop_down_payments


def settle(account: Account, event: Event) -> None:
    """Everything owed is paid, with the fee for doing so ahead of time; an excess is kept as overpayment."""
    book = account.book
    fee = account.terms.early_fee(int(book.principal_not_due_minor))
    needed = book.close_state(account.dues).settlement_minor + fee
    if event.amount_minor < needed:
        raise LoanMathError(
            "settlement_short",
            "amount_minor",
            "{amount} does not settle the loan on {on}: {needed} is needed",
            amount=event.amount_minor,
            needed=needed,
            on=event.on.isoformat(),
        )
    movements = _all_falls_due(account, event.on)
    parts = _owed(account)
    add(movements, extinguish(book, *parts))
    _pay_rows(account, parts, event.on)
    kept = event.amount_minor - sum(parts) - fee
    book.overpaid_minor += kept
    add(movements, {Role.CASH: event.amount_minor, Role.FEE_INCOME: -fee, Role.OVERPAYMENT: -kept})
    penalty, charged, interest, principal = parts
    account.finish(event, movements, Applied(*head(event), penalty, interest, principal, charged + fee, kept))


def _all_falls_due(account: Account, on: date) -> Movements:
    """The plan ends today: the current row is cut short and asks for all that is left, the rows ahead fall away."""
    account.turn(on, account.book.accrual_base_minor)
    drop_down_payments(account, [tranche.on for tranche in account.coming])
    account.coming = []
    ask_for_what_is_out(account)
    if account.closed < len(account.rows):
        _cut_short(account, on)
    release_interest(account, on)
    book, falling = account.book, account.rows[account.fallen :]
    account.closed = account.fallen = len(account.rows)
    account.match_periods()
    account.carried_minor = 0
    book.principal_due_minor += book.principal_not_due_minor
    book.interest_due_minor += sum(row.unpaid(INTEREST) for row in falling)
    book.principal_not_due_minor = book.interest_accrued_minor = book.interest_ahead_minor = 0
    book.interest_row_minor = book.charges_not_due_minor = book.accrual_rate_ppb = 0
    book.accrual_base_minor = book.principal_due_minor if book.bears_on_outstanding else 0
    account.age()
    return ask_charges(book, sum(row.unpaid(FEE) for row in falling), sum(row.unpaid(PENALTY) for row in falling))


def _cut_short(account: Account, on: date) -> None:
    """The current row ends today with all principal, interest and charges that have not been asked for."""
    row, *others = account.rows[account.closed :]
    balance, carried = open_balance(account), owed(account)
    for other in others:
        fall_away(account, other, row)
    principal, accrued = balance + row.paid[PRINCIPAL], int(account.book.interest_row_minor)
    end = max(on, row.plan.accrual_from)
    last = row.plan._replace(
        accrual_to=end,
        due_on=end,
        opening_minor=principal,
        principal_minor=principal,
        interest_minor=accrued + carried,
        accrued_minor=accrued,
        capitalised_minor=0,
        counted=row.plan.working._replace(segments=account.passed).counted(),
    )
    row.follow(last, row.instalment_minor)
    account.rows[account.closed + 1 :] = []
    account.periods[account.closed + 1 :] = []


def _owed(account: Account) -> Amounts:
    """Penalty, fee, interest and principal that are due."""
    book = account.book
    return (
        int(book.penalty_due_minor),
        int(book.fee_due_minor),
        int(book.interest_due_minor),
        int(book.principal_due_minor),
    )


def _pay_rows(account: Account, parts: Sequence[int], on: date) -> None:
    """Let the rows, oldest first, take what was paid; of the penalty, the loan's own part has gone before."""
    charged = sum(row.unpaid(PENALTY) for row in account.rows)
    own = max(0, parts[PENALTY] - charged)
    for place, paid in enumerate((parts[PENALTY] - own, *parts[1:])):
        left = paid
        for row in account.rows:
            taken = min(left, row.unpaid(place))
            row.take(place, taken, on)
            left -= taken
    for row in account.rows:
        row.settle(on)
    account.age()


def _give_up_rows(account: Account, on: date) -> None:
    """What is left of the rows is not asked for any more."""
    for row in account.rows:
        for place in range(4):
            row.waived[place] += row.unpaid(place)
        row.settle(on)
    account.age()


def compromise(account: Account, event: Event) -> None:
    """An agreed sum is all that will be paid: principal first, and what is left is forgiven.

    What was overpaid counts with it.  Raises LoanMathError ``compromise_too_large``.
    """
    book = account.book
    movements = _all_falls_due(account, event.on)
    kept = int(book.overpaid_minor)
    left = event.amount_minor + kept
    if left >= sum(_owed(account)):
        raise LoanMathError(
            "compromise_too_large", "amount_minor", "The sum pays everything that is owed: settle the loan instead"
        )
    paid = []
    for amount in reversed(_owed(account)):
        paid.append(min(left, amount))
        left -= paid[-1]
    penalty, fee, interest, principal = reversed(paid)
    add(movements, extinguish(book, penalty, fee, interest, principal))
    add(movements, {Role.CASH: event.amount_minor, Role.OVERPAYMENT: kept})
    book.overpaid_minor = 0
    _pay_rows(account, (penalty, fee, interest, principal), event.on)
    given_up = _owed(account)
    add(movements, waive_due(book, *given_up[:PRINCIPAL]))
    add(movements, forgive_due(account, given_up[PRINCIPAL]))
    _give_up_rows(account, event.on)
    account.finish(event, movements, Applied(*head(event), penalty, interest, principal, fee, -kept))


def forgive_due(account: Account, principal_minor: int) -> Movements:
    """Principal that is due is not asked for: a loss, unless it has left the balance sheet already."""
    book = account.book
    gone = int(book.is_charged_off)
    book.principal_due_minor -= principal_minor
    book.forgiven_minor += principal_minor
    book.memo_written_off_minor -= principal_minor * gone
    if book.bears_on_outstanding:
        book.accrual_base_minor -= principal_minor
    return {
        Role.LOAN_PRINCIPAL: -principal_minor * (1 - gone),
        Role.CONCESSION: principal_minor * (1 - gone),
        Role.MEMO_WRITTEN_OFF: -principal_minor * gone,
        Role.MEMO_CONTRA: principal_minor * gone,
    }


def stop_accrual(account: Account, event: Event) -> None:
    """From today on neither interest nor penalty accrues; the rows ahead are planned anew without interest."""
    account.book.is_stopped = 1
    if account.closed < len(account.periods):
        set_rate(account, event.on, 0)
        plan_anew(account, event.on, open_balance(account), Prepaid.LOWER)
    account.finish(event, {}, Applied(*head(event)))


def misuse(account: Account, event: Event) -> None:
    """The money serves another purpose, or (amount 0) no longer does."""
    account.book.is_misused = int(event.amount_minor > 0)
    account.finish(event, {}, Applied(*head(event)))


def charge_off(account: Account, event: Event) -> None:
    """The loan leaves the balance sheet against its allowance; its rows are claimed as before."""
    book = account.book
    if book.is_charged_off:
        raise LoanMathError("charged_off", "kind", "The loan has been charged off before")
    outstanding, interest, movements = _leave_balance_sheet(account)
    book.is_charged_off = book.is_non_accrual = 1
    book.memo_written_off_minor = outstanding
    book.memo_interest_minor = interest + book.penalty_due_minor + book.fee_due_minor
    book.provision_minor = 0
    rows = [row.standing() for row in account.rows]
    penalty, fee, asked, principal = (
        sum(one.asked[place] - one.paid[place] - one.waived[place] for one in rows) for place in range(4)
    )
    applied = Applied(*head(event)[:3], penalty + fee + asked + principal, penalty, asked, principal, fee)
    account.finish(event, movements, applied)


def _leave_balance_sheet(account: Account) -> tuple[int, int, Movements]:
    """Outstanding principal, interest claimed, and the movements that take both off the balance sheet."""
    book = account.book
    outstanding = int(book.principal_not_due_minor + book.principal_due_minor)
    interest = int(accrued_unpaid(book) + book.interest_due_minor)
    on_balance = 1 - int(book.is_non_accrual)
    claims = interest + int(book.penalty_due_minor + book.fee_due_minor)
    return (
        outstanding,
        interest,
        {
            Role.LOAN_PRINCIPAL: -outstanding,
            Role.LOAN_LOSS_ALLOWANCE: int(book.provision_minor),
            Role.IMPAIRMENT_LOSS: outstanding - int(book.provision_minor),
            Role.INTEREST_RECEIVABLE: -interest * on_balance,
            Role.INTEREST_INCOME: interest * on_balance,
            Role.PENALTY_RECEIVABLE: -int(book.penalty_due_minor) * on_balance,
            Role.PENALTY_INCOME: int(book.penalty_due_minor) * on_balance,
            Role.FEE_RECEIVABLE: -int(book.fee_due_minor) * on_balance,
            Role.FEE_INCOME: int(book.fee_due_minor) * on_balance,
            Role.MEMO_INTEREST: claims * on_balance,
            Role.MEMO_WRITTEN_OFF: outstanding,
            Role.MEMO_CONTRA: -outstanding - claims * on_balance,
        },
    )


def write_off(account: Account, event: Event) -> None:
    """The principal leaves the books against the allowance; all claims are kept in memo."""
    book = account.book
    if book.is_charged_off:
        raise LoanMathError("charged_off", "kind", "The loan has left the balance sheet already")
    movements = _all_falls_due(account, event.on)
    outstanding, interest, leaving = _leave_balance_sheet(account)
    penalty, fee = int(book.penalty_due_minor), int(book.fee_due_minor)
    add(movements, leaving)
    _become_memo(account, outstanding, interest + penalty + fee, event)
    account.finish(event, movements, Applied(*head(event), penalty, interest, outstanding, fee))


def _become_memo(account: Account, principal_minor: int, interest_minor: int, event: Event) -> None:
    """Nothing is left in the book but the claims in memo."""
    book = account.book
    book.status = int(Status.WRITTEN_OFF)
    book.written_off_minor = book.memo_written_off_minor = principal_minor
    book.memo_interest_minor = interest_minor
    book.principal_not_due_minor = book.principal_due_minor = book.accrual_base_minor = 0
    book.interest_accrued_minor = book.interest_row_minor = book.interest_due_minor = book.interest_ahead_minor = 0
    book.penalty_due_minor = book.penalty_run_minor = book.fee_due_minor = book.provision_minor = 0
    book.is_non_accrual = book.overdue_days = book.cured_on = book.is_misused = 0
    _give_up_rows(account, event.on)


def recover(account: Account, event: Event) -> None:
    """Money after the write-off: income, and the claim shrinks, principal first."""
    book = account.book
    principal = min(event.amount_minor, int(book.memo_written_off_minor))
    interest = min(event.amount_minor - principal, int(book.memo_interest_minor))
    claimed = principal + interest
    excess = event.amount_minor - claimed
    book.memo_written_off_minor -= principal
    book.memo_interest_minor -= interest
    book.recovered_minor += claimed
    book.overpaid_minor += excess
    movements: Movements = {
        Role.CASH: event.amount_minor,
        Role.RECOVERY_INCOME: -claimed,
        Role.OVERPAYMENT: -excess,
        Role.MEMO_WRITTEN_OFF: -principal,
        Role.MEMO_INTEREST: -interest,
        Role.MEMO_CONTRA: claimed,
    }
    applied = Applied(*head(event), interest_minor=interest, principal_minor=principal, overpaid_minor=excess)
    account.finish(event, movements, applied)
