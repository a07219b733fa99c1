"""Bulk upload over the interface: taken once a key, seen by its sender alone, told row by row and as a file."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from xindai.api.tests.conftest import Program
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.servicing.models import LoanEvent
from xindai.servicing.testing import MONDAY, make_loan
from xindai.uploads import working
from xindai.uploads.models import Upload

UPLOADS = "/api/v1/uploads"
HEAD = "key,loan_no,amount_minor,currency,on,source"


def file_of(*rows: tuple[str, str, Any]) -> dict[str, str]:
    lines = [HEAD, *(f"{key},{loan_no},{amount},CNY,{MONDAY},transfer" for key, loan_no, amount in rows)]
    return {"kind": "repayments", "format": "csv", "content": "\n".join(lines)}


def send(client: Client, body: Any, key: str = "u1") -> Any:
    return client.post(UPLOADS, body, content_type="application/json", headers={"Idempotency-Key": key})


def test_a_file_is_taken_worked_and_told_row_by_row_and_as_a_file(branch: Branch, program: Program) -> None:
    loan, client = make_loan(branch), program(Role.ACCOUNTANT)
    body = file_of(("a", loan.no, 100), ("b", loan.no, "=1"))
    taken = send(client, body)
    again = send(client, body)
    address = f"{UPLOADS}/{taken.json()['upload_id']}"

    assert (taken.status_code, taken.json()["state"], taken.json()["rows"]) == (202, "waiting", 2)
    assert (again.json(), again["Idempotency-Replayed"]) == (taken.json(), "true")
    assert send(client, file_of(("a", loan.no, 5))).status_code == 422
    working.run()

    told = client.get(address).json()
    assert (told["state"], told["done"], told["failed"]) == ("done", 1, 1)
    assert client.get(UPLOADS).json()["items"] == [told]
    refused = client.get(f"{address}/rows?is_done=false").json()["items"]
    assert [(row["number"], row["error"]["field"]) for row in refused] == [(2, "amount_minor")]
    answer = client.get(f"{address}/result")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["number"], row["is_done"], row["field"]) for row in rows] == [
        ("1", "true", ""),
        ("2", "false", "amount_minor"),
    ]
    assert rows[0]["result"] == LoanEvent.objects.get(kind="repay").key
    assert rows[1]["remedy"]


def test_what_somebody_else_has_sent_does_not_exist(branch: Branch, program: Program) -> None:
    loan = make_loan(branch)
    address = f"{UPLOADS}/{send(program(Role.ACCOUNTANT), file_of(('a', loan.no, 100))).json()['upload_id']}"
    other = program(Role.ACCOUNTANT)

    for path in (address, f"{address}/rows", f"{address}/result"):
        assert other.get(path).status_code == 404
    assert other.get(UPLOADS).json()["items"] == []


@pytest.mark.parametrize("scopes", [(Scope.UPLOADS_WRITE,), (Scope.REPAYMENTS_WRITE,)])
def test_sending_needs_its_own_scope_and_that_of_the_rows(
    branch: Branch, program: Program, scopes: tuple[Scope, ...]
) -> None:
    answer = send(program(Role.ACCOUNTANT, *scopes), file_of(("a", make_loan(branch).no, 100)))

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert not Upload.objects.exists()


def test_a_file_without_a_key_or_with_a_wrong_head_is_refused(branch: Branch, program: Program) -> None:
    client, body = program(Role.ACCOUNTANT), file_of(("a", make_loan(branch).no, 100))

    without = client.post(UPLOADS, body, content_type="application/json")
    wrong = send(client, body | {"content": body["content"].replace("source", "sauce", 1)})

    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_missing")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "sauce")
    assert not Upload.objects.exists()
