"""Recording a customer at the desk: asked, read back, recorded once; who is known already is told at the number."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xindai.console.tests.people import browser, browser_of
from xindai.customers import queries as customers
from xindai.customers.models import Consent, Customer, CustomerFact
from xindai.customers.testing import make_company_number, make_identity_number, make_person
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.services import grant_role
from xindai.identity.testing import make_branch, make_user
from xindai.kernel import business_date
from xindai.servicing.testing import MONDAY, open_bank

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
NEW = "/customers/new/"


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank that is open for business."""
    return open_bank()


def said(branch: Branch, **more: Any) -> dict[str, Any]:
    """A form that can be recorded."""
    return {
        "key": "one",
        "kind": "person",
        "branch": branch.pk,
        "name": "王建国",
        "identity_number": make_identity_number(7),
        "mobile": "138 1234 5678",
        "source": "declared",
        "consents": ["personal_data"],
        "fact_disposable_income_minor": "8,000.00",
        "fact_housing": "rent",
    } | more


def company(branch: Branch, **more: Any) -> dict[str, Any]:
    return said(
        branch,
        kind="company",
        name="示例制造有限公司",
        identity_number=make_company_number(7),
        fact_industry_code="C26",
        fact_founded_on="2016-05-01",
        fact_revenue_minor="5000000",
        fact_sales_margin_ppm="12.5%",
        **more,
    )


def facts_of(customer: Customer) -> dict[str, tuple[Any, str]]:
    return {one.name: (one.value, one.source) for one in customers.known_facts(customer.pk, MONDAY)}


def page(client: Client, said: dict[str, Any] | None = None, status: int = 200) -> str:
    answer = client.post(NEW, said) if said is not None else client.get(NEW)
    assert answer.status_code == status
    return answer.content.decode()


def test_nothing_is_recorded_before_it_has_been_read_back(branch: Branch) -> None:
    shown = page(browser(Role.LOAN_OFFICER, branch), said(branch))
    assert "Check the answers" in shown
    for text in ("王建国", "13812345678", "CNY 8,000.00", "rented", "processing of personal data"):
        assert text in shown
    assert "Left open, to be stated later:" in shown
    assert "Savings" in shown
    assert not Customer.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_person_is_recorded_with_facts_of_one_source_and_the_page_of_the_customer_opens(
    branch: Branch, language: str
) -> None:
    answer = browser(Role.LOAN_OFFICER, branch, language).post(NEW, said(branch, confirmed="yes"), follow=True)
    made = Customer.objects.get()
    assert answer.redirect_chain == [(reverse("customer", args=[made.no]), 302)]
    assert made.branch == branch
    assert made.since == MONDAY
    assert facts_of(made) == {"disposable_income_minor": (800_000, "declared"), "housing": ("rent", "declared")}
    assert list(Consent.objects.values_list("kind", flat=True)) == ["personal_data"]
    assert {"en": "The customer is recorded.", "zh-hans": "客户已登记"}[language] in answer.content.decode()


def test_a_company_is_recorded_with_shares_in_parts_per_million_and_dates_as_text(branch: Branch) -> None:
    browser(Role.LOAN_OFFICER, branch).post(NEW, company(branch, confirmed="yes"))
    facts = facts_of(Customer.objects.get(kind="company"))
    assert facts["sales_margin_ppm"][0] == 125_000
    assert facts["founded_on"][0] == "2016-05-01"
    assert facts["revenue_minor"][0] == 500_000_000


