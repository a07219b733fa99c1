"""Versions of products."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.models import Versioned, audited


class ProductState(models.TextChoices):
    """From the first draft to the end of lending."""

    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed")
    LIVE = "live", _("live")
    ENDED = "ended", _("ended")


@audited
class ProductVersion(Versioned):
    """One version of a product; loans keep the version they were made with.

    The content never changes once drafted: a change is a new version.  ``sha256`` is the hash of
    the canonical JSON of ``spec``, by which loading the same file twice is noticed.
    """

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ProductState.choices, default=ProductState.DRAFT)
    drafted_by = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    live_from = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("product version")
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="products_version_number"),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("drafted_by")),
                name="products_reviewer_is_not_drafter",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="live") | models.Q(live_from__isnull=False, reviewed_by__isnull=False),
                name="products_live_needs_review_and_date",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.number}"
