"""What borrowers have sent is brought to its end: the channel is asked, and what comes pays the loan.

Every step is committed before the next and may be repeated: the channel answers a key always alike, its number of the
movement is the key of the loan's event.  So whoever was killed in between is followed by the next who asks.
"""

from typing import Final
from uuid import UUID

from xindai.customers import queries as customers
from xindai.identity.actors import Actor
from xindai.kernel import business_date, logging
from xindai.kernel.errors import XindaiError
from xindai.kernel.transactions import together
from xindai.payments import pay_ins, sandbox
from xindai.payments import queries as payments
from xindai.payments import services as payment_acts
from xindai.payments.models import PayIn, Receipt
from xindai.servicing import queries
from xindai.servicing.errors import LoanHasEnded
from xindai.servicing.models import Loan
from xindai.servicing.services.repayment import record_repayment, settle_early

SOURCE: Final = "online"
_ACTOR: Final = Actor.system("own_payments")


def finish(key: UUID) -> PayIn:
    """Bring a payment as far as it goes now.

    Raises NotFound, Unavailable when the channel is away, StateConflict while no business date is open: in both cases what
    was done stays, and the rest is done when it is asked for again.
    """
    payment = payments.pay_in(key)
    if payment.state == PayIn.State.SENT:
        payment = _ask(payment)
    if payment.state == PayIn.State.COLLECTED:
        _apply(payment)
    return payment


def finish_all(limit: int = 100) -> int:
    """Bring all payments that wait as far as they go; how many have come to their end.  One that fails holds up no other."""
    finished = 0
    for key in payments.unfinished_pay_ins(limit):
        try:
            finished += finish(key).state != PayIn.State.SENT
        except XindaiError as error:
            logging.get().info("payment waits", code=error.code, payment=str(key))
    return finished


def _ask(payment: PayIn) -> PayIn:
    channel = sandbox.in_use()
    loan = Loan.objects.get(no=payment.loan_no)
    outcome = channel.collect(pay_ins.request_of(payment, customers.subject_of(loan.customer_id)))
    return pay_ins.record_pay_in(
        _ACTOR, key=payment.key, channel=channel.name, outcome=outcome, on=business_date.to_show()
    )


def _apply(payment: PayIn) -> None:
    """Let the money pay its loan, once; what no loan can take stands in suspense."""
    with together():
        receipt = payments.receipt_to_apply(payment)
        if receipt is None:
            return
        try:
            with together():
                _record(payment, receipt)
            suspended: dict[int, str] = {}
        except LoanHasEnded as error:
            suspended = {receipt.pk: error.code}
        applied = [] if suspended else [receipt.pk]
        payment_acts.settle_receipts(_ACTOR, applied=applied, suspended=suspended)


def _record(payment: PayIn, receipt: Receipt) -> None:
    """Record the money under the provider's number; what came too late to settle pays what is due and is kept.

    Raises LoanHasEnded.
    """
    on = business_date.hold_open()
    loan = Loan.objects.select_for_update().get(no=payment.loan_no)
    act = record_repayment
    if (
        payment.purpose == PayIn.Purpose.SETTLE
        and queries.quote_settlement(loan, on).amount_minor == receipt.amount_minor
    ):
        act = settle_early
    act(
        _ACTOR,
        loan_no=receipt.loan_no,
        amount_minor=receipt.amount_minor,
        on=on,
        source=SOURCE,
        idempotency_key=f"{receipt.channel}/{receipt.provider_no}",
        currency=receipt.currency,
    )
