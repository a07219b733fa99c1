"""Offers as they were made; nothing about them ever changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.fields import AmountMinorField, CurrencyField, RatePpbField
from xindai.kernel.models import append_only


@append_only
class Offer(models.Model):
    """One answer to a need: what was promised, by which class, product and policy.

    ``need``, ``standing`` and ``means`` are what went in, ``quote`` is what came out with every
    step; amounts in minor units, rates in parts per billion per annum.
    """

    no = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    product_version = models.ForeignKey("products.ProductVersion", on_delete=models.PROTECT, related_name="+")
    policy_version = models.CharField(max_length=40)
    need = models.JSONField()
    standing = models.JSONField()
    means = models.JSONField()
    quote = models.JSONField()
    currency = CurrencyField()
    amount_minor = AmountMinorField()
    term_months = models.PositiveIntegerField()
    method = models.CharField(max_length=20)
    rate_ppb = RatePpbField()
    annual_rate_ppb = RatePpbField(null=True)
    limit_minor = AmountMinorField()
    tier = models.CharField(max_length=20)
    promised_hours = models.PositiveIntegerField()
    made_on = models.DateField()
    valid_until = models.DateField()

    class Meta:
        verbose_name = _("offer")
        indexes = (models.Index(fields=["customer", "made_on"], name="offers_by_customer"),)

    def __str__(self) -> str:
        return self.no
