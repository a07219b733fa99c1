"""The administrator's page of programs: made, seen with their use, given another secret, ended; a secret is shown once."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from xindai.identity import clients, tokens
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, User
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch, make_user
from xindai.kernel import audit

pytestmark = pytest.mark.django_db

NEW: Mapping[str, Any] = {
    "name": "Core banking",
    "branch_code": "B01",
    "roles": ["accountant", "auditor"],
    "scopes": ["loans:read", "repayments:write"],
    "requests_a_minute": "120",
}


@pytest.fixture
def administrator() -> Client:
    make_branch()
    client = Client(headers={"accept-language": "en"})
    user: User = make_user(Role.ADMINISTRATOR)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def secret_in(answer: Any) -> str:
    found = re.search(r'id="secret">(xs_[\w-]+)<', answer.content.decode())
    assert found is not None
    return found.group(1)


def made(client: Client) -> ApiClient:
    client.post("/integrations/new/", NEW)
    return ApiClient.objects.get()


def test_a_client_is_made_as_asked_and_its_secret_is_shown_once(administrator: Client) -> None:
    answer = administrator.post("/integrations/new/", NEW)

    row, secret = ApiClient.objects.get(), secret_in(answer)
    assert (row.name, row.branch.code if row.branch else "", row.requests_a_minute) == ("Core banking", "B01", 120)
    assert (row.roles, row.scopes) == (["accountant", "auditor"], ["loans:read", "repayments:write"])
    assert tokens.client_by_secret(row.client_id, secret) == row
    assert answer["Cache-Control"] == "no-store"
    assert secret not in administrator.get(f"/integrations/{row.client_id}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Name the program that will call."),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["administrator"]}, "administrator"),
        ({"scopes": []}, "Choose at least one scope."),
        ({"scopes": ["moon:read"]}, "moon:read"),
        ({"branch_code": "B99"}, "B99"),
        ({"requests_a_minute": "0"}, "greater than or equal to 1"),
        ({"requests_a_minute": "many"}, "whole number"),
    ],
)
def test_a_client_that_cannot_be_is_refused_at_its_field(
    administrator: Client, changes: Mapping[str, Any], words: str
) -> None:
    answer = administrator.post("/integrations/new/", {**NEW, **changes})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ApiClient.objects.exists()


def test_another_secret_is_made_and_the_old_one_ends_when_it_was_said_to(administrator: Client) -> None:
    first = secret_in(administrator.post("/integrations/new/", NEW))
    row = ApiClient.objects.get()

    second = secret_in(administrator.post(f"/integrations/{row.client_id}/", {"overlap": "0"}))

    assert tokens.client_by_secret(row.client_id, first) is None
    assert tokens.client_by_secret(row.client_id, second) == row


def test_ending_asks_once_more_and_then_ends(administrator: Client) -> None:
    row = made(administrator)
    address = f"/integrations/{row.client_id}/end/"

    assert "End it" in administrator.get(address).content.decode()
    assert ApiClient.objects.get().ended_at is None
    assert administrator.post(address).status_code == 302
    assert ApiClient.objects.get().ended_at is not None
    assert administrator.post(address).status_code == 409


def test_the_list_tells_who_uses_it_and_narrows_to_those_in_use(administrator: Client) -> None:
    row = made(administrator)
    told = administrator.get("/integrations/", {"state": "running"}).content.decode()
    clients.end(Actor.system("test"), client_id=row.client_id)
    ended = administrator.get("/integrations/", {"state": "running"}).content.decode()

    assert row.client_id in told
    assert "never" in told
    assert row.client_id not in ended


def test_who_made_a_client_stands_in_the_audit_trail(administrator: Client) -> None:
    changes = audit.history(made(administrator))

    assert [change.verb for change in changes] == ["client.register"]
    assert str(changes[0].actor).startswith("person:")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.SYSTEM}))
def test_nobody_but_the_administrator_comes_here(role: Role) -> None:
    client = Client()
    client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/integrations/").status_code == 403
    assert client.post("/integrations/new/", NEW).status_code == 403
    assert not ApiClient.objects.exists()
