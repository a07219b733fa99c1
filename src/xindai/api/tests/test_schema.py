"""The interface against its own description: hundreds of requests made from it, right and wrong ones.

`XINDAI_SCHEMA_EXAMPLES=100` makes so many requests of each operation and caller instead of a few.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, settings
from pytest_django import DjangoDbBlocker
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from xindai.api.tests.conftest import make_client
from xindai.identity import clients, tokens
from xindai.identity.roles import Role
from xindai.identity.testing import make_user
from xindai.kernel import clock
from xindai.ledger.models import Transaction
from xindai.servicing.testing import make_loan, open_bank

pytestmark = pytest.mark.django_db

DESCRIPTION = Path(__file__).resolve().parents[4] / "docs" / "openapi.json"
OPEN = ["/api/v1/eligibility", "/api/v1/oauth/token", "/api/v1/product-search", "/api/v1/quotes"]
"""What everybody may ask; tests of strangers of their own."""
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
]


def described() -> dict[str, Any]:
    """The description without its way to sign in, which the tests themselves supply or leave out."""
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    del found["components"]["securitySchemes"]
    for operations in found["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return found


interface = schemathesis.openapi.from_dict(described())
interface.app = get_wsgi_application()


@contextmanager
def connection_kept_open() -> Iterator[None]:
    """A request happens in the test's own transaction: as with Django's test client, its end closes no connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def some(examples: int) -> settings:
    """So many requests of an operation, or as many as the environment asks for; nothing is made smaller: a failure is told as it is."""
    asked = int(os.environ.get("XINDAI_SCHEMA_EXAMPLES", "0"))
    return settings(
        max_examples=asked or examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True)
class Callers:
    """What somebody who has signed in sends, and a program with every right: made once, used by every test."""

    cookies: dict[str, str]
    forgery_token: str
    token: str


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Callers]:
    """An open bank with two callers, in a transaction that is rolled back at the end of the module."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
        branch = open_bank()
        make_loan(branch)
        client = Client()
        client.force_login(make_user(Role.ACCOUNTANT), backend="django.contrib.auth.backends.ModelBackend")
        client.get("/sign-in/")
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        issued = make_client(sorted(clients.ROLES), branch=branch, requests_a_minute=100_000)
        with clock.simulated(clock.now() + timedelta(hours=12)):  # a long run outlives a token
            token = tokens.give_token(issued.client, issued.client.scopes).text
        yield Callers(cookies, cookies["csrftoken"], token)
        transaction.set_rollback(True)
    connection.close()


@interface.parametrize()
@some(2)
def test_an_accountant_gets_what_the_description_says(case: "schemathesis.Case[Any]", callers: Callers) -> None:
    with connection_kept_open():
        answer = case.call(cookies=callers.cookies, headers={"X-CSRFToken": callers.forgery_token})
    case.validate_response(answer, checks=CHECKS)


@interface.parametrize()
@some(6)
def test_a_program_with_every_right_gets_what_the_description_says(
    case: "schemathesis.Case[Any]", callers: Callers
) -> None:
    headers = {} if case.path.endswith("/oauth/token") else {"Authorization": f"Bearer {callers.token}"}
    with connection_kept_open():
        answer = case.call(headers=headers)
    case.validate_response(answer, checks=CHECKS)


@interface.exclude(path=OPEN).parametrize()
@some(1)
def test_a_stranger_gets_nothing(case: "schemathesis.Case[Any]", callers: Callers) -> None:
    before = Transaction.objects.count()
    with connection_kept_open():
        answer = case.call()
    assert answer.status_code == 401
    assert answer.headers["content-type"] == ["application/problem+json"]
    assert answer.headers["www-authenticate"]
    assert Transaction.objects.count() == before
