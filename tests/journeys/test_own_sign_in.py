"""Ways of one's own to sign in, in a real browser: an app's codes, and passkeys of an authenticator that the browser plays."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect
from pytest_django.live_server_helper import LiveServer

from tests.journeys.conftest import Desk
from xindai.customers.services import give_portal_access
from xindai.customers.testing import make_person
from xindai.identity import second_factor
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD, app_code, make_bank, make_user
from xindai.kernel import clock
from xindai.servicing.testing import open_bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SYSTEM = Actor.system("test")
Come = Callable[[str, int], Desk]


@pytest.fixture
def come(live_server: LiveServer, browser: Browser) -> Iterator[Come]:
    """Let somebody come who reads a language, with a screen of a width, to a bank that has just opened."""
    make_bank()
    open_bank()
    contexts = []

    def at_the_door(language: str, width: int) -> Desk:
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "xindai_language", "value": language, "url": live_server.url}])
        contexts.append(context)
        return Desk(context.new_page(), live_server.url)

    yield at_the_door
    for context in contexts:
        context.close()


class Finger:
    """The authenticator of a browser: it keeps passkeys and asks its owner, whose finger the test plays."""

    def __init__(self, desk: Desk) -> None:
        self.devtools: CDPSession = desk.page.context.new_cdp_session(desk.page)
        self.devtools.send("WebAuthn.enable")
        made = self.devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }},
        )  # fmt: skip
        self.number = made["authenticatorId"]

    def is_the_owners(self, is_it: bool) -> None:
        self._send("setUserVerified", isUserVerified=is_it)

    def turn_the_counter_back(self) -> None:
        """Do what a copy of the passkey on another device would do."""
        key = self._send("getCredentials")["credentials"][0]
        assert key["signCount"] > 0
        self._send("removeCredential", credentialId=key["credentialId"])
        self._send("addCredential", credential={**key, "signCount": 0})

    def _send(self, act: str, **more: Any) -> Any:
        return self.devtools.send(f"WebAuthn.{act}", {"authenticatorId": self.number, **more})


def person(role: Role, language: str) -> User:
    user = make_user(role)
    User.objects.filter(pk=user.pk).update(language=language)
    return user


def give_password(desk: Desk, user: User) -> None:
    desk.open("/sign-in/")
    desk.page.fill("[name=username]", user.username)
    desk.page.fill("[name=password]", PASSWORD)
    desk.page.locator("main button[type=submit]").click()


def leave(desk: Desk) -> None:
    desk.page.locator("form[action='/sign-out/'] button").click()
    expect(desk.page.locator("main form[method=post]").first).to_be_visible()


def submit(desk: Desk) -> None:
    desk.page.locator("main form[method=post] button.xd-button-solid").click()


def set_up_app(desk: Desk) -> str:
    """Set an app up on the page to which one was led; its secret."""
    page = desk.page
    expect(page).to_have_url(f"{desk.base}/security/app/")
    desk.check()
    submit(desk)
    expect(page.locator(".xd-square")).to_be_visible()
    assert page.locator(".xd-square").evaluate("image => image.complete && image.naturalWidth > 0"), (
        "the policy bars it"
    )
    desk.check()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.fill("[name=code]", "000000" if app_code(secret) != "000000" else "111111")
    submit(desk)
    expect(page.locator(".xd-summary")).to_be_visible()
    page.fill("[name=code]", app_code(secret))
    submit(desk)
    expect(page.locator("#codes li")).to_have_count(second_factor.RECOVERY_CODES)
    desk.check()
    page.locator("main a.xd-button-solid").click()
    expect(page).to_have_url(f"{desk.base}/work/")
    return secret


def add_passkey(desk: Desk, name: str) -> None:
    desk.page.locator("a[href='/security/passkeys/new/']").click()
    desk.check()
    desk.page.fill("[name=name]", name)
    submit(desk)
    expect(desk.page.locator(".xd-key-row").first).to_contain_text(name)


@pytest.mark.parametrize(("language", "width", "scheme"), [("zh-hans", 1440, "light"), ("en", 320, "dark")])
def test_an_officer_sets_up_both_factors_and_comes_in_by_each(
    come: Come, language: str, width: int, scheme: Any
) -> None:
    second_factor.set_duty(SYSTEM, role=Role.LOAN_OFFICER, since=clock.today(), reason="policy")
    desk, user = come(language, width), person(Role.LOAN_OFFICER, language)
    page, finger = desk.page, Finger(desk)
    page.emulate_media(color_scheme=scheme)
    give_password(desk, user)
    desk.open("/loans/")
    secret = set_up_app(desk)

    desk.open("/security/")
    add_passkey(desk, "Phone")
    desk.check()
    page.locator(".xd-key-row summary").click()
    page.locator(".xd-key-row [name=name]").fill("Blue key")
    page.locator(".xd-key-row button[value=rename]").click()
    expect(page.locator(".xd-key-row")).to_contain_text("Blue key")

    leave(desk)
    page.locator("a[href^='/sign-in/passkey/']").click()
    desk.check()
    finger.is_the_owners(False)
    submit(desk)
    expect(page.locator("[data-xd-passkey-fault]")).not_to_be_empty()
    finger.is_the_owners(True)
    submit(desk)
    expect(page).to_have_url(f"{desk.base}/work/")

    leave(desk)
    give_password(desk, user)
    expect(page).to_have_url(f"{desk.base}/sign-in/code/")
    desk.check()
    page.fill("[name=code]", app_code(secret, 1))
    submit(desk)
    expect(page).to_have_url(f"{desk.base}/work/")

    leave(desk)
    finger.turn_the_counter_back()
    desk.open("/sign-in/passkey/")
    submit(desk)
    expect(page.locator(".xd-summary")).to_be_visible()
    desk.check()
    desk.open("/work/")
    expect(page).to_have_url(f"{desk.base}/sign-in/?next=/work/")


def test_a_borrower_adds_a_passkey_on_a_phone_comes_in_by_it_and_removes_it(come: Come) -> None:
    desk, user = come("en", 390), person(Role.BORROWER, "en")
    give_portal_access(SYSTEM, customer_id=make_person(SYSTEM).id, username=user.username)
    page = desk.page
    Finger(desk)
    give_password(desk, user)
    desk.open("/me/security/")
    add_passkey(desk, "My phone")
    desk.check()
    page.locator("form[action='/sign-out/'] button").click()
    desk.open("/me/sign-in/?next=/me/security/")
    page.locator("a[href^='/sign-in/passkey/']").click()
    submit(desk)
    expect(page).to_have_url(f"{desk.base}/me/security/")
    page.locator(".xd-key-row summary").click()
    desk.check()
    page.locator(".xd-key-row button[value=remove]").click()
    expect(page.locator(".xd-key-row")).to_have_count(0)


def test_an_administrator_sets_duties_and_resets_somebody_who_has_lost_the_phone(come: Come) -> None:
    desk, user = come("en", 1440), person(Role.LOAN_OFFICER, "en")
    give_password(desk, user)
    desk.open("/security/app/")
    set_up_app(desk)
    chief = come("en", 390)
    give_password(chief, person(Role.ADMINISTRATOR, "en"))
    chief.open("/authority/second-factor/")
    chief.check()
    chief.page.select_option("[name=role]", "loan_officer")
    chief.page.fill("[name=since]", clock.today().isoformat())
    chief.page.fill("[name=reason]", "Policy 12")
    submit(chief)
    expect(chief.page.locator("main")).to_contain_text("Policy 12")
    chief.open(f"/users/{user.username}/")
    chief.check()
    chief.page.fill("[name=reason]", "Phone lost, seen in person")
    chief.page.locator("button[value=reset]").click()
    expect(chief.page.locator("main")).to_contain_text("Phone lost, seen in person")
    desk.open("/work/")
    expect(desk.page).to_have_url(f"{desk.base}/sign-in/?next=/work/")
    give_password(desk, user)
    expect(desk.page).to_have_url(f"{desk.base}/security/app/")
