"""Cases follow the loans: opened when one falls overdue, closed when it is cured."""

from xindai.identity.actors import Actor
from xindai.kernel.outbox import handles
from xindai.recovery import services
from xindai.servicing.events import LoanCured, LoanFellOverdue

_SYSTEM = Actor.system("collections")


@handles(LoanFellOverdue)
def open_case(event: LoanFellOverdue) -> None:
    """The loan is in arrears at the close of the day."""
    services.open_case(_SYSTEM, loan_no=event.loan_no, on=event.on)


@handles(LoanCured)
def close_case(event: LoanCured) -> None:
    """All arrears are paid."""
    services.close_case(_SYSTEM, loan_no=event.loan_no, on=event.on)
