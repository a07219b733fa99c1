"""Programs at the door: a token for a secret, what it opens, and when it opens nothing any more."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from xindai.api.tests.conftest import SYSTEM, Program, SignIn, make_client
from xindai.identity import clients
from xindai.identity.models import ApiSecret, ApiToken, Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_branch
from xindai.kernel import audit, clock
from xindai.kernel.models import RequestWindow
from xindai.servicing.models import LoanEvent
from xindai.servicing.testing import MONDAY, make_loan

TOKEN = "/api/v1/oauth/token"
LOANS = "/api/v1/loans"
PORTFOLIO = "/api/v1/portfolio"
FORM = "application/x-www-form-urlencoded"


def ask(fields: str, authorization: str = "", content_type: str = FORM) -> Any:
    headers = {"authorization": authorization} if authorization else {}
    return Client().post(TOKEN, fields, content_type=content_type, headers=headers)


def basic(issued: clients.Issued, secret: str = "") -> str:
    pair = f"{issued.client.client_id}:{secret or issued.secret}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def bearing(token: str) -> Client:
    return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})


def pay(client: Client, no: str, key: str = "k1", **changes: Any) -> Any:
    payload = {"amount_minor": 1_000_00, "currency": "CNY", "on": MONDAY.isoformat(), "source": "transfer"}
    return client.post(
        f"{LOANS}/{no}/repayments",
        payload | changes,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_a_program_gets_a_token_for_its_secret_and_calls_with_it(branch: Branch) -> None:
    issued, loan = make_client([Role.AUDITOR], [Scope.LOANS_READ]), make_loan(branch)

    answer = ask("grant_type=client_credentials", basic(issued))
    told = answer.json()

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 900, "loans:read")
    assert [row["no"] for row in bearing(told["access_token"]).get(LOANS).json()["items"]] == [loan.no]


def test_the_secret_can_also_come_in_the_form_and_the_token_for_fewer_scopes(branch: Branch) -> None:
    issued = make_client([Role.AUDITOR], [Scope.LOANS_READ, Scope.BOOKS_READ])
    fields = f"grant_type=client_credentials&client_id={issued.client.client_id}&client_secret={issued.secret}"

    told = ask(f"{fields}&scope=books:read").json()
    answer = bearing(told["access_token"]).get(LOANS)

    assert told["scope"] == "books:read"
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert "loans:read" in answer.json()["title"]
    assert 'scope="loans:read"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("fields", "content_type", "status", "error"),
    [
        ("", FORM, 400, "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", FORM, 400, "invalid_request"),
        ('{"grant_type": "client_credentials"}', "application/json", 400, "invalid_request"),
        ("grant_type=password", FORM, 400, "unsupported_grant_type"),
        ("grant_type=client_credentials&scope=loans:read%20moon:read", FORM, 400, "invalid_scope"),
        ("grant_type=client_credentials&scope=books:read", FORM, 400, "invalid_scope"),
        ("grant_type=client_credentials&client_secret=twice", FORM, 400, "invalid_request"),
    ],
)
def test_a_request_for_a_token_is_refused_in_the_words_of_the_standard(
    branch: Branch, fields: str, content_type: str, status: int, error: str
) -> None:
    answer = ask(fields, basic(make_client([Role.AUDITOR], [Scope.LOANS_READ])), content_type)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("authorization", ["", "Basic !", "Basic " + base64.b64encode(b"\xff\xfe").decode(), "wrong"])
def test_a_wrong_secret_and_an_unknown_client_are_refused_alike(branch: Branch, authorization: str) -> None:
    issued = make_client([Role.AUDITOR])
    sent = basic(issued, "xs_wrong") if authorization == "wrong" else authorization

    answer = ask("grant_type=client_credentials", sent)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Basic ")
    assert not ApiToken.objects.exists()


def test_tokens_are_asked_for_a_limited_number_of_times_a_minute(branch: Branch, settings: Any) -> None:
    settings.TOKEN_REQUESTS_A_MINUTE = 2

    answers = [ask("grant_type=client_credentials") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_neither_secret_nor_token_is_kept(branch: Branch) -> None:
    issued = make_client([Role.AUDITOR])
    token = ask("grant_type=client_credentials", basic(issued)).json()["access_token"]

    assert issued.secret not in str(list(ApiSecret.objects.values()))
    assert token not in str(list(ApiToken.objects.values()))


def test_an_ended_client_opens_nothing_from_that_moment_on(branch: Branch) -> None:
    issued = make_client([Role.AUDITOR])
    client = bearing(ask("grant_type=client_credentials", basic(issued)).json()["access_token"])
    assert client.get(LOANS).status_code == 200

    clients.end(SYSTEM, client_id=issued.client.client_id)
    answer = client.get(LOANS)

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert ask("grant_type=client_credentials", basic(issued)).status_code == 401


def test_a_token_ends_by_itself(branch: Branch) -> None:
    issued = make_client([Role.AUDITOR])
    client = bearing(ask("grant_type=client_credentials", basic(issued)).json()["access_token"])

    with clock.simulated(clock.now() + timedelta(minutes=16)):
        assert client.get(LOANS).status_code == 401


def test_after_a_rotation_both_secrets_open_until_the_overlap_is_over(branch: Branch) -> None:
    old = make_client([Role.AUDITOR])
    new = clients.rotate_secret(SYSTEM, client_id=old.client.client_id, overlap=timedelta(hours=1))
    fields = "grant_type=client_credentials"

    assert [ask(fields, basic(one)).status_code for one in (old, new)] == [200, 200]
    with clock.simulated(clock.now() + timedelta(hours=2)):
        assert [ask(fields, basic(one)).status_code for one in (old, new)] == [401, 200]


def test_a_client_without_the_scope_is_refused_by_its_name_whatever_its_role(branch: Branch, program: Program) -> None:
    loan = make_loan(branch)

    answer = pay(program(Role.ACCOUNTANT, Scope.LOANS_READ), loan.no)

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert "repayments:write" in answer.json()["title"]
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def test_a_client_with_the_scope_but_not_the_role_is_refused_too(branch: Branch, program: Program) -> None:
    loan = make_loan(branch)

    answer = pay(program(Role.AUDITOR), loan.no)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def test_what_a_client_does_stands_under_its_name(branch: Branch, program: Program) -> None:
    loan = make_loan(branch)
    client = program(Role.ACCOUNTANT, Scope.REPAYMENTS_WRITE, Scope.LOANS_READ)

    answer = pay(client, loan.no)

    event = LoanEvent.objects.get(loan=loan, kind="repay")
    label = event.made_by
    assert answer.status_code == 201
    assert label.startswith("client:xc_")
    assert clients.names_of([label]) == {label: "Core banking"}
    told = client.get(f"{LOANS}/{loan.no}/transactions").json()["items"][0]
    assert (told["kind"], told["made_by"]) == ("repay", "Core banking")


def test_rows_outside_the_branch_of_a_client_do_not_exist_for_it(branch: Branch, program: Program) -> None:
    loan, other = make_loan(branch), make_loan(make_branch("B02"))
    client = program(Role.ACCOUNTANT, branch=branch)

    assert [row["no"] for row in client.get(LOANS).json()["items"]] == [loan.no]
    assert client.get(f"{LOANS}/{other.no}").status_code == 404
    assert pay(client, other.no).status_code == 404
    assert not LoanEvent.objects.filter(loan=other, kind="repay").exists()


def test_two_clients_may_use_the_same_key_for_different_payments(branch: Branch, program: Program) -> None:
    one, other = make_loan(branch), make_loan(branch)

    answers = [pay(program(Role.ACCOUNTANT), loan.no) for loan in (one, other)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert LoanEvent.objects.filter(kind="repay").count() == 2


def test_the_headers_tell_what_is_left_of_the_minute_until_nothing_is(branch: Branch, program: Program) -> None:
    client = program(Role.AUDITOR, requests_a_minute=2)

    answers = [client.get(LOANS) for _ in range(3)]

    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert answers[2].json()["code"] == "too_many_requests"
    assert answers[2]["Retry-After"] == answers[2]["RateLimit-Reset"]
    RequestWindow.objects.update(began_at=clock.now() - timedelta(minutes=2))
    assert client.get(LOANS)["RateLimit-Remaining"] == "1"


def test_a_request_with_a_token_is_the_program_s_whatever_cookie_comes_with_it(
    branch: Branch, sign_in: SignIn, program: Program
) -> None:
    person, weak = sign_in(Role.ACCOUNTANT), program(Role.AUDITOR, Scope.BOOKS_READ)
    weak.cookies = person.cookies

    assert weak.get(LOANS).json()["code"] == "insufficient_scope"


def test_a_token_opens_no_page(branch: Branch, program: Program) -> None:
    answer = program(Role.AUDITOR).get("/loans/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/loans/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_client_reads_refusals_in_the_language_that_it_asks_for(
    branch: Branch, program: Program, language: str
) -> None:
    answer = program(Role.AUDITOR, Scope.BOOKS_READ, language=language).get(LOANS)

    assert ("令牌" in answer.json()["title"]) == (language == "zh-hans")
    assert answer.json()["remedy"]
    assert answer.json()["request_id"] == answer["X-Request-ID"]


def test_the_making_rotating_and_ending_of_a_client_are_audited_without_its_secret(branch: Branch) -> None:
    issued = make_client([Role.AUDITOR])
    clients.rotate_secret(SYSTEM, client_id=issued.client.client_id, overlap=timedelta(0))
    ended = clients.end(SYSTEM, client_id=issued.client.client_id)

    changes = audit.history(ended)
    secrets = audit.history(ApiSecret.objects.filter(client=ended).earliest("pk"))

    assert [change.verb for change in changes] == ["client.register", "client.end"]
    assert [change.verb for change in secrets] == ["client.register", "client.rotate_secret"]
    assert "secret_hash" not in secrets[0].after
