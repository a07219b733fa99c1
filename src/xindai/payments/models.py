"""Mandates to draw money, the orders made from them, and the money that came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.fields import AmountMinorField, CurrencyField
from xindai.kernel.models import audited


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


class Receipt(models.Model):
    """Money that a channel says has come.  Unique by the provider's number: told twice, kept once.

    New until it has paid its loan; in suspense when the loan could not take it, with the reason: then the
    lender owes it to somebody, and the books say so.  The branch is the order's.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        APPLIED = "applied", _("applied")
        SUSPENSE = "suspense", _("in suspense")

    channel = models.CharField(max_length=32)
    provider_no = models.CharField(max_length=80)
    order = models.ForeignKey(DebitOrder, on_delete=models.PROTECT, related_name="+", null=True)
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
