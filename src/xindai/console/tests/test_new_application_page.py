"""An application that an officer starts for a customer: a product for their kind, read back, made once, at a branch."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xindai.applications.models import Application
from xindai.collateral.models import Asset, Valuation
from xindai.collateral.services import record_asset, register_lien
from xindai.console.tests.people import browser
from xindai.customers.services import Recorded
from xindai.customers.testing import make_company, make_person
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.products.testing import make_live_products
from xindai.servicing.testing import MONDAY, open_bank

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank that is open for business and lends the shipped products."""
    branch = open_bank()
    make_live_products(MONDAY)
    return branch


@pytest.fixture
def person(branch: Branch) -> Recorded:
    return make_person(SYSTEM, branch=branch)


@pytest.fixture
def officer(branch: Branch) -> Client:
    return browser(Role.LOAN_OFFICER, branch)


def address(customer: Recorded) -> str:
    return reverse("customer-application", args=[customer.no])


def said(**more: Any) -> dict[str, Any]:
    return {
        "key": "one", "product": "consumer", "purpose": "furniture", "amount": "5000", "term_months": "24",
        "method": "level", "purpose_statement": "A kitchen.",
    } | more  # fmt: skip


def car(**more: Any) -> dict[str, Any]:
    return said(product="car", purpose="car_new", amount="60000", term_months="36") | more


NEW_CAR = {
    "asset_description": "Car, 2026", "asset_value": "100,000", "asset_valued_on": "2025-03-01", "asset_valuer": "Valuers Ltd",
}  # fmt: skip


def test_only_products_for_the_kind_of_customer_are_offered(officer: Client, branch: Branch, person: Recorded) -> None:
    for_person = officer.get(address(person)).content.decode()
    for_company = officer.get(address(make_company(SYSTEM, branch=branch))).content.decode()
    assert "?product=consumer" in for_person
    assert "?product=working_capital" not in for_person
    assert "?product=working_capital" in for_company
    assert "?product=consumer" not in for_company
    assert officer.post(address(person), said(product="working_capital")).status_code == 422


def test_the_answers_are_read_back_and_then_an_application_of_the_branch_is_started(
    officer: Client, person: Recorded
) -> None:
    assert address(person) in officer.get(reverse("customer", args=[person.no])).content.decode()
    form = officer.get(address(person), {"product": "consumer"}).content.decode()
    assert "From CNY 200.00 to CNY 200,000.00." in form
    shown = officer.post(address(person), said()).content.decode()
    for text in ("Furniture and equipment", "CNY 5,000.00", "Level instalments", "A kitchen."):
        assert text in shown
    assert not Application.objects.exists()
    answer = officer.post(address(person), said(confirmed="yes"))
    made = Application.objects.get()
    assert answer["Location"] == reverse("application", args=[made.no])
    assert (made.channel, made.state, made.purpose_statement) == ("branch", "draft", "A kitchen.")
    assert (made.need["amount_minor"], made.need["method"]) == (500_000, "level")


