"""Applications and the states they pass through."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from xindai.kernel.fields import StateField
from xindai.kernel.models import Versioned, audited


class State(models.TextChoices):
    """Where an application stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    REFERRED = "referred", _("referred")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    CONTRACTED = "contracted", _("contracted")
    WITHDRAWN = "withdrawn", _("withdrawn")


@audited
class Draft(Versioned):
    """What somebody has answered so far on the way to an application; it belongs to their login.

    ``sealed_answers`` is JSON under the customer's key.  A draft ends as an application, or is thrown away.
    """

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    sealed_answers = models.BinaryField()
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)
    application = models.ForeignKey("applications.Application", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("draft")
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(application=None, discarded_at=None),
                name="applications_one_open_draft",
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Channel(models.TextChoices):
    """How an application came in."""

    BRANCH = "branch", _("branch")
    ONLINE = "online", _("online")
    FILE = "file", _("file")


OPEN_STATES = (State.DRAFT, State.SUBMITTED, State.REFERRED, State.APPROVED)
"""States in which the customer may still withdraw."""


@audited
class Application(FSMModelMixin, Versioned):
    """One wish for a loan on its way to a decision.

    ``facts`` are the customer's facts as known at submission, without protected ones.
    ``promised_by`` is when the customer was promised a decision: submission plus the business
    hours of the service tier.
    """

    no = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey("collateral.Asset", null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    product_code = models.CharField(max_length=40)
    need = models.JSONField()
    purpose_statement = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    state = StateField(default=State.DRAFT, choices=State.choices)
    offer = models.ForeignKey("offers.Offer", null=True, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField()
    submitted_on = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True)
    promised_by = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    withdrawal_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("application")
        indexes = (
            models.Index(fields=["state", "promised_by"], name="applications_by_clock"),
            models.Index(fields=["customer"], name="applications_by_customer"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn"]) | models.Q(submitted_at__isnull=False),
                name="applications_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "contracted"]) | models.Q(offer__isnull=False),
                name="applications_approved_has_offer",
            ),
        )

    def __str__(self) -> str:
        return self.no

    @transition(field=state, source=State.DRAFT, target=State.SUBMITTED)
    def to_submitted(self) -> None:
        """The customer has said everything that a decision needs."""

    @transition(field=state, source=[State.SUBMITTED, State.REFUSED], target=State.REFERRED)
    def to_referred(self) -> None:
        """The rules, or a customer who was refused, leave the decision to people."""

    @transition(field=state, source=[State.SUBMITTED, State.REFERRED], target=State.APPROVED)
    def to_approved(self) -> None:
        """The offer may become a contract."""

    @transition(field=state, source=[State.SUBMITTED, State.REFERRED], target=State.REFUSED)
    def to_refused(self) -> None:
        """There is no loan, for stated reasons."""

    @transition(field=state, source=State.APPROVED, target=State.CONTRACTED)
    def to_contracted(self) -> None:
        """The terms are frozen in a contract."""

    @transition(field=state, source=list(OPEN_STATES), target=State.WITHDRAWN)
    def to_withdrawn(self) -> None:
        """The customer has changed their mind."""
