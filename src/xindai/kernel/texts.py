"""Which texts can be kept: no database holds them all."""

from typing import Final
from unicodedata import category

_NEVER: Final = frozenset({"Cc", "Cs"})
"""Unicode's control characters (the one of code 0 among them) and halves of characters."""

_BREAKS: Final = frozenset("\t\n\r")


def is_line(text: str) -> bool:
    """Whether a text of one line can be kept: it holds no control character and no line break."""
    return all(category(letter) not in _NEVER for letter in text)


def is_prose(text: str) -> bool:
    """Whether a text of many lines can be kept."""
    return all(letter in _BREAKS or category(letter) not in _NEVER for letter in text)
