"""The one place where a binary fraction stands near an amount.

A guess, which integers then correct or which is taken only where the bound of its error leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

_LARGEST: Final = 2.0**52
_UNIT: Final = 2.0**-52


def quotient(amount: Any, factor: Any, divisor: Any, addend: Any = 0) -> Any:
    """About ``(amount x factor + addend) / divisor``, within 4 x 2^-53 of itself.

    For columns whose amounts and factors are below 2^53, none of them below zero.
    """
    return ((amount * 1.0) * factor + addend) / divisor


def level_instalment(
    rate_ppb: int,
    units: Sequence[int],
    divisor: int,
    amount_minor: int,
    balloon_minor: int,
    multiple_minor: int,
    rule: str,
) -> int | None:
    """The level instalment of one plan (see ``level``), rounded ``half``, ``up`` or ``down``; None where in doubt.

    Growth and value are found with the errors of ``guesses.LevelGuess``, so the same bound holds.
    """
    rate, growth, value = rate_ppb / divisor, 1.0, 0.0
    for count in units:
        step = count * rate + 1.0
        growth *= step
        value = value * step + 1.0
    owed = growth * amount_minor
    exact = max(owed - balloon_minor, 0.0) / value / multiple_minor
    doubt = (owed + balloon_minor) / value / multiple_minor * ((12 * len(units) + 8) * _UNIT)
    edge = exact + 0.5 if rule == "half" else exact
    if not (edge < _LARGEST and abs(edge - round(edge)) > doubt):
        return None
    whole = int(edge)
    return (whole + 1 if rule == "up" else whole) * multiple_minor
