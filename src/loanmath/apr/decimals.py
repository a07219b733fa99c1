"""Decimals of a stated number of digits, in which powers and logarithms are correctly rounded."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, getcontext
from fractions import Fraction
from typing import Final

Time = Fraction | int
"""Unit-periods: whole numbers stay ints, which are faster."""

ONE: Final = Decimal(1)


def context(digits: int) -> Context:
    """A decimal context of so many digits in which nothing overflows that a loan can hold."""
    return Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX)


def ten_to(exponent: int) -> Decimal:
    """10 to the exponent."""
    return Decimal(1).scaleb(exponent)


def decimal_of(number: Time) -> Decimal:
    """The number in the digits of the context."""
    return Decimal(number) if isinstance(number, int) else divided(Decimal(number.numerator), number.denominator)


def divided(dividend: Decimal, divisor: Decimal | int) -> Decimal:
    """The quotient in the digits of the context."""
    return getcontext().divide(dividend, Decimal(divisor))


def geometric(step: Decimal, count: int) -> tuple[Decimal, Decimal]:
    """``step + step^2 + ... + step^count`` and ``step^count``, by doubling; nothing cancels."""
    if count == 1:
        return step, step
    total = power = step
    for bit in bin(count)[3:]:  # its binary digits after the first
        total, power = total + total * power, power * power
        if bit == "1":
            power *= step
            total += power
    return total, power
