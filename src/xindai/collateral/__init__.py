"""Collateral: assets, their valuations and the liens on them."""
