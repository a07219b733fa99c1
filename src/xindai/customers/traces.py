"""How a customer is found by a part of what is sealed: keyed hashes, useless without the master key.

The last four characters of an identity number are one trace.  A person's name is found as a whole - hashes of its parts
would tell, by how often each occurs, which surnames they are -; a company's name is public, so each two characters of
it are a trace, and a part of the name finds it.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from xindai.customers.models import CustomerKind
from xindai.kernel import vault

ENDING: Final = 4
"""How many characters at the end of an identity number find it."""
_ENDING: Final = re.compile(r"[0-9A-Z]{4}")
_KIND: Final = "customer trace"
_PAIR: Final = 2
_FILLING: Final = re.compile(r"[\s·•.,'-]+")


def plain_name(text: str) -> str:
    """A name as it is compared: without spaces and dots, full-width letters narrow, capitals small."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", text)).casefold()


def of_customer(kind: str, name: str, identity_number: str) -> set[str]:
    """The traces of a customer."""
    return {_hashed("ending", identity_number[-ENDING:].upper()), *_of_name(kind, plain_name(name))}


def of_ending(text: str) -> str:
    """The trace of the last four characters of an identity number; empty when the text cannot be any."""
    ending = unicodedata.normalize("NFKC", text).upper()
    return _hashed("ending", ending) if _ENDING.fullmatch(ending) else ""


def of_person(text: str) -> str:
    """The trace of a person's whole name."""
    return _hashed("name", plain_name(text))


def of_company(text: str) -> set[str]:
    """The traces that a company has whose name holds the text; none when it is too short to find anybody."""
    return set(_pairs(plain_name(text)))


def _of_name(kind: str, name: str) -> Iterable[str]:
    return [_hashed("name", name)] if kind == CustomerKind.PERSON else _pairs(name)


def _pairs(name: str) -> list[str]:
    return [_hashed("pair", name[place : place + _PAIR]) for place in range(len(name) - 1)]


def _hashed(what: str, text: str) -> str:
    return vault.lookup_hash(_KIND, f"{what}:{text}")
