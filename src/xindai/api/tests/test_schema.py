"""The interface against its own description: hundreds of requests made from it, right and wrong ones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from xindai.api.tests.conftest import SignIn, make_client
from xindai.identity import clients, tokens
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.ledger.models import Transaction

pytestmark = pytest.mark.django_db

DESCRIPTION = Path(__file__).resolve().parents[4] / "docs" / "openapi.json"
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


@interface.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_accountant_gets_what_the_description_says(
    case: "schemathesis.Case[Any]", branch: Branch, sign_in: SignIn
) -> None:
    client = sign_in(Role.ACCOUNTANT)
    client.get("/sign-in/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with connection_kept_open():
        answer = case.call(cookies=cookies, headers={"X-CSRFToken": cookies["csrftoken"]})
    case.validate_response(answer, checks=CHECKS)


@interface.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_program_with_every_right_gets_what_the_description_says(
    case: "schemathesis.Case[Any]", branch: Branch
) -> None:
    issued = make_client(sorted(clients.ROLES), branch=branch, requests_a_minute=100_000)
    token = tokens.give_token(issued.client, issued.client.scopes).text
    headers = {} if case.path.endswith("/oauth/token") else {"Authorization": f"Bearer {token}"}
    with connection_kept_open():
        answer = case.call(headers=headers)
    case.validate_response(answer, checks=CHECKS)


@interface.exclude(path=["/api/v1/quotes", "/api/v1/oauth/token"]).parametrize()  # open: they have tests of strangers
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_stranger_gets_nothing(case: "schemathesis.Case[Any]", branch: Branch) -> None:
    before = Transaction.objects.count()
    with connection_kept_open():
        answer = case.call()
    assert answer.status_code == 401
    assert answer.headers["content-type"] == ["application/problem+json"]
    assert answer.headers["www-authenticate"]
    assert Transaction.objects.count() == before
