"""Search: by name, last four, mobile and numbers, and only what the reader may open in their branches."""

import pytest
from django.urls import reverse

from xindai.console.tests.people import browser
from xindai.contracts.models import Contract
from xindai.customers.models import Customer, SearchTrace
from xindai.customers.testing import make_company, make_person
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.kernel import vault
from xindai.servicing.models import Loan
from xindai.servicing.testing import make_loan, open_bank

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
MOBILE = "13812345678"


@pytest.fixture
def branch() -> Branch:
    """The branch of an open bank."""
    return open_bank()


@pytest.fixture
def person(branch: Branch) -> Customer:
    """A person with a mobile number."""
    made = make_person(SYSTEM, branch=branch, name="欧阳 娜娜", identity_number=None)
    return Customer.objects.get(pk=made.id)


@pytest.fixture
def company(branch: Branch) -> Customer:
    """A company."""
    return Customer.objects.get(pk=make_company(SYSTEM, branch=branch, name="上海晨光精密机械有限公司").id)


def found(text: str, branch: Branch, role: Role = Role.LOAN_OFFICER) -> str:
    answer = browser(role, branch).post(reverse("search"), {"q": text})
    return answer["Location"] if answer.status_code == 302 else answer.content.decode()


@pytest.mark.parametrize("text", ["欧阳娜娜", "欧阳 娜娜", " 欧阳娜娜 "])
def test_a_person_is_found_by_the_whole_name(person: Customer, branch: Branch, text: str) -> None:
    assert person.no in found(text, branch)


@pytest.mark.parametrize("text", ["欧阳", "娜娜"])
def test_a_part_of_a_persons_name_finds_nobody(person: Customer, branch: Branch, text: str) -> None:
    assert person.no not in found(text, branch)


@pytest.mark.parametrize("text", ["晨光", "精密机械", "上海晨光精密机械有限公司", "晨光 精密"])
def test_a_company_is_found_by_a_part_of_its_name(company: Customer, branch: Branch, text: str) -> None:
    assert company.no in found(text, branch)


@pytest.mark.parametrize("text", ["光晨", "机密", "公司上海"])
def test_the_parts_of_a_name_in_another_order_find_nothing(company: Customer, branch: Branch, text: str) -> None:
    assert company.no not in found(text, branch)


def test_a_customer_is_found_by_the_last_four_of_the_identity_number(branch: Branch, person: Customer) -> None:
    number = vault.unseal(person.subject_id, person.sealed_identity_number)
    assert person.no in found(number[-4:], branch)
    assert person.no in found(number[-4:].lower(), branch)
    assert person.no in found(number, branch)


def test_a_person_is_found_by_the_mobile_number(branch: Branch) -> None:
    made = make_person(SYSTEM, branch=branch, mobile=MOBILE)
    assert made.no in found(MOBILE, branch)
    assert made.no in found("+86 138 1234 5678", branch)


def test_numbers_lead_straight_to_their_records(branch: Branch) -> None:
    loan: Loan = make_loan(branch)
    contract: Contract = loan.contract
    assert found(loan.no, branch) == reverse("loan", args=[loan.no])
    assert found(loan.no.lower(), branch) == reverse("loan", args=[loan.no])
    application = contract.application.no
    assert found(application, branch) == reverse("application", args=[application])
    assert found(contract.no, branch) == reverse("application-contract", args=[application])
    assert found(contract.no, branch, Role.ACCOUNTANT) == reverse("loan-contract", args=[loan.no])


def test_nothing_of_another_branch_is_found(branch: Branch, person: Customer, company: Customer) -> None:
    loan = make_loan(branch)
    elsewhere = make_branch("B77")
    for text in ("欧阳娜娜", "晨光", loan.no, loan.contract.no, person.no):
        shown = found(text, elsewhere)
        assert "Nothing found in your branches" in shown
        assert person.no not in shown.replace(f'value="{text}"', "")


def test_who_may_not_open_customers_finds_none(branch: Branch, company: Customer) -> None:
    assert company.no not in found("晨光", branch, Role.ACCOUNTANT)
    assert company.no not in found(company.no, branch, Role.ACCOUNTANT)


def test_what_was_searched_for_stands_in_no_table(branch: Branch, person: Customer, company: Customer) -> None:
    hashes = set(SearchTrace.objects.values_list("hash", flat=True))
    assert all(len(one) == 64 for one in hashes)
    assert SearchTrace.objects.filter(customer=person).count() == 2
