"""What payments knows: orders to send, receipts to apply, and those in suspense."""

from datetime import date

from django.db.models import QuerySet

from xindai.payments.channel import DebitRequest
from xindai.payments.models import DebitOrder, Mandate, Receipt


def orders_to_send(on: date, attempt: int, limit: int) -> list[DebitRequest]:
    """Orders that no channel has answered yet, in the order of their keys."""
    rows = DebitOrder.objects.filter(on=on, attempt=attempt, state=DebitOrder.State.READY).order_by("pk")[:limit]
    return [DebitRequest(row.key, row.loan_no, row.amount_minor, row.currency, row.on) for row in rows]


def receipts_to_apply(limit: int) -> list[Receipt]:
    """Receipts that have not paid their loans, whatever their date, locked until the transaction ends.

    Those that another worker holds are left out.
    """
    waiting = Receipt.objects.select_for_update(skip_locked=True).filter(state=Receipt.State.NEW)
    return list(waiting.order_by("pk")[:limit])


def orders_of(loan_no: str) -> QuerySet[DebitOrder]:
    """All orders of a loan, the latest first."""
    return DebitOrder.objects.filter(loan_no=loan_no).order_by("-on", "-attempt")


def receipts_in_suspense() -> QuerySet[Receipt]:
    """Money that came and waits for somebody to say what it is for."""
    return Receipt.objects.filter(state=Receipt.State.SUSPENSE).order_by("received_on", "pk")


def mandate_of(loan_no: str) -> Mandate | None:
    """The mandate in force, if there is one."""
    return Mandate.objects.filter(loan_no=loan_no, ended_on=None).first()
