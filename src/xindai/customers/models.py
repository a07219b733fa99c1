"""Customers, their dated facts and their consents."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.facts import Fact
from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, append_only, audited


class CustomerKind(models.TextChoices):
    """What kind of customer: it decides which identity number and which facts there are."""

    PERSON = "person", _("natural person")
    COMPANY = "company", _("company")


@audited
class Customer(Versioned):
    """A natural person or a company.

    ``subject_id`` names the customer outside the database and owns the key under which personal
    fields are sealed.  ``identity_hash`` is the keyed hash of the identity number: the same person
    is the same row.  ``mobile_hash`` finds the person whose mobile number it is; a number leads to one person at most.
    """

    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=CustomerKind.choices)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    subject_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    sealed_name = models.BinaryField()
    sealed_identity_number = models.BinaryField()
    sealed_mobile = models.BinaryField(null=True)
    identity_hash = models.CharField(max_length=64, unique=True)
    mobile_hash = models.CharField(max_length=64, blank=True)
    since = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("customer")
        indexes: ClassVar = [models.Index(fields=["branch", "-id"], name="customers_by_branch")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mobile_hash"], condition=~models.Q(mobile_hash=""), name="customers_a_mobile_is_one_persons"
            ),
        ]

    def __str__(self) -> str:
        return self.no


@append_only
class SearchTrace(models.Model):
    """A keyed hash by which a customer is found who is known by a part alone (see customers.traces)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("search trace")
        indexes: ClassVar = [models.Index(fields=["hash"], name="customers_by_trace")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "hash"], name="customers_a_trace_once"),
        ]

    def __str__(self) -> str:
        return self.hash[:8]


@append_only
class CustomerFact(Fact):
    """One dated statement about a customer; a personal one has its value sealed."""

    subject: ClassVar[str] = "customer_id"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("fact")
        indexes: ClassVar = [
            models.Index(fields=["customer", "name", "-valid_from", "-known_at"], name="customers_fact_as_of"),
        ]


class ConsentKind(models.TextChoices):
    """What a customer can agree to; each is asked and withdrawn on its own."""

    PERSONAL_DATA = "personal_data", _("processing of personal data")
    SENSITIVE_DATA = "sensitive_data", _("processing of sensitive personal data")
    CREDIT_REPORT = "credit_report", _("query of the credit report")
    AUTOMATED_DECISION = "automated_decision", _("automated decision")


@audited
class Consent(models.Model):
    """A consent, from the day it was given to the day it was withdrawn.

    ``text_version`` names the text that the customer had before their eyes, where it was shown to them on a page.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, choices=ConsentKind.choices)
    given_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    source = models.CharField(max_length=32)
    text_version = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("consent")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=models.Q(withdrawn_on=None),
                name="customers_one_standing_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on=None) | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="customers_consent_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.given_on}"


@audited
class PortalAccess(Versioned):
    """A login by which somebody sees what the lender keeps of one customer: their own applications and loans.

    A login leads to one customer; a customer - a company above all - may have several.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("access to the portal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="customers_one_standing_access"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("given_at")),
                name="customers_access_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id}: customer {self.customer_id}"


@append_only
class DataExport(models.Model):
    """A person has taken everything that is kept of them away as a file; ``sha256`` is that of the file."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("export of a person's data")
        indexes: ClassVar = [models.Index(fields=["customer", "-id"], name="customers_exports")]

    def __str__(self) -> str:
        return self.sha256
