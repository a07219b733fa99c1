"""Files of many acts: each row is done by the verb of its page, or refused with field and remedy; nothing twice."""

import json
from typing import Any

import pytest

from xindai.applications.models import Application
from xindai.customers.models import Customer
from xindai.customers.testing import make_identity_number
from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_branch
from xindai.identity.tokens import actor_of
from xindai.kernel.errors import InvalidInput, NotPermitted
from xindai.products.testing import make_live_products
from xindai.servicing.models import LoanEvent
from xindai.servicing.testing import MONDAY, make_loan, open_bank
from xindai.uploads import queries, services, working
from xindai.uploads.models import State, Upload, UploadRow

pytestmark = pytest.mark.django_db

HEAD = "key,loan_no,amount_minor,currency,on,source"


@pytest.fixture
def branch(db: None) -> Branch:
    """The branch of the open bank."""
    return open_bank()


def program(role: Role, branch: Branch | None = None) -> Actor:
    issued = clients.register(
        Actor.system("test"),
        name="Core",
        roles=[role],
        scopes=list(Scope),
        branch_code=branch.code if branch else None,
    )
    return actor_of(issued.client)


def payment(loan_no: str, key: str, amount: Any = 100) -> str:
    return f"{key},{loan_no},{amount},CNY,{MONDAY},transfer"


def take(actor: Actor, *lines: str, kind: str = "repayments", file_format: str = "csv") -> Upload:
    return services.take(actor, kind=kind, file_format=file_format, content="\n".join(lines))


def errors(upload: Upload) -> dict[int, Any]:
    return {row.number: services.error_of(upload, row) for row in queries.rows(upload) if not row.is_done}


def test_each_row_is_booked_by_itself_and_a_wrong_one_hinders_no_other(branch: Branch) -> None:
    loan, other = make_loan(branch), make_loan(make_branch("B02"))
    sender = program(Role.ACCOUNTANT, branch)
    upload = take(
        sender, HEAD, payment(loan.no, "a"), payment(loan.no, "b", "1e3"), payment(other.no, "c"), payment(loan.no, "d"),
    )  # fmt: skip

    assert working.run() == 4

    upload.refresh_from_db()
    refused = errors(upload)
    assert upload.state == State.DONE
    assert queries.progress([upload])[upload.pk] == queries.Progress(2, 2)
    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 2
    assert not LoanEvent.objects.filter(loan=other, kind="repay").exists()
    assert (refused[2]["code"], refused[2]["field"]) == ("invalid_input", "amount_minor")
    assert "whole number" in refused[2]["message"]["en"]
    assert "整数" in refused[2]["message"]["zh"]
    assert all(refused[2]["remedy"].values())
    assert refused[3]["code"] == "not_found"
    assert {event.made_by for event in LoanEvent.objects.filter(kind="repay")} == {sender.label}


def test_sent_again_nothing_happens_twice_and_another_act_under_a_key_is_refused(branch: Branch) -> None:
    loan, sender = make_loan(branch), program(Role.ACCOUNTANT, branch)
    first = take(sender, HEAD, payment(loan.no, "a"), payment(loan.no, "b"))
    working.run()
    again = take(sender, HEAD, payment(loan.no, "a"), payment(loan.no, "b", 200), payment(loan.no, "c"))
    working.run()

    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 3
    results = [[row.result for row in queries.rows(one) if row.is_done] for one in (first, again)]
    assert results[0][0] == results[1][0]
    assert {number: error["code"] for number, error in errors(again).items()} == {2: "idempotency_conflict"}


def test_a_key_that_was_used_for_another_act_is_told_as_the_row_names_it(branch: Branch) -> None:
    loan, sender = make_loan(branch), program(Role.ACCOUNTANT, branch)
    upload = take(sender, HEAD, payment(loan.no, "R-0302/7"), payment(loan.no, "R-0302/7", 200))
    working.run()

    refused = errors(upload)[2]
    assert refused["field"] == "key"
    assert refused["message"] == {
        "zh": "幂等键“R-0302/7”已用于其他操作。",
        "en": "The key “R-0302/7” has already been used for something else.",
    }
    assert all(refused["remedy"].values())


