"""Versions of policy packs."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.models import Versioned, audited


class PolicyState(models.TextChoices):
    """The life of a version; a change of a figure is always a new version."""

    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed")
    LIVE = "live", _("live")
    ENDED = "ended", _("ended")


@audited(exclude=["content"])
class PolicyVersion(Versioned):
    """One version of a pack: its content never changes, only its state does.

    ``sha256`` is the fingerprint of the content, by which the same files are recognised.  The
    version is in force from ``live_from`` until the day before ``ended_on``.
    """

    pack = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=PolicyState.choices, default=PolicyState.DRAFT)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("identity.User", null=True, on_delete=models.PROTECT, related_name="+")
    live_from = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("policy version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "number"], name="policies_version_number"),
            models.UniqueConstraint(fields=["live_from"], name="policies_one_version_a_day"),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("imported_by")),
                name="policies_reviewer_is_not_importer",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "reviewed"])
                | models.Q(live_from__isnull=False, reviewed_at__isnull=False),
                name="policies_live_needs_review_and_date",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="content_never_changes", fields=["pack", "number", "content", "sha256"]),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What stands on decisions, for example ``cn-3``."""
        return f"{self.pack}-{self.number}"
