"""Duties that one person should not hold together in one branch, and who does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.identity.models import RoleGrant
from xindai.identity.roles import STAFF, Role

_OFFICER, _APPROVER, _ACCOUNTANT = Role.LOAN_OFFICER, Role.APPROVER, Role.ACCOUNTANT
_COLLECTOR, _RISK, _ADMINISTRATOR, _AUDITOR = Role.COLLECTOR, Role.RISK_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR

CONFLICTS: Final[Mapping[frozenset[Role], Promise]] = {
    frozenset({_OFFICER, _APPROVER}): _("recommends loans and approves them"),
    frozenset({_OFFICER, _RISK}): _("recommends loans and approves them"),
    frozenset({_OFFICER, _ACCOUNTANT}): _("asks for disbursements and pays them"),
    frozenset({_COLLECTOR, _ACCOUNTANT}): _("collects money and books it"),
    frozenset({_COLLECTOR, _APPROVER}): _("asks for write-offs and approves them"),
} | {
    frozenset({_AUDITOR, role}): _("audits what they do themselves") for role in STAFF - {_AUDITOR}
} | {
    frozenset({_ADMINISTRATOR, role}): _("gives rights and uses them") for role in STAFF - {_ADMINISTRATOR, _AUDITOR}
}  # fmt: skip
"""Pairs of roles and why they do not go together; four eyes hold besides, whoever has which role."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two roles of one person that meet in a branch, or - without one - in all."""

    one: Role
    other: Role
    branch_id: int | None
    reason: Promise


def conflicts(grants: Iterable[RoleGrant]) -> list[Conflict]:
    """Return the conflicts among the grants of one person; a role in all branches meets those of any."""
    found: dict[frozenset[Role], Conflict] = {}
    held = list(grants)
    for place, one in enumerate(held):
        for other in held[place + 1 :]:
            pair = frozenset({Role(one.role), Role(other.role)})
            if pair in CONFLICTS and (None in (one.branch_id, other.branch_id) or one.branch_id == other.branch_id):
                first, second = sorted(pair)
                found.setdefault(pair, Conflict(first, second, one.branch_id or other.branch_id, CONFLICTS[pair]))
    return list(found.values())