def test_persons_are_recorded_with_facts_and_found_again_and_nothing_personal_is_kept_in_the_clear(
    branch: Branch,
) -> None:
    sender, number = program(Role.LOAN_OFFICER, branch), make_identity_number()
    lines = [
        "name,identity_number,consents,fact.disposable_income_minor,source",
        f"王建国,{number},personal_data,800000,application",
        "李四,110105198506150000,personal_data,800000,application",
    ]
    upload = take(sender, *lines, kind="persons")
    kept = bytes(Upload.objects.get().sealed)
    working.run()
    again = take(sender, *lines, kind="persons")
    working.run()

    assert Customer.objects.count() == 1
    no = Customer.objects.get().no
    assert [[row.result for row in queries.rows(one) if row.is_done] for one in (upload, again)] == [[no], [no]]
    assert errors(upload)[2]["field"] == "identity_number"
    assert number.encode() not in kept
    assert bytes(Upload.objects.first().sealed) == b""  # type: ignore[union-attr]
    assert "110105198506150000" not in str(list(UploadRow.objects.values()))


def test_applications_come_as_lines_of_json_and_start_once_a_key(branch: Branch) -> None:
    make_live_products(MONDAY)
    sender = program(Role.LOAN_OFFICER, branch)
    take(sender, "name,identity_number,consents", f"王建国,{make_identity_number()},personal_data", kind="persons")
    working.run()
    row = {
        "key": "A-1", "customer_no": Customer.objects.get().no, "product_code": "consumer", "amount_minor": 2_000_000,
        "currency": "CNY", "term_months": 12, "purpose": "education",
    }  # fmt: skip
    lines = [json.dumps(row), "no json", json.dumps(row | {"key": "A-2", "term_months": "12"}), json.dumps(row)]
    lines.append(json.dumps(row | {"amount_minor": 3_000_000}))

    upload = take(sender, *lines, kind="applications", file_format="jsonl")
    working.run()

    assert Application.objects.count() == 1
    assert [row.result for row in queries.rows(upload) if row.is_done] == [Application.objects.get().no] * 2
    assert {number: error["field"] for number, error in errors(upload).items()} == {
        2: "row",
        3: "term_months",
        5: "key",
    }


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (["key,loan_no,amount_minor,currency,on"], "source"),
        ([HEAD + ",colour"], "colour"),
        ([HEAD + ",key"], "key"),
        ([HEAD], "content"),
        ([HEAD, 'a,"b'], "content"),
        ([HEAD, *["a,b,1,CNY,2025-03-03,x"] * 10_001], "content"),
        ([HEAD, "a,b\x07,1,CNY,2025-03-03,x"], "content"),
    ],
)
def test_a_file_that_cannot_be_worked_is_refused_as_a_whole(branch: Branch, lines: list[str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        take(program(Role.ACCOUNTANT, branch), *lines)

    assert refused.value.field == field
    assert refused.value.remedy_text()
    assert not Upload.objects.exists()


def test_who_lacks_the_right_of_the_rows_sends_nothing(branch: Branch) -> None:
    loan = make_loan(branch)
    for role, kind in ((Role.AUDITOR, "repayments"), (Role.ACCOUNTANT, "persons")):
        with pytest.raises(NotPermitted):
            take(program(role, branch), HEAD, payment(loan.no, "a"), kind=kind)
    assert not Upload.objects.exists()


def test_a_file_of_a_client_that_has_ended_is_stopped(branch: Branch) -> None:
    loan, sender = make_loan(branch), program(Role.ACCOUNTANT, branch)
    upload = take(sender, HEAD, payment(loan.no, "a"))
    clients.end(Actor.system("test"), client_id=sender.name)

    assert working.run() == 0

    upload.refresh_from_db()
    assert (upload.state, bytes(upload.sealed)) == (State.STOPPED, b"")
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()
