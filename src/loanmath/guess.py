"""The one place where a binary fraction stands near an amount: a guess, which integers then correct."""

from __future__ import annotations

from typing import Any


def quotient(amount: Any, factor: Any, divisor: Any) -> Any:
    """About ``amount x factor / divisor``, within 3 x 2^-53 of itself, for columns whose numbers are below 2^53."""
    return (amount * 1.0) * factor / divisor
