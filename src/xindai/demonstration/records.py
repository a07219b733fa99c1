"""One application as it comes in, whatever it comes from: a person's or a company's, neutral and complete."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

GENERATED_SOURCES = frozenset({"germancredit", "companies"})

LONGEST_KEY = 120
"""Characters of an application's key, its source included."""

FILE = "file"
DERIVED = "derived"
SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class Statement:
    """The value of a fact and where it comes from: the file, derived from it, or made up."""

    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known to have become of the applicant's loan.

    ``is_bad`` as the file says; ``was_fitted_on`` if the points table has learnt from this very case, so that
    it proves nothing about the table.
    """

    is_bad: bool
    was_fitted_on: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for; amounts in minor units.  Without a method the product's own is taken."""

    product_code: str
    amount_minor: int
    currency: str
    term_months: int
    purpose: str
    purpose_statement: str = ""
    method: str | None = None
    collateral_value_minor: int = 0


@dataclass(frozen=True, slots=True)
class ApplicationRecord:
    """One application.

    ``key`` names it for ever within the bank (``<source>/<row>``).  ``facts`` are about the customer,
    ``request_facts`` about this request.  ``identity_number`` is a resident identity number or a unified
    social credit code.
    """

    key: str
    kind: str
    name: str
    identity_number: str
    wish: Wish
    facts: Mapping[str, Statement] = field(default_factory=dict)
    request_facts: Mapping[str, Statement] = field(default_factory=dict)
    outcome: Outcome | None = None
    arrives_on: date | None = None

    @property
    def source(self) -> str:
        """The file or generator that the application comes from."""
        return self.key.partition("/")[0]

    @property
    def is_of_demonstration(self) -> bool:
        """Whether it comes with the demonstration, and not from a lender's own file."""
        return self.source in GENERATED_SOURCES

    def to_text(self) -> str:
        """The record as JSON, to be sealed until it is taken in."""
        plain = asdict(self)
        plain["arrives_on"] = self.arrives_on.isoformat() if self.arrives_on else None
        return json.dumps(plain, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The record that ``to_text`` wrote."""
        plain = json.loads(text)
        return cls(
            **{
                **plain,
                "wish": Wish(**plain["wish"]),
                "facts": _statements(plain["facts"]),
                "request_facts": _statements(plain["request_facts"]),
                "outcome": Outcome(**plain["outcome"]) if plain["outcome"] else None,
                "arrives_on": date.fromisoformat(plain["arrives_on"]) if plain["arrives_on"] else None,
            }
        )


def _statements(plain: Mapping[str, Any]) -> dict[str, Statement]:
    return {name: Statement(**stated) for name, stated in plain.items()}
