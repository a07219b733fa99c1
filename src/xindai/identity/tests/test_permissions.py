"""Every role and every verb: allowed exactly as the table says, and everything else denied."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from xindai.identity import verbs
from xindai.identity.actors import NOBODY, Actor
from xindai.identity.permissions import PERMISSIONS
from xindai.identity.roles import Role
from xindai.kernel.errors import NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def declared() -> Mapping[str, Callable[..., Any]]:
    """All verbs of the product, whichever apps are in it."""
    for app in apps.get_app_configs():
        if app.name.startswith("xindai."):
            for module in pkgutil.walk_packages([app.path], f"{app.name}."):
                if not {"migrations", "testing", "tests"} & set(module.name.split(".")):
                    importlib.import_module(module.name)
    return verbs.VERBS


def somebody(role: Role) -> Actor:
    kind: Any = "system" if role == Role.SYSTEM else "person"
    return Actor(None if role == Role.SYSTEM else 1, "somebody", frozenset({(role, None)}), kind)


def is_admitted(act: Callable[..., Any], who: Actor) -> bool:
    """True when the verb lets the actor in; without its facts it then goes no further."""
    try:
        with transaction.atomic():
            act(who)
    except NotPermitted:
        return False
    except TypeError as error:
        return "missing" in str(error)
    return True


@pytest.mark.parametrize("role", Role)
def test_each_verb_admits_a_role_exactly_as_the_table_says(
    role: Role, declared: Mapping[str, Callable[..., Any]]
) -> None:
    admitted = {name for name, act in declared.items() if is_admitted(act, somebody(role))}
    assert admitted == {name for name, roles in PERMISSIONS.items() if role in roles}
    assert {name for name in PERMISSIONS if verbs.may(somebody(role), name)} == admitted


def test_every_line_of_the_table_is_a_verb(declared: Mapping[str, Callable[..., Any]]) -> None:
    assert declared.keys() == PERMISSIONS.keys()


def test_somebody_who_has_not_signed_in_may_do_nothing(declared: Mapping[str, Callable[..., Any]]) -> None:
    assert not [name for name, act in declared.items() if is_admitted(act, NOBODY)]


@pytest.mark.parametrize("role", Role)
def test_a_right_that_is_not_in_the_table_is_nobodys(role: Role) -> None:
    assert not verbs.may(somebody(role), "loan.give_away")
    with pytest.raises(NotPermitted) as caught:
        verbs.require(somebody(role), "loan.give_away")
    assert "loan.give_away" in str(caught.value)


def test_a_verb_that_is_not_in_the_table_cannot_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "VERBS", {})
    given_away: list[Actor] = []
    give_away = verbs.verb("loan.give_away")(given_away.append)
    for role in Role:
        with pytest.raises(NotPermitted):
            give_away(somebody(role))
    assert given_away == []


def test_rights_add_up_over_roles() -> None:
    both = Actor(1, "both", frozenset({(Role.AUDITOR, None), (Role.COLLECTOR, 3)}))
    assert verbs.may(both, "collection.claim_case")
    assert not verbs.may(both, "loan.disburse")


@pytest.mark.parametrize(
    ("maker", "checker"),
    [("loan.request_disbursement", "loan.disburse"), ("underwriting.recommend", "underwriting.confirm")],
)
def test_who_proposes_by_role_is_not_who_confirms(maker: str, checker: str) -> None:
    assert PERMISSIONS[maker].isdisjoint(PERMISSIONS[checker])


OWN_DOOR = {
    "sign_in.begin", "sign_in.end", "user.set_language", "passkey.add", "passkey.remove", "passkey.rename",
    "second_factor.begin", "second_factor.confirm", "second_factor.end", "second_factor.new_codes",
}  # fmt: skip
"""What everybody does for themselves: their sessions, their ways of signing in and their language."""
OWN_DESK = {"list.delete_view", "list.export", "list.save_view", "list.set_columns", "list.update_view"}
"""What changes nothing but how somebody sees their own lists, and the notes of what they took away."""


def test_an_auditor_only_reads() -> None:
    # A program's token, a sealed value with its reason, what the chain is found to be, and what everybody does for themselves.
    theirs = {name for name, roles in PERMISSIONS.items() if Role.AUDITOR in roles}
    assert theirs == {"client.issue_token", "audit.reveal", "ledger.check_chain"} | OWN_DOOR | OWN_DESK


def test_the_administrator_of_rights_moves_no_money() -> None:
    theirs = {
        name.split(".")[0]
        for name, roles in PERMISSIONS.items()
        if Role.ADMINISTRATOR in roles and name not in OWN_DOOR
    }
    assert theirs == {
        "authority",
        "branch",
        "client",
        "event",
        "list",
        "role",
        "second_factor",
        "user",
        "webhook",
        "work",
    }


def test_the_system_never_is_the_second_person() -> None:
    confirming = ["loan.disburse", "underwriting.confirm", "write_off.approve", "policy.go_live", "product.put_live"]
    assert not [name for name in confirming if Role.SYSTEM in PERMISSIONS[name]]
