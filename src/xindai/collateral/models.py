"""What secures loans: assets, their valuations, the liens on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel.fields import AmountMinorField, CurrencyField
from xindai.kernel.models import Versioned, append_only, audited

LONGEST_DESCRIPTION = 200


class AssetKind(models.TextChoices):
    """The kinds of assets that products ask for."""

    VEHICLE = "vehicle", _("vehicle")
    REAL_ESTATE = "real_estate", _("real estate")
    EQUIPMENT = "equipment", _("equipment")
    DEPOSIT = "deposit", _("deposit")


@audited
class Asset(Versioned):
    """A thing that can secure a loan; ``owner_no`` is the customer number of its owner."""

    kind = models.CharField(max_length=20, choices=AssetKind.choices)
    owner_no = models.CharField(max_length=20)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=LONGEST_DESCRIPTION)
    currency = CurrencyField()
    value_minor = AmountMinorField()
    valued_on = models.DateField()

    class Meta:
        verbose_name = _("asset")
        indexes = (models.Index(fields=["owner_no"], name="collateral_by_owner"),)
        constraints = (models.CheckConstraint(condition=models.Q(value_minor__gt=0), name="collateral_value_positive"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


@append_only
class Valuation(models.Model):
    """What somebody found an asset to be worth on a day; never changed, the latest counts."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="valuations")
    value_minor = AmountMinorField()
    valued_on = models.DateField()
    valuer = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.asset_id} {self.valued_on}"


@audited
class Lien(Versioned):
    """A right of the lender in an asset, for one contract, as entered in a public register."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="liens")
    contract_no = models.CharField(max_length=20)
    registry_reference = models.CharField(max_length=80)
    registered_on = models.DateField()
    released_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["asset"],
                condition=models.Q(released_on__isnull=True),
                name="collateral_one_lien_in_force_an_asset",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_no} {self.registry_reference}"
