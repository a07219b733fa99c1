"""Figures as people write them, to catch a slip of a zero: the quoted form must equal the value."""

import re
from decimal import Decimal

_SCALES = {"ppb": 10_000_000, "ppm": 10_000}
"""How many units make one percent."""

_MONEY = re.compile(r"(?P<amount>-?[\d,]+\.\d{2}) (?P<currency>[A-Z]{3})")
_PERCENT = re.compile(r"(?P<number>-?\d+(\.\d+)?) ?%")
MINOR_PER_UNIT = 100


def quoted_value(quoted: str, unit: str) -> int | None:
    """The whole number that a quoted figure means in the unit; None when it cannot be read.

    ``"3.35 %"`` is 33,500,000 in ppb and 33,500 in ppm; ``"200,000.00 CNY"`` is 20,000,000 minor units.
    """
    name = unit.split(" ", 1)[0]
    percent = _PERCENT.fullmatch(quoted)
    if percent and name in _SCALES:
        return _whole(Decimal(percent["number"]) * _SCALES[name])
    money = _MONEY.fullmatch(quoted)
    if money and name == "minor":
        return _whole(Decimal(money["amount"].replace(",", "")) * MINOR_PER_UNIT)
    return None


def _whole(number: Decimal) -> int | None:
    return int(number) if number == number.to_integral_value() else None
