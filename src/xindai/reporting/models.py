"""What reports know besides the other apps' tables: what really became of applications, where that is known."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.fields import AmountMinorField, CurrencyField
from xindai.kernel.models import append_only


@append_only
class BookSlice(models.Model):
    """Figures of a close, kept: the running loans of one branch, currency, product and class; amounts in minor units.

    A roll-up of the day rows of that close, which never change; `over_30_minor` and the like are the principal of loans
    with arrears over so many days, `loans_over_30` their number.
    """

    on = models.DateField()
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = CurrencyField()
    product_code = models.CharField(max_length=40)
    loan_class = models.SmallIntegerField()
    loans = models.IntegerField()
    principal_minor = AmountMinorField()
    allowance_minor = AmountMinorField()
    over_30_minor = AmountMinorField()
    over_60_minor = AmountMinorField()
    over_90_minor = AmountMinorField()
    loans_over_30 = models.IntegerField()
    loans_over_60 = models.IntegerField()
    loans_over_90 = models.IntegerField()

    class Meta:
        verbose_name = _("figures of a close")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["on", "branch", "currency", "product_code", "loan_class"], name="reporting_slice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.product_code} {self.loan_class}"


@append_only
class KeptClose(models.Model):
    """The figures of this close are kept, all of them."""

    on = models.DateField(unique=True)

    class Meta:
        verbose_name = _("close whose figures are kept")

    def __str__(self) -> str:
        return self.on.isoformat()


@append_only
class KnownOutcome(models.Model):
    """What is known, from outside the bank, to have become of an applicant's loan; the measure of decisions.

    Recorded for refused applications too, which no book of the bank's own can tell.  ``was_fitted_on`` if the
    points table has learnt from this case: then it proves nothing about the table.
    """

    application = models.OneToOneField("applications.Application", on_delete=models.PROTECT, related_name="+")
    is_bad = models.BooleanField()
    was_fitted_on = models.BooleanField()
    source = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("known outcome")
        indexes: ClassVar = [models.Index(fields=["was_fitted_on"], name="reporting_outcome_half")]

    def __str__(self) -> str:
        return f"{self.application_id} {'bad' if self.is_bad else 'good'}"
