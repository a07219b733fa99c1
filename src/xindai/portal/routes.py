"""The portal's share of the route table: its pages open for borrowers, and for nobody who works for the lender."""

from collections.abc import Mapping
from typing import Final

from xindai.identity.roles import Role

ROUTES: Final[Mapping[str, frozenset[Role] | None]] = {
    "my": frozenset({Role.BORROWER}),
    "my-loan": frozenset({Role.BORROWER}),
}