def test_a_form_that_is_sent_twice_records_once(branch: Branch) -> None:
    client = browser(Role.LOAN_OFFICER, branch)
    answers = [client.post(NEW, said(branch, confirmed="yes")) for _ in range(2)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Customer.objects.count() == 1
    assert CustomerFact.objects.count() == 2


def test_the_key_of_a_form_does_not_record_somebody_else(branch: Branch) -> None:
    client = browser(Role.LOAN_OFFICER, branch)
    client.post(NEW, said(branch, confirmed="yes"))
    other = said(branch, identity_number=make_identity_number(8), confirmed="yes", mobile="")
    assert "has already been used for something else" in page(client, other, 422)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Enter the name."),
        ({"identity_number": "110105198506150000"}, "not a valid resident identity number"),
        ({"mobile": "12"}, "This is not a mobile number."),
        ({"fact_disposable_income_minor": "viel"}, "Write the amount in figures"),
        ({"fact_housing": "castle"}, "Select a valid choice"),
        ({"fact_disposable_income_minor": "9" * 15}, "larger than any that can be kept"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_changes_nothing(branch: Branch, wrong: dict[str, str], told: str) -> None:
    shown = page(browser(Role.LOAN_OFFICER, branch), said(branch, confirmed="yes", **wrong), 422)
    assert "There is a problem" in shown
    assert f'href="#id_{next(iter(wrong))}"' in shown
    assert told in shown
    assert not Customer.objects.exists()


def test_an_industry_code_that_is_none_is_told_at_its_field(branch: Branch) -> None:
    shown = page(browser(Role.LOAN_OFFICER, branch), company(branch) | {"fact_industry_code": "26"}, 422)
    assert 'href="#id_fact_industry_code"' in shown


def test_somebody_whom_another_branch_serves_is_refused_at_the_number(branch: Branch) -> None:
    other = make_branch("B77")
    make_person(SYSTEM, branch=other, identity_number=make_identity_number(7), name="李四")
    for more in ({}, {"confirmed": "yes"}):
        shown = page(browser(Role.LOAN_OFFICER, branch), said(branch, **more), 422)
        assert 'href="#id_identity_number"' in shown
        assert "This is a customer of another branch." in shown
        assert "李" not in shown
    assert Customer.objects.count() == 1


def test_one_s_own_customer_is_shown_before_facts_are_added_and_is_not_made_again(branch: Branch) -> None:
    known = make_person(SYSTEM, branch=branch, identity_number=make_identity_number(7), facts={}, on=date(2025, 1, 2))
    client = browser(Role.LOAN_OFFICER, branch)
    shown = page(client, said(branch))
    assert known.no in shown
    assert "Add to this customer" in shown
    client.post(NEW, said(branch, confirmed="yes"))
    assert Customer.objects.count() == 1
    assert facts_of(Customer.objects.get())["housing"] == ("rent", "declared")


def test_a_mobile_number_that_is_another_customer_s_is_told_at_its_field(branch: Branch) -> None:
    make_person(SYSTEM, branch=branch, mobile="13812345678")
    shown = page(browser(Role.LOAN_OFFICER, branch), said(branch, confirmed="yes"), 422)
    assert 'href="#id_mobile"' in shown
    assert "another customer" in shown


def test_protected_facts_and_what_follows_from_others_are_not_asked(branch: Branch) -> None:
    shown = page(browser(Role.LOAN_OFFICER, branch))
    company_form = browser(Role.LOAN_OFFICER, branch).get(NEW, {"kind": "company"}).content.decode()
    for name in ("gender", "birth_date", "marital_status", "nationality", "relationship_months"):
        assert f"fact_{name}" not in shown
    for name in ("years_in_business", "debt_to_assets_ppm"):
        assert f"fact_{name}" not in company_form
    assert "fact_annual_cash_flow_minor" in company_form
    assert 'name="mobile"' not in company_form


def test_an_officer_of_two_branches_chooses_between_them_and_of_one_is_not_asked(branch: Branch) -> None:
    user, other = make_user(Role.LOAN_OFFICER, branch), make_branch("B77")
    make_branch("B78")
    assert "Choose the branch" not in page(browser_of(user))
    grant_role(SYSTEM, username=user.username, role=Role.LOAN_OFFICER, branch_code=other.code)
    shown = page(browser_of(user))
    assert [f'<option value="{one.pk}"' in shown for one in (branch, other)] == [True, True]
    page(browser_of(user), said(branch) | {"branch": Branch.objects.get(code="B78").pk}, 422)


def test_the_ways_to_the_page_are_shown_to_officers_alone(branch: Branch) -> None:
    for role, is_shown in ((Role.LOAN_OFFICER, True), (Role.APPROVER, False)):
        client = browser(role, branch)
        for shown in (client.get(reverse("customers")), client.post(reverse("search"), {"q": "nobody"})):
            assert (NEW in shown.content.decode()) is is_shown


def test_facts_are_stated_later_beside_what_was_known(branch: Branch) -> None:
    known = make_person(SYSTEM, branch=branch, facts={"housing": "rent"}, on=date(2025, 1, 2))
    client, address = browser(Role.LOAN_OFFICER, branch), reverse("customer-state-facts", args=[known.no])
    assert address in client.get(reverse("customer-facts", args=[known.no])).content.decode()
    assert "Known: rented." in client.get(address).content.decode()
    nothing = client.post(address, {"key": "a", "source": "declared"})
    assert nothing.status_code == 422
    assert "State at least one fact" in nothing.content.decode()
    given = {"key": "b", "source": "registry", "fact_housing": "own"}
    answers = [client.post(address, given) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {reverse("customer-facts", args=[known.no])}
    assert facts_of(Customer.objects.get())["housing"] == ("own", "registry")
    assert CustomerFact.objects.filter(name="housing").count() == 2
    assert business_date.current() == MONDAY
