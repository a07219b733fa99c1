"""Numbers that people read and type: ``LN26-000123-7`` is kind, year, serial and a check digit.

Serials come from one database sequence per kind: no lock is held, gaps may appear when an act
fails, and no number is ever given twice.
"""

import re
from typing import Final

from stdnum import damm

from xindai.kernel import sql

CUSTOMER: Final = "CU"
APPLICATION: Final = "AP"
OFFER: Final = "OF"
CONTRACT: Final = "CT"
LOAN: Final = "LN"
KINDS: Final = (APPLICATION, CONTRACT, CUSTOMER, LOAN, OFFER)

_SHAPE: Final = re.compile(r"(?P<body>[A-Z]{2}\d{2}-\d{6,})-(?P<check>\d)")


def next_number(kind: str, year: int) -> str:
    """The next number of a kind, in the two-digit year of the business date."""
    if kind not in KINDS:
        raise ValueError(f"no numbers are given for the kind {kind!r}")
    body = f"{kind}{year % 100:02d}-{sql.next_in_sequence(sequence_name(kind)):06d}"
    return f"{body}-{_check_digit(body)}"


def is_valid(number: str) -> bool:
    """True when the number is well formed and its check digit agrees (catches any one wrong digit and any swap)."""
    match = _SHAPE.fullmatch(number)
    return match is not None and _check_digit(match["body"]) == match["check"]


def sequence_name(kind: str) -> str:
    """The name of the database sequence behind a kind."""
    return f"kernel_number_{kind.lower()}"


def _check_digit(body: str) -> str:
    digits = "".join(str(int(character, 36)) for character in body if character != "-")
    return damm.calc_check_digit(digits)
