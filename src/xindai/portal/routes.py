"""The portal's share of the route table: a borrower's own pages open for borrowers alone, the calculator for everybody."""

from collections.abc import Mapping
from typing import Final

from xindai.identity.roles import Role

ROUTES: Final[Mapping[str, frozenset[Role] | None]] = {
    "my": frozenset({Role.BORROWER}),
    "my-loan": frozenset({Role.BORROWER}),
    "my-loan-pay": frozenset({Role.BORROWER}),
    "my-loan-pay-off": frozenset({Role.BORROWER}),
    "my-loan-papers": frozenset({Role.BORROWER}),
    "my-loan-statement": frozenset({Role.BORROWER}),
    "my-loan-schedule": frozenset({Role.BORROWER}),
    "my-application-decision": frozenset({Role.BORROWER}),
    "my-application-documents": frozenset({Role.BORROWER}),
    "my-document": frozenset({Role.BORROWER}),
    "my-questions": frozenset({Role.BORROWER}),
    "my-profile": frozenset({Role.BORROWER}),
    "my-mobile": frozenset({Role.BORROWER}),
    "my-mobile-code": frozenset({Role.BORROWER}),
    "my-class": frozenset({Role.BORROWER}),
    "my-consents": frozenset({Role.BORROWER}),
    "my-export": frozenset({Role.BORROWER}),
    "my-payment": frozenset({Role.BORROWER}),
    "my-sign-in": None,
    "my-code": None,
    "my-apply": frozenset({Role.BORROWER}),
    "my-apply-check": frozenset({Role.BORROWER}),
    "my-apply-discard": frozenset({Role.BORROWER}),
    "my-question": frozenset({Role.BORROWER}),
    "my-application": frozenset({Role.BORROWER}),
    "my-application-offer": frozenset({Role.BORROWER}),
    "my-contract": frozenset({Role.BORROWER}),
    "my-application-withdraw": frozenset({Role.BORROWER}),
    "my-security": frozenset({Role.BORROWER}),
    "my-session-end": frozenset({Role.BORROWER}),
    "calculator": None,
    "calculator-file": None,
    "finder": None,
    "eligibility": None,
}
