"""Companies that do not exist, with figures that hang together."""

from collections import Counter
from datetime import date

import pytest
from stdnum.cn import uscc

from xindai.demonstration import companies
from xindai.demonstration.chance import Chance
from xindai.demonstration.records import ApplicationRecord
from xindai.demonstration.synthetic_numbers import age_on

ARRIVAL = date(2025, 3, 14)


@pytest.fixture(scope="module")
def generated() -> list[ApplicationRecord]:
    return [companies.record(number, ARRIVAL, Chance("test")) for number in range(1, 201)]


def test_every_credit_code_is_valid_and_nobody_elses(generated: list[ApplicationRecord]) -> None:
    assert all(uscc.is_valid(company.identity_number) for company in generated)
    assert len({company.identity_number for company in generated}) == 200


def test_the_four_industries_are_there_in_equal_number(generated: list[ApplicationRecord]) -> None:
    sections = Counter(str(company.facts["industry_code"].value)[0] for company in generated)
    assert sections["C"] == sections["A"] == 50
    assert sections["B"] + sections["D"] + sections["E"] == 50


def test_the_three_needs_of_companies_are_there(generated: list[ApplicationRecord]) -> None:
    products = Counter(company.wish.product_code for company in generated)
    assert products["working_capital"] > products["long_term_investment"] > products["commercial_real_estate"] > 0


def test_debts_never_exceed_assets(generated: list[ApplicationRecord]) -> None:
    for company in generated:
        assert 0 < company.facts["total_debt_minor"].value < company.facts["assets_minor"].value


def test_years_in_business_follow_from_the_founding_date(generated: list[ApplicationRecord]) -> None:
    for company in generated:
        founded_on = date.fromisoformat(str(company.facts["founded_on"].value))
        assert age_on(founded_on, ARRIVAL) == company.facts["years_in_business"].value


def test_no_outcome_is_claimed(generated: list[ApplicationRecord]) -> None:
    assert all(company.outcome is None for company in generated)
