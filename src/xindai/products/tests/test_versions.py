"""Product versions: drafted, reviewed by a second person, live from a date, withdrawn."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.products import queries, services
from xindai.products.files import read_folder
from xindai.products.models import ProductVersion
from xindai.products.testing import ON, PRODUCT_FOLDER, make_live_products

pytestmark = pytest.mark.django_db
LATER = date(2025, 1, 1)


@pytest.fixture
def manager() -> Actor:
    return actor(Role.POLICY_MANAGER)


@pytest.fixture
def reviewer() -> Actor:
    return actor(Role.RISK_MANAGER)


@pytest.fixture
def car() -> dict[str, Any]:
    return next(deepcopy(content) for content in read_folder(PRODUCT_FOLDER) if content["code"] == "car")


def test_the_shipped_products_go_live_and_are_found_by_code_kind_and_purpose() -> None:
    make_live_products()
    assert len(queries.catalogue(ON)) == 6
    assert queries.product_as_of("car", ON).version == "car-1"
    assert {product.code for product in queries.products_for("company", ON)} == {
        "working_capital",
        "long_term_investment",
        "commercial_real_estate",
    }
    found = queries.product_for_purpose("person", "furniture", ON)
    assert found is not None
    assert found.code == "consumer"


def test_the_same_file_again_changes_nothing(manager: Actor, car: dict[str, Any]) -> None:
    first = services.draft_product(manager, content=car)
    assert services.draft_product(manager, content=car).pk == first.pk


def test_a_wrong_file_drafts_nothing(manager: Actor, car: dict[str, Any]) -> None:
    del car["methods"]
    with pytest.raises(InvalidInput):
        services.draft_product(manager, content=car)
    assert not ProductVersion.objects.exists()


def test_the_drafter_does_not_review(manager: Actor, car: dict[str, Any]) -> None:
    services.draft_product(manager, content=car)
    with pytest.raises(StateConflict):
        services.review_product(manager, code="car", number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductVersion.objects.update(reviewed_by=manager.user_id)


def test_nothing_goes_live_unreviewed(manager: Actor, car: dict[str, Any]) -> None:
    services.draft_product(manager, content=car)
    with pytest.raises(StateConflict):
        services.put_live(manager, code="car", number=1, live_from=ON)


def test_a_new_version_ends_the_old_one_which_its_loans_keep(
    manager: Actor, reviewer: Actor, car: dict[str, Any]
) -> None:
    make_live_products()
    first = queries.product_as_of("car", ON)
    car["amount"]["largest"] = 2_000_000
    services.draft_product(manager, content=car)
    services.review_product(reviewer, code="car", number=2)
    services.put_live(manager, code="car", number=2, live_from=LATER)
    assert queries.product_as_of("car", ON) == first
    assert queries.product_as_of("car", LATER).number == 2
    assert queries.product_by_id(first.id).spec == first.spec


def test_a_withdrawn_product_is_lent_no_more(manager: Actor) -> None:
    make_live_products()
    services.withdraw_product(manager, code="car", number=1, ended_on=LATER)
    assert queries.product_as_of("car", ON).number == 1
    with pytest.raises(InvalidInput) as raised:
        queries.product_as_of("car", LATER)
    assert raised.value.field == "product_code"
    assert "consumer" in raised.value.remedy_text()


def test_what_does_not_exist_is_not_found(manager: Actor) -> None:
    with pytest.raises(NotFound):
        services.withdraw_product(manager, code="moon", number=1, ended_on=LATER)


def test_only_policy_managers_draft(car: dict[str, Any]) -> None:
    with pytest.raises(NotPermitted):
        services.draft_product(actor(Role.LOAN_OFFICER), content=car)
