"""What each kind of event does to a loan in motion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from loanmath.account import Account
from loanmath.deeds import charging, ends, payments, plans
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.paying import follow_set_free, meet_arrears
from loanmath.state import Status


def apply(account: Account, event: Event) -> None:
    """Let an event happen.  Raises LoanMathError where it cannot happen in this state."""
    needed = _STATUS_NEEDED.get(event.kind, _USUAL)
    if needed and account.book.status not in needed:
        raise LoanMathError(
            "wrong_status",
            "kind",
            "{event} is possible only while the loan is {needed}, but it is {status} on {on}",
            event=str(event.kind),
            needed=needed[0].name.lower(),
            status=Status(int(account.book.status)).name.lower(),
            on=event.on.isoformat(),
        )
    _DEEDS[event.kind](account, event)
    meet_with_set_free(account, event.on)


def meet_with_set_free(account: Account, on: date) -> None:
    """Money that an event, or a tranche that is not paid out, has set free pays what is owed."""
    if account.set_free:
        follow_set_free(account, on)
    meet_arrears(account, on)


_USUAL: Final = (Status.ACTIVE,)
_STATUS_NEEDED: Final[dict[EventKind, tuple[Status, ...]]] = {
    EventKind.DISBURSE: (),
    EventKind.REPAY: (),
    EventKind.CREDIT: (),
    EventKind.GOODWILL: (),
    EventKind.CHARGE: (Status.ACTIVE, Status.CLOSED),
    EventKind.WAIVE: (Status.ACTIVE, Status.CLOSED),
    EventKind.REFUND: (Status.ACTIVE, Status.CLOSED),
    EventKind.CHARGEBACK: (Status.ACTIVE, Status.CLOSED),
    EventKind.RECOVER: (Status.WRITTEN_OFF,),
}
"""Kinds that need another status than active; nothing: the deed itself looks."""

_DEEDS: Final[dict[EventKind, Callable[[Account, Event], None]]] = {
    EventKind.DISBURSE: plans.disburse,
    EventKind.REPAY: payments.repay,
    EventKind.CREDIT: payments.repay,
    EventKind.GOODWILL: payments.repay,
    EventKind.PREPAY: payments.prepay,
    EventKind.SETTLE: ends.settle,
    EventKind.COMPROMISE: ends.compromise,
    EventKind.CHARGE: charging.charge,
    EventKind.WAIVE: charging.waive,
    EventKind.FORGIVE: plans.forgive,
    EventKind.REFUND: payments.refund,
    EventKind.CHARGEBACK: payments.chargeback,
    EventKind.RATE_CHANGE: plans.change_rate,
    EventKind.EXTEND: plans.extend,
    EventKind.RE_AMORTISE: plans.re_amortise,
    EventKind.RE_AGE: plans.re_age,
    EventKind.HOLIDAY: plans.holiday,
    EventKind.STOP_ACCRUAL: ends.stop_accrual,
    EventKind.CHARGE_OFF: ends.charge_off,
    EventKind.WRITE_OFF: ends.write_off,
    EventKind.RECOVER: ends.recover,
    EventKind.MISUSE: ends.misuse,
}
