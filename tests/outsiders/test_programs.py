"""Every operation of the interface is tried by programs that have no token, lack the scope, or work elsewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.outsiders.conftest import PROGRAM, Rows, Staffed
from xindai.identity import tokens
from xindai.identity.models import ApiClient
from xindai.identity.scopes import Scope
from xindai.kernel import business_date
from xindai.kernel.models import OutboxEvent
from xindai.ledger.models import Transaction
from xindai.servicing.models import LoanEvent

pytestmark = pytest.mark.django_db

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
PEOPLE_ONLY = "people_only"


@dataclass(frozen=True)
class Operation:
    """An operation as the description tells it."""

    name: str
    method: str
    path: str
    scope: str
    described: Mapping[str, Any]


def _operations() -> Iterator[Operation]:
    for path, methods in json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"].items():
        for method, described in methods.items():
            if "security" in described:
                scopes = [one["ClientCredentials"][0] for one in described["security"] if "ClientCredentials" in one]
                yield Operation(described["operationId"], method, path, next(iter(scopes), ""), described)


OPERATIONS = tuple(_operations())
NAMES = [operation.name for operation in OPERATIONS]


def _ask(client: Client, operation: Operation, rows: Rows) -> Any:
    """A request that is right in all that can be known from outside: address, headers, the example of a body, today."""
    headers = {"Idempotency-Key": "outsider", "If-Match": '"1"'}
    return client.generic(
        operation.method.upper(),
        _address(operation.path, rows),
        json.dumps(_body(operation)),
        content_type="application/json",
        headers=headers,
    )


def _address(path: str, rows: Rows) -> str:
    kind = path.split("/")[3].replace("deliveries", "delivery").rstrip("s")
    kind = kind.removeprefix("webhook-").replace("collection", "case")
    number = str(getattr(rows, kind, "1"))
    return re.sub(r"{\w+}", number, path)


def _body(operation: Operation) -> Any:
    content = operation.described.get("requestBody", {}).get("content", {}).get("application/json", {})
    example = content.get("example", {})
    return {**example, "on": business_date.current().isoformat()} if "on" in example else example


def _program(*scopes: str) -> Client:
    token = tokens.give_token(ApiClient.objects.get(client_id=PROGRAM), scopes)
    return Client(headers={"authorization": f"Bearer {token.text}"}, raise_request_exception=False)


def _book() -> tuple[int, int, int]:
    return LoanEvent.objects.count(), Transaction.objects.count(), OutboxEvent.objects.count()


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_without_a_token_or_with_a_made_up_one_nothing_opens(bank: Staffed, operation: Operation) -> None:
    before = _book()
    for client in (Client(), Client(headers={"authorization": "Bearer xt_made_up"})):
        answer = _ask(client, operation, bank.own)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert "Bearer" in answer["WWW-Authenticate"]
    assert _book() == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_a_token_for_everything_else_does_not_open_the_operation(bank: Staffed, operation: Operation) -> None:
    before = _book()

    answer = _ask(_program(*(scope for scope in Scope if scope != operation.scope)), operation, bank.own)

    assert answer.status_code == 403
    assert answer.json()["code"] == ("insufficient_scope" if operation.scope else PEOPLE_ONLY)
    assert (operation.scope or operation.name) in answer.json()["title"]
    assert _book() == before


@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if "{" in operation.path],
    ids=[name for name, operation in zip(NAMES, OPERATIONS, strict=True) if "{" in operation.path],
)
def test_rows_of_another_branch_do_not_exist_for_a_program(bank: Staffed, operation: Operation) -> None:
    before = _book()

    answer = _ask(_program(*Scope), operation, bank.others)

    assert answer.status_code in {403, 404} if operation.scope else answer.status_code == 403
    assert _book() == before


def test_every_operation_but_the_open_ones_says_who_may_call_it() -> None:
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    every = {operation["operationId"] for methods in described.values() for operation in methods.values()}

    assert every - set(NAMES) == {"get_token", "quote_loans", "find_products", "check_eligibility"}
