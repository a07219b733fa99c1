"""A file of many acts, and what came of each of its rows."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, append_only, audited


class Kind(models.TextChoices):
    """What the rows of a file ask for."""

    PERSONS = "persons", _("persons")
    COMPANIES = "companies", _("companies")
    APPLICATIONS = "applications", _("applications")
    REPAYMENTS = "repayments", _("repayments")


class State(models.TextChoices):
    """Where a file stands."""

    WAITING = "waiting", _("waiting")
    WORKING = "working", _("being worked")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


@audited(exclude=["sealed", "sealed_name"])
class Upload(Versioned):
    """A file: the rows wait sealed under the file's own key and are emptied when the work is done.

    ``client`` or ``user`` is who sent it and acts in every row; a file is stopped when they may no longer act.
    """

    upload_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    client = models.ForeignKey("identity.ApiClient", on_delete=models.PROTECT, related_name="+", null=True)
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", null=True)
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    sealed_name = models.BinaryField(null=True)
    rows = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("upload")
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(state__in=["waiting", "working"]), name="uploads_to_work"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(client__isnull=False, user__isnull=True)
                | models.Q(client__isnull=True, user__isnull=False),
                name="uploads_one_sender",
            ),
        ]

    def __str__(self) -> str:
        return str(self.upload_id)


@audited(exclude=["sealed", "sealed_name"])
class HeldFile(Versioned):
    """A file that was read and waits, sealed, until who chose it says that its rows are to be worked; then it is an upload.

    It has the number of the upload that it becomes, and is removed when it has become one or is not wanted.
    """

    upload_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    sealed_name = models.BinaryField()
    rows = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file to be confirmed")

    def __str__(self) -> str:
        return str(self.upload_id)


@append_only
class UploadRow(models.Model):
    """What came of one row, written with its act: the number of what was made, or the error sealed under the file's key.

    ``number`` counts the rows of data from 1.
    """

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    is_done = models.BooleanField()
    result = models.CharField(max_length=80, blank=True)
    sealed_error = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("row of an upload")
        constraints: ClassVar = [models.UniqueConstraint(fields=["upload", "number"], name="uploads_row_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.number}"
