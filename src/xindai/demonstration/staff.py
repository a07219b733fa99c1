"""The people of the demonstration bank: who they are, what they may do, and who acts where."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from xindai.demonstration.chance import Chance
from xindai.identity import checks
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role

CURRENCY = "CNY"
YUAN = 100


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who signs in; in all branches if none is named."""

    username: str
    display_name: str
    role: Role
    branch_code: str | None = None


BRANCHES = {
    "EAST": {"zh": "城东支行", "en": "East branch"},
    "WEST": {"zh": "城西支行", "en": "West branch"},
}

MEMBERS = (
    Member("officer", "演示客户经理（城东）", Role.LOAN_OFFICER, "EAST"),
    Member("officer.west", "演示客户经理（城西）", Role.LOAN_OFFICER, "WEST"),
    Member("approver", "演示审批人（城东）", Role.APPROVER, "EAST"),
    Member("approver.west", "演示审批人（城西）", Role.APPROVER, "WEST"),
    Member("risk", "演示风险经理", Role.RISK_MANAGER),
    Member("policy", "演示策略经理", Role.POLICY_MANAGER),
    Member("collector", "演示催收员", Role.COLLECTOR),
    Member("accountant", "演示会计", Role.ACCOUNTANT),
    Member("auditor", "演示审计员", Role.AUDITOR),
    Member("admin", "演示管理员", Role.ADMINISTRATOR),
)

BORROWER = Member("borrower", "演示借款人", Role.BORROWER)
"""The one customer who signs in, as soon as one has a loan (see self_service)."""

BORROWERS_MOBILE = "13800000001"
"""The number to which codes for signing in would be sent; nothing leaves a demonstration bank."""

LIMITS_MINOR = {
    "credit_decision": {Role.APPROVER: 1_000_000 * YUAN, Role.RISK_MANAGER: 200_000_000 * YUAN},
    "disbursement": {Role.ACCOUNTANT: 200_000_000 * YUAN},
    "write_off": {Role.APPROVER: 100_000 * YUAN, Role.RISK_MANAGER: 200_000_000 * YUAN},
}
"""The largest amount that a role may decide on, by the kind of what is decided."""


@dataclass(frozen=True)
class Staff:
    """The people at hand; who serves whom follows from the seed."""

    chance: Chance
    branches: Sequence[Branch]
    actors: dict[str, Actor]

    @classmethod
    def load(cls, chance: Chance) -> "Staff":
        """The people as they are registered."""
        actors = {member.username: Actor.of(identity.user(member.username)) for member in MEMBERS}
        return cls(chance, tuple(identity.branches()), actors)

    def branch_for(self, key: str) -> int:
        """The branch that serves whoever comes under this key."""
        return self.chance.one_of(self.branches, "branch", key).pk

    def officer(self, branch_id: int) -> Actor:
        """The loan officer of a branch."""
        return self._of(Role.LOAN_OFFICER, branch_id)

    def collector(self, branch_id: int) -> Actor:
        """Who collects for a branch."""
        return self._of(Role.COLLECTOR, branch_id)

    def cashier(self) -> Actor:
        """Who records money at the counter."""
        return self.actors["accountant"]

    def checker(self, kind: str, branch_id: int, amount_minor: int) -> Actor:
        """The person of a branch with the smallest limit of authority that reaches the amount."""
        able = checks.able_roles(kind, CURRENCY, amount_minor)
        return self._of(able[0], branch_id)

    def _of(self, role: Role, branch_id: int) -> Actor:
        code = self._code_of[branch_id]
        name = next(m.username for m in MEMBERS if m.role is role and m.branch_code in (None, code))
        return self.actors[name]

    @cached_property
    def _code_of(self) -> dict[int, str]:
        return {branch.pk: branch.code for branch in self.branches}
