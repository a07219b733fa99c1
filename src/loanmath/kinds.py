"""Values of the kind that a field has: read from plain JSON values, or refused by the field's name and path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar

from loanmath.errors import LoanMathError, brief, wrong_kind

_Word = TypeVar("_Word", bound=StrEnum)
_T = TypeVar("_T")
Reader = Callable[[Any], Any]
"""From a plain value to that of a field; its errors name the part of the field, or nothing."""

_NAMES: Final[dict[type, str]] = {
    bool: "true or false",
    date: "a date",
    str: "text",
    tuple: "a list",
    frozenset: "a set",
    int: "a whole number",
}
_ISO_LENGTH: Final = 10


# --- what a constructor was given ---------------------------------------------------------------------------------


def require_kind(field: str, value: object, kind: type) -> None:
    """Raise LoanMathError ``wrong_kind`` unless the value is of the class; a moment of a day is no date."""
    # Almost all values pass by their class alone.
    if type(value) is kind or (isinstance(value, kind) and not isinstance(value, datetime | bool)):
        return
    raise wrong_kind(field, value, _NAMES.get(kind, f"a value of {kind.__name__}"))


def require_all(field: str, values: object, kind: type) -> tuple[Any, ...]:
    """The values as a tuple.  Raises LoanMathError ``wrong_kind`` about the list or the part that is none of the class."""
    if type(values) is not tuple:
        if not isinstance(values, list | tuple):
            raise wrong_kind(field, values, "a list")
        values = tuple(values)
    for place, value in enumerate(values):
        if type(value) is not kind:
            require_kind(f"{field}[{place}]", value, kind)
    return values


def choice(field: str, kind: type[_Word], value: Any) -> _Word:
    """The word as a member of its choice.  Raises LoanMathError ``unknown_choice``."""
    if type(value) is kind:
        return value
    try:
        return kind(value)
    except (ValueError, TypeError):
        raise LoanMathError(
            "unknown_choice",
            field,
            "“{value}” is no {name}: choose {choices}",
            value=value,
            name=field,
            choices=", ".join(kind),
        ) from None


# --- what JSON holds ----------------------------------------------------------------------------------------------


def values_of(kind: type, data: object, readers: Mapping[str, Reader], *, is_term: bool = False) -> dict[str, Any]:
    """The arguments of a dataclass from a JSON object, its fields read as ``readers`` say, and as they are elsewhere.

    What is left out has its declared default.  Raises LoanMathError ``wrong_kind``, ``unknown_field`` (of what is
    agreed: ``unknown_term``), ``field_missing``, and what the readers raise, each with the path of its field.
    """
    if type(data) is not dict and not isinstance(data, Mapping):
        raise wrong_kind("", data, "an object {...} with named fields")
    known, needed = _fields(kind)
    if not data.keys() <= known.keys():
        raise _unknown(next(name for name in data if name not in known), known, is_term=is_term)
    for name in needed:
        if name not in data:
            raise LoanMathError("field_missing", name, "{name} is missing: give it", name=name)
    found = dict(data)
    for name, reader in readers.items():
        if name in found:
            try:
                found[name] = reader(found[name])
            except LoanMathError as error:
                raise error.within(name) from None
    return found


def _unknown(name: object, known: Mapping[str, None], *, is_term: bool) -> LoanMathError:
    shown = str(brief(name))
    return LoanMathError(
        "unknown_term" if is_term else "unknown_field",
        shown,
        "{term} is no term of a loan: use {known}" if is_term else "{term} is no field here: use {known}",
        term=shown,
        known=", ".join(known),
    )


@cache
def _fields(kind: type) -> tuple[dict[str, None], tuple[str, ...]]:
    """The names of a dataclass's fields in their order, and those without a default."""
    found = fields(kind)
    needed = (item.name for item in found if item.default is MISSING and item.default_factory is MISSING)
    return dict.fromkeys(item.name for item in found), tuple(needed)


def part(path: str, reader: Callable[[Any], _T], value: object) -> _T:
    """What the reader makes of the value, its errors under the path."""
    try:
        return reader(value)
    except LoanMathError as error:
        raise error.within(path) from None


def optional(reader: Reader) -> Reader:
    """The same reader, of a field that may be null."""
    return lambda value: None if value is None else reader(value)


def listed(reader: Reader) -> Reader:
    """A reader of a list whose parts the given one reads."""

    def read(values: Any) -> tuple[Any, ...]:
        if not isinstance(values, list | tuple):
            raise wrong_kind("", values, "a list [...]")
        place, found = 0, []
        try:
            for place, value in enumerate(values):  # noqa: B007 - the place of an error
                found.append(reader(value))
        except LoanMathError as error:
            raise error.within(f"[{place}]") from None
        return tuple(found)

    return read


def together(*readers: tuple[str, Reader]) -> Callable[[Any], list[Any]]:
    """A reader of a list of so many named values."""

    def read(values: Any) -> list[Any]:
        if not isinstance(values, list | tuple) or len(values) != len(readers):
            raise wrong_kind("", values, f"a list of {' and '.join(name for name, _ in readers)}")
        return [part(name, reader, value) for (name, reader), value in zip(readers, values, strict=True)]

    return read


def word(kind: type[StrEnum]) -> Reader:
    """A reader of one of the choice's words."""
    words = {str(member): member for member in kind}

    def read(value: Any) -> StrEnum:
        if not isinstance(value, str):
            raise wrong_kind("", value, f"one of {', '.join(kind)}")
        return words.get(value) or choice("", kind, value)

    return read


def day(value: Any) -> date:
    """A date written as 2024-01-31.  Raises LoanMathError ``wrong_kind`` or ``not_a_date``."""
    if not isinstance(value, str):
        raise wrong_kind("", value, "a date as text, such as 2024-01-31")
    try:
        # Python reads 20240131 and 2024-W05-3 too.
        if len(value) != _ISO_LENGTH or value[4] != "-" or value[7] != "-":
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise LoanMathError("not_a_date", "", "“{text}” is no date: write it as 2024-01-31", text=value) from None


def text(value: Any) -> str:
    """Text as it is.  Raises LoanMathError ``wrong_kind``."""
    require_kind("", value, str)
    return str(value)


def whole(value: Any) -> int:
    """A whole number as it is.  Raises LoanMathError ``wrong_kind``."""
    if type(value) is not int:
        raise wrong_kind("", value, "a whole number")
    return value


def require_flags(holder: object, names: Sequence[str]) -> None:
    """Raise LoanMathError ``wrong_kind`` unless the fields hold true or false."""
    for name in names:
        value = getattr(holder, name)
        if value is not True and value is not False:
            raise wrong_kind(name, value, _NAMES[bool])
