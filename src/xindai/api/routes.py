"""The interface's share of the route table: which roles may call which operation."""

from collections.abc import Mapping
from typing import Final

from xindai.identity.roles import STAFF, Role

LOANS: Final = frozenset(
    {Role.LOAN_OFFICER, Role.APPROVER, Role.RISK_MANAGER, Role.COLLECTOR, Role.ACCOUNTANT, Role.AUDITOR}
)

ROUTES: Final[Mapping[str, frozenset[Role] | None]] = {
    "api-v1:api-root": frozenset(),  # the framework's own route, which leads nowhere
    "api-v1:openapi-json": STAFF,
    "api-v1:quotes": None,  # the calculator, open to everybody
    "api-v1:portfolio": STAFF,
    "api-v1:loans": LOANS,
    "api-v1:loan": LOANS,
    "api-v1:repayments": frozenset({Role.LOAN_OFFICER, Role.ACCOUNTANT}),
}
