"""Offers stored: for customers of one's branch, reproducible, with a plan behind them."""

from dataclasses import replace

import pytest

from xindai.classification.services import classify
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.offers import queries
from xindai.offers.models import Offer
from xindai.offers.services import make_offer
from xindai.offers.testing import CONSUMER, Scene, make_scene, person
from xindai.products.testing import ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def customer_id(scene: Scene) -> int:
    customer = person(scene)
    classify(scene.officer, customer_id=customer.id, on=ON, request_facts={"term_months": 24})
    return customer.id


def test_the_same_customer_gets_the_same_offer_again(scene: Scene, customer_id: int) -> None:
    one = make_offer(scene.officer, customer_id=customer_id, need=CONSUMER, on=ON)
    other = make_offer(scene.officer, customer_id=customer_id, need=CONSUMER, on=ON)
    assert one.no != other.no
    assert one.quote == other.quote


def test_the_plan_behind_an_offer_can_be_shown(scene: Scene, customer_id: int) -> None:
    made = make_offer(scene.officer, customer_id=customer_id, need=CONSUMER, on=ON)
    shown = queries.preview(made)
    assert shown is not None
    assert len(shown.rows) == 24
    assert sum(row.principal_minor for row in shown.rows) == made.amount_minor
    assert shown.rows[0].total_minor == made.quote["cost"]["first_instalment_minor"]


def test_an_offer_of_nothing_has_no_plan(scene: Scene, customer_id: int) -> None:
    need = replace(CONSUMER, purpose="gambling")
    made = make_offer(scene.officer, customer_id=customer_id, need=need, on=ON)
    assert made.amount_minor == 0
    assert queries.preview(made) is None


def test_a_customer_without_a_class_gets_no_offer(scene: Scene) -> None:
    with pytest.raises(StateConflict):
        make_offer(scene.officer, customer_id=person(scene).id, need=CONSUMER, on=ON)
    assert not Offer.objects.exists()


def test_bad_input_stores_nothing(scene: Scene, customer_id: int) -> None:
    with pytest.raises(InvalidInput):
        make_offer(scene.officer, customer_id=customer_id, need=replace(CONSUMER, amount_minor=0), on=ON)
    assert not Offer.objects.exists()


def test_another_branch_makes_no_offer(scene: Scene, customer_id: int) -> None:
    with pytest.raises(NotFound):
        make_offer(actor(Role.LOAN_OFFICER, make_branch("B02")), customer_id=customer_id, need=CONSUMER, on=ON)
