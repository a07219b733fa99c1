"""What is still to come: applications on their way to the demonstration bank."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.demonstration.records import LONGEST_KEY


class Arrival(models.Model):
    """An application that comes in at a moment.

    ``sealed_record`` holds it until it is taken in and is emptied then.  ``application`` is what it became;
    ``refusal`` why it became nothing (field, problem, remedy).  ``key`` is unique: a row that is given in
    twice arrives once.
    """

    key = models.CharField(max_length=LONGEST_KEY, unique=True)
    kind = models.CharField(max_length=10)
    arrives_at = models.DateTimeField()
    sealed_record = models.BinaryField()
    application = models.OneToOneField(
        "applications.Application", null=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal = models.JSONField(null=True)

    class Meta:
        verbose_name = _("arrival")
        indexes: ClassVar = [
            models.Index(
                fields=["arrives_at", "key"],
                condition=models.Q(application=None, refusal__isnull=True),
                name="demonstration_to_come",
            ),
        ]

    def __str__(self) -> str:
        return self.key
