"""The port to whoever moves money for the lender; adapters stand elsewhere.

A channel only *proposes* facts: what it answers becomes a receipt, and a receipt pays a loan when
servicing has accepted it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DebitRequest:
    """Draw this amount from the account behind the loan's mandate.  ``key`` never means two debits."""

    key: str
    loan_no: str
    amount_minor: int
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class DebitOutcome:
    """What came of a request.

    ``collected_minor`` may be less than was asked for; 0 means that nothing moved, and ``reason``
    says why.  ``provider_no`` is the provider's own number of the movement, empty without one.
    """

    key: str
    collected_minor: int
    provider_no: str = ""
    reason: str = ""


class Channel(Protocol):
    """What every adapter promises.

    Asked again with the same keys it gives the same outcomes and moves no money again: the caller may
    have died before it wrote the answer down.
    """

    name: str

    def debit(self, requests: Sequence[DebitRequest]) -> Sequence[DebitOutcome]:
        """Draw the amounts; one outcome for each request, in any order."""
        ...


@dataclass(frozen=True, slots=True)
class PayInRequest:
    """Take this amount from the account that the payer has named.  ``key`` never means two payments."""

    key: str
    loan_no: str
    amount_minor: int
    currency: str
    account: str


@dataclass(frozen=True, slots=True)
class PayInOutcome:
    """What came of a payment: the provider's own number of the movement, or why nothing moved.

    Neither of them: the payer's bank has not answered yet, and is asked again later.
    """

    provider_no: str = ""
    reason: str = ""


class PayInChannel(Protocol):
    """What every adapter for payments by borrowers promises: asked again with the same key it answers the same."""

    name: str

    def collect(self, request: PayInRequest) -> PayInOutcome:
        """Take the amount in full or not at all.  Raises Unavailable when it is worth while to try again."""
        ...
