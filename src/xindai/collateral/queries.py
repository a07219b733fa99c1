"""Collateral as others see it."""

from xindai.collateral.models import Asset, Lien


def asset(asset_id: int) -> Asset | None:
    """One asset with its latest value, or None."""
    return Asset.objects.filter(pk=asset_id).first()


def has_lien(asset_id: int, contract_no: str) -> bool:
    """Whether the lender's right in the asset is entered for the contract and still in force."""
    return Lien.objects.filter(asset_id=asset_id, contract_no=contract_no, released_on=None).exists()
