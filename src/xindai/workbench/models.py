"""Who has taken an item of work, and until when it is put off."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.models import Versioned, audited


@audited
class Handling(Versioned):
    """What people have said about one item of work; the item itself is the state of its subject.

    ``kind`` and ``ref`` name the item (see ``reporting.waiting``).  A handling from before the item began - the same
    application came back - says nothing about it.
    """

    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=80)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", null=True)
    assignee = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    note = models.CharField(max_length=400, blank=True)
    snoozed_until = models.DateField(null=True)
    snooze_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = _("item of work")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "ref"], name="workbench_one_handling_an_item"),
            models.CheckConstraint(
                condition=models.Q(snoozed_until=None) | ~models.Q(snooze_reason=""),
                name="workbench_snoozed_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["assignee", "kind"], name="workbench_assigned")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"
