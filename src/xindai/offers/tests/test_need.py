"""Needs that cannot be answered: each names its field and the remedy."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loanmath import LoanMathError, Terms
from xindai.kernel.errors import InvalidInput
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR
from xindai.offers.need import Need, check_need
from xindai.products.testing import shipped_products

FORBIDDEN = frozenset({"gambling"})
GOOD = Need("consumer", 5_000_00, "CNY", 24, "furniture", "level")


def check(need: Need, kind: str = "person") -> None:
    check_need(need, shipped_products()[need.product_code], kind, FORBIDDEN)


def test_a_good_need_passes() -> None:
    check(GOOD)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -1}, "amount_minor"),
        ({"amount_minor": 199_99}, "amount_minor"),
        ({"amount_minor": LARGEST_AMOUNT_MINOR + 1}, "amount_minor"),
        ({"amount_minor": 10**32}, "amount_minor"),
        ({"collateral_value_minor": LARGEST_AMOUNT_MINOR + 1}, "collateral_value_minor"),
        ({"currency": "USD"}, "currency"),
        ({"term_months": 0}, "term_months"),
        ({"term_months": 2}, "term_months"),
        ({"term_months": 601}, "term_months"),
        ({"purpose": "moon_flight"}, "purpose"),
        ({"purpose": "car_new"}, "purpose"),
        ({"method": "interest_first"}, "method"),
        ({"method": "never"}, "method"),
        ({"collateral_value_minor": -1}, "collateral_value_minor"),
        ({"product_code": "car", "purpose": "car_new"}, "collateral_value_minor"),
        ({"product_code": "working_capital", "purpose": "stock"}, "product_code"),
    ],
)
def test_a_need_that_cannot_be_answered_names_field_and_remedy(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        check(replace(GOOD, **change))
    assert raised.value.field == field
    assert raised.value.remedy_text()
    assert "{" not in str(raised.value) + raised.value.remedy_text()


def test_a_forbidden_purpose_is_no_mistake_but_a_reason_to_refuse() -> None:
    check(replace(GOOD, purpose="gambling"))


def test_a_term_above_the_law_is_no_mistake_but_gets_a_counter_offer() -> None:
    check(replace(GOOD, term_months=72))


def test_an_amount_above_the_products_largest_is_no_mistake_but_gets_a_counter_offer() -> None:
    check(replace(GOOD, amount_minor=LARGEST_AMOUNT_MINOR))


def test_what_a_need_may_ask_for_is_what_the_terms_of_a_loan_can_hold() -> None:
    known: dict[str, Any] = {
        "method": "level",
        "currency": "CNY",
        "rate_ppb": 50_000_000,
        "day_count": "30E/360",
        "disbursed_on": date(2024, 7, 1),
        "first_due_on": date(2024, 8, 1),
        "instalments": 12,
    }
    assert Terms(principal_minor=LARGEST_AMOUNT_MINOR, **known).principal_minor == LARGEST_AMOUNT_MINOR
    with pytest.raises(LoanMathError, match="principal_minor"):
        Terms(principal_minor=LARGEST_AMOUNT_MINOR + 1, **known)
