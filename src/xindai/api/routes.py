"""The interface's share of the route table: which roles may call which operation."""

from collections.abc import Mapping
from typing import Final

from xindai.identity.roles import STAFF, Role

LOANS: Final = frozenset(
    {Role.LOAN_OFFICER, Role.APPROVER, Role.RISK_MANAGER, Role.COLLECTOR, Role.ACCOUNTANT, Role.AUDITOR}
)

BUSINESS: Final = LOANS - {Role.ACCOUNTANT}
LENDING: Final = BUSINESS - {Role.COLLECTOR}
CHECKING: Final = frozenset({Role.APPROVER, Role.RISK_MANAGER, Role.ACCOUNTANT, Role.AUDITOR})
COLLECTING: Final = frozenset({Role.COLLECTOR, Role.RISK_MANAGER, Role.AUDITOR})
OFFICER: Final = frozenset({Role.LOAN_OFFICER})
PAYING: Final = frozenset({Role.LOAN_OFFICER, Role.ACCOUNTANT})
BOOKS: Final = frozenset({Role.ACCOUNTANT, Role.RISK_MANAGER, Role.AUDITOR})

ROUTES: Final[Mapping[str, frozenset[Role] | None]] = {
    "interface": STAFF,
    "api-v1:api-root": frozenset(),  # the framework's own route, which leads nowhere
    "api-v1:openapi-json": STAFF,
    "api-v1:token": None,  # a program proves itself by its secret
    "api-v1:quotes": None,  # the calculator, open to everybody
    "api-v1:product-search": None,  # the finder and the eligibility check, open to everybody
    "api-v1:eligibility-check": None,
    "api-v1:portfolio": STAFF,
    "api-v1:loans": LOANS,
    "api-v1:loan": LOANS,
    "api-v1:loan-schedule": LOANS,
    "api-v1:loan-transactions": LOANS,
    "api-v1:loan-journal": LOANS,
    "api-v1:loan-settlement": LOANS,
    "api-v1:loan-shares": LOANS,
    "api-v1:repayments": PAYING,
    "api-v1:prepayments": PAYING,
    "api-v1:settlements": PAYING,
    "api-v1:recoveries": frozenset({Role.ACCOUNTANT, Role.COLLECTOR}),
    "api-v1:reversals": frozenset({Role.ACCOUNTANT}),
    "api-v1:customers": BUSINESS,
    "api-v1:customer": BUSINESS,
    "api-v1:customer-facts": BUSINESS,
    "api-v1:customer-class": BUSINESS,
    "api-v1:customer-assets": OFFICER,
    "api-v1:customer-mobile": OFFICER,
    "api-v1:persons": OFFICER,
    "api-v1:companies": OFFICER,
    "api-v1:applications": LENDING,
    "api-v1:application": LENDING,
    "api-v1:application-submission": OFFICER,
    "api-v1:application-offer": OFFICER,
    "api-v1:application-decision": OFFICER,
    "api-v1:application-review": OFFICER,
    "api-v1:application-recommendation": OFFICER,
    "api-v1:application-withdrawal": OFFICER,
    "api-v1:application-contract": OFFICER,
    "api-v1:contracts": LENDING | {Role.ACCOUNTANT},
    "api-v1:contract": LENDING | {Role.ACCOUNTANT},
    "api-v1:contract-conditions": OFFICER,
    "api-v1:contract-signature": OFFICER,
    "api-v1:contract-cancellation": OFFICER,
    "api-v1:disbursement-request": OFFICER,
    "api-v1:checks": CHECKING,
    "api-v1:check": CHECKING,
    "api-v1:check-decision": CHECKING - {Role.AUDITOR},
    "api-v1:cases": COLLECTING,
    "api-v1:case": COLLECTING,
    "api-v1:case-claim": frozenset({Role.COLLECTOR}),
    "api-v1:case-outcome": frozenset({Role.COLLECTOR}),
    "api-v1:case-write-off": frozenset({Role.COLLECTOR, Role.RISK_MANAGER}),
    "api-v1:policy": STAFF - {Role.ADMINISTRATOR, Role.COLLECTOR},
    "api-v1:products": STAFF - {Role.ADMINISTRATOR},
    "api-v1:events": LOANS | {Role.ADMINISTRATOR},
    # A program sees its own endpoints, the administrator all, everybody else none.
    "api-v1:webhook-endpoints": STAFF,
    "api-v1:webhook-endpoint": STAFF,
    "api-v1:webhook-endpoint-secret": STAFF,
    "api-v1:webhook-endpoint-pause": STAFF,
    "api-v1:webhook-endpoint-resumption": STAFF,
    "api-v1:webhook-endpoint-end": STAFF,
    "api-v1:webhook-endpoint-deliveries": STAFF,
    "api-v1:webhook-endpoint-resending": STAFF,
    "api-v1:webhook-delivery": STAFF,
    "api-v1:webhook-delivery-resending": STAFF,
    # Everybody sees what they have sent themselves; each row asks for its own right.
    "api-v1:uploads": STAFF,
    "api-v1:upload": STAFF,
    "api-v1:upload-rows": STAFF,
    "api-v1:upload-result": STAFF,
    "api-v1:trial-balance": BOOKS,
    "api-v1:business-days": BOOKS | {Role.ADMINISTRATOR},
    "api-v1:business-day": BOOKS | {Role.ADMINISTRATOR},
    "api-v1:business-day-retry": frozenset({Role.ACCOUNTANT}),
    "api-v1:chain": BOOKS,
    "api-v1:chain-checks": BOOKS,
}
