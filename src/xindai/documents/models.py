"""What was handed in; the file itself lies outside the database, sealed under its customer's key."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.ids import uuid7
from xindai.kernel.models import append_only


@append_only
class Document(models.Model):
    """A file of an application: ``sha256`` is that of what was handed in, ``stored`` that of the sealed file, and its name."""

    key = models.UUIDField(default=uuid7, unique=True, editable=False)
    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    sealed_name = models.BinaryField()
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=64)
    handed_in_at = models.DateTimeField()

    class Meta:
        verbose_name = _("document handed in")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "sha256"], name="documents_once_an_application"),
        ]

    def __str__(self) -> str:
        return str(self.key)
