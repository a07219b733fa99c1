"""Who acts: a person with roles in branches, or the system itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _

from xindai.identity.models import RoleGrant, User
from xindai.identity.roles import Role
from xindai.kernel.errors import NotPermitted

Grant = tuple[Role, int | None]
"""A role in one branch, or in all branches (None)."""


@dataclass(frozen=True)
class Actor:
    """Somebody with rights.  ``user_id`` is None for the system and for a program (a client of the interface)."""

    user_id: int | None
    name: str
    grants: frozenset[Grant]
    kind: Literal["person", "system", "client"] = "person"

    @classmethod
    def of(cls, user: User) -> "Actor":
        """The actor behind a signed-in user; an inactive user has no rights."""
        rows = _grants_of(user) if user.is_active else ()
        return cls(user.pk, user.username, frozenset((Role(role), branch_id) for role, branch_id in rows))

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The system acting by itself, under the name of the job."""
        return cls(None, name, frozenset({(Role.SYSTEM, None)}), "system")

    @classmethod
    def program(cls, client_id: str, roles: Iterable[Role], branch_id: int | None) -> "Actor":
        """A client of the interface: it acts with roles in one branch or in all, and is never a second person."""
        return cls(None, client_id, frozenset((role, branch_id) for role in roles), "client")

    @cached_property
    def roles(self) -> frozenset[Role]:
        """All roles, in whatever branch."""
        return frozenset(role for role, _branch in self.grants)

    @cached_property
    def branch_ids(self) -> frozenset[int] | None:
        """The branches whose rows the actor sees; None means all branches.

        A borrower has a way to their own rows alone, never to those of a branch.
        """
        return self.branches_as(self.roles - {Role.BORROWER})

    @cached_property
    def label(self) -> str:
        """How audit trail and journal name the actor: ``person:7``, ``system:end_of_day`` or ``client:xc_4f...``."""
        return f"person:{self.user_id}" if self.kind == "person" else f"{self.kind}:{self.name}"

    def branches_as(self, roles: frozenset[Role]) -> frozenset[int] | None:
        """The branches in which the actor has one of the roles; None means all branches."""
        branches = {branch_id for role, branch_id in self.grants if role in roles}
        if None in branches:
            return None
        return frozenset(branch_id for branch_id in branches if branch_id is not None)


def _grants_of(user: User) -> Iterable[tuple[str, int | None]]:
    """What was read together with the user, or else what stands in the table now."""
    if hasattr(user, "granted"):
        return [(one["role"], one["branch_id"]) for one in user.granted or ()]
    return RoleGrant.objects.filter(user=user).values_list("role", "branch_id")


def person_id(actor: Actor) -> int:
    """The id of the person who acts.  Raises NotPermitted for the system: it has no desk of its own."""
    if actor.user_id is None:
        raise NotPermitted("person", _("Only a person can do this."))
    return actor.user_id


NOBODY: Final = Actor(None, "", frozenset())
"""Somebody who has not signed in."""
