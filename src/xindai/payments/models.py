"""Mandates to draw money, the orders made from them, payments by borrowers themselves, and the money that came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.fields import AmountMinorField, CurrencyField
from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, audited


@audited
class Mandate(models.Model):
    """A borrower's standing permission to draw what a loan falls due for; it belongs to the loan's branch.

    ``account`` is sealed under the customer's own key; ``account_hint`` holds its last digits.
    """

    loan_no = models.CharField(max_length=32, unique=True)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = CurrencyField()
    account = models.BinaryField()
    account_hint = models.CharField(max_length=8)
    given_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("mandate")

    def __str__(self) -> str:
        return self.loan_no


class DebitOrder(models.Model):
    """One attempt to draw an amount on a date; the key holds loan, date and attempt, the branch is the mandate's.

    The row is committed before the channel is asked, so an order is never sent without a trace.
    """

    class State(models.TextChoices):
        READY = "ready", _("ready to send")
        COLLECTED = "collected", _("collected")
        PARTLY_COLLECTED = "partly", _("partly collected")
        FAILED = "failed", _("failed")

    key = models.CharField(max_length=80, unique=True)
    loan_no = models.CharField(max_length=32)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    attempt = models.SmallIntegerField()
    currency = CurrencyField()
    amount_minor = AmountMinorField()
    state = models.CharField(max_length=12, choices=State, default=State.READY)
    collected_minor = AmountMinorField(default=0)
    channel = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("debit order")
        indexes = (
            models.Index(fields=["on", "attempt"], name="debit_order_run", condition=models.Q(state="ready")),
            models.Index(fields=["loan_no", "on"], name="debit_order_loan"),
        )
        constraints = (
            models.CheckConstraint(name="debit_order_amount_positive", condition=models.Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="debit_order_collected_in_range",
                condition=models.Q(collected_minor__gte=0, collected_minor__lte=models.F("amount_minor")),
            ),
        )

    def __str__(self) -> str:
        return self.key


@audited
class PayIn(Versioned):
    """A payment that a borrower makes of their own accord; ``key`` names it to the channel and never means two.

    Prepared when the borrower has said how much and from where, sent when they have confirmed it: the row is
    committed before the channel is asked.  ``on`` is the business date whose figures the borrower saw.  ``account`` is
    sealed under the customer's own key; ``account_hint`` holds its last digits.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        SENT = "sent", _("sent")
        COLLECTED = "collected", _("collected")
        FAILED = "failed", _("failed")

    class Purpose(models.TextChoices):
        DUE = "due", _("what is due")
        SETTLE = "settle", _("the whole loan")

    key = models.UUIDField(default=uuid7, unique=True, editable=False)
    loan_no = models.CharField(max_length=32)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=8, choices=Purpose)
    on = models.DateField()
    currency = CurrencyField()
    amount_minor = AmountMinorField()
    account = models.BinaryField()
    account_hint = models.CharField(max_length=8)
    state = models.CharField(max_length=12, choices=State, default=State.PREPARED)
    prepared_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("payment by the borrower")
        indexes = (
            models.Index(fields=["sent_at"], name="pay_in_waiting", condition=models.Q(state="sent")),
            models.Index(fields=["loan_no", "-id"], name="pay_in_loan"),
        )
        constraints = (
            models.CheckConstraint(name="pay_in_amount_positive", condition=models.Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="pay_in_sent_has_time",
                condition=models.Q(state="prepared") | models.Q(sent_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.key)


class Receipt(models.Model):
    """Money that a channel says has come.  Unique by the provider's number: told twice, kept once.

    New until it has paid its loan; in suspense when the loan could not take it, with the reason: then the
    lender owes it to somebody, and the books say so.  The branch is that of the order or of the borrower's own payment.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        APPLIED = "applied", _("applied")
        SUSPENSE = "suspense", _("in suspense")

    channel = models.CharField(max_length=32)
    provider_no = models.CharField(max_length=80)
    order = models.ForeignKey(DebitOrder, on_delete=models.PROTECT, related_name="+", null=True)
    pay_in = models.OneToOneField(PayIn, on_delete=models.PROTECT, related_name="+", null=True)
    loan_no = models.CharField(max_length=32)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    received_on = models.DateField()
    currency = CurrencyField()
    amount_minor = AmountMinorField()
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("receipt")
        indexes = (
            models.Index(fields=["received_on"], name="receipt_waiting", condition=models.Q(state="new")),
            models.Index(fields=["received_on"], name="receipt_in_suspense", condition=models.Q(state="suspense")),
            models.Index(fields=["loan_no", "received_on"], name="receipt_loan"),
        )
        constraints = (
            models.UniqueConstraint(fields=["channel", "provider_no"], name="receipt_once"),
            models.CheckConstraint(name="receipt_amount_positive", condition=models.Q(amount_minor__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.provider_no}"
