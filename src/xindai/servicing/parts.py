"""Which part of the book a loan belongs to, for ever."""

from hashlib import sha256

from xindai.identity import queries as identity


def part_count() -> int:
    """The number of parts, fixed at the bank's founding."""
    return identity.bank().parts


def part_of(loan_no: str) -> int:
    """The part of a loan: its number's hash, by the number of parts."""
    return int.from_bytes(sha256(loan_no.encode()).digest()[:8], "big") % part_count()
