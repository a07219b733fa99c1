"""Payments that borrowers make by themselves, step by step; each step may be repeated without harm."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, sql, vault
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.payments import queries
from xindai.payments.channel import PayInOutcome, PayInRequest
from xindai.payments.models import PayIn, Receipt
from xindai.payments.services import account_number


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be paid: for which loan and branch, to which end, how much, from which account.

    ``subject_id`` names the key under which the account is sealed.
    """

    loan_no: str
    branch_id: int
    subject_id: UUID
    purpose: str
    amount_minor: int
    currency: str
    account: str


def prepare(wanted: Wanted, on: date) -> PayIn:
    """Keep a payment for its payer to confirm.  A building block for the verbs above, which have asked whose loan it is.

    Raises InvalidInput for what is no account number.
    """
    number = account_number(wanted.account)
    return PayIn.objects.create(
        loan_no=wanted.loan_no,
        branch_id=wanted.branch_id,
        purpose=wanted.purpose,
        on=on,
        currency=wanted.currency,
        amount_minor=wanted.amount_minor,
        account=vault.seal(wanted.subject_id, number),
        account_hint=number[-4:],
        prepared_at=clock.now(),
    )


def send(payment: PayIn) -> PayIn:
    """Mark a payment as confirmed by its payer: from now on the channel is asked until it answers.

    A building block for the verbs above; one that was sent before stays as it is.  Raises StateConflict while other money
    for the same loan may be on its way.
    """
    sql.lock(f"pay in {payment.loan_no}")
    locked = PayIn.objects.select_for_update().get(pk=payment.pk)
    if locked.state != PayIn.State.PREPARED:
        return locked
    if payment.loan_no in queries.loans_in_flight():
        raise StateConflict(
            _("A payment for loan {loan} is still on its way."),
            remedy=_("Wait until it has arrived or failed; then see what is still to be paid."),
            loan=payment.loan_no,
        )
    locked.state, locked.sent_at = PayIn.State.SENT, clock.now()
    locked.save(update_fields=["state", "sent_at"])
    return locked


def request_of(payment: PayIn, subject_id: UUID) -> PayInRequest:
    """What the channel is asked.  Raises NotFound when the customer's data have been deleted."""
    account = vault.unseal(subject_id, payment.account)
    return PayInRequest(str(payment.key), payment.loan_no, payment.amount_minor, payment.currency, account)


@verb("payment.record_pay_in")
def record_pay_in(actor: Actor, *, key: UUID, channel: str, outcome: PayInOutcome, on: date) -> PayIn:
    """Keep what the channel answered: a receipt for the money that came, or why none did.

    A payment that was answered before stays as it is, and one without an answer waits on.  Raises NotFound, StateConflict
    for one that was not sent, InvalidInput for a number of the provider that names another movement.
    """
    payment = PayIn.objects.select_for_update().filter(key=key).first()
    if payment is None:
        raise NotFound(_("payment"), key)
    if payment.state == PayIn.State.PREPARED:
        raise StateConflict(_("The payment has not been confirmed."), remedy=_("Let its payer confirm it first."))
    if payment.state != PayIn.State.SENT or not (outcome.provider_no or outcome.reason):
        return payment
    payment.channel = channel
    payment.reason = outcome.reason[:80]
    payment.state = PayIn.State.COLLECTED if outcome.provider_no else PayIn.State.FAILED
    payment.save(update_fields=["channel", "reason", "state"])
    if outcome.provider_no:
        _keep(payment, outcome.provider_no, on)
    return payment


def _keep(payment: PayIn, provider_no: str, on: date) -> None:
    """Keep the money that came.  Raises InvalidInput."""
    if Receipt.objects.filter(channel=payment.channel, provider_no=provider_no).exists():
        raise InvalidInput(
            "provider_no",
            _("Payment {key}: the provider's number {number} names another movement."),
            _("Ask the channel for the movement's own number."),
            key=payment.key,
            number=provider_no,
        )
    Receipt.objects.create(
        channel=payment.channel,
        provider_no=provider_no,
        pay_in=payment,
        loan_no=payment.loan_no,
        branch_id=payment.branch_id,
        received_on=on,
        currency=payment.currency,
        amount_minor=payment.amount_minor,
    )
