"""Numbers as people and files write them, taken exactly or not at all."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum, auto
from typing import Final

from loanmath.errors import wrong_kind

_DIGITS: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
"""Latin digits and one point.  What Python would read besides (1_000, 1E9, digits of other scripts) is a slip."""
_MOST_CHARACTERS: Final = 60
_MOST_DIGITS: Final = 18
"""Digits of the largest amount or rate, in its smallest unit: it stays within 64 bits."""
_LARGEST: Final = 10**_MOST_DIGITS


class Slip(Enum):
    """Why a number is not taken."""

    UNREADABLE = auto()
    TOO_FINE = auto()
    """It is no whole number of the smallest unit."""
    TOO_LARGE = auto()
    """It has more than 18 digits in the smallest unit."""


def scaled(value: object, places: int, field: str) -> int | Slip:
    """How many of the unit 10^-``places`` a text, a whole number or a Decimal shows.

    No decimal context of the caller's rounds it, and no exponent grows into digits before it is looked at.
    Raises LoanMathError ``wrong_kind`` for a float, a truth value or anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        found = value * 10**places
        return found if -_LARGEST < found < _LARGEST else Slip.TOO_LARGE
    number = value
    if isinstance(value, str):
        if len(value) > _MOST_CHARACTERS or _DIGITS.fullmatch(value) is None:
            return Slip.UNREADABLE
        number = Decimal(value)
    if not isinstance(number, Decimal):
        raise wrong_kind(field, value, "digits as text, a whole number or a Decimal")
    return _scaled(number, places) if number.is_finite() else Slip.UNREADABLE


def _scaled(number: Decimal, places: int) -> int | Slip:
    if not number:
        return 0
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # a letter only for what is not finite
    power = exponent + places
    if len(digits) + power > _MOST_DIGITS:
        return Slip.TOO_LARGE
    if -power >= len(digits) or len(digits) > _MOST_CHARACTERS:
        return Slip.TOO_FINE
    whole = int("".join(map(str, digits))) * 10 ** max(0, power)
    whole, rest = divmod(whole, 10 ** max(0, -power))
    return Slip.TOO_FINE if rest else -whole if sign else whole
