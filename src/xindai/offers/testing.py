"""Quotes under the shipped policy and products, and a bank that lends by them, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from loanmath.calendar import Calendar
from xindai.customers.services import Recorded
from xindai.customers.testing import GOOD_FACTS, make_company, make_person
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.offers.need import Need
from xindai.offers.policy import OfferPolicy, offer_policy
from xindai.offers.quoting import Quote, quote
from xindai.offers.standing import Means, Standing
from xindai.policies.testing import make_live_policy
from xindai.products.testing import ON, make_live_products, shipped_pack, shipped_products

PERSON = Standing("person", "medium", 620, "medium", "other", "individual", "standard")
COMPANY = Standing("company", "medium", 600, "medium", "manufacturing", "small", "standard")


def policy() -> OfferPolicy:
    """The offer's part of the shipped pack."""
    return offer_policy(shipped_pack())


def quoted(need: Need, standing: Standing = PERSON, means: Means | None = None, **change: Any) -> Quote:
    """The quote for a need under the shipped policy; ``change`` alters the standing."""
    return quote(
        need,
        shipped_products()[need.product_code],
        replace(standing, **change),
        means or Means(disposable_income_minor=6_000_00),
        policy(),
        on=ON,
        calendar=Calendar(),
    )


CONSUMER = Need("consumer", 5_000_00, "CNY", 24, "furniture", "level")
CAR = Need("car", 10_000_00, "CNY", 36, "car_new", collateral_value_minor=20_000_00)
WORKING_CAPITAL = Need("working_capital", 1_000_000_00, "CNY", 12, "stock")

MIDDLING_FACTS = {**GOOD_FACTS, "checking_account_band": "none", "savings_band": "none_or_unknown"}
"""Facts of a person whom the rules leave to people."""

POOR_FACTS = {
    **MIDDLING_FACTS,
    "employment_since_band": "unemployed",
    "credit_history": "delayed_in_past",
    "other_instalment_plans": "bank",
}
"""Facts of a person whom the rules refuse."""


@dataclass(frozen=True)
class Scene:
    """A branch with an officer and an approver, under the shipped policy and products."""

    branch: Branch
    officer: Actor
    approver: Actor


def make_scene(live_from: date = ON) -> Scene:
    """The bank of most tests."""
    make_live_policy(live_from)
    make_live_products(live_from)
    branch = make_branch()
    return Scene(branch, actor(Role.LOAN_OFFICER, branch), actor(Role.APPROVER, branch))


def person(scene: Scene, facts: Mapping[str, Any] | None = None) -> Recorded:
    """A customer of the scene's branch."""
    return make_person(scene.officer, branch=scene.branch, facts=facts)


def company(scene: Scene) -> Recorded:
    """A company of the scene's branch."""
    return make_company(scene.officer, branch=scene.branch)
