"""Integer arithmetic that serves one loan (int) and many (int64 columns) with the same formula.

A ``Number`` is either a Python int or a NumPy int64 column; comparison gives a bool or a column
of bools.  Nothing here imports NumPy: the operators of the argument decide.
"""

from __future__ import annotations

from typing import Any, Final

from loanmath.errors import LoanMathError

Number = Any
"""An int for one loan, an int64 column for many: all formulae hold for both."""

_LIMB_BITS: Final = 20
_LIMB_MASK: Final = (1 << _LIMB_BITS) - 1
AMOUNT_LIMIT: Final = 1 << 52
FACTOR_LIMIT: Final = 1 << 40
DIVISOR_LIMIT: Final = 1 << 41
"""Bounds under which :func:`multiply_add_divide` is exact in 64-bit columns.

Twenty bits of the amount at a time: limb x factor < 2^60, remainder x 2^20 < 2^61, and their sum
with the addend stays below 2^63.
"""


def pick(condition: Number, chosen: Number, otherwise: Number) -> Number:
    """``chosen`` where the condition holds, ``otherwise`` elsewhere."""
    return otherwise + (chosen - otherwise) * condition


def smaller(one: Number, other: Number) -> Number:
    """The smaller of the two, element by element."""
    return pick(one < other, one, other)


def multiply_add_divide(amount: Number, factor: Number, addend: Number, divisor: Number) -> tuple[Number, Number]:
    """Quotient and remainder of ``(amount x factor + addend) / divisor``, exact.

    The product of an amount, a rate and a number of days needs more than 64 bits; in columns it
    is divided limb by limb, as in long division by hand.  ``addend`` is a carried remainder
    (0 <= addend <= divisor).

    Raises LoanMathError ``number_too_large`` where a column would leave its bounds.
    """
    if isinstance(amount, int) and isinstance(factor, int):
        quotient, remainder = divmod(amount * factor + addend, divisor)
        return quotient, remainder
    _check_bounds(amount, factor, divisor)
    high = amount >> (2 * _LIMB_BITS)
    middle = (amount >> _LIMB_BITS) & _LIMB_MASK
    low = amount & _LIMB_MASK
    quotient, remainder = _divide(high * factor, divisor)
    digit, remainder = _divide((remainder << _LIMB_BITS) + middle * factor, divisor)
    quotient = (quotient << _LIMB_BITS) + digit
    digit, remainder = _divide((remainder << _LIMB_BITS) + low * factor + addend, divisor)
    return (quotient << _LIMB_BITS) + digit, remainder


def _divide(dividend: Number, divisor: Number) -> tuple[Number, Number]:
    """Floor quotient and remainder; one division instead of the two that ``divmod`` costs."""
    quotient = dividend // divisor
    return quotient, dividend - quotient * divisor


def _check_bounds(amount: Number, factor: Number, divisor: Number) -> None:
    """Refuse what would silently wrap around in 64 bits."""
    for name, value, limit in (
        ("amount", amount, AMOUNT_LIMIT),
        ("factor", factor, FACTOR_LIMIT),
        ("divisor", divisor, DIVISOR_LIMIT),
    ):
        largest, smallest = (value, value) if isinstance(value, int) else (value.max(initial=0), value.min(initial=0))
        if largest >= limit or smallest < 0:
            raise LoanMathError(
                "number_too_large",
                name,
                "{name} must be from 0 to {limit} to stay exact in columns: split the loan or check its figures",
                name=name,
                limit=limit - 1,
            )
