"""The bank, its branches and its people."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from xindai.identity import queries, services
from xindai.identity.actors import Actor
from xindai.identity.models import Bank, Branch, RoleGrant, User
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD, actor, make_bank, make_branch, make_user
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict

SYSTEM = Actor.system("test")
NAME = {"zh": "信贷银行", "en": "Credit Bank"}
STRONG = "seven-old-lighthouses"

pytestmark = pytest.mark.django_db


def found(**changes: Any) -> Bank:
    given: dict[str, Any] = {"code": "CB", "name": NAME, "currency": "CNY", "founded_on": date(2026, 1, 2), "parts": 3}
    return services.found_bank(SYSTEM, **(given | changes))


def register(**changes: Any) -> User:
    given: dict[str, Any] = {"username": "wang", "password": STRONG, "display_name": "Wang", "language": "en"}
    return services.register_user(actor(Role.ADMINISTRATOR), **(given | changes))


def test_a_bank_is_founded_with_what_it_was_given() -> None:
    found(is_demonstration=True)
    bank = queries.bank()
    assert (bank.code, bank.name, bank.currency, bank.parts) == ("CB", NAME, "CNY", 3)
    assert queries.is_demonstration()


def test_before_it_is_founded_there_is_no_bank() -> None:
    with pytest.raises(NotFound) as caught:
        queries.bank()
    assert "./xindai demo" in str(caught.value.as_problem("en")["remedy"])
    assert not queries.is_demonstration()


def test_founding_the_same_bank_again_changes_nothing() -> None:
    first = found()
    again = found(parts=9, name={"zh": "另一家", "en": "Other"})
    assert (again.pk, again.parts, again.name) == (first.pk, 3, NAME)
    assert Bank.objects.count() == 1


def test_a_database_holds_one_bank() -> None:
    found()
    with pytest.raises(StateConflict) as caught:
        found(code="OTHER")
    assert "CB" in str(caught.value)


@pytest.mark.parametrize("only", [True, False])
def test_the_database_itself_refuses_a_second_bank(only: bool) -> None:
    make_bank()
    with pytest.raises(IntegrityError, match=r"identity_on(e|ly)_bank"), transaction.atomic():
        Bank.objects.create(code="OTHER", name=NAME, founded_on=date(2026, 1, 2), only=only)


def test_a_bank_without_a_part_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="identity_bank_has_a_part"), transaction.atomic():
        found(parts=0)


@pytest.mark.parametrize("name", [{}, {"zh": "信贷银行"}, {"en": "Credit Bank"}, {"zh": "", "en": "Credit Bank"}])
def test_bank_and_branches_are_named_in_both_languages(name: dict[str, str]) -> None:
    for act in (lambda: found(name=name), lambda: services.open_branch(SYSTEM, code="B01", name=name)):
        with pytest.raises(InvalidInput) as caught:
            act()
        assert caught.value.field == "name"
    assert not Bank.objects.exists()
    assert not Branch.objects.exists()


def test_opening_a_branch_again_changes_nothing() -> None:
    administrator = actor(Role.ADMINISTRATOR)
    first = services.open_branch(administrator, code="B01", name=NAME)
    again = services.open_branch(administrator, code="B01", name={"zh": "别的", "en": "Other"})
    assert (again.pk, again.name, first.version, again.version) == (first.pk, NAME, 1, 1)


def test_branches_are_listed_by_code_and_found_by_it() -> None:
    second, first = make_branch("B02"), make_branch("B01")
    assert queries.branches() == [first, second]
    assert queries.branch("B02") == second
    with pytest.raises(NotFound):
        queries.branch("B03")


def test_somebody_registered_can_sign_in_and_may_do_nothing_yet() -> None:
    user = register()
    assert User.objects.get(username="wang").check_password(STRONG)
    assert Actor.of(user).roles == frozenset()
    assert queries.display_names([user.pk, None]) == {user.pk: "Wang"}


def test_a_name_is_given_once() -> None:
    register()
    with pytest.raises(StateConflict) as caught:
        register(password="another-good-lighthouse")
    assert caught.value.field == "username"
    assert User.objects.get(username="wang").check_password(STRONG)


@pytest.mark.parametrize("password", ["short", "123456789012345", "password1234", "wangwangwangw", ""])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        register(username="wangwangwang", password=password)
    assert caught.value.field == "password"
    assert not User.objects.filter(username="wangwangwang").exists()


def test_the_password_is_kept_as_a_hash() -> None:
    assert STRONG not in register().password


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        register(language="fr")
    assert caught.value.field == "language"


def test_everybody_chooses_their_own_language() -> None:
    user = register()
    services.grant_role(SYSTEM, username="wang", role=Role.AUDITOR)
    services.set_language(Actor.of(user), language="zh-hans")
    with pytest.raises(InvalidInput):
        services.set_language(Actor.of(user), language="xx")
    assert User.objects.get(pk=user.pk).language == "zh-hans"


def test_who_was_deactivated_neither_signs_in_nor_has_rights() -> None:
    user = make_user(Role.APPROVER)
    services.deactivate_user(actor(Role.ADMINISTRATOR), username=user.username)
    user.refresh_from_db()
    assert not user.is_active
    assert Actor.of(user).grants == frozenset()
    assert RoleGrant.objects.filter(user=user).exists()
    with pytest.raises(NotPermitted):
        services.open_branch(Actor.of(user), code="B01", name=NAME)


def test_sign_in_refuses_the_deactivated(settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    user = make_user(Role.APPROVER)
    assert authenticate(username=user.username, password=PASSWORD) == user
    services.deactivate_user(actor(Role.ADMINISTRATOR), username=user.username)
    assert authenticate(username=user.username, password=PASSWORD) is None


def test_nobody_unknown_is_deactivated() -> None:
    with pytest.raises(NotFound):
        services.deactivate_user(actor(Role.ADMINISTRATOR), username="nobody")
