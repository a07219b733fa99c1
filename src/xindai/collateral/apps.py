"""How Django finds collateral."""

from django.apps import AppConfig


class CollateralConfig(AppConfig):
    """Collateral: assets, their valuations and the liens on them."""

    name = "xindai.collateral"
    label = "collateral"
