"""Collateral as others see it."""

from collections.abc import Iterable

from django.db.models import Sum

from xindai.collateral.models import Asset, Lien


def asset(asset_id: int) -> Asset | None:
    """One asset with its latest value, or None."""
    return Asset.objects.filter(pk=asset_id).first()


def free_assets_of(owner_no: str, kind: str) -> list[Asset]:
    """What a customer has of a kind and no contract holds, the latest recorded first."""
    held = Lien.objects.filter(released_on=None).values("asset")
    return list(Asset.objects.filter(owner_no=owner_no, kind=kind).exclude(pk__in=held).order_by("-pk"))


def has_lien(asset_id: int, contract_no: str) -> bool:
    """Whether the lender's right in the asset is entered for the contract and still in force."""
    return Lien.objects.filter(asset_id=asset_id, contract_no=contract_no, released_on=None).exists()


def secured_minor(contract_nos: Iterable[str], currency: str) -> dict[str, int]:
    """What the assets with a lien in force are worth at their latest value, by contract; those of another currency do not count."""
    liens = Lien.objects.filter(contract_no__in=list(contract_nos), released_on=None, asset__currency=currency)
    return dict(liens.values_list("contract_no").annotate(Sum("asset__value_minor")))
