"""Product files: what is shipped is sound, and what is wrong is said in words."""

from copy import deepcopy
from typing import Any

import pytest
from django.utils import translation

from loanmath import Role
from xindai.kernel.errors import InvalidInput
from xindai.ledger.accounts import CHART
from xindai.products.files import read_folder
from xindai.products.spec import MINOR_PER_UNIT, parse_spec
from xindai.products.testing import PRODUCT_FOLDER, shipped_pack, shipped_products


@pytest.fixture
def car() -> dict[str, Any]:
    return next(deepcopy(content) for content in read_folder(PRODUCT_FOLDER) if content["code"] == "car")


def problems(content: Any) -> str:
    with translation.override("en"), pytest.raises(InvalidInput) as raised:
        parse_spec(content)
    return str(raised.value)


def test_the_shipped_products_are_these_six() -> None:
    assert sorted(shipped_products()) == [
        "car",
        "commercial_real_estate",
        "consumer",
        "long_term_investment",
        "personal_business",
        "working_capital",
    ]


def test_every_law_that_a_product_names_stands_in_the_policy() -> None:
    legal, penalty = shipped_pack().section("legal"), shipped_pack().section("penalty")
    for spec in shipped_products().values():
        assert spec.penalty in penalty
        assert spec.unsecured_law is None or spec.unsecured_law in legal["unsecured_cap_minor"]
        assert spec.entrusted_payment_law is None or (
            spec.entrusted_payment_law in legal["entrusted_payment_above_minor"]
        )
        for purpose in spec.purposes:
            assert purpose.term_law is None or purpose.term_law in legal["longest_term_months"]
            assert purpose.value_law is None or purpose.value_law in legal["value_share_ppm"]


def test_every_product_has_a_price_grid_and_every_document_a_name() -> None:
    pricing, packages = shipped_pack().section("pricing"), shipped_pack().section("packages")
    for spec in shipped_products().values():
        assert spec.code in pricing["products"]
        assert set(spec.documents) <= packages["document_names"].keys()


def test_every_product_posts_to_the_accounts_of_the_chart() -> None:
    chart = {line.role: line.code for line in CHART if line.role in set(Role)}
    for spec in shipped_products().values():
        assert spec.accounting.accounts == chart


def test_no_purpose_of_a_person_is_served_by_two_products() -> None:
    purposes = [
        purpose.code
        for spec in shipped_products().values()
        if "person" in spec.customer_kinds
        for purpose in spec.purposes
    ]
    assert len(purposes) == len(set(purposes))


def test_all_four_repayment_methods_are_lent() -> None:
    methods = {offered.method for spec in shipped_products().values() for offered in spec.methods}
    assert methods == {"level", "equal_principal", "interest_first", "bullet"}


def test_amounts_of_a_file_are_whole_units_and_become_minor_units() -> None:
    spec = shipped_products()["car"]
    assert spec.smallest_amount_minor == spec.amount.smallest * MINOR_PER_UNIT["CNY"]


def test_a_missing_part_is_named(car: dict[str, Any]) -> None:
    del car["name"]
    assert "name: is missing" in problems(car)


def test_a_misspelt_word_is_named(car: dict[str, Any]) -> None:
    car["amonut"] = car["amount"]
    assert "amonut: is not a word of product files" in problems(car)


def test_a_wrong_choice_lists_the_choices(car: dict[str, Any]) -> None:
    car["day_count"] = "actual"
    message = problems(car)
    assert "day_count: “actual” is not possible" in message
    assert "act/360" in message


def test_a_range_that_is_upside_down_says_what_to_do(car: dict[str, Any]) -> None:
    car["term_months"] = {"smallest": 60, "largest": 3}
    assert "term_months: the smallest value is above the largest" in problems(car)


def test_every_mistake_is_listed_at_once(car: dict[str, Any]) -> None:
    del car["name"]
    car["purposes"][1]["name"] = {"zh": "", "en": "Used car"}
    message = problems(car)
    assert "name: is missing" in message
    assert "purposes 2 › name › zh: must not be empty" in message


def test_an_accounting_map_without_a_role_says_which(car: dict[str, Any]) -> None:
    del car["accounting"]["accounts"]["cash"]
    assert "give an account for: cash" in problems(car)


def test_a_method_that_nobody_could_choose_is_refused(car: dict[str, Any]) -> None:
    car["methods"] = [{"method": "level", "longest_term_months": 1}]
    assert "could never be chosen" in problems(car)


def test_a_purpose_given_twice_is_refused(car: dict[str, Any]) -> None:
    car["purposes"].append(car["purposes"][0])
    assert "purpose given twice: car_new" in problems(car)


def test_a_share_of_collateral_without_collateral_is_refused(car: dict[str, Any]) -> None:
    del car["collateral"]
    assert "no collateral is given" in problems(car)
