"""Contracts: what was agreed, frozen, and what must be fulfilled before money is paid."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from xindai.kernel.fields import AmountMinorField, CurrencyField, StateField
from xindai.kernel.models import Versioned, audited


class State(models.TextChoices):
    """From the draft on paper to the payment."""

    DRAWN_UP = "drawn_up", _("drawn up")
    SIGNED = "signed", _("signed")
    DISBURSED = "disbursed", _("disbursed")
    CANCELLED = "cancelled", _("cancelled")


@audited
class Contract(FSMModelMixin, Versioned):
    """One loan contract.

    ``terms`` is the loan engine's terms as JSON and ``terms_hash`` the SHA-256 of their canonical
    text: neither changes after drawing up.  ``conditions`` is a list of ``{code, satisfied_on,
    evidence}``; ``open_conditions`` counts those not yet satisfied, and the database itself
    refuses a disbursed contract while the count is not zero.
    """

    no = models.CharField(max_length=20, unique=True)
    application = models.OneToOneField("applications.Application", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    product_version = models.ForeignKey("products.ProductVersion", on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey("collateral.Asset", null=True, on_delete=models.PROTECT, related_name="+")
    policy_version = models.CharField(max_length=40)
    currency = CurrencyField()
    principal_minor = AmountMinorField()
    terms = models.JSONField()
    terms_hash = models.CharField(max_length=64)
    clauses = models.JSONField()
    conditions = models.JSONField()
    open_conditions = models.PositiveSmallIntegerField()
    state = StateField(default=State.DRAWN_UP, choices=State.choices)
    drawn_up_on = models.DateField()
    signed_on = models.DateField(null=True)
    disbursed_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("contract")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="disbursed") | models.Q(open_conditions=0, signed_on__isnull=False),
                name="contracts_disbursed_only_when_signed_and_fulfilled",
            ),
            models.CheckConstraint(condition=models.Q(principal_minor__gt=0), name="contracts_principal_positive"),
        )

    def __str__(self) -> str:
        return self.no

    @transition(field=state, source=State.DRAWN_UP, target=State.SIGNED)
    def to_signed(self) -> None:
        """Both sides have signed."""

    @transition(field=state, source=State.SIGNED, target=State.DISBURSED)
    def to_disbursed(self) -> None:
        """The money has been paid."""

    @transition(field=state, source=[State.DRAWN_UP, State.SIGNED], target=State.CANCELLED)
    def to_cancelled(self) -> None:
        """There will be no loan under this contract."""
