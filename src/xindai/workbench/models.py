"""Who has taken an item of work, and until when it is put off."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.models import Versioned, append_only, audited


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


@audited
class SavedView(Versioned):
    """A list as somebody wants to find it again: filters and sort as they stand in its address."""

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    state = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("saved view")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "listing", "name"], name="workbench_view_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.name}"


@audited
class TableSetting(Versioned):
    """Which columns of a list somebody does not want to see, and how much room its rows take."""

    class Density(models.TextChoices):
        COMPACT = "compact", _("compact")
        COMFORTABLE = "comfortable", _("comfortable")

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=40)
    hidden = models.JSONField(default=list)
    density = models.CharField(max_length=12, choices=Density, default=Density.COMPACT)

    class Meta:
        verbose_name = _("table setting")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "listing"], name="workbench_one_setting_a_list"),
        ]

    def __str__(self) -> str:
        return self.listing


@append_only
class Export(models.Model):
    """A list that somebody has taken away as a file: which rows, how many, and under which request."""

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=40)
    format = models.CharField(max_length=4)
    state = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    rows = models.IntegerField()
    at = models.DateTimeField()
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("export")
        indexes: ClassVar = [models.Index(fields=["user", "at"], name="workbench_exports")]

    def __str__(self) -> str:
        return f"{self.listing} {self.at}"


@append_only
class Reveal(models.Model):
    """A sealed value of the audit trail that somebody has asked to read, and why; written before it is shown."""

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=80)
    record = models.BigIntegerField()
    field = models.CharField(max_length=60)
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("reveal")
        indexes: ClassVar = [models.Index(fields=["user", "at"], name="workbench_reveals")]

    def __str__(self) -> str:
        return f"{self.model} {self.record} {self.field}"
