"""What a cell of a lender's own file says: numbers, amounts, dates and truths, each by one strict grammar.

A reader takes the field, what the cell says and how the mapping reads it; what it cannot read exactly it refuses
with the remedy, so that a figure is never taken for another.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from xindai.demonstration.mapping import Reading
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR
from xindai.products.spec import MINOR_PER_UNIT

Reader = Callable[[str, str, Reading], Any]

TRUTHS: Final = {"true": True, "false": False, "1": True, "0": False, "bad": True, "good": False}

_DIGITS: Final = r"(?:[0-9]+|[0-9]{1,3}(?:[,，][0-9]{3})+)"
_WHOLE: Final = re.compile(rf"-?{_DIGITS}")
_AMOUNT: Final = re.compile(rf"[¥￥]? ?({_DIGITS})(\.[0-9]{{1,2}})?")
_COMMAS: Final = str.maketrans("", "", ",，")
_SHOWN: Final = 40
"""Characters of a cell that a problem repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field of a row, and what to do about it."""

    field: str
    problem: str
    remedy: str


class Refused(Exception):
    """A value that cannot be read."""

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.found = Problem(field, problem, remedy)


def shown(said: str) -> str:
    """The beginning of what a cell says, to be repeated in a problem."""
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"


def whole(field: str, said: str, _reading: Reading) -> int:
    """A whole number of at least zero: digits, with commas between thousands or none."""
    if said.startswith("-") or not _WHOLE.fullmatch(said):
        raise Refused(
            field, _("“{said}” is no whole number.").format(said=shown(said)), _("Write digits only, such as 12.")
        )
    return _bounded(field, said)


def signed(field: str, said: str, _reading: Reading) -> int:
    """A whole number that may be below zero."""
    if not _WHOLE.fullmatch(said):
        raise Refused(
            field,
            _("“{said}” is no whole number.").format(said=shown(said)),
            _("Write digits only, with a minus sign before them where it is below zero."),
        )
    return _bounded(field, said)


def _bounded(field: str, said: str) -> int:
    """The number of digits that were found well written; its length is looked at before it is read."""
    digits = said.translate(_COMMAS)
    if len(digits.lstrip("-0")) > len(str(LARGEST_AMOUNT_MINOR)) or abs(int(digits)) > LARGEST_AMOUNT_MINOR:
        raise Refused(
            field,
            _("“{said}” is larger than any figure that can be kept.").format(said=shown(said)),
            _("Check whether digits were added; at most {largest}.").format(largest=f"{LARGEST_AMOUNT_MINOR:,}"),
        )
    return int(digits)


def money_in(currency: str) -> Reader:
    """Reads amounts exactly, into minor units: whole fen, or yuan with at most two decimals."""
    minor_per_unit = MINOR_PER_UNIT.get(currency, 100)

    def read_money(field: str, said: str, reading: Reading) -> int:
        scale = minor_per_unit if reading.unit == "yuan" else 1
        written = _AMOUNT.fullmatch(said)
        digits = written[1].translate(_COMMAS) if written else ""
        if len(digits.lstrip("0")) > len(str(LARGEST_AMOUNT_MINOR)):
            raise _too_large(field, said, scale)
        minor = Decimal(digits + (written[2] or "")) * scale if written else None
        if minor is None or minor != minor.to_integral_value():
            raise Refused(
                field,
                _("“{said}” is no amount.").format(said=shown(said)),
                _(
                    "Write an amount of at least zero with a point and at most two decimals, such as 12000.50 or 12,000.50."
                ),
            )
        if minor > LARGEST_AMOUNT_MINOR:
            raise _too_large(field, said, scale)
        return int(minor)

    return read_money


def _too_large(field: str, said: str, scale: int) -> Refused:
    return Refused(
        field,
        _("“{said}” is larger than any amount that can be kept.").format(said=shown(said)),
        _("Check whether digits were added; at most {largest}.").format(largest=f"{LARGEST_AMOUNT_MINOR // scale:,}"),
    )


def day(field: str, said: str, reading: Reading) -> date:
    """A date in the form that the mapping names."""
    try:
        return datetime.strptime(said, reading.format).date()  # noqa: DTZ007 - a date has no time zone
    except ValueError:
        raise Refused(
            field,
            _("“{said}” is no date of the form {format}.").format(said=shown(said), format=reading.format),
            _("Write the date in that form, or change the form in the mapping file."),
        ) from None


def day_until(last: date) -> Reader:
    """Reads dates up to a last one."""

    def read_day(field: str, said: str, reading: Reading) -> date:
        found = day(field, said, reading)
        if found > last:
            raise Refused(
                field,
                _("{date} is too far ahead.").format(date=found.isoformat()),
                _("Correct the year, or give a date up to {last}.").format(last=last.isoformat()),
            )
        return found

    return read_day


def truth(field: str, said: str, _reading: Reading) -> bool:
    """Whether a loan went bad."""
    if said.lower() not in TRUTHS:
        raise Refused(
            field,
            _("“{said}” is neither true nor false.").format(said=shown(said)),
            _("Write good or bad, or translate the words in the mapping file."),
        )
    return TRUTHS[said.lower()]


def fact_reader(fact: Mapping[str, Any]) -> Reader:
    """How the cells of a fact of the policy are read."""
    if fact.get("is_money"):
        return money_in("CNY")
    if fact.get("is_number"):
        return signed if fact.get("is_share") else whole
    codes = fact.get("codes")
    return _code_among(codes) if codes else _plain


def _plain(_field: str, said: str, _reading: Reading) -> str:
    return said


def _code_among(codes: Mapping[str, Any]) -> Reader:
    def read_code(field: str, said: str, _reading: Reading) -> str:
        if said not in codes:
            raise Refused(
                field,
                _("“{word}” is not among the known words.").format(word=shown(said)),
                _("Use one of: {words} - or add the word to the mapping file.").format(words=", ".join(codes)),
            )
        return said

    return read_code
