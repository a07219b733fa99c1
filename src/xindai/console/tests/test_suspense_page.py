"""The list of receipts in suspense: what waits in the reader's branches, and why."""

import pytest
from django.urls import reverse

from xindai.console.tests.people import browser
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.kernel import business_date
from xindai.payments import services as payments
from xindai.payments.channel import DebitOutcome
from xindai.payments.models import Receipt
from xindai.payments.services import Demand
from xindai.servicing.models import Loan
from xindai.servicing.testing import make_loan, open_bank

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank that is open for business."""
    return open_bank()


def suspended(branch: Branch, amount_minor: int) -> Loan:
    """A loan for which money has come that it could not take."""
    loan, on = make_loan(branch), business_date.current()
    payments.give_mandate(
        SYSTEM,
        loan_no=loan.no,
        branch_id=branch.pk,
        currency="CNY",
        subject_id=str(loan.customer_id),
        account="6222 0000 1111 2222",
        given_on=on,
    )
    payments.create_debit_orders(SYSTEM, on=on, attempt=1, demands=[Demand(loan.no, "CNY", amount_minor)])
    outcome = DebitOutcome(payments.order_key(loan.no, on, 1), amount_minor, f"M-{loan.no}")
    payments.record_debit_outcomes(SYSTEM, channel="bank", outcomes=[outcome], on=on)
    receipt = Receipt.objects.get(loan_no=loan.no)
    payments.settle_receipts(SYSTEM, applied=[], suspended={receipt.pk: "state_conflict"})
    return loan


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.AUDITOR])
def test_a_receipt_stands_with_its_loan_its_amount_and_the_reason_in_words(branch: Branch, role: Role) -> None:
    loan = suspended(branch, 1_234_56)
    text = browser(role, branch).get(reverse("suspense")).content.decode()
    assert f'<a href="{reverse("loan", args=[loan.no])}">{loan.no}</a>' in text
    assert "1,234.56" in text
    assert f"M-{loan.no}" in text
    assert "The loan has ended." in text
    assert "state_conflict" not in text


def test_the_reason_is_told_in_chinese(branch: Branch) -> None:
    suspended(branch, 100)
    text = browser(Role.ACCOUNTANT, branch, "zh-hans").get(reverse("suspense")).content.decode()
    assert "挂账收款" in text
    assert "贷款已终止" in text


def test_receipts_of_another_branch_do_not_exist(branch: Branch) -> None:
    loan = suspended(make_branch("B99"), 100)
    assert loan.no not in browser(Role.ACCOUNTANT, branch).get(reverse("suspense")).content.decode()
    assert loan.no in browser(Role.ACCOUNTANT).get(reverse("suspense")).content.decode()


def test_an_empty_list_says_what_would_stand_there(branch: Branch) -> None:
    assert "No receipt waits." in browser(Role.ACCOUNTANT, branch).get(reverse("suspense")).content.decode()


def test_the_sum_is_that_of_all_receipts(branch: Branch) -> None:
    suspended(branch, 100_00)
    suspended(branch, 200_00)
    assert "300.00" in browser(Role.ACCOUNTANT, branch).get(reverse("suspense")).content.decode()


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.AUDITOR, Role.RISK_MANAGER, Role.COLLECTOR])
def test_the_navigation_leads_there_for_accountants_and_auditors_alone(branch: Branch, role: Role) -> None:
    is_shown = f'href="{reverse("suspense")}"' in browser(role, branch).get("/").content.decode()
    assert is_shown == (role in {Role.ACCOUNTANT, Role.AUDITOR})
