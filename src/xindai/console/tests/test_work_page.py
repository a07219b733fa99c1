"""The worklist as people use it: tabs, groups, taking and putting off without a script."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from xindai.applications.testing import answered
from xindai.console.tests.people import browser, browser_of
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD, make_user
from xindai.kernel import business_date
from xindai.offers.testing import Scene, make_scene
from xindai.products.testing import ON
from xindai.workbench.models import Handling

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    found = make_scene()
    business_date.open_day(ON)
    return found


@pytest.fixture
def key(scene: Scene) -> str:
    return f"application.decide:{answered(scene).no}"


@pytest.fixture
def officer(scene: Scene) -> Client:
    return browser(Role.LOAN_OFFICER, scene.branch)


def act(client: Client, key: str, what: str, **data: str) -> int:
    return client.post(reverse("work-act", args=[key, what]), data).status_code


def test_signing_in_leads_staff_to_their_worklist(scene: Scene) -> None:
    user = make_user(Role.LOAN_OFFICER, scene.branch)
    answer = Client().post(reverse("sign-in"), {"username": user.username, "password": PASSWORD})
    assert answer["Location"] == reverse("work")


def test_work_that_nobody_has_opens_first_and_can_be_taken(officer: Client, key: str) -> None:
    page = officer.get(reverse("work"))
    assert page.context["tab"] == "unassigned"
    assert act(officer, key, "claim") == 302
    page = officer.get(reverse("work"))
    assert page.context["tab"] == "mine"
    assert [row.item.key for group in page.context["groups"] for row in group.rows] == [key]


def test_the_counter_of_the_navigation_is_what_waits_for_the_reader(officer: Client, key: str, scene: Scene) -> None:
    def shown(client: Client) -> int:
        groups = client.get(reverse("work")).context["shell"]["groups"]
        return int(groups[0].entries[0].count)

    assert shown(officer) == 1
    other = browser(Role.LOAN_OFFICER, scene.branch)
    act(other, key, "claim")
    assert (shown(officer), shown(other)) == (0, 1)
    assert shown(browser(Role.AUDITOR, scene.branch)) == 0


@pytest.mark.parametrize("group", ["sla", "stage", "customer"])
def test_it_can_be_grouped(officer: Client, key: str, group: str) -> None:
    page = officer.get(reverse("work"), {"tab": "unassigned", "group": group})
    assert len(page.context["groups"]) == 1


@pytest.mark.parametrize("params", [{"tab": "all"}, {"group": "colour"}])
def test_what_the_worklist_does_not_offer_is_refused(officer: Client, params: dict[str, str]) -> None:
    assert officer.get(reverse("work"), params).status_code == 422


def test_an_opened_item_offers_colleagues_and_says_when_it_no_longer_waits(officer: Client, key: str) -> None:
    page = officer.get(reverse("work"), {"item": key})
    assert page.context["opened"].item.key == key
    gone = officer.get(reverse("work"), {"item": "application.decide:AP00-000000-0"})
    assert gone.context["opened"] is None
    assert "no longer waits" in gone.content.decode()


def test_a_missing_reason_comes_back_at_its_field_and_nothing_is_kept(officer: Client, key: str) -> None:
    until = (ON + timedelta(days=2)).isoformat()
    answer = officer.post(reverse("work-act", args=[key, "snooze"]), {"until": until, "tab": "unassigned"})
    assert answer.status_code == 422
    assert answer.context["snooze_form"].errors["reason"]
    assert not Handling.objects.exists()


def test_it_is_put_off_given_and_given_back(scene: Scene, officer: Client, key: str) -> None:
    colleague = make_user(Role.LOAN_OFFICER, scene.branch)
    assert act(officer, key, "assign", username=colleague.username) == 302
    assert Handling.objects.get().assignee_id == colleague.pk
    theirs = browser_of(colleague)
    assert act(officer, key, "release") == 409
    until = (ON + timedelta(days=2)).isoformat()
    assert act(theirs, key, "snooze", until=until, reason="waits for papers") == 302
    assert theirs.get(reverse("work"), {"tab": "snoozed"}).context["counts"]["snoozed"] == 1
    assert act(theirs, key, "wake") == 302
    assert act(theirs, key, "release") == 302
    assert Handling.objects.get().assignee_id is None


def test_unknown_acts_and_items_do_not_exist(officer: Client, key: str) -> None:
    assert act(officer, key, "eat") == 404
    assert act(officer, "application.decide:AP00-000000-0", "claim") == 404
    assert act(officer, "nonsense", "claim") == 404


def test_news_counts_what_has_come_since(officer: Client, key: str) -> None:
    assert officer.get(reverse("work-news"), {"seen": "0"}).context["more"] == 1
    assert officer.get(reverse("work-news"), {"seen": "1"}).context["more"] == 0
    assert officer.get(reverse("work-news"), {"seen": "x"}).context["more"] == 0


def test_every_component_is_on_the_design_page(officer: Client, scene: Scene) -> None:
    page = officer.get(reverse("design"))
    assert page.status_code == 200
    assert page.content.decode().count("xd-popover") >= 1
    assert len(page.context["chips"]) == 8
