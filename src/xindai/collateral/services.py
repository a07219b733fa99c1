"""Assets recorded and valued, liens entered and released."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from xindai.collateral.models import LONGEST_DESCRIPTION, Asset, AssetKind, Lien, Valuation
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR
from xindai.kernel.texts import is_line

CURRENCY_CODE = re.compile(r"[A-Z]{3}")


@verb("collateral.record_asset")
def record_asset(
    actor: Actor,
    *,
    owner_no: str,
    branch_id: int,
    kind: str,
    description: str,
    value_minor: int,
    currency: str,
    valued_on: date,
    valuer: str,
) -> Asset:
    """Record an asset with its first valuation.

    Raises InvalidInput for an unknown kind, a description or a currency that cannot be kept, and a value that is
    not above zero or larger than any amount.
    """
    scope.require(actor, branch_id)
    if kind not in AssetKind.values:
        raise InvalidInput(
            "kind",
            _("“{kind}” is no kind of collateral."),
            _("Choose one of: {kinds}."),
            kind=kind,
            kinds=", ".join(AssetKind.values),
        )
    _check_texts(description, currency)
    _check_value(value_minor)
    asset = Asset.objects.create(
        kind=kind,
        owner_no=owner_no,
        branch_id=branch_id,
        description=description,
        currency=currency,
        value_minor=value_minor,
        valued_on=valued_on,
    )
    Valuation.objects.create(asset=asset, value_minor=value_minor, valued_on=valued_on, valuer=valuer)
    return asset


@verb("collateral.revalue")
def revalue(actor: Actor, *, asset_id: int, value_minor: int, valued_on: date, valuer: str) -> Asset:
    """Add a valuation; the asset carries the latest one.

    Raises NotFound, and InvalidInput for a value that is not above zero or a date before the last.
    """
    asset = _locked(actor, asset_id)
    _check_value(value_minor)
    if valued_on < asset.valued_on:
        raise InvalidInput(
            "valued_on",
            _("The asset was valued later already, on {last}."),
            _("Give the date of the new valuation."),
            last=asset.valued_on.isoformat(),
        )
    Valuation.objects.create(asset=asset, value_minor=value_minor, valued_on=valued_on, valuer=valuer)
    asset.value_minor, asset.valued_on = value_minor, valued_on
    asset.save(update_fields=["value_minor", "valued_on"])
    return asset


@verb("collateral.register_lien")
def register_lien(
    actor: Actor, *, asset_id: int, contract_no: str, registry_reference: str, registered_on: date
) -> Lien:
    """Enter the lender's right in an asset for one contract; entering it again changes nothing.

    Raises NotFound, InvalidInput without the register's reference, and StateConflict while another
    contract holds the asset.
    """
    asset = _locked(actor, asset_id)
    if not registry_reference.strip():
        raise InvalidInput(
            "registry_reference",
            _("The reference of the register is missing."),
            _("Give the number under which the register has entered the lien."),
        )
    held = Lien.objects.filter(asset=asset, released_on=None).first()
    if held is not None and held.contract_no == contract_no:
        return held
    if held is not None:
        raise StateConflict(
            _("The asset already secures contract {contract}."),
            field="asset_id",
            remedy=_("Release that lien first, or offer another asset."),
            contract=held.contract_no,
        )
    return Lien.objects.create(
        asset=asset,
        contract_no=contract_no,
        registry_reference=registry_reference,
        registered_on=registered_on,
    )


@verb("collateral.release_lien")
def release_lien(actor: Actor, *, contract_no: str, released_on: date) -> list[Lien]:
    """Release every lien of a contract; returns those released now."""
    liens = list(Lien.objects.select_for_update().filter(contract_no=contract_no, released_on=None))
    for lien in liens:
        lien.released_on = released_on
        lien.save(update_fields=["released_on"])
    return liens


def _check_texts(description: str, currency: str) -> None:
    if len(description) > LONGEST_DESCRIPTION or not is_line(description):
        raise InvalidInput(
            "description",
            _("The description cannot be kept."),
            _("Describe the asset in one line of at most {longest} characters."),
            longest=LONGEST_DESCRIPTION,
        )
    if not CURRENCY_CODE.fullmatch(currency):
        raise InvalidInput(
            "currency",
            _("“{currency}” is no currency code."),
            _("Give a code of three capital letters, such as CNY."),
            currency=currency[:LONGEST_DESCRIPTION],
        )


def _check_value(value_minor: int) -> None:
    if value_minor <= 0:
        raise InvalidInput(
            "value_minor", _("The value must be above zero."), _("Give the value that the valuation found.")
        )
    if value_minor > LARGEST_AMOUNT_MINOR:
        raise InvalidInput(
            "value_minor",
            _("The value is larger than any that can be kept: at most {largest} minor units."),
            _("Give the value that the valuation found; check whether digits were added."),
            largest=LARGEST_AMOUNT_MINOR,
        )


def _locked(actor: Actor, asset_id: int) -> Asset:
    asset = scope.rows(actor, Asset.objects.select_for_update()).filter(pk=asset_id).first()
    if asset is None:
        raise NotFound(_("asset"), asset_id)
    scope.require(actor, asset.branch_id)
    return asset
