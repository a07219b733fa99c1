"""Integer arithmetic that serves one loan (int) and many (int64 columns) with the same formula.

A ``Number`` is either a Python int or a NumPy int64 column; comparison gives a bool or a column
of bools.  Nothing here imports NumPy: the operators of the argument decide.
"""

from __future__ import annotations

from typing import Any, Final

from loanmath import guess
from loanmath.errors import LoanMathError

Number = Any
"""An int for one loan, an int64 column for many: all formulae hold for both."""

AMOUNT_LIMIT: Final = 1 << 53
FACTOR_LIMIT: Final = 1 << 53
DIVISOR_LIMIT: Final = 1 << 60
QUOTIENT_LIMIT: Final = 1 << 50
"""Bounds under which :func:`multiply_add_divide` is exact in 64-bit columns.

Amount and factor are exact as floating-point numbers, so the guessed quotient, addend included, is off by at most
``4 x 2^-53 x 2^50 = 1/2`` before it is cut off.  It leaves a remainder between -1/2 and 3/2 times the divisor, which
64 bits hold.
"""
_CORRECTIONS: Final = 2


def pick(condition: Number, chosen: Number, otherwise: Number) -> Number:
    """``chosen`` where the condition holds, ``otherwise`` elsewhere."""
    return otherwise + (chosen - otherwise) * condition


def choose(code: Number, values: tuple[int, ...]) -> Number:
    """The value that stands at the code's place, element by element."""
    return values[code] if isinstance(code, int) else code.__array_namespace__().asarray(values)[code]


def any_of(condition: Number) -> bool:
    """Whether it holds for the loan, or for any loan of the columns."""
    return bool(condition) if isinstance(condition, int) else bool(condition.any())


def smaller(one: Number, other: Number) -> Number:
    """The smaller of the two, element by element."""
    return pick(one < other, one, other)


def multiply_add_divide(amount: Number, factor: Number, addend: Number, divisor: Number) -> tuple[Number, Number]:
    """Quotient and remainder of ``(amount x factor + addend) / divisor``, exact.

    The product of an amount, a rate and a number of days needs more than 64 bits.  In columns the
    quotient is guessed in floating point, and its remainder is computed in integers modulo 2^64, where
    it is exact because it is small; it corrects the guess.  No floating-point number decides anything.
    ``addend`` is a carried remainder (0 <= addend <= divisor).

    Raises LoanMathError ``number_too_large`` where a column would leave its bounds.
    """
    if isinstance(amount, int) and isinstance(factor, int) and isinstance(divisor, int):
        quotient, remainder = divmod(amount * factor + addend, divisor)
        return quotient, remainder
    _check_bounds(amount, factor, divisor)
    near = guess.quotient(amount, factor, divisor, addend)
    if near.max(initial=0) >= QUOTIENT_LIMIT:
        raise _too_large("amount", QUOTIENT_LIMIT)
    quotient = near.astype("int64")
    remainder = amount * factor + addend - quotient * divisor
    off = ((remainder < 0) | (remainder >= divisor)).nonzero()
    if len(off[0]):
        quotient[off], remainder[off] = _corrected(
            quotient[off], remainder[off], divisor if isinstance(divisor, int) else divisor[off]
        )
    return quotient, remainder


def _corrected(quotient: Number, remainder: Number, divisor: Number) -> tuple[Number, Number]:
    """The quotients of guesses that were off."""
    is_high = remainder < 0
    quotient, remainder = quotient - is_high, remainder + divisor * is_high
    for _ in range(_CORRECTIONS):
        is_low = remainder >= divisor
        quotient, remainder = quotient + is_low, remainder - divisor * is_low
    return quotient, remainder


def _check_bounds(amount: Number, factor: Number, divisor: Number) -> None:
    """Refuse what would silently wrap around in 64 bits."""
    for name, value, limit in (
        ("amount", amount, AMOUNT_LIMIT),
        ("factor", factor, FACTOR_LIMIT),
        ("divisor", divisor, DIVISOR_LIMIT),
    ):
        largest, smallest = (value, value) if isinstance(value, int) else (value.max(initial=0), value.min(initial=0))
        if largest >= limit or smallest < 0:
            raise _too_large(name, limit)


def _too_large(name: str, limit: int) -> LoanMathError:
    return LoanMathError(
        "number_too_large",
        name,
        "{name} must be from 0 to {limit} to stay exact in columns: split the loan or check its figures",
        name=name,
        limit=limit - 1,
    )
