"""Customers for tests, recorded through the verbs."""

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

from stdnum.cn import ric, uscc

from xindai.customers.services import Recorded, record_company, record_person
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.testing import make_branch

_count = itertools.count(1)

GOOD_FACTS = {
    "checking_account_band": "from_200_or_salary",
    "savings_band": "from_1000",
    "employment_since_band": "from_7_years",
    "credit_history": "all_here_repaid",
    "other_debtors": "none",
    "other_instalment_plans": "none",
    "disposable_income_minor": 800_000,
}
"""Facts of a person who earns the best service."""

COMPANY_FACTS = {
    "industry_code": "C26",
    "headcount": 120,
    "revenue_minor": 5_000_000_000,
    "assets_minor": 4_000_000_000,
    "total_debt_minor": 2_000_000_000,
    "annual_cash_flow_minor": 400_000_000,
    "founded_on": "2016-05-01",
}
"""Facts of an ordinary manufacturer."""


def make_identity_number(serial: int | None = None, birth_date: str = "19850615", gender: str = "male") -> str:
    """A valid resident identity number; its last serial digit is odd for a man and even for a woman."""
    drawn = 2 * next(_count) + (gender == "male") if serial is None else serial
    body = f"110105{birth_date}{drawn % 1000:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def make_company_number(serial: int | None = None) -> str:
    """A valid unified social credit code."""
    body = f"91110105MA{(next(_count) if serial is None else serial):07d}"
    return body + str(uscc.calc_check_digit(body))


def make_person(
    actor: Actor,
    *,
    branch: Branch | None = None,
    facts: Mapping[str, Any] | None = None,
    name: str = "王建国",
    identity_number: str | None = None,
    on: date = date(2024, 7, 1),
    mobile: str | None = None,
) -> Recorded:
    """A recorded person, with the number of somebody of the gender that the facts state."""
    stated = GOOD_FACTS if facts is None else facts
    number = identity_number or make_identity_number(gender=str(stated.get("gender", "male")))
    return record_person(
        actor,
        branch_id=(branch or make_branch()).pk,
        name=name,
        identity_number=number,
        facts=_stated(stated),
        consents=["personal_data", "automated_decision"],
        on=on,
        mobile=mobile,
    )


def make_company(
    actor: Actor,
    *,
    branch: Branch | None = None,
    facts: Mapping[str, Any] | None = None,
    name: str = "示例制造有限公司",
    on: date = date(2024, 7, 1),
) -> Recorded:
    """A recorded company."""
    return record_company(
        actor,
        branch_id=(branch or make_branch()).pk,
        name=name,
        identity_number=make_company_number(),
        facts=_stated(COMPANY_FACTS if facts is None else facts),
        on=on,
    )


def _stated(facts: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    return {name: (value, "application") for name, value in facts.items()}
