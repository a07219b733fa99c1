"""Objects of the neutral format, read so that whatever is wrong names its place in the case, such as events[3].amount."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from loanmath import kinds
from loanmath.errors import LoanMathError, brief
from loanmath.money import to_minor
from loanmath.rates import LARGEST_RATE_PPB, ppb_from_percent

_T = TypeVar("_T")
_LARGEST_MINOR: Final = 10**15
_MOST_DIGITS: Final = 18


TWICE: Final = object()
"""Stands for the values of a name that an object of the file has more than once."""


class Fields:
    """One object of a case.

    ``path`` is where it stands (empty: the case itself); ``known`` are the names it may have.  A misspelt name would
    silently be another loan, so an unknown one is refused.  All methods raise LoanMathError with the path as its field:
    ``not_an_object``, ``unknown_field``, ``field_twice``, ``field_missing``, ``unknown_choice``, ``not_a_date``, ``not_a_number``,
    ``out_of_range``.
    """

    def __init__(self, value: object, path: str, known: Collection[str]) -> None:
        if not isinstance(value, Mapping):
            raise LoanMathError("not_an_object", path, "write it as {{...}} with named fields", value=value)
        self._values: Mapping[str, Any] = value
        self.path = path
        for name in value:
            if value[name] is TWICE:
                raise LoanMathError("field_twice", self.at(str(name)), "it is given twice: leave one of the two out")
            if name not in known:
                raise LoanMathError(
                    "unknown_field",
                    self.at(str(brief(name)) or "“”"),
                    "no field has this name: take it out, or use one of {known}",
                    known=", ".join(sorted(known)),
                )

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field says something; null says nothing."""
        return self._values.get(name) is not None

    def needed(self, name: str) -> Any:
        """The value of a field that must be there."""
        if not self.has(name):
            raise LoanMathError("field_missing", self.at(name), "it is missing: give it")
        return self._values[name]

    def child(self, name: str, known: Collection[str]) -> Fields | None:
        """The object in a field; nothing where it is null or missing."""
        return Fields(self._values[name], self.at(name), known) if self.has(name) else None

    def parts(self, name: str) -> Sequence[Any]:
        """The list in a field."""
        value = self.needed(name)
        if not isinstance(value, list):
            raise LoanMathError("not_a_list", self.at(name), "write it as a list [...]")
        return value

    def choice(self, name: str, words: Mapping[str, _T], *, otherwise: str | None = None) -> _T:
        """What the word in a field stands for."""
        said = self._values[name] if self.has(name) else otherwise
        if said is None:
            said = self.needed(name)
        word = str(said) if isinstance(said, str | int | Decimal) else str(brief(said))
        if word not in words:
            raise LoanMathError(
                "unknown_choice",
                self.at(name),
                "“{value}” is not among its words: choose {choices}",
                value=word,
                choices=", ".join(words),
            )
        return words[word]

    def day(self, name: str) -> date:
        """A date such as 2024-01-31."""
        text = self.needed(name)
        try:
            return kinds.day(text)
        except LoanMathError:
            raise LoanMathError(
                "not_a_date", self.at(name), "“{text}” is no date: write it as 2024-01-31", text=text
            ) from None

    def whole(self, name: str, low: int, high: int, *, otherwise: int | None = None) -> int:
        """A whole number within bounds."""
        value = self._values[name] if self.has(name) else otherwise
        if value is None:
            value = self.needed(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise LoanMathError(
                "out_of_range",
                self.at(name),
                "it is {value}: give a whole number from {low} to {high}",
                value=value,
                low=low,
                high=high,
            )
        return value

    def flag(self, name: str, *, otherwise: bool) -> bool:
        """True or false."""
        value = self._values[name] if self.has(name) else otherwise
        if not isinstance(value, bool):
            raise LoanMathError(
                "unknown_choice", self.at(name), "“{value}” is neither true nor false: choose one", value=value
            )
        return value

    def money(self, name: str, currency: str, *, may_be_zero: bool = False) -> int:
        """Minor units of an amount, a number or digits as text."""
        amount = self._number(name)
        try:
            amount_minor = to_minor(amount, currency)
        except LoanMathError as error:
            raise self._about(name, error) from None
        if not (0 if may_be_zero else 1) <= amount_minor <= _LARGEST_MINOR:
            remedy = "it is {value}: give an amount above zero, and of at most 15 digits to the minor unit"
            raise LoanMathError("out_of_range", self.at(name), remedy, value=str(amount))
        return amount_minor

    def rate(self, name: str) -> int:
        """Parts per billion of a percentage."""
        percentage = self._number(name)
        try:
            rate_ppb = ppb_from_percent(percentage)
        except LoanMathError as error:
            raise self._about(name, error) from None
        if not 0 <= rate_ppb <= LARGEST_RATE_PPB:
            raise LoanMathError(
                "out_of_range", self.at(name), "it is {value} %: give a rate from 0 to 2000", value=str(percentage)
            )
        return rate_ppb

    def _number(self, name: str) -> Decimal:
        value = self.needed(name)
        number = None if isinstance(value, bool) else exact(value)
        if number is None:
            raise LoanMathError(
                "not_a_number", self.at(name), "“{value}” is no number: write digits such as 1055.77", value=value
            )
        return number

    def _about(self, name: str, error: LoanMathError) -> LoanMathError:
        """The same error, about the field of this name."""
        return LoanMathError(error.code, self.at(name), error.message, **error.params)


def exact(value: object) -> Decimal | None:
    """The decimal number that a JSON number or a text shows; None where it shows none, or one out of all proportion."""
    if value is None or isinstance(value, Mapping | list):
        return None
    try:
        number = _decimal(value)
    except ArithmeticError:
        return None
    is_sane = number.is_finite() and (not number or abs(number.adjusted()) < _MOST_DIGITS)
    return number if is_sane else None


def _decimal(value: object) -> Decimal:
    """A text as people write numbers (no underscores, no digits of other scripts), a number as it shows itself."""
    if isinstance(value, str):
        return Decimal(value) if _WRITTEN.fullmatch(value) else Decimal("NaN")
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(str(value))


_WRITTEN: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")
