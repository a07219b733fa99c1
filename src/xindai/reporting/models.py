"""What reports know besides the other apps' tables: what really became of applications, where that is known."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.models import append_only


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
