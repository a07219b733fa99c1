"""The interface's share of the route table: which roles may call which operation."""

from collections.abc import Mapping
from typing import Final

from xindai.identity.roles import STAFF, Role

LOANS: Final = frozenset(
    {Role.LOAN_OFFICER, Role.APPROVER, Role.RISK_MANAGER, Role.COLLECTOR, Role.ACCOUNTANT, Role.AUDITOR}
)

PAYING: Final = frozenset({Role.LOAN_OFFICER, Role.ACCOUNTANT})
BOOKS: Final = frozenset({Role.ACCOUNTANT, Role.RISK_MANAGER, Role.AUDITOR})

ROUTES: Final[Mapping[str, frozenset[Role] | None]] = {
    "api-v1:api-root": frozenset(),  # the framework's own route, which leads nowhere
    "api-v1:openapi-json": STAFF,
    "api-v1:token": None,  # a program proves itself by its secret
    "api-v1:quotes": None,  # the calculator, open to everybody
    "api-v1:portfolio": STAFF,
    "api-v1:loans": LOANS,
    "api-v1:loan": LOANS,
    "api-v1:loan-schedule": LOANS,
    "api-v1:loan-transactions": LOANS,
    "api-v1:loan-journal": LOANS,
    "api-v1:loan-settlement": LOANS,
    "api-v1:repayments": PAYING,
    "api-v1:prepayments": PAYING,
    "api-v1:settlements": PAYING,
    "api-v1:recoveries": frozenset({Role.ACCOUNTANT, Role.COLLECTOR}),
    "api-v1:reversals": frozenset({Role.ACCOUNTANT}),
    "api-v1:trial-balance": BOOKS,
    "api-v1:business-days": BOOKS | {Role.ADMINISTRATOR},
}
