"""Rounding as a named mode, for a single quotient and for a sum that grows day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum, StrEnum
from typing import Final

from loanmath.errors import LoanMathError
from loanmath.exact import Number, any_of, multiply_add_divide


class Rounding(StrEnum):
    """How a fraction of a minor unit is decided."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"
    HALF_DOWN = "half_down"


class RoundingCode(IntEnum):
    """The same modes as numbers, for columns."""

    HALF_UP = 0
    HALF_EVEN = 1
    UP = 2
    DOWN = 3
    HALF_DOWN = 4


CODES: Final = {mode: RoundingCode[mode.name] for mode in Rounding}

EDGES: Final = {Rounding.UP: "up", Rounding.DOWN: "down"}
"""Where a quotient turns to another whole number: at whole ones by these rules, at halves by all others."""

# Plain numbers: looking a member up in its class costs more than the comparison, for every row of every plan.
_HALF_EVEN: Final = int(RoundingCode.HALF_EVEN)
_UP: Final = int(RoundingCode.UP)
_HALF_DOWN: Final = int(RoundingCode.HALF_DOWN)


def divide(numerator: int, denominator: int, mode: Rounding) -> int:
    """The rounded quotient of a non-negative numerator and a positive denominator."""
    return _DIVIDERS[mode](numerator, denominator)


def divider(mode: Rounding) -> Callable[[int, int], int]:
    """:func:`divide` in one mode, for many quotients."""
    return _DIVIDERS[mode]


def divide_all(numerators: Iterable[int], denominator: int, mode: Rounding) -> list[int]:
    """:func:`divide` for many numerators."""
    if mode is Rounding.HALF_EVEN:
        return [_half_even(numerator, denominator) for numerator in numerators]
    start = first_remainder(denominator, int(CODES[mode]))
    return [(numerator + start) // denominator for numerator in numerators]


def divide_to_multiple(numerator: int, denominator: int, multiple_minor: int, mode: Rounding) -> int:
    """The quotient rounded once, to a whole multiple: a level instalment to whole yuan is a multiple of 100.

    Rounding to the cent first could go the wrong way: 0.4996 yuan, to the cent 0.50, to the yuan 1.
    Raises LoanMathError ``multiple_too_small``.
    """
    _require_multiple(multiple_minor)
    return divide(numerator, denominator * multiple_minor, mode) * multiple_minor


def to_multiple(amount_minor: Number, multiple_minor: Number, code: Number) -> Number:
    """Non-negative amounts as whole multiples, for one or for columns (``code``: a RoundingCode or a column).

    Raises LoanMathError ``multiple_too_small``, or ``number_too_large`` where a column would not be exact.
    """
    _require_multiple(multiple_minor)
    count, _ = accumulate(0, first_remainder(multiple_minor, code), amount_minor, 1, multiple_minor, code)
    return count * multiple_minor


def _require_multiple(multiple_minor: Number) -> None:
    least = multiple_minor if isinstance(multiple_minor, int) else multiple_minor.min(initial=1)
    if least < 1:
        raise LoanMathError(
            "multiple_too_small",
            "multiple_minor",
            "Amounts cannot be rounded to a multiple of {multiple}: give 1 or more minor units",
            multiple=int(least),
        )


def first_remainder(divisor: Number, code: Number) -> Number:
    """The remainder that a sum starts with, so that its whole part is the rounded sum.

    Half the divisor turns cutting off into rounding half up, divisor - 1 into rounding up; one less than
    half leaves a tie below, which is half down.  An odd divisor has no exact half and no ties either: the
    smaller half rounds correctly.
    """
    is_half_down = code == _HALF_DOWN
    starts_at_half = (code <= _HALF_EVEN) | is_half_down
    return ((divisor - is_half_down) >> 1) * starts_at_half + (divisor - 1) * (code == _UP)


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
    rounds_to_even = code == _HALF_EVEN
    if rounds_to_even is False or not any_of(rounds_to_even):
        return grown, rest
    steps_back = rounds_to_even & is_odd_tie(grown, rest, divisor)
    return grown - steps_back, rest + divisor * steps_back


def is_odd_tie(quotient: Number, rest: Number, divisor: Number) -> Number:
    """Whether half up has rounded an exact tie up to an odd number: half even then takes one less."""
    return (rest == 0) & (quotient & 1 == 1) & (divisor & 1 == 0)


def _half_even(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator + (denominator >> 1), denominator)
    return quotient - bool(is_odd_tie(quotient, rest, denominator))


_DIVIDERS: Final[dict[Rounding, Callable[[int, int], int]]] = {
    Rounding.HALF_UP: lambda numerator, denominator: (numerator + (denominator >> 1)) // denominator,
    Rounding.HALF_EVEN: _half_even,
    Rounding.UP: lambda numerator, denominator: (numerator + denominator - 1) // denominator,
    Rounding.DOWN: lambda numerator, denominator: numerator // denominator,
    Rounding.HALF_DOWN: lambda numerator, denominator: (numerator + ((denominator - 1) >> 1)) // denominator,
}
"""What :func:`first_remainder` starts with, spelled out for single quotients: every row of every plan has some."""
