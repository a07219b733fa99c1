"""What the floors above are told when something has happened to a loan."""

from datetime import date
from typing import Any, Final

from loanmath import Applied, Event, EventKind, Status
from xindai.kernel.outbox import Event as Message
from xindai.servicing import events
from xindai.servicing.models import Loan

_PARTS: Final = ("penalty_minor", "interest_minor", "principal_minor", "overpaid_minor")


def of_event(loan: Loan, event: Event, source: str, applied: Applied | None) -> Message:
    """The message of one event; ``applied`` tells how its amount was used."""
    money: dict[str, Any] = {
        "loan_no": loan.no,
        "event_key": event.key,
        "amount_minor": event.amount_minor,
        "on": event.on,
    }
    match event.kind:
        case EventKind.DISBURSE:
            return events.LoanDisbursed(
                loan_no=loan.no,
                contract_no=loan.contract.no,
                product_code=loan.product_code,
                currency=loan.currency,
                amount_minor=event.amount_minor,
                on=event.on,
            )
        case EventKind.REVERSE:
            return events.EventReversed(reversed_key=event.reverses, **money)
        case EventKind.WRITE_OFF:
            return events.LoanWrittenOff(
                loan_no=loan.no, principal_minor=applied.principal_minor if applied else 0, on=event.on
            )
        case EventKind.RECOVER:
            return events.RecoveryRecorded(currency=loan.currency, **money)
        case EventKind.REPAY | EventKind.PREPAY | EventKind.SETTLE:
            used = {name: getattr(applied, name) for name in _PARTS}
            return events.RepaymentRecorded(
                kind=str(event.kind), currency=loan.currency, source=source, **money, **used
            )
        case _:
            message = f"no verb books a {event.kind}"
            raise ValueError(message)


def of_status(loan: Loan, status: int, on: date) -> list[Message]:
    """The message of a change from the loan's stored state to the engine's status."""
    if status == Status.CLOSED and loan.state != Status.CLOSED:
        return [events.LoanClosed(loan_no=loan.no, on=on)]
    if status == Status.ACTIVE and loan.state == Status.CLOSED:
        return [events.LoanReopened(loan_no=loan.no, on=on)]
    return []
