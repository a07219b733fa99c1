"""The server checks every rule that a form checks: what a page would not let happen is refused when it is sent all the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.outsiders.conftest import Staffed
from tests.outsiders.test_every_route import address
from xindai.applications.models import Application
from xindai.identity.models import Check
from xindai.identity.roles import Role
from xindai.kernel import business_date
from xindai.ledger.models import Transaction
from xindai.servicing.models import LoanEvent

pytestmark = pytest.mark.django_db


def books() -> tuple[int, int]:
    return LoanEvent.objects.count(), Transaction.objects.count()


def pay(client: Client, bank: Staffed, key: str = "rule", **changes: Any) -> Any:
    content = {"amount_minor": 100, "currency": "CNY", "on": business_date.current().isoformat(), "source": "counter"}
    return client.post(
        address("api-v1:repayments", bank.own),
        content | changes,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_what_is_right_is_recorded_once(bank: Staffed) -> None:
    client, before = bank.client(Role.ACCOUNTANT), books()
    assert [pay(client, bank).status_code for _time in range(2)] == [201, 201]
    assert books() == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_minor": 0},
        {"amount_minor": -100},
        {"amount_minor": 10**17},
        {"amount_minor": 1.5},
        {"amount_minor": "hundred"},
        {"amount_minor": "100"},
        {"amount_minor": 100.0},
        {"amount_minor": True},
        {"evil": 1},
        {"currency": "USD"},
        {"currency": "cny"},
        {"on": "2024-02-30"},
        {"source": ""},
    ],
)
def test_a_repayment_that_cannot_be_is_refused_by_its_field(bank: Staffed, changes: dict[str, Any]) -> None:
    before = books()
    answer = pay(bank.client(Role.ACCOUNTANT), bank, **changes)
    assert answer.status_code == 422
    assert next(iter(changes)) in answer.json()["field"]
    assert answer.json()["remedy"]
    assert books() == before


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_a_repayment_of_another_day_than_the_open_one_is_refused(bank: Staffed, days: int) -> None:
    before, on = books(), business_date.current() + timedelta(days=days)
    assert pay(bank.client(Role.ACCOUNTANT), bank, on=on.isoformat()).status_code in {409, 422}
    assert books() == before


def test_the_same_key_with_another_amount_is_refused(bank: Staffed) -> None:
    client = bank.client(Role.ACCOUNTANT)
    assert pay(client, bank).status_code == 201
    before = books()
    assert pay(client, bank, amount_minor=200).status_code == 422
    assert books() == before


def test_a_repayment_is_not_recorded_before_its_effect_was_confirmed(bank: Staffed) -> None:
    before = books()
    form = {"amount": "1.00", "source": "counter", "receipt": "R-1"}
    assert bank.client(Role.LOAN_OFFICER).post(address("repayment", bank.own), form).status_code == 200
    assert books() == before


@pytest.mark.parametrize("code", ["submit", "offer", "decide", "draw_up", "sign", "none"])
def test_a_step_that_is_not_the_next_one_is_refused(bank: Staffed, code: str) -> None:
    """The application has a loan already: none of these may happen again."""
    client, before = bank.client(Role.LOAN_OFFICER), Application.objects.get(no=bank.own.application).version
    answer = client.post(reverse("application-step", args=[bank.own.application, code]))
    assert answer.status_code in {404, 409, 422}
    assert Application.objects.get(no=bank.own.application).version == before


def test_nobody_decides_on_what_they_have_proposed(bank: Staffed) -> None:
    check = Check.objects.get(pk=bank.own.check)
    check.maker = bank.people[Role.APPROVER]
    check.save()
    answer = bank.client(Role.APPROVER).post(address("check", bank.own), {"verdict": "approve"})
    assert answer.status_code in {403, 422}
    assert Check.objects.get(pk=bank.own.check).state == "waiting"


def test_nobody_decides_above_their_limit(bank: Staffed) -> None:
    check = Check.objects.get(pk=bank.own.check)
    check.amount_minor = 10**12
    check.save()
    answer = bank.client(Role.APPROVER).post(address("check", bank.own), {"verdict": "approve"})
    assert answer.status_code in {403, 422}
    assert Check.objects.get(pk=bank.own.check).state == "waiting"


def test_a_return_without_a_reason_is_refused(bank: Staffed) -> None:
    answer = bank.client(Role.APPROVER).post(address("check", bank.own), {"verdict": "return", "reason": " "})
    assert answer.status_code == 422
    assert Check.objects.get(pk=bank.own.check).state == "waiting"
