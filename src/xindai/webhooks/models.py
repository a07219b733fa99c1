"""Endpoints of other machines, the secrets that sign what is sent to them, each delivery and each of its attempts."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, audited, unaltered


class EndpointState(models.TextChoices):
    """Whether an endpoint is told of events."""

    ACTIVE = "active", _("in use")
    DISABLED = "disabled", _("disabled")
    ENDED = "ended", _("ended")


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", _("waiting to be sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("given up")


@audited
class AllowedHost(Versioned):
    """A host to which events may be sent."""

    host = models.CharField(max_length=253, unique=True)
    allowed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("allowed host")

    def __str__(self) -> str:
        return self.host


@audited(exclude=["read_to"])
class Endpoint(Versioned):
    """Where a client of the interface wants to be told of which events.

    ``read_to`` is the place in the feed up to which deliveries have been planned; it says nothing about the endpoint
    itself, so it grows without a new version.  ``failing_since`` is the first failure since the last success;
    ``reason`` says in a code why the endpoint is disabled.
    """

    endpoint_id = models.CharField(max_length=40, unique=True)
    client = models.ForeignKey("identity.ApiClient", on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=500)
    event_names = models.JSONField()
    state = models.CharField(max_length=10, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    read_to = models.BigIntegerField()
    failing_since = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("endpoint")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="disabled") | (models.Q(disabled_at__isnull=False) & ~models.Q(reason="")),
                name="webhooks_disabled_has_time_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.endpoint_id


@audited(exclude=["sealed"])
class EndpointSecret(Versioned):
    """A secret by which what is sent is signed, sealed under the endpoint's own key; it signs until ``ends_at``."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("secret of an endpoint")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["endpoint"], condition=models.Q(ends_at=None), name="webhooks_one_secret_without_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.made_at.isoformat()}"


@audited(exclude=["body"])
class Delivery(Versioned):
    """One event for one endpoint: the body as it is sent each time, under an identity that stays the same.

    ``attempts`` counts those since it was last asked for; ``status`` is what the latest was answered with (null: nobody
    answered) and ``error`` why there was no good answer.
    """

    delivery_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="+")
    event_id = models.UUIDField()
    event_name = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    occurred_at = models.DateTimeField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("delivery")
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], condition=models.Q(state="waiting"), name="webhooks_due"),
            models.Index(fields=["endpoint", "occurred_at"], name="webhooks_of_endpoint"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhooks_event_once_an_endpoint"),
            models.CheckConstraint(
                condition=~models.Q(state="delivered") | models.Q(delivered_at__isnull=False),
                name="webhooks_delivered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.delivery_id)

    @property
    def webhook_id(self) -> str:
        """The identity by which the receiver knows what it has had: the same however often it is sent."""
        return f"msg_{self.event_id.hex}"


@unaltered
class Attempt(models.Model):
    """One attempt to deliver: when, what was answered (null: nothing), why it failed, and how long it took."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=40, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("attempt")

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at.isoformat()}"
