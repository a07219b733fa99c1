"""Decisions as they were made; nothing about them ever changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.models import append_only


class DecisionKind(models.TextChoices):
    """Who decided."""

    AUTOMATIC = "automatic", _("by the rules")
    CONFIRMED = "confirmed", _("by people")


@append_only
class Decision(models.Model):
    """One decision on an application: by the rules, or by people under four eyes.

    ``inputs`` is the whole case as the rules saw it and ``findings`` all they found; with the
    policy version and its date the decision can be made again and must come out the same.  A
    decision by people keeps the case that was before them, and their own words.
    """

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    outcome = models.CharField(max_length=10)
    inputs = models.JSONField()
    findings = models.JSONField()
    reason_codes = models.JSONField(default=list)
    words = models.TextField(blank=True)
    score = models.IntegerField()
    policy_version = models.CharField(max_length=40)
    product_version = models.ForeignKey("products.ProductVersion", on_delete=models.PROTECT, related_name="+")
    check_id = models.BigIntegerField(null=True)
    maker = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    checker = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField()
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        indexes = (models.Index(fields=["application"], name="underwriting_by_application"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=["approve", "refer", "refuse"]), name="underwriting_outcome_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="automatic")
                | (
                    models.Q(maker__isnull=False, checker__isnull=False)
                    & ~models.Q(maker=models.F("checker"))
                    & ~models.Q(outcome="refer")
                ),
                name="underwriting_people_decide_in_pairs",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.outcome}"

    @property
    def is_automatic(self) -> bool:
        """Whether the rules decided without people."""
        return self.kind == DecisionKind.AUTOMATIC
