"""The page on which a write-off is requested: the policy's conditions, the reason, and the second person."""

import pytest
from django.urls import reverse

from xindai.console.tests.people import browser
from xindai.identity.models import Branch, Check
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.policies.testing import make_quick_policy
from xindai.recovery.models import Case
from xindai.recovery.testing import make_lost_case, take_all_steps
from xindai.servicing.testing import open_bank

pytestmark = pytest.mark.django_db
REQUEST = ">Request write-off<"


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank whose claims are lost after ten days."""
    make_quick_policy()
    return open_bank()


@pytest.fixture
def case(branch: Branch) -> Case:
    """A claim that is lost, but whose steps have not been taken."""
    return make_lost_case(branch)


@pytest.fixture
def lost(case: Case) -> Case:
    """A claim that is lost, with all steps taken."""
    return take_all_steps(case)


def address(case: Case) -> str:
    return reverse("case-write-off", args=[case.loan.no])


def page(case: Case) -> str:
    return reverse("case", args=[case.loan.no])


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.RISK_MANAGER])
def test_the_request_waits_for_a_second_person(lost: Case, branch: Branch, role: Role) -> None:
    client = browser(role, branch)
    assert REQUEST in client.get(page(lost)).content.decode()
    shown = client.post(address(lost), {"reason": "Insolvent, nothing to seize."}, follow=True)
    assert shown.redirect_chain == [(page(lost), 302)]
    check = Check.objects.get(kind="write_off", subject_no=lost.loan.no)
    assert (check.state, check.amount_minor) == ("waiting", 12_000_00)
    assert check.payload["reason"] == "Insolvent, nothing to seize."
    assert check.payload["steps_taken"] == ["formal_demand", "legal_action"]
    text = shown.content.decode()
    assert "The write-off now waits for a second person." in text
    assert "It waits for a second person." in text
    assert REQUEST not in text


def test_an_approver_finds_the_request_in_the_queue_and_writes_the_loan_off(lost: Case, branch: Branch) -> None:
    browser(Role.COLLECTOR, branch).post(address(lost), {"reason": "Insolvent."})
    approver = browser(Role.APPROVER, branch)
    check = Check.objects.get(kind="write_off")
    assert lost.loan.no in approver.get(reverse("checks")).content.decode()
    approver.post(reverse("check", args=[check.pk]), {"verdict": "approve", "reason": "Agreed."})
    check.refresh_from_db()
    assert check.state == "approved"
    assert REQUEST not in browser(Role.COLLECTOR, branch).get(page(lost)).content.decode()


def test_a_request_without_a_reason_is_refused_at_its_field(lost: Case, branch: Branch) -> None:
    answer = browser(Role.COLLECTOR, branch).post(address(lost), {"reason": " "})
    assert answer.status_code == 422
    assert 'href="#id_reason">Say why the claim is lost.' in answer.content.decode()
    assert not Check.objects.filter(kind="write_off").exists()


def test_while_steps_are_missing_the_page_names_them_and_offers_no_form(case: Case, branch: Branch) -> None:
    text = browser(Role.COLLECTOR, branch).get(address(case)).content.decode()
    assert "Lawsuit filed" in text
    assert text.count("Not taken yet") == 2
    assert "can be requested when all conditions are met" in text
    assert "id_reason" not in text


def test_a_request_that_comes_too_early_is_refused_with_what_is_missing(case: Case, branch: Branch) -> None:
    answer = browser(Role.COLLECTOR, branch).post(address(case), {"reason": "Insolvent."})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "may not be written off yet: Formal demand by a lawyer, Lawsuit filed." in text
    assert "Fulfil the conditions of the write-off policy first." in text
    assert not Check.objects.filter(kind="write_off").exists()


def test_whoever_asks_again_is_shown_that_the_first_request_waits(lost: Case, branch: Branch) -> None:
    client = browser(Role.COLLECTOR, branch)
    client.post(address(lost), {"reason": "Insolvent."})
    text = client.get(address(lost)).content.decode()
    assert "It waits for a second person." in text
    assert "id_reason" not in text


def test_the_page_speaks_chinese(lost: Case, branch: Branch) -> None:
    text = browser(Role.COLLECTOR, branch, "zh-hans").get(address(lost)).content.decode()
    assert "申请核销" in text
    assert "10 天及以上" in text
    assert "已执行" in text


def test_an_auditor_reads_the_case_and_cannot_request(lost: Case, branch: Branch) -> None:
    client = browser(Role.AUDITOR, branch)
    assert REQUEST not in client.get(page(lost)).content.decode()
    assert client.post(address(lost), {"reason": "Insolvent."}).status_code == 403


def test_a_loan_of_another_branch_does_not_exist(lost: Case) -> None:
    client = browser(Role.COLLECTOR, make_branch("B99"))
    assert client.get(address(lost)).status_code == 404
    assert client.post(address(lost), {"reason": "Insolvent."}).status_code == 404
    assert not Check.objects.filter(kind="write_off").exists()
