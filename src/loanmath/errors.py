"""The one error of the loan mathematics: what is wrong, where, and what to do about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from reprlib import Repr
from typing import Final

_MOST_CHARACTERS: Final = 60
_MOST_BITS: Final = 192
_BRIEF: Final = Repr()
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = _MOST_CHARACTERS


class LoanMathError(ValueError):
    """An input that has no meaning as a loan, an event or a cash flow.

    ``code`` is stable and is what the product translates; ``field`` names the input, with its path where it is part of
    another (``charge.amount_minor``); ``params`` fill the placeholders of the message, values out of all proportion cut
    short.  The English message says what to do.  Of a history ``event_key`` names the event that cannot happen: it need
    not be the one that was put in or left out.
    """

    event_key: str = ""

    def __init__(self, code: str, field: str, message: str, **params: object) -> None:
        shown = {name: brief(value) for name, value in params.items()}
        super().__init__(message.format(**shown) if shown else message)
        self.code = code
        self.field = field
        self.message = message
        self.params = shown

    def within(self, path: str) -> LoanMathError:
        """The same error of a field that is part of another one, such as ``shape`` or ``loans[3]``."""
        is_named = self.field == path or self.field.startswith((f"{path}.", f"{path}["))
        is_item = not self.field or self.field.startswith("[")
        field = self.field if is_named else f"{path}{self.field}" if is_item else f"{path}.{self.field}"
        params = self.params
        if params.get("name") == "" and path[:1] != "[":
            params = params | {"name": path}
        return LoanMathError(self.code, field, self.message, **params)


def brief(value: object) -> object:
    """The value as an error may show it: as it is, or cut short where nobody could read it."""
    if value is None or isinstance(value, bool | date):
        return value
    if isinstance(value, int):
        # Python refuses to write numbers of thousands of digits.
        return value if value.bit_length() <= _MOST_BITS else f"{'-' if value < 0 else ''}10^{_digits(value)}"
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= _MOST_CHARACTERS:
        return value
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else f"{value[:_MOST_CHARACTERS]}…"
    if isinstance(value, Decimal):
        return f"{value.normalize():.6E}…"
    return _BRIEF.repr(value)


def _digits(value: int) -> int:
    """About how many digits a number has, without writing it."""
    return abs(value).bit_length() * 30_103 // 100_000


_LONGEST: Final = 1_000
"""Characters of a text that is shown whole: lists of choices are some hundreds long."""


def wrong_kind(field: str, value: object, needed: str) -> LoanMathError:
    """The refusal of a value of another kind than the field has; ``needed`` says which one it has."""
    return LoanMathError(
        "wrong_kind",
        field,
        "{value} ({kind}) is of another kind: give {needed}",
        value="nothing" if value is None else value,
        kind="null" if value is None else type(value).__name__,
        needed=needed,
    )
