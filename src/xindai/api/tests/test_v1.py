"""Version 1 of the interface, as a program at the other end sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from xindai.api.tests.conftest import SignIn
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import MONDAY, close_until, make_loan

LOANS = "/api/v1/loans"
PORTFOLIO = "/api/v1/portfolio"


def post(client: Client, loan: Loan, key: str | None = "k1", **changes: Any) -> Any:
    """Record a repayment as a program does: with its key and the token against forgery."""
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies["csrftoken"] = request.META["CSRF_COOKIE"]
    payload = {"amount_minor": 1_000_00, "currency": "CNY", "on": MONDAY.isoformat(), "source": "transfer"}
    headers = {"X-CSRFToken": token} | ({"Idempotency-Key": key} if key is not None else {})
    return client.post(
        f"{LOANS}/{loan.no}/repayments", payload | changes, content_type="application/json", headers=headers
    )


def test_a_page_of_loans_leads_to_the_next_until_all_have_been_told(branch: Branch, sign_in: SignIn) -> None:
    numbers = sorted(make_loan(branch).no for _ in range(3))
    client = sign_in(Role.AUDITOR)

    first = client.get(LOANS, {"limit": 2}).json()
    second = client.get(LOANS, {"limit": 2, "after": first["next"]}).json()

    assert [one["no"] for one in first["items"]] == numbers[:2]
    assert [one["no"] for one in second["items"]] == numbers[2:]
    assert second["next"] is None


def test_a_loan_is_told_in_minor_units_with_its_plan(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)

    told = sign_in(Role.LOAN_OFFICER, branch).get(f"{LOANS}/{loan.no}").json()

    assert (told["no"], told["currency"], told["principal_minor"]) == (loan.no, "CNY", 12_000_00)
    assert told["state"] == "active"
    assert sum(row["principal_minor"] for row in told["schedule"]) == 12_000_00
    assert [row["number"] for row in told["schedule"]] == list(range(1, 13))
    assert told["schedule"][0]["due_on"] == (MONDAY + timedelta(days=3)).isoformat()
    for row in told["schedule"]:
        assert row["unpaid_minor"] == row["principal_minor"] + row["interest_minor"]


def test_the_loans_of_another_branch_do_not_exist_for_the_caller(branch: Branch, sign_in: SignIn) -> None:
    loan, other = make_loan(branch), make_loan(make_branch("B02"))
    client = sign_in(Role.LOAN_OFFICER, branch)

    assert [one["no"] for one in client.get(LOANS).json()["items"]] == [loan.no]
    assert client.get(f"{LOANS}/{other.no}").status_code == 404
    assert post(client, other).status_code == 404
    assert not LoanEvent.objects.filter(loan=other, kind="repay").exists()


@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_page_of_another_size_is_refused_by_its_field(branch: Branch, sign_in: SignIn, limit: str) -> None:
    answer = sign_in(Role.AUDITOR).get(LOANS, {"limit": limit})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["field"] == "limit"
    assert answer.json()["remedy"]


def test_a_repayment_is_recorded_with_how_it_was_used(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)

    answer = post(sign_in(Role.ACCOUNTANT), loan)

    told = answer.json()
    used = [told[f"{name}_minor"] for name in ("penalty", "interest", "principal", "overpaid")]
    assert answer.status_code == 201
    assert (told["loan_no"], told["amount_minor"], told["on"]) == (loan.no, 1_000_00, MONDAY.isoformat())
    assert sum(used) == 1_000_00


def test_the_same_key_gives_the_same_answer_and_moves_no_money_again(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)
    client = sign_in(Role.ACCOUNTANT)

    answers = [post(client, loan).json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 1


def test_the_same_key_with_other_content_is_refused(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)
    client = sign_in(Role.ACCOUNTANT)
    post(client, loan)

    answer = post(client, loan, amount_minor=2_000_00)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_conflict")
    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -1}, "amount_minor"),
        ({"amount_minor": 10.5}, "amount_minor"),
        ({"amount_minor": 10**15 + 1}, "amount_minor"),
        ({"amount_minor": True}, "amount_minor"),
        ({"amount_minor": "100"}, "amount_minor"),
        ({"amount_minor": 100.0}, "amount_minor"),
        ({"amount_minor": None}, "amount_minor"),
        ({"evil": 1}, "evil"),
        ({"payload": 1}, "payload"),
        ({"on": 1_741_564_800}, "on"),
        ({"on": f"{MONDAY.isoformat()}T00:00:00"}, "on"),
        ({"on": "2025-02-30"}, "on"),
        ({"currency": "yuan"}, "currency"),
        ({"source": ""}, "source"),
        ({"key": "k" * 91}, "idempotency_key"),
        ({"key": "key with spaces"}, "idempotency_key"),
    ],
)
def test_a_repayment_of_a_wrong_shape_is_refused_by_its_field(
    branch: Branch, sign_in: SignIn, changes: dict[str, Any], field: str
) -> None:
    loan = make_loan(branch)

    answer = post(sign_in(Role.ACCOUNTANT), loan, **changes)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["field"].replace("-", "_").lower() == field
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def test_a_payment_without_a_key_is_refused_before_anything_happens(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)

    answer = post(sign_in(Role.ACCOUNTANT), loan, key=None)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert answer.json()["field"] == "Idempotency-Key"
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def test_the_largest_amount_is_named_to_whoever_is_above_it(branch: Branch, sign_in: SignIn) -> None:
    answer = post(sign_in(Role.ACCOUNTANT), make_loan(branch), amount_minor=10**15 + 1).json()

    assert answer["title"] == "“amount_minor” must be at most 1000000000000000."
    assert answer["remedy"]


def test_money_of_another_currency_and_of_another_day_is_refused(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)
    client = sign_in(Role.ACCOUNTANT)

    for number, changes in enumerate([{"currency": "USD"}, {"on": (MONDAY - timedelta(days=1)).isoformat()}]):
        answer = post(client, loan, key=f"k{number}", **changes)
        assert answer.status_code in {409, 422}, answer.json()
        assert answer.json()["remedy"]
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def test_a_request_without_the_token_against_forgery_changes_nothing(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)
    payload = {"amount_minor": 100, "currency": "CNY", "on": MONDAY.isoformat(), "source": "transfer"}

    answer = sign_in(Role.ACCOUNTANT).post(
        f"{LOANS}/{loan.no}/repayments",
        payload,
        content_type="application/json",
        headers={"Idempotency-Key": "forged"},
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert "X-CSRFToken" in answer.json()["remedy"]
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def test_a_body_that_is_no_json_is_refused_as_such(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)
    client = sign_in(Role.ACCOUNTANT)
    post(client, loan)

    answer = client.post(
        f"{LOANS}/{loan.no}/repayments",
        "{",
        content_type="application/json",
        headers={"Idempotency-Key": "k2", "X-CSRFToken": client.cookies["csrftoken"].value},
    )

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "bad_request"


def test_the_portfolio_is_that_of_the_last_close(branch: Branch, sign_in: SignIn) -> None:
    loan = make_loan(branch)
    client = sign_in(Role.RISK_MANAGER)

    before = client.get(PORTFOLIO)
    close_until(MONDAY + timedelta(days=1))
    after = client.get(PORTFOLIO).json()

    assert before.status_code == 409
    assert (after["as_of"], after["loans"], after["principal_minor"]) == (MONDAY.isoformat(), 1, loan.principal_minor)


def test_every_answer_bears_the_identity_of_its_request(branch: Branch, sign_in: SignIn) -> None:
    answer = sign_in(Role.AUDITOR).get(f"{LOANS}/LN00-000000-0")

    assert answer.status_code == 404
    assert answer.json()["request_id"] == answer["X-Request-ID"]
