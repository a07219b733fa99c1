"""What has been run: written in the transaction of the work itself, so that a rerun knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.fields import AmountMinorField
from xindai.kernel.models import append_only


@append_only
class EodRun(models.Model):
    """The end of day of one part of the book is done.

    ``input_hash`` covers what it was computed from (the states and the policy), ``output_hash`` the
    states that it wrote; the next date starts only from rows with this hash.
    """

    pk = models.CompositePrimaryKey("business_date", "part")
    business_date = models.DateField()
    part = models.SmallIntegerField()
    loans = models.IntegerField()
    debit_minor = AmountMinorField()
    credit_minor = AmountMinorField()
    input_hash = models.CharField(max_length=64)
    output_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=40)
    done_at = models.DateTimeField()
    milliseconds = models.IntegerField()

    class Meta:
        verbose_name = _("end of day of a part")
        constraints = (
            models.CheckConstraint(name="eod_run_balanced", condition=models.Q(debit_minor=models.F("credit_minor"))),
        )

    def __str__(self) -> str:
        return f"{self.business_date}/{self.part}"


@append_only
class EodFailure(models.Model):
    """A step of an end of day has failed: which one, and why; a later success of the step stands in its own rows."""

    business_date = models.DateField()
    step = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    message = models.CharField(max_length=400)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("failed step of an end of day")
        indexes = (models.Index(fields=["business_date"], name="eod_failures_of_date"),)

    def __str__(self) -> str:
        return f"{self.business_date} {self.step}"


@append_only
class MandateRun(models.Model):
    """The orders of a date and attempt have been written; this many."""

    business_date = models.DateField()
    attempt = models.SmallIntegerField()
    orders = models.IntegerField()
    prepared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mandate run")
        constraints = (models.UniqueConstraint(fields=["business_date", "attempt"], name="mandate_run_once"),)

    def __str__(self) -> str:
        return f"{self.business_date}/{self.attempt}"
