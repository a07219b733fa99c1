"""Whose rows: those of one's own branches, or all for the head office."""

from collections.abc import Callable

import pytest

from xindai.identity import scope, verbs
from xindai.identity.actors import NOBODY, Actor
from xindai.identity.models import Branch, RoleGrant
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.identity.verbs import verb
from xindai.kernel.errors import NotPermitted

pytestmark = pytest.mark.django_db

Act = Callable[[Actor, int], str]


@pytest.fixture
def revalue(monkeypatch: pytest.MonkeyPatch) -> Act:
    """A verb that touches a row of a branch; loan officers and risk managers have the right to it."""
    monkeypatch.setattr(verbs, "VERBS", {})

    @verb("collateral.revalue")
    def act(actor: Actor, branch_id: int) -> str:
        scope.require(actor, branch_id)
        return "done"

    return act


@pytest.fixture
def branches() -> tuple[Branch, Branch]:
    return make_branch("B01"), make_branch("B02")


def seen(who: Actor) -> list[str]:
    return list(scope.rows(who, Branch.objects.order_by("code"), "pk").values_list("code", flat=True))


def test_somebody_of_a_branch_sees_its_rows_alone(branches: tuple[Branch, Branch]) -> None:
    own, other = branches
    officer = actor(Role.LOAN_OFFICER, own)
    assert seen(officer) == ["B01"]
    assert scope.covers(officer, own.pk)
    assert not scope.covers(officer, other.pk)


def test_the_head_office_sees_all(branches: tuple[Branch, Branch]) -> None:
    auditor = actor(Role.AUDITOR)
    assert seen(auditor) == ["B01", "B02"]
    assert all(scope.covers(auditor, branch.pk) for branch in branches)


def test_roles_in_two_branches_show_both(branches: tuple[Branch, Branch]) -> None:
    user = make_user(Role.LOAN_OFFICER, branches[0])
    RoleGrant.objects.create(user=user, role=Role.COLLECTOR, branch=branches[1])
    assert seen(Actor.of(user)) == ["B01", "B02"]


def test_without_a_role_nothing_is_seen(branches: tuple[Branch, Branch]) -> None:
    assert seen(NOBODY) == seen(Actor.of(make_user())) == []


def test_a_verb_works_in_the_branch_in_which_one_has_the_right(branches: tuple[Branch, Branch], revalue: Act) -> None:
    own, other = branches
    officer = actor(Role.LOAN_OFFICER, own)
    assert revalue(officer, own.pk) == "done"
    with pytest.raises(NotPermitted):
        revalue(officer, other.pk)


def test_seeing_a_branch_is_no_right_to_act_there(branches: tuple[Branch, Branch], revalue: Act) -> None:
    own, other = branches
    user = make_user(Role.LOAN_OFFICER, own)
    RoleGrant.objects.create(user=user, role=Role.AUDITOR, branch=None)
    assert scope.covers(Actor.of(user), other.pk)
    assert revalue(Actor.of(user), own.pk) == "done"
    with pytest.raises(NotPermitted):
        revalue(Actor.of(user), other.pk)


def test_a_role_of_the_head_office_acts_everywhere(branches: tuple[Branch, Branch], revalue: Act) -> None:
    manager = actor(Role.RISK_MANAGER)
    assert [revalue(manager, branch.pk) for branch in branches] == ["done", "done"]
