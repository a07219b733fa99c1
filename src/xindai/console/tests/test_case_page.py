"""The page of a collection case: taking it over, and the step whose outcome is asked for."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from xindai.console.tests.people import browser, browser_of
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch, make_user
from xindai.kernel import business_date, clock
from xindai.recovery import services as recovery
from xindai.recovery.models import Case, Step
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank

pytestmark = pytest.mark.django_db
TAKE_OVER = {"en": ">Take over<", "zh-hans": ">接手<"}


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank that is open for business."""
    return open_bank()


@pytest.fixture
def case(branch: Branch) -> Case:
    """An open case that nobody has."""
    loan = make_loan(branch)
    close_until(MONDAY + timedelta(days=6))
    return recovery.open_case(Actor.system("test"), loan_no=loan.no, on=business_date.current())


def page(case: Case) -> str:
    return reverse("case", args=[case.loan.no])


def claim(case: Case) -> str:
    return reverse("case-claim", args=[case.loan.no])


@pytest.mark.parametrize("language", TAKE_OVER)
def test_a_collector_takes_over_a_case_that_nobody_has(case: Case, branch: Branch, language: str) -> None:
    collector = make_user(Role.COLLECTOR, branch, "collector")
    client = browser_of(collector, language)
    assert TAKE_OVER[language] in client.get(page(case)).content.decode()
    shown = client.post(claim(case), follow=True)
    assert shown.redirect_chain == [(page(case), 302)]
    case.refresh_from_db()
    assert case.collector == collector
    assert TAKE_OVER[language] not in shown.content.decode()


def test_the_page_names_the_collector_who_has_the_case(case: Case, branch: Branch) -> None:
    collector = make_user(Role.COLLECTOR, branch)
    collector.display_name = "Wang Wu"
    collector.save()
    shown = browser_of(collector).post(claim(case), follow=True).content.decode()
    assert "You have taken the case over." in shown
    assert "Wang Wu" in shown.partition("Collector</dt>")[2][:200]


def test_a_case_that_another_collector_has_is_refused_with_the_remedy(case: Case, branch: Branch) -> None:
    first = make_user(Role.COLLECTOR, branch)
    browser_of(first).post(claim(case))
    second = browser(Role.COLLECTOR, branch)
    assert TAKE_OVER["en"] not in second.get(page(case)).content.decode()
    answer = second.post(claim(case))
    assert answer.status_code == 409
    assert "Ask your team leader" in answer.content.decode()
    case.refresh_from_db()
    assert case.collector == first


@pytest.mark.parametrize("role", [Role.RISK_MANAGER, Role.AUDITOR])
def test_those_who_only_read_cases_cannot_take_them_over(case: Case, branch: Branch, role: Role) -> None:
    client = browser(role, branch)
    assert TAKE_OVER["en"] not in client.get(page(case)).content.decode()
    assert client.post(claim(case)).status_code == 403
    case.refresh_from_db()
    assert case.collector is None


def test_a_case_of_another_branch_cannot_be_taken_over(case: Case) -> None:
    assert browser(Role.COLLECTOR, make_branch("B99")).post(claim(case)).status_code == 404


def test_a_closed_case_is_not_offered(case: Case, branch: Branch) -> None:
    recovery.close_case(Actor.system("test"), loan_no=case.loan.no, on=business_date.current())
    client = browser(Role.COLLECTOR, branch)
    assert TAKE_OVER["en"] not in client.get(page(case)).content.decode()
    assert client.post(claim(case)).status_code == 409


def test_the_form_names_the_step_whose_outcome_it_takes(case: Case, branch: Branch) -> None:
    on = business_date.current()
    Step.objects.create(
        case=case,
        code="letter",
        channel="letter",
        overdue_days=2,
        names={"zh": "催收函", "en": "Reminder letter"},
        policy_version="cn-1",
        due_on=on,
        record_by=on,
    )
    assert "Record the outcome: Reminder letter" in browser(Role.COLLECTOR, branch).get(page(case)).content.decode()


def test_the_next_action_stands_on_top_with_its_clock_and_the_course_of_the_case_below(
    case: Case, branch: Branch
) -> None:
    collector = make_user(Role.COLLECTOR, branch)
    recovery.claim_case(Actor.of(collector), case_id=case.pk)
    shown = browser_of(collector).get(page(case)).content.decode()
    assert "No step waits" in shown
    recovery.plan_steps(Actor.system("test"), on=business_date.current() - timedelta(days=1))
    step = Step.objects.get(case=case)
    shown = browser_of(collector).get(page(case)).content.decode()
    top = shown[shown.index("Next action") : shown.index('id="steps"')]
    assert step.names["en"] in top
    assert f'datetime="{step.record_by.isoformat()}"' in top
    assert "xd-tag" in top
    assert "Took the case" in shown[shown.index("History of the case") :]


def test_a_contact_is_told_with_who_tried_and_whether_the_borrower_was_reached(case: Case, branch: Branch) -> None:
    collector = make_user(Role.COLLECTOR, branch)
    recovery.claim_case(Actor.of(collector), case_id=case.pk)
    recovery.plan_steps(Actor.system("test"), on=business_date.current() - timedelta(days=1))
    step = Step.objects.get(case=case)
    with clock.simulated(clock.at_bank(business_date.current(), time(10))):
        recovery.record_step_outcome(
            Actor.of(collector), step_id=step.pk, outcome=min(recovery.OUTCOMES[step.channel]), note=""
        )
        shown = browser_of(collector).get(page(case)).content.decode()
    contacts = shown[shown.index('id="contacts"') : shown.index("History of the case")]
    assert contacts.count("<tr>") == 2
    assert str(collector) in contacts or collector.display_name in contacts
