"""Questions of customers; question and answer are sealed under the customer's own key."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, audited


class About(models.TextChoices):
    """What a question is about."""

    LOAN = "loan", _("loan")
    APPLICATION = "application", _("application")
    ANYTHING = "anything", _("something else")


@audited
class Enquiry(Versioned):
    """A question, waiting until somebody has answered it.  ``about_no`` is the number of the loan or application."""

    key = models.UUIDField(default=uuid7, unique=True, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=12, choices=About)
    about_no = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=10)
    sealed_question = models.BinaryField()
    asked_at = models.DateTimeField()
    sealed_answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("question of a customer")
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=models.Q(answered_at=None), name="enquiries_waiting"),
            models.Index(fields=["customer", "-id"], name="enquiries_of_customer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, sealed_answer=None, answered_by="")
                | (models.Q(answered_at__isnull=False, sealed_answer__isnull=False) & ~models.Q(answered_by="")),
                name="enquiries_answered_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