def test_a_form_that_is_sent_twice_starts_one_application_with_one_asset(officer: Client, person: Recorded) -> None:
    answers = [officer.post(address(person), car(**NEW_CAR, confirmed="yes")) for _ in range(2)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert (Application.objects.count(), Asset.objects.count(), Valuation.objects.count()) == (1, 1, 1)
    made = Application.objects.get()
    assert made.asset == Asset.objects.get()
    assert made.need["collateral_value_minor"] == 10_000_000
    assert Asset.objects.get().kind == "vehicle"


def test_an_asset_on_record_that_is_free_can_be_chosen(officer: Client, branch: Branch, person: Recorded) -> None:
    shape: dict[str, Any] = {
        "owner_no": person.no, "branch_id": branch.pk, "kind": "vehicle", "value_minor": 9_000_000, "currency": "CNY",
        "valued_on": MONDAY, "valuer": "Valuers Ltd",
    }  # fmt: skip
    free = record_asset(SYSTEM, description="Blue car", **shape)
    held = record_asset(SYSTEM, description="Red car", **shape)
    register_lien(SYSTEM, asset_id=held.pk, contract_no="CT", registry_reference="R", registered_on=MONDAY)
    form = officer.get(address(person), {"product": "car"}).content.decode()
    assert "Blue car" in form
    assert "Red car" not in form
    both = officer.post(address(person), car(asset=free.pk, **NEW_CAR))
    assert both.status_code == 422
    officer.post(address(person), car(asset=free.pk, confirmed="yes"))
    assert Application.objects.get().asset == free
    assert Asset.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        (said(amount=""), "amount", "Enter the amount that is needed."),
        (said(amount="100"), "amount", "below the smallest loan"),
        (said(term_months="1"), "term_months", "A term of 1 months is not possible."),
        (said(purpose=""), "purpose", "Choose what the money is for."),
        (said(purpose="gambling"), "purpose", "Select a valid choice"),
        (said(method="interest_first"), "method", "Select a valid choice"),
        (said(purpose_statement=""), "purpose_statement", "Say in a sentence"),
        (car(), "asset_value", "lent against collateral only"),
        (car(asset_value="100000"), "asset_description", "described whole"),
        (car(**NEW_CAR) | {"asset_valued_on": "2025-03-04"}, "asset_valued_on", "This day has not come yet."),
    ],
)
def test_a_mistake_is_told_at_its_field_and_starts_nothing(
    officer: Client, person: Recorded, wrong: dict[str, Any], field: str, told: str
) -> None:
    answer = officer.post(address(person), wrong | {"confirmed": "yes"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert f'href="#id_{field}"' in shown
    assert told in shown
    assert not Application.objects.exists()
    assert not Asset.objects.exists()


def test_what_is_not_known_is_told_on_the_page_of_the_application_until_the_offer_is_made(
    officer: Client, branch: Branch
) -> None:
    customer = make_person(SYSTEM, branch=branch, facts={"disposable_income_minor": 800_000})
    officer.post(address(customer), said(confirmed="yes"))
    page = reverse("application", args=[Application.objects.get().no])
    shown = officer.get(page).content.decode()
    assert "counted by the rating as the worst" in shown
    assert "savings" in shown
    assert reverse("customer-state-facts", args=[customer.no]) in shown
    assert "counted by the rating" not in browser(Role.APPROVER, branch).get(page).content.decode()
    for step in ("submit", "offer"):
        officer.post(reverse("application-step", args=[Application.objects.get().no, step]))
    assert Application.objects.get().offer is not None
    assert "counted by the rating as the worst" not in officer.get(page).content.decode()


def test_nothing_can_be_lent_without_an_income_and_this_is_told_before_and_after_the_submission(
    officer: Client, branch: Branch
) -> None:
    customer = make_person(SYSTEM, branch=branch, facts={})
    officer.post(address(customer), said(confirmed="yes"))
    no = Application.objects.get().no
    page = reverse("application", args=[no])
    assert "Without it nothing can be lent." in officer.get(page).content.decode()
    officer.post(reverse("application-step", args=[no, "submit"]))
    assert "It had to be stated before the application was submitted" in officer.get(page).content.decode()


def test_customers_of_another_branch_and_other_roles_are_refused(
    officer: Client, person: Recorded, branch: Branch
) -> None:
    other = make_person(SYSTEM, branch=make_branch("B77"))
    assert officer.post(address(other), said(confirmed="yes")).status_code == 404
    assert browser(Role.APPROVER, branch).post(address(person), said(confirmed="yes")).status_code == 403
    assert not Application.objects.exists()


def test_by_the_interface_an_officer_s_application_is_of_the_branch_too(branch: Branch, person: Recorded) -> None:
    need = {
        "product_code": "consumer",
        "amount_minor": 500_000,
        "currency": "CNY",
        "term_months": 24,
        "purpose": "furniture",
    }
    answer = browser(Role.LOAN_OFFICER, branch).post(
        reverse("api-v1:applications"),
        {"customer_no": person.no, "need": need},
        content_type="application/json",
        headers={"Idempotency-Key": "a"},
    )
    assert answer.status_code == 201, answer.content
    assert Application.objects.get().channel == "branch"
