"""The page on which a write-off is requested: the policy's conditions, the reason, and the second person."""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from xindai.console.tests.people import browser
from xindai.identity.actors import Actor
from xindai.identity.models import Branch, Check
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.kernel import business_date, clock
from xindai.policies.models import PolicyState, PolicyVersion
from xindai.products.testing import shipped_pack
from xindai.recovery import services as recovery
from xindai.recovery.models import Case, Step
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank

pytestmark = pytest.mark.django_db
REQUEST = ">Request write-off<"


def put_a_quick_policy_in_force() -> None:
    """The shipped figures, but a claim is lost after ten days: a test need not close a year."""
    content: dict[str, Any] = deepcopy(dict(shipped_pack().content))
    days = content["five_tier"]["overdue_days_above"]
    for tier, above in (("special_mention", 0), ("substandard", 7), ("doubtful", 8), ("loss", 9)):
        days[tier]["value"] = above
    content["write_off"]["overdue_days_min"]["value"] = 10
    now = clock.now()
    PolicyVersion.objects.create(
        pack="cn",
        number=1,
        content=content,
        sha256="lost after ten days",
        state=PolicyState.LIVE,
        imported_at=now,
        reviewed_at=now,
        live_from=date(2024, 1, 1),
    )


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank whose claims are lost after ten days."""
    put_a_quick_policy_in_force()
    return open_bank()


@pytest.fixture
def case(branch: Branch) -> Case:
    """A claim that is lost, but whose steps have not been taken."""
    loan = make_loan(branch)
    close_until(MONDAY + timedelta(days=14))
    return recovery.open_case(Actor.system("test"), loan_no=loan.no, on=business_date.current())


@pytest.fixture
def lost(case: Case) -> Case:
    """A claim that is lost, with all steps taken."""
    for code, channel, outcome in (("formal_demand", "letter", "delivered"), ("legal_action", "court", "filed")):
        Step.objects.create(
            case=case,
            code=code,
            channel=channel,
            overdue_days=10,
            names={"zh": code, "en": code},
            policy_version="cn-1",
            due_on=business_date.current(),
            record_by=business_date.current(),
            outcome=outcome,
            done_at=clock.now(),
            done_by="test",
        )
    return case


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
