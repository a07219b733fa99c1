"""A bank with policy, products and people, and applications on their way, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xindai.applications import services
from xindai.applications.models import Application
from xindai.classification.services import classify
from xindai.customers.services import Recorded
from xindai.customers.testing import GOOD_FACTS, make_company, make_person
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.offers.models import Offer
from xindai.offers.need import Need
from xindai.policies.testing import make_live_policy
from xindai.products.testing import ON, make_live_products

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


def answered(
    scene: Scene, need: Need = CONSUMER, facts: Mapping[str, Any] | None = None, on: date = ON, **started: Any
) -> Application:
    """An application that is submitted and has its offer: what the rules decide on."""
    customer = company(scene) if need.product_code == "working_capital" else person(scene, facts)
    request = {
        "term_months": need.term_months,
        "amount_minor": need.amount_minor,
        "instalment_rate_band": "below_20",
    }
    application = services.start(scene.officer, customer_id=customer.id, need=need, on=on, **started)
    services.submit(scene.officer, application_no=application.no, on=on)
    classify(scene.officer, customer_id=customer.id, on=on, request_facts=request)
    services.request_offer(scene.officer, application_no=application.no, on=on)
    application.refresh_from_db()
    return application


def offer_of(application: Application) -> Offer:
    """The offer that an answered application has."""
    assert application.offer is not None
    return application.offer
