"""The history of customers' classes."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.models import append_only


class Trigger(models.TextChoices):
    """What made the rules run."""

    APPLICATION = "application", _("application")
    NEW_FACTS = "new_facts", _("new facts")
    BEHAVIOUR = "behaviour", _("payment behaviour")
    POLICY = "policy", _("change of policy")


@append_only
class CustomerClass(models.Model):
    """A customer's class from a date until the next one begins; of several on one date the last counts.

    ``policy_version`` is the pack that decided; ``reasons`` are worded with its texts when read.
    ``request`` are the facts of the request that the rating looked at.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    effective_from = models.DateField()
    kind = models.CharField(max_length=10)
    rating = models.CharField(max_length=10)
    score = models.IntegerField()
    industry = models.CharField(max_length=16)
    risk_level = models.CharField(max_length=10)
    size = models.CharField(max_length=12)
    tier = models.CharField(max_length=12)
    reasons = models.JSONField()
    request = models.JSONField()
    policy_version = models.CharField(max_length=50)
    trigger = models.CharField(max_length=16, choices=Trigger.choices)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("customer class")
        indexes: ClassVar = [
            models.Index(fields=["customer", "-effective_from", "-id"], name="classification_current"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} from {self.effective_from}"
