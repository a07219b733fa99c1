"""Messages to people.  Address and text are sealed under the key of the customer whom they concern."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, audited


class Channel(models.TextChoices):
    """The way a message goes."""

    SMS = "sms", _("text message")
    MAIL = "mail", _("mail")


class State(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    LAPSED = "lapsed", _("lapsed before it could be sent")
    FAILED = "failed", _("not sent")


@audited
class Message(Versioned):
    """One message to one person.

    ``subject_id`` names the customer's key, under which ``sealed_address`` and ``sealed_text`` are sealed; when that
    key is destroyed nobody can read them again.  ``kind`` is the code of what the message is about; ``carrier`` and
    ``carrier_no`` say who took it and under which number.
    """

    message_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    subject_id = models.UUIDField()
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    sealed_address = models.BinaryField()
    sealed_text = models.BinaryField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    written_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    carrier = models.CharField(max_length=32, blank=True)
    carrier_no = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("message to a person")
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(state="waiting"), name="notices_waiting"),
            models.Index(fields=["carrier", "-sent_at"], name="notices_by_carrier"),
            models.Index(fields=["subject_id", "-id"], name="notices_by_subject"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | (models.Q(sent_at__isnull=False) & ~models.Q(carrier="")),
                name="notices_sent_has_time_and_carrier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"
