"""What servicing tells the floors above: each is written to the outbox in the transaction it reports."""

from datetime import date
from typing import ClassVar

from xindai.kernel.outbox import Event


class LoanDisbursed(Event):
    """The loan's money has been paid out; the account lives from ``on``."""

    name: ClassVar[str] = "loan.disbursed"
    schema_version: ClassVar[int] = 1
    loan_no: str
    contract_no: str
    product_code: str
    currency: str
    amount_minor: int
    on: date


class RepaymentRecorded(Event):
    """Money came for a running loan, and what it paid."""

    name: ClassVar[str] = "loan.repayment_recorded"
    schema_version: ClassVar[int] = 1
    loan_no: str
    event_key: str
    kind: str
    currency: str
    amount_minor: int
    penalty_minor: int
    interest_minor: int
    principal_minor: int
    overpaid_minor: int
    source: str
    on: date


class EventReversed(Event):
    """An earlier event did not happen after all; the difference has been posted."""

    name: ClassVar[str] = "loan.event_reversed"
    schema_version: ClassVar[int] = 1
    loan_no: str
    event_key: str
    reversed_key: str
    amount_minor: int
    on: date


class LoanFellOverdue(Event):
    """At the close of ``on`` something is unpaid that fell due before."""

    name: ClassVar[str] = "loan.fell_overdue"
    schema_version: ClassVar[int] = 1
    loan_no: str
    overdue_days: int
    arrears_minor: int
    on: date


class LoanCured(Event):
    """At the close of ``on`` all arrears of the loan are paid."""

    name: ClassVar[str] = "loan.cured"
    schema_version: ClassVar[int] = 1
    loan_no: str
    on: date


class LoanReclassified(Event):
    """The close of ``on`` gave the loan another class of the five (1 normal ... 5 loss)."""

    name: ClassVar[str] = "loan.reclassified"
    schema_version: ClassVar[int] = 1
    loan_no: str
    five_tier_before: int
    five_tier: int
    on: date


class LoanClosed(Event):
    """Nothing is owed any more."""

    name: ClassVar[str] = "loan.closed"
    schema_version: ClassVar[int] = 1
    loan_no: str
    on: date


class LoanReopened(Event):
    """A reversal brought a closed loan back to life."""

    name: ClassVar[str] = "loan.reopened"
    schema_version: ClassVar[int] = 1
    loan_no: str
    on: date


class LoanWrittenOff(Event):
    """The principal has left the books; the claim is kept."""

    name: ClassVar[str] = "loan.written_off"
    schema_version: ClassVar[int] = 1
    loan_no: str
    principal_minor: int
    on: date


class RecoveryRecorded(Event):
    """Money came for a loan that had been written off."""

    name: ClassVar[str] = "loan.recovery_recorded"
    schema_version: ClassVar[int] = 1
    loan_no: str
    event_key: str
    currency: str
    amount_minor: int
    on: date
