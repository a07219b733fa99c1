"""What holds for every operation: keys, pages, filters, and refusals of what is not described."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from xindai.api.tests.conftest import Program
from xindai.api.tests.test_clients import LOANS, pay
from xindai.api.v1 import api
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.kernel import business_date, idempotency, sql
from xindai.kernel.errors import InFlight
from xindai.servicing.models import LoanEvent
from xindai.servicing.testing import MONDAY, close_until, make_loan


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_same_key_gives_the_first_answer_again_also_after_other_payments(branch: Branch, program: Program) -> None:
    loan, client = make_loan(branch), program(Role.ACCOUNTANT)

    first = pay(client, loan.no, key="k1")
    pay(client, loan.no, key="k2")
    again = pay(client, loan.no, key="k1")

    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 2


def test_a_key_that_was_refused_is_free_again(branch: Branch, program: Program) -> None:
    loan, client = make_loan(branch), program(Role.ACCOUNTANT)

    refused = pay(client, loan.no, currency="USD")
    done = pay(client, loan.no)

    assert refused.status_code >= 400
    assert done.status_code == 201


def test_a_key_of_another_operation_is_refused(branch: Branch, program: Program) -> None:
    loan, client = make_loan(branch), program(Role.ACCOUNTANT)
    pay(client, loan.no)
    payload = {"amount_minor": 1_000_00, "currency": "CNY", "on": MONDAY.isoformat(), "source": "transfer"}

    answer = client.post(
        f"{LOANS}/{loan.no}/prepayments", payload, content_type="application/json", headers={"Idempotency-Key": "k1"}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_conflict")


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_act_is_still_at_work_is_told_so() -> None:
    began, finish = threading.Event(), threading.Event()

    def long_act() -> None:
        def act() -> str:
            began.set()
            finish.wait(20)
            return "done"

        idempotency.once_or_refuse("test", "slow", "f", act)
        connections.close_all()

    worker = threading.Thread(target=long_act)
    worker.start()
    try:
        assert began.wait(20)
        with pytest.raises(InFlight) as refused:
            idempotency.once_or_refuse("test", "slow", "f", lambda: "twice")
    finally:
        finish.set()
        worker.join(20)

    assert (refused.value.status, refused.value.code) == (409, "in_flight")
    assert idempotency.once_or_refuse("test", "slow", "f", lambda: "twice") == ("done", False)


def test_a_payment_in_flight_answers_409(branch: Branch, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    loan, client = make_loan(branch), program(Role.ACCOUNTANT)
    monkeypatch.setattr(sql, "try_lock", lambda _name: False)  # as when another session holds the lock

    answer = pay(client, loan.no)

    assert (answer.status_code, answer.json()["code"]) == (409, "in_flight")
    assert answer.json()["remedy"]
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def walk(client: Client, sort: str) -> list[str]:
    """All numbers of a list, page by page."""
    numbers, after = [], ""
    while True:
        told = client.get(LOANS, {"sort": sort, "limit": "2", "after": after}).json()
        numbers += [row["no"] for row in told["items"]]
        if told["next"] is None:
            return numbers
        after = told["next"]


@pytest.mark.parametrize("sort", ["no", "-no", "principal_minor", "-principal_minor", "-days_past_due", "disbursed_on"])
def test_pages_hold_every_row_once_in_the_order_asked_for(branch: Branch, program: Program, sort: str) -> None:
    for principal in (30, 10, 20, 10, 10):
        make_loan(branch, principal_minor=principal * 100_00)
    client = program(Role.AUDITOR)

    numbers = walk(client, sort)
    whole = [row["no"] for row in client.get(LOANS, {"sort": sort, "limit": "200"}).json()["items"]]

    assert numbers == whole
    assert len(set(numbers)) == 5


def test_filters_narrow_and_can_be_combined(branch: Branch, program: Program) -> None:
    late, client = make_loan(branch), program(Role.AUDITOR)
    close_until(MONDAY + timedelta(days=12))
    young = make_loan(branch, on=business_date.current())

    assert [row["no"] for row in client.get(LOANS, {"overdue_from": "1"}).json()["items"]] == [late.no]
    assert [row["no"] for row in client.get(LOANS, {"state": "active", "overdue_from": "0"}).json()["items"]] == sorted(
        [late.no, young.no]
    )
    assert client.get(LOANS, {"state": "closed"}).json()["items"] == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"sort": "colour"}, "sort"),
        ({"state": "happy"}, "state"),
        ({"loan_class": "6"}, "loan_class"),
        ({"after": "a:b:c"}, "after"),
        ({"limit": "0"}, "limit"),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_its_name(
    branch: Branch, program: Program, asked: dict[str, str], field: str
) -> None:
    answer = program(Role.AUDITOR).get(LOANS, asked)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["remedy"]


def test_a_cursor_is_good_for_its_own_sort_only(branch: Branch, program: Program) -> None:
    for _ in range(3):
        make_loan(branch)
    client = program(Role.AUDITOR)
    cursor = client.get(LOANS, {"limit": 2}).json()["next"]

    answer = client.get(LOANS, {"limit": 2, "after": cursor, "sort": "-no"})

    assert (answer.status_code, answer.json()["field"]) == (422, "after")


def test_the_number_that_the_first_release_gave_as_a_cursor_still_serves(branch: Branch, program: Program) -> None:
    numbers = sorted(make_loan(branch).no for _ in range(3))

    told = program(Role.AUDITOR).get(LOANS, {"after": numbers[0]}).json()

    assert [row["no"] for row in told["items"]] == numbers[1:]


def test_every_operation_names_its_scope_and_every_payment_its_key() -> None:
    for path, method, operation in described():
        parameters = {one["name"]: one for one in operation["parameters"]}
        if operation["operationId"] in {"get_token", "quote_loans", "find_products", "check_eligibility"}:
            continue
        assert "Scope: `" in operation["description"] or "For people" in operation["description"], path
        moves_money = method == "post" and path.rpartition("/")[2] in {
            "repayments", "prepayments", "settlements", "recoveries", "reversals", "uploads",
        }  # fmt: skip
        assert not moves_money or parameters["Idempotency-Key"]["required"], path
        assert set(operation["responses"]) >= {401, 403, 422, 429}, path
        assert (412 in operation["responses"]) == ("If-Match" in parameters), path


def test_the_journal_and_the_transactions_of_a_loan_agree_with_its_settlement(branch: Branch, program: Program) -> None:
    loan, client = make_loan(branch), program(Role.ACCOUNTANT)
    pay(client, loan.no)
    path = f"{LOANS}/{loan.no}"

    kinds = [row["kind"] for row in client.get(f"{path}/transactions").json()["items"]]
    journal = client.get(f"{path}/journal").json()["items"]
    plan = client.get(f"{path}/schedule").json()
    figure = client.get(f"{path}/settlement").json()

    assert kinds == ["repay", "disburse"]
    assert sum(line["amount_minor"] for line in journal) == 0
    assert sum(row["principal_minor"] for row in plan["items"]) == loan.principal_minor
    assert figure["amount_minor"] == figure["principal_minor"] + figure["interest_minor"] - figure["overpaid_minor"]


def test_a_payment_is_shared_by_the_loans_of_a_customer_before_it_is_recorded(branch: Branch, program: Program) -> None:
    loan, other, client = make_loan(branch), make_loan(branch), program(Role.ACCOUNTANT)
    type(loan).objects.filter(pk=other.pk).update(customer_id=loan.customer_id)
    path = f"{LOANS}/{loan.no}/shares"

    shared = client.get(f"{path}?amount_minor=1300000&first={other.no}").json()

    assert [(one["loan_no"], one["amount_minor"]) for one in shared["items"]] == [
        (loan.no, 1_000_00), (other.no, 12_000_00)
    ]  # fmt: skip
    assert (shared["currency"], shared["left_minor"]) == ("CNY", 0)
    assert client.get(f"{path}?amount_minor=1&first=LN-X").status_code == 404
    assert client.get(path, {"amount_minor": 0}).status_code == 422


def test_settling_ends_a_loan_and_a_reversal_opens_it_again(branch: Branch, program: Program) -> None:
    loan, client = make_loan(branch), program(Role.ACCOUNTANT)
    path = f"{LOANS}/{loan.no}"
    figure = client.get(f"{path}/settlement").json()["amount_minor"]
    payload = {"amount_minor": figure, "currency": "CNY", "on": MONDAY.isoformat(), "source": "transfer"}

    def post(what: str, body: dict[str, Any], key: str) -> Any:
        return client.post(f"{path}/{what}", body, content_type="application/json", headers={"Idempotency-Key": key})

    settled = post("settlements", payload, "s1")
    state = client.get(path).json()["state"]
    key = client.get(f"{path}/transactions").json()["items"][0]["key"]
    reversed_ = post("reversals", {"key": key, "on": MONDAY.isoformat(), "reason": "Called back."}, "r1")

    assert (settled.status_code, state) == (201, "closed")
    assert (reversed_.status_code, reversed_.json()["reverses"]) == (201, key)
    assert client.get(path).json()["state"] == "active"


def test_the_trial_balance_is_zero_and_the_days_tell_how_far_the_books_are(branch: Branch, program: Program) -> None:
    make_loan(branch)
    close_until(MONDAY + timedelta(days=2))
    client = program(Role.ACCOUNTANT)

    balance = client.get("/api/v1/trial-balance").json()
    days = client.get("/api/v1/business-days", {"limit": 2}).json()

    assert sum(row["balance_minor"] for row in balance["items"]) == 0
    assert [day["is_open"] for day in days["items"]] == [True, False]
    assert days["next"]
