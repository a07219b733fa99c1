"""A case is opened when a loan falls overdue and closed when it is cured; all that was done stands in it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.fields import AmountMinorField, CurrencyField
from xindai.kernel.models import Versioned, append_only, audited


@audited
class Case(Versioned):
    """One time that a loan was in arrears.  A loan has at most one open case.

    How late it is and what it owes stand in the loan's days, not here.  The case of a loan that is
    written off stays open: the claim is kept.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CURED = "cured", _("cured")

    loan = models.ForeignKey("servicing.Loan", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    collector = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("collection case")
        constraints = (
            models.UniqueConstraint(fields=["loan"], condition=models.Q(state="open"), name="case_one_open_a_loan"),
        )
        indexes = (models.Index(fields=["branch", "state"], name="case_queue"),)

    def __str__(self) -> str:
        return f"{self.loan_id} {self.opened_on}"


@audited
class Step(models.Model):
    """Something that the policy asks for when a loan has been overdue for so many days, and its outcome."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("debtor reached")
        NOT_REACHED = "not_reached", _("debtor not reached")
        PROMISED = "promised", _("promised to pay")
        REFUSED = "refused", _("refused to pay")
        DELIVERED = "delivered", _("delivered")
        UNDELIVERABLE = "undeliverable", _("undeliverable")
        FILED = "filed", _("filed")
        OVERTAKEN = "overtaken", _("no longer needed")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=40)
    channel = models.CharField(max_length=12)
    overdue_days = models.IntegerField()
    names = models.JSONField()
    policy_version = models.CharField(max_length=40)
    due_on = models.DateField()
    record_by = models.DateField()
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    note = models.CharField(max_length=400, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("collection step")
        constraints = (
            models.UniqueConstraint(fields=["case", "code"], name="step_once_a_case"),
            models.CheckConstraint(
                name="step_done_has_outcome",
                condition=models.Q(done_at=None, outcome="")
                | (models.Q(done_at__isnull=False) & ~models.Q(outcome="")),
            ),
        )
        indexes = (models.Index(fields=["record_by"], name="step_open", condition=models.Q(outcome="")),)

    def __str__(self) -> str:
        return self.code


@append_only
class Contact(models.Model):
    """An attempt to reach the debtor.  Written once; the contact rules count these rows."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()
    local_on = models.DateField()
    is_connected = models.BooleanField()
    by = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("contact")
        indexes = (models.Index(fields=["customer", "local_on"], name="contact_frequency"),)

    def __str__(self) -> str:
        return f"{self.channel} {self.at}"


@audited
class PromiseToPay(models.Model):
    """What a debtor said he would pay, and by when."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        KEPT = "kept", _("kept")
        BROKEN = "broken", _("broken")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promises")
    made_on = models.DateField()
    pay_by = models.DateField()
    currency = CurrencyField()
    amount_minor = AmountMinorField()
    paid_minor = AmountMinorField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    by = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("promise to pay")
        constraints = (
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="open"), name="promise_one_open_a_case"),
            models.CheckConstraint(name="promise_amount_positive", condition=models.Q(amount_minor__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.pay_by}"
