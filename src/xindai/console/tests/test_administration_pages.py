"""People, roles, limits and the machinery: an administrator acts by the verbs, an auditor reads."""

import pytest
from django.test import Client
from django.urls import reverse

from xindai.console.tests.people import browser, browser_of
from xindai.identity.models import AuthorityLimit, RoleGrant, User
from xindai.identity.roles import Role
from xindai.identity.segregation import conflicts
from xindai.identity.testing import PASSWORD, make_bank, make_branch, make_limit, make_user
from xindai.kernel import clock
from xindai.kernel.models import OutboxEvent
from xindai.kernel.outbox import MAX_ATTEMPTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    make_bank()
    make_branch()
    return browser(Role.ADMINISTRATOR)


def test_somebody_is_registered_gets_a_role_loses_it_and_can_no_longer_sign_in(administrator: Client) -> None:
    given = {"username": "lin", "display_name": "林", "password": PASSWORD, "language": "zh-hans"}
    assert administrator.post(reverse("users"), given)["Location"] == reverse("user", args=["lin"])
    page = reverse("user", args=["lin"])
    assert administrator.post(page, {"act": "grant", "role": "collector", "branch": "B01"}).status_code == 302
    assert RoleGrant.objects.get(user__username="lin").branch == make_branch("B01")
    assert administrator.post(page, {"act": "revoke", "role": "collector", "branch": "B01"}).status_code == 302
    assert not RoleGrant.objects.filter(user__username="lin").exists()
    assert administrator.post(page, {"act": "deactivate"}).status_code == 302
    assert not User.objects.get(username="lin").is_active


@pytest.mark.parametrize(
    ("change", "field"),
    [({"username": ""}, "username"), ({"password": "1234"}, "password"), ({"display_name": ""}, "display_name")],
)
def test_what_is_wrong_comes_back_at_its_field(administrator: Client, change: dict[str, str], field: str) -> None:
    given = {"username": "lin", "display_name": "Lin", "password": PASSWORD, "language": "en"} | change
    answer = administrator.post(reverse("users"), given)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not User.objects.filter(username="lin").exists()


def test_nobody_gives_themselves_a_role(administrator: Client) -> None:
    me = make_user(Role.ADMINISTRATOR)
    answer = browser_of(me).post(reverse("user", args=[me.username]), {"act": "grant", "role": "approver"})
    assert answer.status_code == 403


@pytest.mark.parametrize("data", [{"act": "eat"}, {}, {"act": "revoke", "role": "king"}])
def test_unknown_acts_are_refused(administrator: Client, data: dict[str, str]) -> None:
    user = make_user(Role.COLLECTOR)
    assert administrator.post(reverse("user", args=[user.username]), data).status_code == 422
    assert administrator.get(reverse("user", args=["nobody"])).status_code == 404


def test_duties_that_do_not_go_together_are_shown(administrator: Client) -> None:
    user = make_user(Role.LOAN_OFFICER, make_branch("B01"))
    RoleGrant.objects.create(user=user, role=Role.APPROVER, branch=None)
    page = administrator.get(reverse("user", args=[user.username])).content.decode()
    assert "recommends loans and approves them" in page


def test_roles_in_different_branches_do_not_meet() -> None:
    user = make_user(Role.LOAN_OFFICER, make_branch("B01"))
    RoleGrant.objects.create(user=user, role=Role.APPROVER, branch=make_branch("B02"))
    assert conflicts(RoleGrant.objects.filter(user=user)) == []
    RoleGrant.objects.create(user=user, role=Role.APPROVER, branch=make_branch("B01"))
    assert len(conflicts(RoleGrant.objects.filter(user=user))) == 1


def test_a_limit_is_set_and_shows_since_when(administrator: Client) -> None:
    make_limit(Role.APPROVER, "write_off", 100)
    answer = administrator.post(
        reverse("limits"), {"role": "approver", "kind": "write_off", "amount_minor": "1,234.50"}
    )
    assert answer.status_code == 302
    assert AuthorityLimit.objects.get().amount_minor == 123_450
    rows = administrator.get(reverse("limits")).context["limits"]
    assert rows[0][1] is not None
    assert administrator.post(reverse("limits"), {"role": "approver", "kind": "x"}).status_code == 422


def test_a_failed_event_is_tried_again_by_an_administrator_alone(administrator: Client) -> None:
    event = OutboxEvent.objects.create(
        name="x", schema_version=1, aggregate_id="1", occurred_at=clock.now(), payload={}, attempts=MAX_ATTEMPTS
    )
    auditor = browser(Role.AUDITOR)
    assert auditor.get(reverse("jobs")).status_code == 200
    assert auditor.post(reverse("jobs"), {"event": event.pk}).status_code == 403
    assert administrator.post(reverse("jobs"), {"event": event.pk}).status_code == 302
    event.refresh_from_db()
    assert event.attempts == 0
    assert administrator.post(reverse("jobs"), {"event": event.pk}).status_code == 404
    assert administrator.post(reverse("jobs"), {"event": "all"}).status_code == 422


def test_an_auditor_reads_and_changes_nothing(administrator: Client) -> None:
    auditor, user = browser(Role.AUDITOR), make_user(Role.COLLECTOR)
    for route, args in (("users", []), ("user", [user.username]), ("limits", [])):
        assert auditor.get(reverse(route, args=args)).status_code == 200
    assert auditor.post(reverse("users"), {"username": "x"}).status_code == 403
    assert auditor.post(reverse("limits"), {"role": "approver"}).status_code == 403
    assert auditor.post(reverse("user", args=[user.username]), {"act": "deactivate"}).status_code == 403
    user.refresh_from_db()
    assert user.is_active
