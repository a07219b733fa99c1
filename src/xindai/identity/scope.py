"""Whose rows: the one place that decides which branches' rows an actor sees and touches."""

from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.verbs import branches_for_current_verb
from xindai.kernel.errors import NotPermitted

Row = TypeVar("Row", bound=models.Model)


def rows(actor: Actor, queryset: "models.QuerySet[Row]", field: str = "branch_id") -> "models.QuerySet[Row]":
    """Only the rows of the actor's branches; ``field`` leads to the branch."""
    if actor.branch_ids is None:
        return queryset
    within: dict[str, Any] = {f"{field}__in": actor.branch_ids}
    return queryset.filter(**within)


def covers(actor: Actor, branch_id: int) -> bool:
    """True when the actor sees rows of the branch."""
    return actor.branch_ids is None or branch_id in actor.branch_ids


def require(actor: Actor, branch_id: int) -> None:
    """Raise NotPermitted unless the actor has the running verb's right in this very branch."""
    branches = branches_for_current_verb(actor)
    if branches is not None and branch_id not in branches:
        raise NotPermitted(
            "branch",
            _("This belongs to a branch in which you have no right to act."),
            _("Ask a colleague of that branch, or an administrator for a role there."),
        )
