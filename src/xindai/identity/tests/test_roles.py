"""Roles and limits of authority: given, taken away, never to oneself."""

import pytest
from django.db import IntegrityError, transaction

from xindai.identity import services
from xindai.identity.actors import NOBODY, Actor
from xindai.identity.models import AuthorityLimit, RoleGrant
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted

pytestmark = pytest.mark.django_db


def test_a_role_is_given_in_one_branch_or_in_all() -> None:
    administrator, branch, user = actor(Role.ADMINISTRATOR), make_branch(), make_user()
    services.grant_role(administrator, username=user.username, role=Role.LOAN_OFFICER, branch_code=branch.code)
    services.grant_role(administrator, username=user.username, role=Role.AUDITOR)
    given = Actor.of(user)
    assert given.grants == {(Role.LOAN_OFFICER, branch.pk), (Role.AUDITOR, None)}
    assert given.branches_as(frozenset({Role.LOAN_OFFICER})) == frozenset({branch.pk})
    assert given.branches_as(frozenset({Role.AUDITOR})) is None
    assert given.branches_as(frozenset({Role.APPROVER})) == frozenset()


def test_giving_a_role_twice_is_giving_it_once() -> None:
    administrator, user = actor(Role.ADMINISTRATOR), make_user()
    for _time in range(2):
        services.grant_role(administrator, username=user.username, role=Role.AUDITOR)
    assert RoleGrant.objects.filter(user=user).count() == 1
    with pytest.raises(IntegrityError, match="identity_role_once"), transaction.atomic():
        RoleGrant.objects.create(user=user, role=Role.AUDITOR, branch=None)


def test_nobody_gives_a_role_to_themselves() -> None:
    user = make_user(Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        services.grant_role(Actor.of(user), username=user.username, role=Role.APPROVER)
    assert Actor.of(user).roles == {Role.ADMINISTRATOR}


def test_no_person_becomes_the_system() -> None:
    user = make_user()
    with pytest.raises(InvalidInput) as caught:
        services.grant_role(actor(Role.ADMINISTRATOR), username=user.username, role=Role.SYSTEM)
    assert caught.value.field == "role"
    with pytest.raises(IntegrityError, match="identity_no_person_is_the_system"), transaction.atomic():
        RoleGrant.objects.create(user=user, role=Role.SYSTEM)


@pytest.mark.parametrize("missing", ["user", "branch"])
def test_what_does_not_exist_is_not_found(missing: str) -> None:
    username = "nobody" if missing == "user" else make_user().username
    with pytest.raises(NotFound):
        services.grant_role(
            actor(Role.ADMINISTRATOR),
            username=username,
            role=Role.AUDITOR,
            branch_code="NONE" if missing == "branch" else None,
        )
    assert not RoleGrant.objects.filter(role=Role.AUDITOR).exists()


def test_a_role_is_taken_away_where_it_was_given_and_only_there() -> None:
    administrator, branch = actor(Role.ADMINISTRATOR), make_branch()
    user = make_user(Role.AUDITOR, branch)
    RoleGrant.objects.create(user=user, role=Role.AUDITOR, branch=None)
    for _time in range(2):
        services.revoke_role(administrator, username=user.username, role=Role.AUDITOR, branch_code=branch.code)
    assert Actor.of(user).grants == {(Role.AUDITOR, None)}
    services.revoke_role(administrator, username=user.username, role=Role.AUDITOR)
    assert Actor.of(user).grants == frozenset()


def test_a_limit_is_set_and_set_anew() -> None:
    administrator = actor(Role.ADMINISTRATOR)
    for amount in (100, 250):
        services.set_authority_limit(administrator, role=Role.APPROVER, kind="disbursement", amount_minor=amount)
    services.set_authority_limit(administrator, role=Role.APPROVER, kind="disbursement", amount_minor=9, currency="USD")
    limits = AuthorityLimit.objects.order_by("currency").values_list("currency", "amount_minor", "version")
    assert list(limits) == [("CNY", 250, 2), ("USD", 9, 1)]


def test_a_negative_limit_is_refused_by_the_verb_and_by_the_database() -> None:
    with pytest.raises(InvalidInput) as caught:
        services.set_authority_limit(
            actor(Role.ADMINISTRATOR), role=Role.APPROVER, kind="disbursement", amount_minor=-1
        )
    assert caught.value.field == "amount_minor"
    with pytest.raises(IntegrityError, match="identity_limit_not_negative"), transaction.atomic():
        AuthorityLimit.objects.create(role=Role.APPROVER, kind="disbursement", amount_minor=-1)


def test_nobody_sets_their_own_limit() -> None:
    user = make_user(Role.ADMINISTRATOR)
    RoleGrant.objects.create(user=user, role=Role.APPROVER)
    with pytest.raises(NotPermitted):
        services.set_authority_limit(Actor.of(user), role=Role.APPROVER, kind="write_off", amount_minor=10**12)
    assert not AuthorityLimit.objects.exists()


def test_actors_are_told_apart_in_trail_and_journal() -> None:
    user = make_user(Role.AUDITOR)
    assert Actor.of(user).label == f"person:{user.pk}"
    assert Actor.system("end_of_day").label == "system:end_of_day"
    assert Actor.system("end_of_day").branch_ids is None
    assert NOBODY.branch_ids == frozenset()
