"""The console's share of the route table: which roles may open which page.  A page that is not here does not open."""

from collections.abc import Mapping
from typing import Final

from xindai.identity.roles import STAFF, Role

PUBLIC: Final = None
"""Open to those who have not signed in."""

EVERYBODY: Final = frozenset(Role) - {Role.SYSTEM}

BUSINESS: Final = frozenset({Role.LOAN_OFFICER, Role.APPROVER, Role.RISK_MANAGER, Role.COLLECTOR, Role.AUDITOR})
LENDING: Final = BUSINESS - {Role.COLLECTOR}
BOOKS: Final = frozenset({Role.ACCOUNTANT, Role.RISK_MANAGER, Role.AUDITOR})
CHECKING: Final = frozenset({Role.APPROVER, Role.RISK_MANAGER, Role.ACCOUNTANT, Role.AUDITOR})
COLLECTING: Final = frozenset({Role.COLLECTOR, Role.RISK_MANAGER, Role.AUDITOR})
ADMINISTERING: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

ROUTES: Final[Mapping[str, frozenset[Role] | None]] = {
    "language": PUBLIC,
    "sign-in": PUBLIC,
    "sign-out": EVERYBODY,
    "theme": PUBLIC,
    "home": STAFF,
    "audit": frozenset({Role.AUDITOR}),
    "users": ADMINISTERING,
    "user": ADMINISTERING,
    "limits": ADMINISTERING,
    "jobs": ADMINISTERING,
    "design": STAFF,
    "work": STAFF,
    "work-news": STAFF,
    "work-act": STAFF - {Role.AUDITOR},
    "results": LENDING | BOOKS | {Role.POLICY_MANAGER},
    "portfolio-vintages": BUSINESS | BOOKS | {Role.POLICY_MANAGER},
    "portfolio-roll-rates": BUSINESS | BOOKS | {Role.POLICY_MANAGER},
    "portfolio-tiers": BUSINESS | BOOKS | {Role.POLICY_MANAGER},
    "portfolio-approvals": LENDING | BOOKS | {Role.POLICY_MANAGER},
    "portfolio-losses": BUSINESS | BOOKS | {Role.POLICY_MANAGER},
    "portfolio-loans": BUSINESS | {Role.ACCOUNTANT},
    "portfolio-applications": LENDING,
    "portfolio-customers": BUSINESS,
    "search": BUSINESS | {Role.ACCOUNTANT},
    "customers": BUSINESS,
    "customer": BUSINESS,
    "customer-class": BUSINESS,
    "customer-facts": BUSINESS,
    "customer-history": BUSINESS,
    "customer-mobile": frozenset({Role.LOAN_OFFICER}),
    "customer-trail": BUSINESS,
    "applications": LENDING,
    "application": LENDING,
    "application-offer": LENDING,
    "application-class": LENDING,
    "application-contract": LENDING,
    "application-basis": LENDING,
    "application-trail": LENDING,
    "application-step": LENDING - {Role.AUDITOR},
    "contract-step": LENDING - {Role.AUDITOR},
    "recommendation": LENDING - {Role.AUDITOR},
    "checks": CHECKING,
    "check": CHECKING,
    "loans": BUSINESS | {Role.ACCOUNTANT},
    "loan": BUSINESS | {Role.ACCOUNTANT},
    "loan-schedule": BUSINESS | {Role.ACCOUNTANT},
    "loan-transactions": BUSINESS | {Role.ACCOUNTANT},
    "loan-journal": BUSINESS | {Role.ACCOUNTANT},
    "loan-class": BUSINESS | {Role.ACCOUNTANT},
    "loan-contract": BUSINESS | {Role.ACCOUNTANT},
    "loan-trail": BUSINESS | {Role.ACCOUNTANT},
    "repayment": frozenset({Role.LOAN_OFFICER, Role.ACCOUNTANT}),
    "collections": COLLECTING,
    "case": COLLECTING,
    "case-claim": frozenset({Role.COLLECTOR}),
    "case-write-off": frozenset({Role.COLLECTOR, Role.RISK_MANAGER}),
    "policies": frozenset({Role.POLICY_MANAGER, Role.RISK_MANAGER, Role.APPROVER, Role.LOAN_OFFICER, Role.AUDITOR}),
    "trial-balance": BOOKS,
    "account": BOOKS,
    "journal": BOOKS,
    "list-views": STAFF,
    "list-columns": STAFF,
    "list-export": STAFF - {Role.ADMINISTRATOR},
    "suspense": frozenset({Role.ACCOUNTANT, Role.AUDITOR}),
    "end-of-day": BOOKS | {Role.ADMINISTRATOR},
    "end-of-day-date": BOOKS | {Role.ADMINISTRATOR},
    "seals": BOOKS,
    "demonstration-messages": frozenset({Role.ADMINISTRATOR}),
    "integrations": frozenset({Role.ADMINISTRATOR}),
    "integration": frozenset({Role.ADMINISTRATOR}),
    "new-integration": frozenset({Role.ADMINISTRATOR}),
    "integration-end": frozenset({Role.ADMINISTRATOR}),
    "new-webhook": frozenset({Role.ADMINISTRATOR}),
    "webhook": frozenset({Role.ADMINISTRATOR}),
    "webhook-deliveries": frozenset({Role.ADMINISTRATOR}),
    "webhook-delivery": frozenset({Role.ADMINISTRATOR}),
    "webhook-end": frozenset({Role.ADMINISTRATOR}),
    "webhook-hosts": frozenset({Role.ADMINISTRATOR}),
}
