"""Refusals are what the description says, whole in one language: status, problem document, words."""

import re
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.utils import translation
from ninja import Schema

from xindai.api import (
    applications,
    checks,
    collections,
    contracts,
    customers,
    loans,
    quotes,
    schemas,
    shop,
    uploads,
    webhooks,
    wording,
)
from xindai.api.tests.conftest import SignIn
from xindai.api.tests.test_v1 import LOANS, PORTFOLIO, post
from xindai.api.v1 import api
from xindai.identity.models import Branch, User
from xindai.identity.roles import Role
from xindai.kernel import wording as kernel_wording
from xindai.servicing.testing import make_loan

MODULES = (applications, checks, collections, contracts, customers, loans, quotes, schemas, shop, uploads, webhooks)
"""Where the bodies of requests are described."""
PROBLEM = "application/problem+json"
NAMES = {"amount_minor", "Cookie", "csrftoken", "X-CSRFToken", "JSON", "openapi", "json", "evil", "on", "body"}
"""What stays as it is in a Chinese text: fields, headers and files."""


def asked_bodies() -> list[type[Schema]]:
    """The schemas that requests fill."""
    return [
        schema
        for module in MODULES
        for schema in vars(module).values()
        if isinstance(schema, type) and issubclass(schema, schemas.Asked) and schema is not schemas.Asked
    ]


def latin_in(problem: Mapping[str, Any]) -> set[str]:
    """Latin words in what a person reads of a refusal, names left out."""
    return set(re.findall(r"[A-Za-z][A-Za-z_-]+", f"{problem['title']} {problem.get('remedy', '')}")) - NAMES


def in_chinese(client: Client) -> Client:
    """The same caller, who reads Chinese."""
    User.objects.update(language="zh-hans")
    return client


@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize("address", [PORTFOLIO, LOANS, f"{LOANS}/LN00-000000-0/repayments", "/api/v1/openapi.json"])
def test_whoever_has_not_signed_in_is_asked_to(branch: Branch, address: str, method: str) -> None:
    answer = getattr(Client(headers={"accept-language": "en"}), method)(address)

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (401, PROBLEM, "not_signed_in")
    assert answer["WWW-Authenticate"].startswith('Cookie realm="xindai", form-action="/sign-in/"')
    assert answer.json()["remedy"]


def test_whoever_has_signed_in_without_the_right_is_refused_as_before(branch: Branch, sign_in: SignIn) -> None:
    answer = sign_in(Role.AUDITOR).post(f"{LOANS}/LN00-000000-0/repayments")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


@pytest.mark.parametrize(("address", "allowed"), [(PORTFOLIO, "GET"), (f"{LOANS}/LN00-000000-0/repayments", "POST")])
def test_a_method_that_is_not_served_is_refused_with_those_that_are(
    branch: Branch, sign_in: SignIn, address: str, allowed: str
) -> None:
    answer = sign_in(Role.ACCOUNTANT).delete(address)

    assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (405, PROBLEM, allowed)
    assert (answer.json()["code"], answer.json()["status"]) == ("method_not_allowed", 405)
    assert allowed in answer.json()["remedy"]


@pytest.mark.parametrize("changes", [{"amount_minor": True}, {"amount_minor": 0}, {"evil": 1}, {"on": "soon"}])
def test_a_wrong_shape_is_refused_in_chinese_alone(branch: Branch, sign_in: SignIn, changes: dict[str, Any]) -> None:
    client = in_chinese(sign_in(Role.ACCOUNTANT))

    answer = post(client, make_loan(branch), **changes)

    assert answer.status_code == 422
    assert latin_in(answer.json()) == set()


def test_what_cannot_be_read_is_refused_in_chinese_alone(branch: Branch, sign_in: SignIn) -> None:
    client, loan = in_chinese(sign_in(Role.ACCOUNTANT)), make_loan(branch)
    address = f"{LOANS}/{loan.no}/repayments"
    post(client, loan)
    token = {"X-CSRFToken": client.cookies["csrftoken"].value, "Idempotency-Key": "k2"}

    answers = [
        client.post(address, "{", content_type="application/json", headers=token),
        client.post(address, "[1]", content_type="application/json", headers=token),
        client.post(address, "{}", content_type="application/json"),
    ]

    assert [answer.status_code for answer in answers] == [400, 422, 403]
    assert [latin_in(answer.json()) for answer in answers] == [set(), set(), set()]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", [*kernel_wording.KINDS, "unheard_of"])
def test_every_kind_of_mistake_has_words_that_name_the_field(kind: str, language: str) -> None:
    limits = {"gt": 0, "ge": 1, "le": 2, "min_length": 3, "max_length": 4}
    mistake = {"type": kind, "loc": ("body", "payload", "evil"), "ctx": limits, "msg": "Input should be fine"}

    with translation.override(language):
        problem = wording.of_shape(mistake).as_problem()

    assert problem["field"] == "evil"
    assert "evil" in str(problem["title"])
    assert "Input should" not in str(problem["title"])
    assert problem["remedy"]
    assert language == "en" or latin_in(problem) == set()


def test_every_body_of_a_request_forbids_what_it_does_not_know_and_coerces_no_number() -> None:
    assert asked_bodies()
    for schema in asked_bodies():
        assert schema.model_config["extra"] == "forbid", schema
        for name, field in schema.model_fields.items():
            is_strict = any(getattr(one, "strict", False) for one in field.metadata)
            assert field.annotation is not int or is_strict, (schema, name)


def test_every_body_that_the_description_names_is_one_of_these() -> None:
    described = api.get_openapi_schema()
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for operations in described["paths"].values()
        for operation in operations.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]

    assert bodies
    assert set(bodies) <= {schema.__name__ for schema in asked_bodies()}
    for name in bodies:
        assert described["components"]["schemas"][name]["additionalProperties"] is False


def test_every_body_has_an_example_that_its_schema_admits() -> None:
    described = api.get_openapi_schema()
    for operations in described["paths"].values():
        for operation in operations.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None:
                schema = {**body["schema"], "components": described["components"]}
                jsonschema.validate(body["example"], schema)
                assert body["example"], operation["operationId"]
