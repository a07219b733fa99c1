"""Which texts can be kept - no database holds them all -, and which a spreadsheet would run."""

from typing import Final
from unicodedata import category

_NEVER: Final = frozenset({"Cc", "Cs"})
"""Unicode's control characters (the one of code 0 among them) and halves of characters."""

_BREAKS: Final = frozenset("\t\n\r")

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula, the full-width signs included."""


def is_line(text: str) -> bool:
    """Whether a text of one line can be kept: it holds no control character and no line break."""
    return all(category(letter) not in _NEVER for letter in text)


def is_prose(text: str) -> bool:
    """Whether a text of many lines can be kept."""
    return all(letter in _BREAKS or category(letter) not in _NEVER for letter in text)


def neutral(text: str) -> str:
    """Return a text that no spreadsheet runs: one that could begin a formula gets an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text
