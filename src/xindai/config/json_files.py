"""JSON files that people hand in: read without losing a digit or a name, or refused; and answers that can be printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

from loanmath.neutral.fields import TWICE
from xindai.config.refusal import Refusal

_MOST_DIGITS: Final = 60


def read(path: Path, remedy: str) -> Any:
    """The plain values of a file: fractions as Decimal, a name that an object has twice marked as ``TWICE``.

    Raises Refusal, which ends with the remedy.
    """
    try:
        return json.loads(
            path.read_bytes().decode("utf-8-sig"),
            parse_float=_fraction,
            parse_int=_whole,
            object_pairs_hook=_object,
        )
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.", f"Name a JSON file; {remedy}.") from error
    except RecursionError as error:
        raise Refusal(f"{path} is nested too deeply.", f"Correct it; {remedy}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Refusal(f"{path} is no JSON: {error}.", f"Correct it; {remedy}.") from error


def print_anything() -> None:
    """Let whatever a file holds be printed: half a character, as JSON can hold one, comes out as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _whole(digits: str) -> int | Decimal:
    """Python refuses to read whole numbers of thousands of digits; whoever reads the field refuses them by name."""
    return int(digits) if len(digits) <= _MOST_DIGITS else Decimal(digits)


def _fraction(digits: str) -> Decimal | str:
    """The number, or its text where its exponent is beyond all decimals."""
    try:
        return Decimal(digits)
    except InvalidOperation:
        return digits


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets an object have a name twice, of which only the last would count."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        found |= {name: TWICE for name in found if names.count(name) > 1}
    return found
