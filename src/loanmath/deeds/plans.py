"""What makes the plan another one: money paid out, another rate, more time, a pause, principal forgiven."""

from __future__ import annotations

from loanmath.account import Account, Applied, head
from loanmath.allocation import Ahead
from loanmath.deeds.ends import forgive_due
from loanmath.errors import LoanMathError
from loanmath.events import Event
from loanmath.paying import before_payment, use_overpayment
from loanmath.planning import (
    add_periods,
    open_balance,
    plan_anew,
    replace_periods,
    set_rate,
    spare,
    take_back_principal,
)
from loanmath.postings import Movements, Role
from loanmath.reckoning import net_of, paid_early
from loanmath.state import Status
from loanmath.terms import Prepaid, Tranche
from loanmath.tranches import ONE_DAY, spread


def disburse(account: Account, event: Event) -> None:
    """The principal, or a tranche of it, is paid out; with the first the fee is taken."""
    if account.book.status == Status.PENDING:
        _first(account, event)
    elif account.terms.tranche_rows is None or account.book.status == Status.WRITTEN_OFF:
        raise LoanMathError(
            "wrong_status",
            "kind",
            "{event} is possible only while the loan is {needed}, but it is {status} on {on}",
            event=str(event.kind),
            needed=Status.PENDING.name.lower(),
            status=Status(int(account.book.status)).name.lower(),
            on=event.on.isoformat(),
        )
    else:
        _tranche(account, event)


def _first(account: Account, event: Event) -> None:
    terms, book = account.terms, account.book
    if event.amount_minor != terms.principal_minor or event.on != terms.disbursed_on:
        raise LoanMathError(
            "disbursement_differs",
            "amount_minor",
            "The disbursement must be of the amount and on the day of the terms",
        )
    book.status = int(Status.ACTIVE)
    book.disbursed_minor = book.principal_not_due_minor = event.amount_minor
    account.begin_row()
    fee = terms.fee_minor
    movements: Movements = {
        Role.LOAN_PRINCIPAL: event.amount_minor,
        Role.CASH: fee - event.amount_minor,
        Role.FEE_INCOME: -fee,
    }
    account.finish(event, movements, Applied(*head(event), fee_minor=fee))
    account.open_day(event.on)


def _tranche(account: Account, event: Event) -> None:
    """More is paid out: the rows ahead carry it, a down payment of it is due today.

    What had been overpaid pays what is owed since: where the tranche was agreed, once the day's rows have fallen due.
    """
    book, amount = account.book, event.amount_minor
    if book.is_charged_off:
        raise LoanMathError("charged_off", "kind", "Nothing can be paid out on a loan that has been charged off")
    # An agreed tranche comes before the rows of its day fall due.
    account.revive(event.on - ONE_DAY if account.is_agreed_tranche(event) else event.on)
    before_payment(account, event.on)
    book.disbursed_minor += amount
    book.principal_not_due_minor += amount
    movements: Movements = {Role.LOAN_PRINCIPAL: amount, Role.CASH: -amount}
    account.finish(event, movements, Applied(*head(event)))
    if account.is_agreed_tranche(event):
        tranche = Tranche(event.on, amount)
        account.coming.remove(tranche)
        if book.bears_on_outstanding:
            account.turn(event.on, book.accrual_base_minor + amount)
        else:
            account.bear_more(event.on, net_of(account, tranche) + paid_early(account, tranche))
        return
    spread(account, event.on, amount)
    if book.overpaid_minor and account.terms.allocation.ahead is not Ahead.KEEP:
        use_overpayment(account, event.on)


def change_rate(account: Account, event: Event) -> None:
    """From today on another rate holds; the rows ahead are levelled anew, or keep their instalment."""
    assert event.rate_ppb is not None
    if account.book.is_stopped:
        raise LoanMathError("accrual_stopped", "kind", "Interest has been stopped, so no other rate can hold")
    set_rate(account, event.on, event.rate_ppb)
    plan_anew(account, event.on, open_balance(account), event.prepaid)
    account.finish(event, {}, Applied(*head(event)))


def extend(account: Account, event: Event) -> None:
    """More rows, after the last one and like it; the rows ahead are levelled anew."""
    add_periods(account, event.rows)
    plan_anew(account, event.on, open_balance(account), Prepaid.LOWER)
    account.finish(event, {}, Applied(*head(event)))


def re_amortise(account: Account, event: Event) -> None:
    """Principal that is overdue joins the rows ahead.  Raises LoanMathError ``nothing_overdue``."""
    overdue = take_back_principal(account, event.on)
    if not overdue:
        raise LoanMathError("nothing_overdue", "kind", "No principal is overdue, so there is nothing to spread anew")
    plan_anew(account, event.on, open_balance(account), Prepaid.LOWER)
    account.finish(event, {}, Applied(*head(event), principal_minor=overdue))


def re_age(account: Account, event: Event) -> None:
    """All principal is owed in new rows from a date on; interest and charges that are due stay due."""
    assert event.due_on is not None
    if event.due_on <= event.on or event.rows < 1:
        raise LoanMathError(
            "re_ageing_backwards",
            "due_on",
            "The first new due date must lie after today, and be one of at least one row",
        )
    overdue = take_back_principal(account, event.on)
    balance = open_balance(account)
    replace_periods(account, event.on, event.due_on, event.rows)
    plan_anew(account, event.on, balance, Prepaid.LOWER)
    account.finish(event, {}, Applied(*head(event), principal_minor=overdue))


def holiday(account: Account, event: Event) -> None:
    """The next rows ask for nothing, their interest is added to the principal."""
    if event.rows < 1:
        raise LoanMathError("event_incomplete", "rows", "Say how many rows are spared")
    spare(account, event.rows)
    plan_anew(account, event.on, open_balance(account), Prepaid.LOWER)
    account.finish(event, {}, Applied(*head(event)))


def forgive(account: Account, event: Event) -> None:
    """Principal that is not due is not asked for; the rows ahead follow as after a prepayment (``prepaid``).

    Raises LoanMathError ``forgiven_too_large``.
    """
    base = open_balance(account)
    most = min(base, int(account.book.principal_not_due_minor))
    if event.amount_minor >= most:
        raise LoanMathError(
            "forgiven_too_large",
            "amount_minor",
            "{amount} cannot be forgiven: less than {most} of principal is not due yet",
            amount=event.amount_minor,
            most=most,
        )
    book = account.book
    before_payment(account, event.on)
    book.principal_not_due_minor -= event.amount_minor
    book.principal_due_minor += event.amount_minor
    movements = forgive_due(account, event.amount_minor)
    plan_anew(account, event.on, base - event.amount_minor, event.prepaid)
    account.finish(event, movements, Applied(*head(event), principal_minor=event.amount_minor))
