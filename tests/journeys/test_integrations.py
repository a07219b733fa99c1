"""An administrator lets another machine be told of events, sees what failed, sends it again; and reads the interface's documentation."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.journeys.conftest import QUICK_HASHERS, Desk, Visit
from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, User
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_user
from xindai.kernel import clock
from xindai.kernel.ids import uuid7
from xindai.servicing.testing import open_bank
from xindai.webhooks.models import Attempt, Delivery, Endpoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = 390
ADMINISTRATOR = "journey.admin"


@pytest.fixture
def product(transactional_db: None) -> Iterator[str]:
    """The address of a server whose bank has one client and an administrator."""
    with override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
        open_bank()
        make_user(Role.ADMINISTRATOR, username=ADMINISTRATOR)
        clients.register(Actor.system("test"), name="Core banking", roles=[Role.ACCOUNTANT], scopes=[Scope.LOANS_READ])
        server = LiveServer("127.0.0.1")
        try:
            yield server.url
        finally:
            server.stop()


def at_work(visit: Visit, language: str, width: int) -> Desk:
    """The administrator, who has signed in."""
    desk, client = visit(language, width), Client()
    user = User.objects.get(username=ADMINISTRATOR)
    user.language = language
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    desk.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": desk.base}])
    return desk


def let_one_fail() -> None:
    """What has been sent to the endpoint in vain."""
    now = clock.now()
    row = Delivery.objects.create(
        endpoint=Endpoint.objects.get(),
        event_id=uuid7(),
        event_name="loan.disbursed",
        subject="LN25-000001-7",
        occurred_at=now - timedelta(hours=1),
        body='{"type":"loan.disbursed","data":{"loan_no":"LN25-000001-7","amount_minor":1200000}}',
        made_at=now,
        next_at=now,
        state="failed",
        status=503,
        error="refused",
        attempts=10,
    )
    Attempt.objects.create(delivery=row, at=now, status=503, error="refused", milliseconds=12)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", PHONE)])
def test_an_endpoint_is_registered_fails_and_is_sent_to_again(visit: Visit, language: str, width: int) -> None:
    desk = at_work(visit, language, width)
    page, client_id = desk.page, ApiClient.objects.get().client_id
    desk.open("/integrations/hosts/")
    page.fill("[name=host]", "hooks.example.com")
    page.locator("form.xd-form button[type=submit]").click()
    expect(page.locator("tbody")).to_contain_text("hooks.example.com")
    desk.check()

    desk.open(f"/integrations/{client_id}/endpoints/new/")
    page.fill("[name=url]", "https://elsewhere.example.com/")
    page.check("[value='loan.disbursed']")
    page.locator("form.xd-form button[type=submit]").click()
    expect(page.locator(".xd-summary")).to_contain_text("elsewhere.example.com")
    desk.check()
    page.fill("[name=url]", "https://hooks.example.com/xindai")
    page.locator("form.xd-form button[type=submit]").click()
    expect(page.locator("#secret")).to_contain_text("whsec_")
    desk.check()

    let_one_fail()
    desk.open(f"/integrations/{client_id}/")
    desk.check()
    page.get_by_role("link", name="https://hooks.example.com/xindai").click()
    desk.check()
    page.locator("a[href$='?state=failed']").click()
    desk.check()
    page.locator("tbody a").first.click()
    desk.check()
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main form[action*='/deliveries/']")).to_have_count(0)
    assert Delivery.objects.get().state == "waiting"

    page.locator("nav.xd-crumb a, .xd-crumb a").nth(2).click()
    page.locator("button[value=disable]").click()
    expect(page.locator("button[value=enable]")).to_be_visible()
    desk.check()
    desk.open("/integrations/")
    expect(page.locator(".xd-banner")).to_contain_text("Core banking")
    desk.check()


@pytest.mark.parametrize(
    ("language", "title", "width"), [("zh-hans", "程序接口", PHONE), ("en", "Interface for programs", 1440)]
)
def test_the_documentation_is_drawn_from_this_machine_alone(
    visit: Visit, language: str, title: str, width: int
) -> None:
    desk = at_work(visit, language, width)
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    desk.page.on("pageerror", lambda error: errors.append(str(error)))
    desk.open("/api/v1/docs")
    expect(desk.page.locator("h1").first).to_have_text(title)
    operation = desk.page.locator(".opblock-summary-control", has_text="/uploads").first
    operation.click(timeout=60_000)
    expect(desk.page.locator(".opblock-body").first).to_be_visible()
    desk.check()
    assert errors == []
    assert [url for url in asked if not url.startswith((desk.base, "data:"))] == []
