"""Money that comes in, and money that goes back."""

from __future__ import annotations

from typing import Final

from loanmath.account import Account, Applied, applied_of, head
from loanmath.allocation import Allocation, Component, Share
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.paying import before_payment, pay
from loanmath.planning import open_balance, plan_anew
from loanmath.postings import Role, add
from loanmath.rates import PPB
from loanmath.state import PENDING, WRITTEN_OFF
from loanmath.steps import extinguish
from loanmath.tranches import insert_due

_CASH, _OVERPAYMENT = Role.CASH, Role.OVERPAYMENT
_PAID_BY: Final = {EventKind.GOODWILL: Role.CONCESSION}
"""Whose account gives the money; cash unless said."""


def repay(account: Account, event: Event) -> None:
    """A payment meets what is due; the excess waits for the next row, or pays ahead."""
    if account.book.status in (PENDING, WRITTEN_OFF):
        raise LoanMathError(
            "cannot_repay",
            "kind",
            "A loan that is not disbursed takes no payment; one written off takes a recovery",
        )
    allotment, movements = pay(account, event.amount_minor, event.on, _order_of(account, event))
    excess = allotment.excess_minor
    account.book.overpaid_minor += excess
    add(movements, {_PAID_BY.get(event.kind, _CASH): event.amount_minor, _OVERPAYMENT: -excess})
    if excess:
        account.overpayments.append((len(account.trail), event.on))
    account.finish(event, movements, applied_of(event, allotment, overpaid_minor=excess))


def prepay(account: Account, event: Event) -> None:
    """After what is due, principal ahead of time and the fee for it; the rows ahead are planned anew."""
    due_only = _order_of(account, event).for_dues()
    before_payment(account, event.on)
    allotment, movements = pay(account, event.amount_minor, event.on, due_only)
    prepaid = _less_fee(account, allotment.excess_minor)
    fee = account.terms.early_fee(prepaid)
    left = allotment.excess_minor - prepaid - fee
    base = open_balance(account)
    most = min(base, int(account.book.principal_not_due_minor))
    if prepaid <= 0 or prepaid >= most:
        raise LoanMathError(
            "prepayment_out_of_range",
            "amount_minor",
            "{prepaid} would be prepaid: pay more than {due} (what is due) and less than {most}, or settle the loan",
            prepaid=prepaid,
            due=event.amount_minor - prepaid - fee - left,
            most=event.amount_minor - prepaid - fee - left + most + account.terms.early_fee(most),
        )
    book = account.book
    book.principal_not_due_minor -= prepaid
    book.principal_due_minor += prepaid
    add(movements, extinguish(book, 0, 0, 0, prepaid))
    book.overpaid_minor += left
    add(movements, {Role.CASH: event.amount_minor, Role.FEE_INCOME: -fee, Role.OVERPAYMENT: -left})
    if left:
        account.overpayments.append((len(account.trail), event.on))
    plan_anew(account, event.on, base - prepaid, event.prepaid)
    applied = applied_of(event, allotment, overpaid_minor=left)
    applied = applied._replace(
        fee_minor=applied.fee_minor + fee,
        principal_minor=applied.principal_minor + prepaid,
        shares=(*applied.shares, Share(Component.PRINCIPAL, 0, prepaid)),
    )
    account.finish(event, movements, applied)


def _order_of(account: Account, event: Event) -> Allocation:
    """In which order this payment is allocated."""
    is_non_accrual = bool(account.book.is_non_accrual)
    return event.allocation or account.terms.allocation_of(event.kind, is_non_accrual=is_non_accrual)


def _less_fee(account: Account, amount_minor: int) -> int:
    """The most principal that an amount pays together with the fee for paying it ahead of time.

    A cent may be left where the fee of one cent more of principal would round to one cent more.
    """
    fee = account.terms.early_fee
    principal = amount_minor * PPB // (PPB + account.terms.early_fee_ppb)
    while principal + 1 + fee(principal + 1) <= amount_minor:
        principal += 1
    return principal


def refund(account: Account, event: Event) -> None:
    """An overpayment is paid back.  Raises LoanMathError ``refund_too_large``."""
    book = account.book
    if event.amount_minor > book.overpaid_minor:
        raise LoanMathError(
            "refund_too_large",
            "amount_minor",
            "{amount} cannot be paid back: only {most} is overpaid",
            amount=event.amount_minor,
            most=int(book.overpaid_minor),
        )
    book.overpaid_minor -= event.amount_minor
    movements = {Role.OVERPAYMENT: event.amount_minor, Role.CASH: -event.amount_minor}
    account.finish(event, movements, Applied(*head(event), overpaid_minor=-event.amount_minor))


def chargeback(account: Account, event: Event) -> None:
    """Money that was paid is taken back: as much principal is owed again and due today.

    Raises LoanMathError ``chargeback_too_large``.
    """
    book = account.book
    if event.amount_minor > book.repaid_minor:
        raise LoanMathError(
            "chargeback_too_large",
            "amount_minor",
            "{amount} cannot be taken back: only {most} of principal has been repaid",
            amount=event.amount_minor,
            most=int(book.repaid_minor),
        )
    gone = book.is_charged_off
    account.revive(event.on)
    book.repaid_minor -= event.amount_minor
    book.principal_not_due_minor += event.amount_minor
    if book.bears_on_outstanding:
        account.turn(event.on, book.accrual_base_minor + event.amount_minor)
    movements = {
        Role.LOAN_PRINCIPAL: event.amount_minor * (1 - gone),
        Role.RECOVERY_INCOME: event.amount_minor * gone,
        Role.CASH: -event.amount_minor,
        Role.MEMO_WRITTEN_OFF: event.amount_minor * gone,
        Role.MEMO_CONTRA: -event.amount_minor * gone,
    }
    book.memo_written_off_minor += event.amount_minor * gone
    account.record(str(event.kind), event.key, event.on, movements)
    insert_due(account, event.on, event.amount_minor)
    account.finish(event, {}, Applied(*head(event), principal_minor=event.amount_minor))
