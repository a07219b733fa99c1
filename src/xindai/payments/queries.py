"""What payments knows: orders to send, receipts to apply, and those in suspense."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel.errors import NotFound
from xindai.payments.channel import DebitRequest
from xindai.payments.models import DebitOrder, Mandate, PayIn, Receipt


def orders_to_send(limit: int) -> list[DebitRequest]:
    """Orders that no channel has answered yet, of whatever date and attempt, the oldest first."""
    rows = DebitOrder.objects.filter(state=DebitOrder.State.READY).order_by("on", "attempt", "pk")[:limit]
    return [DebitRequest(row.key, row.loan_no, row.amount_minor, row.currency, row.on) for row in rows]


def loans_in_flight() -> set[str]:
    """Loans (by number) for which money may be on its way.

    An order or a borrower's own payment has no answer, or a receipt has not been applied.
    """
    asked = DebitOrder.objects.filter(state=DebitOrder.State.READY).values_list("loan_no", flat=True)
    sent = PayIn.objects.filter(state=PayIn.State.SENT).values_list("loan_no", flat=True)
    come = Receipt.objects.filter(state=Receipt.State.NEW).values_list("loan_no", flat=True)
    return set(asked.union(sent, come))


def receipts_to_apply(limit: int) -> list[Receipt]:
    """Receipts of orders that have not paid their loans, whatever their date, locked until the transaction ends.

    Those that another worker holds are left out, and those of borrowers' own payments, which are brought to their end one by one.
    """
    waiting = Receipt.objects.select_for_update(skip_locked=True).filter(state=Receipt.State.NEW, pay_in=None)
    return list(waiting.order_by("pk")[:limit])


def orders_of(actor: Actor, loan_no: str) -> QuerySet[DebitOrder]:
    """All orders of a loan, the latest first; none for a loan of another branch."""
    return scope.rows(actor, DebitOrder.objects.filter(loan_no=loan_no).order_by("-on", "-attempt"))


def receipts_in_suspense(actor: Actor) -> QuerySet[Receipt]:
    """Money that came to the actor's branches and waits for somebody to say what it is for, the oldest first."""
    waiting = Receipt.objects.filter(state=Receipt.State.SUSPENSE).select_related("branch")
    return scope.rows(actor, waiting.order_by("received_on", "pk"))


def mandate_of(actor: Actor, loan_no: str) -> Mandate | None:
    """The mandate in force, if there is one and the actor sees its branch."""
    return scope.rows(actor, Mandate.objects.filter(loan_no=loan_no, ended_on=None)).first()


def pay_in(key: UUID) -> PayIn:
    """A borrower's own payment.  Raises NotFound; whose it is, is for the caller to ask."""
    found = PayIn.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("payment"), key)
    return found


def pay_ins_of(loan_nos: list[str]) -> "QuerySet[PayIn]":
    """The payments that borrowers have confirmed for loans, the latest first."""
    return PayIn.objects.filter(loan_no__in=loan_nos).exclude(state=PayIn.State.PREPARED).order_by("-pk")


def unfinished_pay_ins(limit: int) -> list[UUID]:
    """Borrowers' own payments that have no answer yet, or whose money has not paid its loan; the oldest first."""
    come = Receipt.objects.filter(state=Receipt.State.NEW).exclude(pay_in=None).values("pay_in")
    waiting = PayIn.objects.filter(state=PayIn.State.SENT).union(PayIn.objects.filter(pk__in=come))
    return [row.key for row in waiting.order_by("id")[:limit]]


def receipt_of(payment: PayIn) -> Receipt | None:
    """The money that came of a borrower's own payment, if it has come."""
    return Receipt.objects.filter(pay_in=payment).first()


def receipt_to_apply(payment: PayIn) -> Receipt | None:
    """The money of a payment that has not paid its loan, locked until the transaction ends."""
    return Receipt.objects.select_for_update().filter(pay_in=payment, state=Receipt.State.NEW).first()
