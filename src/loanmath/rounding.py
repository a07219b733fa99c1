"""Rounding as a named mode, for a single quotient and for a sum that grows day by day."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

from loanmath.exact import Number, multiply_add_divide, pick


class Rounding(StrEnum):
    """How a fraction of a minor unit is decided."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


class RoundingCode(IntEnum):
    """The same modes as numbers, for columns."""

    HALF_UP = 0
    HALF_EVEN = 1
    UP = 2
    DOWN = 3


CODES: Final = {mode: RoundingCode[mode.name] for mode in Rounding}


def divide(numerator: int, denominator: int, mode: Rounding) -> int:
    """The rounded quotient of a non-negative numerator and a positive denominator."""
    code = CODES[mode]
    whole, _ = accumulate(0, first_remainder(denominator, code), numerator, 1, denominator, code)
    return int(whole)


def first_remainder(divisor: Number, code: Number) -> Number:
    """The remainder that a sum starts with, so that its whole part is the rounded sum.

    Half the divisor turns cutting off into rounding half up, divisor - 1 into rounding up.
    An odd divisor has no exact half and no ties either: the smaller half rounds correctly.
    """
    starts_at_half = code <= RoundingCode.HALF_EVEN
    return pick(starts_at_half, divisor // 2, pick(code == RoundingCode.UP, divisor - 1, 0))


def accumulate(
    whole: Number,
    remainder: Number,
    amount: Number,
    factor: Number,
    divisor: Number,
    code: Number,
) -> tuple[Number, Number]:
    """Add ``amount x factor / divisor`` to a sum kept as rounded whole part and carried remainder.

    Always ``whole x divisor + remainder`` = exact sum x divisor + first remainder; hence adding
    day by day ends at the very cent that the whole period gives at once.  Half even steps back
    from an odd whole at an exact tie and keeps the unit in the remainder.
    """
    quotient, rest = multiply_add_divide(amount, factor, remainder, divisor)
    grown = whole + quotient
    is_odd_tie = (code == RoundingCode.HALF_EVEN) & (rest == 0) & (grown & 1 == 1) & (divisor & 1 == 0)
    return grown - is_odd_tie, rest + divisor * is_odd_tie
