"""The finder and the eligibility check answer everybody and keep nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xindai.identity.models import Branch
from xindai.products.testing import make_live_products
from xindai.servicing.testing import MONDAY

SEARCH = "/api/v1/product-search"
CHECK = "/api/v1/eligibility"
WISH = {"kind": "person", "purpose": "education", "amount_minor": 2_000_000, "term_months": 12}


@pytest.fixture(autouse=True)
def _lent(branch: Branch) -> None:
    make_live_products(MONDAY)


def ask(path: str, body: Any, language: str = "en") -> Any:
    return Client(headers={"accept-language": language}).post(path, body, content_type="application/json")


def test_a_stranger_finds_products_with_the_range_of_their_prices() -> None:
    answer = ask(SEARCH, WISH)

    found = answer.json()["fitting"]
    assert answer.status_code == 200
    assert "consumer" in [one["product_code"] for one in found]
    for one in found:
        assert set(one["name"]) == {"zh", "en"}
        assert one["lowest"]["annual_rate_ppb"] <= one["highest"]["annual_rate_ppb"]
        assert one["lowest"]["total_minor"] > WISH["amount_minor"]
    rates = [one["lowest"]["annual_rate_ppb"] for one in found]
    assert rates == sorted(rates)


def test_a_product_that_would_serve_another_amount_says_which_bound_is_broken() -> None:
    told = ask(SEARCH, WISH | {"amount_minor": 10**12}).json()

    assert told["fitting"] == []
    assert {"bound", "value"} <= set(told["unfitting"][0])
    assert 0 < told["unfitting"][0]["value"] < 10**12


def test_the_rules_say_what_stands_against_a_loan_and_what_could_be_lent() -> None:
    means = {"disposable_income_minor": 1_500_000, "other_instalments_minor": 0}
    good = ask(CHECK, WISH | {"age_years": 35, "means": means}).json()["answers"]
    young = ask(CHECK, WISH | {"age_years": 12, "means": means}).json()["answers"]

    assert [one["against"] for one in good if one["product_code"] == "consumer"] == [[]]
    assert next(one["amount_minor"] for one in good if one["product_code"] == "consumer") > 0
    assert all(one["against"] and one["amount_minor"] is None for one in young)
    assert all(set(finding["text"]) == {"zh", "en"} for one in young for finding in one["against"])


def test_neither_writes_anything() -> None:
    with CaptureQueriesContext(connection) as asked:
        ask(SEARCH, WISH)
        ask(CHECK, WISH)

    assert asked.captured_queries
    assert {query["sql"].split()[0] for query in asked.captured_queries} <= {"SELECT", "SAVEPOINT", "RELEASE"}


@pytest.mark.parametrize("path", [SEARCH, CHECK])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_minor": "20000"}, "amount_minor"),
        ({"term_months": 0}, "term_months"),
        ({"kind": "cat"}, "kind"),
        ({"purpose": "gambling"}, "purpose"),
        ({"purpose": "moon_flight"}, "purpose"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(path: str, changes: dict[str, Any], field: str) -> None:
    answer = ask(path, WISH | changes)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["remedy"]
