"""From a stranger to a running loan over the interface: a program works, people decide where people must."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from xindai.api.tests.conftest import Program, SignIn
from xindai.customers.testing import GOOD_FACTS, make_identity_number
from xindai.identity.models import Branch, Check
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_branch, make_limit, make_user
from xindai.offers.testing import POOR_FACTS
from xindai.products.testing import make_live_products
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import MONDAY

V1 = "/api/v1"
NEED = {
    "product_code": "consumer",
    "amount_minor": 2_000_000,
    "currency": "CNY",
    "term_months": 12,
    "purpose": "education",
}
REQUEST = {"term_months": 12, "amount_minor": 2_000_000, "instalment_rate_band": "below_20"}


class Caller:
    """A client that sends and reads JSON, with the version of what it changes."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **asked: Any) -> Any:
        return self.client.get(f"{V1}{path}", asked)

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, of: str = "", **headers: str) -> Any:
        if of:
            headers["If-Match"] = self.get(of)["ETag"]
        return self.client.post(f"{V1}{path}", body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def lender(branch: Branch) -> Branch:
    """A bank with its products live."""
    make_live_products(MONDAY)
    return branch


@pytest.fixture
def officer(lender: Branch, program: Program) -> Caller:
    return Caller(program(Role.LOAN_OFFICER, branch=lender))


def person(role: Role, branch: Branch) -> Caller:
    """Somebody who has signed in; the token against forgery is not what is tried here."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(role, branch), backend="django.contrib.auth.backends.ModelBackend")
    return Caller(client)


def recorded(officer: Caller, known: Mapping[str, Any] = GOOD_FACTS) -> str:
    facts = {name: {"value": value, "source": "application"} for name, value in known.items()}
    answer = officer.post(
        "/customers/persons",
        {"name": "王建国", "identity_number": make_identity_number(), "facts": facts, "consents": ["personal_data"]},
    )
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["no"])


def approved(officer: Caller) -> str:
    """An application that the rules have approved."""
    customer = recorded(officer)
    no = officer.post("/applications", {"customer_no": customer, "need": NEED}).json()["no"]
    path = f"/applications/{no}"
    assert officer.post(f"{path}/submission", of=path).status_code == 200
    assert officer.post(f"/customers/{customer}/class", {"request_facts": REQUEST}).status_code == 201
    assert officer.post(f"{path}/offer", of=path).status_code == 200
    decided = officer.post(f"{path}/decision", of=path).json()
    assert decided["state"] == "approved", decided["decisions"]
    return str(no)


def signed(officer: Caller) -> str:
    """A signed contract whose conditions are all satisfied."""
    application = f"/applications/{approved(officer)}"
    drawn = officer.post(f"{application}/contract", {"disburse_on": MONDAY.isoformat()}, of=application).json()
    path = f"/contracts/{drawn['no']}"
    evidence = {condition["code"]: "DOC-1" for condition in drawn["conditions"]}
    if evidence:
        assert officer.post(f"{path}/conditions", {"evidence": evidence}, of=path).json()["open_conditions"] == 0
    assert officer.post(f"{path}/signature", of=path).json()["state"] == "signed"
    return str(drawn["no"])


def test_a_program_brings_a_customer_to_a_loan_and_people_pay_it_out(lender: Branch, officer: Caller) -> None:
    contract = signed(officer)
    path = f"/contracts/{contract}"
    check = officer.post(f"{path}/disbursement-request", of=path).json()["check_id"]
    approver = person(Role.APPROVER, lender)
    listed = approver.get("/checks", state="waiting").json()["items"]

    verdict = {"approve": True, "reason": "Seen."}
    answer = approver.post(f"/checks/{check}/decision", verdict, of=f"/checks/{check}", **{"Idempotency-Key": "c1"})

    assert [(one["check_id"], one["kind"], one["maker"]) for one in listed] == [(check, "disbursement", "Core banking")]
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    told = officer.get(path).json()
    loan = officer.get(f"/loans/{told['loan_no']}").json()
    assert (told["state"], loan["state"], loan["principal_minor"]) == ("disbursed", "active", 2_000_000)
    assert LoanEvent.objects.filter(loan__no=told["loan_no"], kind="disburse").count() == 1


def test_paying_out_twice_with_the_same_key_pays_once(lender: Branch, officer: Caller) -> None:
    path = f"/contracts/{signed(officer)}"
    check = officer.post(f"{path}/disbursement-request", of=path).json()["check_id"]
    approver = person(Role.APPROVER, lender)
    tag = approver.get(f"/checks/{check}")["ETag"]

    answers = [
        approver.post(f"/checks/{check}/decision", {"approve": True}, **{"Idempotency-Key": "c1", "If-Match": tag})
        for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.get("Idempotency-Replayed") for answer in answers] == [None, "true", "true"]
    assert answers[0].json() == answers[2].json()
    assert Loan.objects.count() == 1


def test_a_program_is_never_the_second_person(lender: Branch, officer: Caller, program: Program) -> None:
    path = f"/contracts/{signed(officer)}"
    check = officer.post(f"{path}/disbursement-request", of=path).json()["check_id"]
    approver = Caller(program(Role.APPROVER, branch=lender))

    answer = approver.post(f"/checks/{check}/decision", {"approve": True}, **{"Idempotency-Key": "c1", "If-Match": "*"})

    assert (answer.status_code, answer.json()["code"]) == (403, "people_only")
    assert not Loan.objects.exists()
    assert Check.objects.get(pk=check).state == "waiting"


def test_a_request_can_be_returned_to_its_maker_with_a_reason(lender: Branch, officer: Caller) -> None:
    path = f"/contracts/{signed(officer)}"
    check = f"/checks/{officer.post(f'{path}/disbursement-request', of=path).json()['check_id']}"
    approver = person(Role.APPROVER, lender)

    bare = approver.post(f"{check}/decision", {"approve": False}, of=check, **{"Idempotency-Key": "c1"})
    given = approver.post(
        f"{check}/decision", {"approve": False, "reason": "Wrong payee."}, of=check, **{"Idempotency-Key": "c1"}
    )

    assert (bare.status_code, bare.json()["field"]) == (422, "reason")
    assert (given.status_code, given.json()["state"], given.json()["reason"]) == (200, "returned", "Wrong payee.")
    assert not Loan.objects.exists()


def test_a_refusal_is_brought_before_people_who_recommend_and_confirm(lender: Branch, officer: Caller) -> None:
    customer = recorded(officer, POOR_FACTS)
    path = f"/applications/{officer.post('/applications', {'customer_no': customer, 'need': NEED}).json()['no']}"
    officer.post(f"{path}/submission", of=path)
    officer.post(f"/customers/{customer}/class", {"request_facts": REQUEST})
    officer.post(f"{path}/offer", of=path)
    decided = officer.post(f"{path}/decision", of=path).json()
    reviewed = officer.post(f"{path}/review", of=path).json()
    assert (decided["state"], reviewed["state"]) == ("refused", "referred")
    make_limit(Role.RISK_MANAGER, "credit_decision", 10**12)
    maker, checker = person(Role.LOAN_OFFICER, lender), person(Role.RISK_MANAGER, lender)
    body = {"outcome": "refuse", "reason_codes": ["score"], "words": "Seen."}

    refused = officer.post(f"{path}/recommendation", body, of=path)
    made = maker.post(f"{path}/recommendation", body, of=path)
    check = f"/checks/{made.json()['check_id']}"
    verdict = checker.post(f"{check}/decision", {"approve": True}, of=check, **{"Idempotency-Key": "d1"})

    assert (refused.status_code, refused.json()["code"]) == (403, "people_only")
    assert made.status_code == 201
    assert (verdict.status_code, verdict.json()["state"]) == (200, "approved")
    told = officer.get(path).json()
    assert (told["state"], [one["kind"] for one in told["decisions"]]) == ("refused", ["automatic", "confirmed"])


def test_a_customer_sent_twice_is_recorded_once_and_told_masked(lender: Branch, officer: Caller) -> None:
    number = make_identity_number()
    body = {"name": "王建国", "identity_number": number, "facts": {}, "consents": []}

    answers = [officer.post("/customers/persons", body).json() for _ in range(2)]
    told = officer.get(f"/customers/{answers[0]['no']}").json()

    assert [answer["is_new"] for answer in answers] == [True, False]
    assert answers[0]["no"] == answers[1]["no"]
    assert "建国" not in told["name"]
    assert number not in str(told)


def test_personal_facts_are_known_but_not_told(lender: Branch, officer: Caller) -> None:
    no = recorded(officer)
    facts = {
        "employer": {"value": "示例公司", "source": "application"},
        "headcount_wrong": {"value": 1, "source": "application"},
    }

    refused = officer.post(f"/customers/{no}/facts", {"facts": facts})
    added = officer.post(f"/customers/{no}/facts", {"facts": {"employer": facts["employer"]}})
    told = {one["name"]: one for one in officer.get(f"/customers/{no}/facts").json()["items"]}

    assert (refused.status_code, refused.json()["field"]) == (422, "headcount_wrong")
    assert (added.status_code, added.json()["added"]) == (201, 1)
    assert (told["employer"]["value"], told["employer"]["is_personal"]) == (None, True)
    assert told["disposable_income_minor"]["value"] == GOOD_FACTS["disposable_income_minor"]


def test_a_class_is_told_with_reasons_in_both_languages(lender: Branch, officer: Caller) -> None:
    no = recorded(officer)

    missing = officer.get(f"/customers/{no}/class")
    found = officer.post(f"/customers/{no}/class", {"request_facts": REQUEST}).json()

    assert missing.status_code == 404
    assert found["rating"] in {"high", "medium", "low"}
    assert all(reason["text"]["zh"] and reason["text"]["en"] for reason in found["reasons"])
    assert officer.get(f"/customers/{no}/class").json() == found


def test_a_caller_in_several_branches_must_name_one(lender: Branch, program: Program) -> None:
    make_branch("B02")
    anywhere = Caller(program(Role.LOAN_OFFICER))
    body = {"name": "王建国", "identity_number": make_identity_number(), "consents": []}

    assert anywhere.post("/customers/persons", body).json()["field"] == "branch_code"
    assert anywhere.post("/customers/persons", {**body, "branch_code": "B02"}).status_code == 201
    assert anywhere.post("/customers/persons", {**body, "branch_code": "B99"}).status_code == 404


def test_a_change_needs_the_version_that_was_read(lender: Branch, officer: Caller) -> None:
    no = officer.post("/applications", {"customer_no": recorded(officer), "need": NEED}).json()["no"]
    path = f"/applications/{no}"
    tag = officer.get(path)["ETag"]

    missing = officer.post(f"{path}/submission")
    done = officer.post(f"{path}/submission", **{"If-Match": tag})
    stale = officer.post(f"{path}/withdrawal", {"reason": "No more."}, **{"If-Match": tag})
    weak = officer.post(f"{path}/withdrawal", {"reason": "No more."}, **{"If-Match": f"W/{done['ETag']}"})
    fresh = officer.post(f"{path}/withdrawal", {"reason": "No more."}, **{"If-Match": done["ETag"]})

    assert [answer.status_code for answer in (missing, done, stale, weak, fresh)] == [428, 200, 412, 412, 200]
    assert (missing.json()["field"], stale.json()["code"]) == ("If-Match", "version_conflict")
    assert officer.get(path).json()["state"] == "withdrawn"


def test_an_application_started_twice_under_one_key_is_one(lender: Branch, officer: Caller) -> None:
    body = {"customer_no": recorded(officer), "need": NEED}

    answers = [officer.post("/applications", body, **{"Idempotency-Key": "a1"}) for _ in range(2)]
    other = officer.post("/applications", {**body, "purpose_statement": "Other."}, **{"Idempotency-Key": "a1"})

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["no"] == answers[1].json()["no"]
    assert answers[0]["ETag"] == answers[1]["ETag"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    assert len(officer.get("/applications").json()["items"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"product_code": "moon"}, "product_code"),
        ({"amount_minor": 1}, "amount_minor"),
        ({"currency": "USD"}, "currency"),
        ({"purpose": "moon"}, "purpose"),
        ({"term_months": 0}, "need.term_months"),
        ({"amount_minor": "much"}, "need.amount_minor"),
        ({"colour": "red"}, "need.colour"),
    ],
)
def test_a_need_that_cannot_be_answered_is_refused_by_its_field(
    lender: Branch, officer: Caller, change: Mapping[str, Any], field: str
) -> None:
    answer = officer.post("/applications", {"customer_no": recorded(officer), "need": {**NEED, **change}})

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["remedy"]


def test_what_is_lent_and_by_which_policy_can_be_read(lender: Branch, program: Program) -> None:
    reader = Caller(program(Role.AUDITOR, Scope.POLICIES_READ))

    policy, products = reader.get("/policy").json(), reader.get("/products").json()

    assert policy["version"] == "cn-1"
    assert all(figure["reference"]["zh"] and figure["unit"] for figure in policy["figures"])
    assert "consumer" in [product["code"] for product in products["items"]]


def test_a_person_needs_no_scope_but_the_token_against_forgery(lender: Branch, sign_in: SignIn) -> None:
    client = sign_in(Role.LOAN_OFFICER, lender)

    assert client.get(f"{V1}/customers").status_code == 200
    assert client.post(f"{V1}/customers/persons", {}, content_type="application/json").json()["code"] == "csrf_failed"


def test_a_mobile_number_is_kept_by_the_verb_of_the_page(lender: Branch, officer: Caller) -> None:
    path = f"/customers/{recorded(officer)}"

    answer = officer.post(f"{path}/mobile", {"mobile": "13800138000"})
    wrong = officer.post(f"{path}/mobile", {"mobile": "12"})

    assert answer.status_code == 200
    assert answer.json() == officer.get(path).json()
    assert answer.json()["mobile"].endswith("8000")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "mobile")
