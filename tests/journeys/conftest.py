"""A small bank behind a real server, and a real browser in front of it."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from xindai.demonstration import founding
from xindai.demonstration.bank import Plan
from xindai.demonstration.testing import small_bank
from xindai.identity.actors import Actor
from xindai.kernel import business_date, clock
from xindai.recovery import services as recovery
from xindai.recovery.models import Case, Step
from xindai.servicing.models import Loan

CHROMIUM = os.environ.get("XINDAI_CHROMIUM", "/usr/bin/chromium")
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NOON = time(12)
PLAN = Plan(days=64, arrival_days=60, persons=110, companies=10)
"""Applications come in almost to the end, so that offers still stand, and some loans are in collection."""
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""As in every test: a slow hash protects people."""


@dataclass(frozen=True)
class Desk:
    """Somebody at work: a page of the browser and the address of the product."""

    page: Page
    base: str

    def open(self, path: str) -> None:
        """Open an address of the product."""
        self.page.goto(f"{self.base}{path}")

    def press(self, name: str) -> None:
        """Press the button with this name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """Follow the link with this name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def navigate(self, path: str) -> None:
        """Follow the entry of the navigation that leads there."""
        self.page.locator(f".xd-nav a[href='{path}']").click()

    def check(self) -> None:
        """The page is accessible after WCAG 2.2 AA, and does not scroll sideways."""
        violations = Axe().run(self.page, options=AXE_OPTIONS).response["violations"]
        assert not violations, [(one["id"], one["nodes"][0]["target"]) for one in violations]
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


Done = TypeVar("Done")
Visit = Callable[..., Desk]
SignIn = Callable[..., Desk]


def committed(act: Callable[[], Done]) -> Done:
    """Do something on a connection of its own, so that the server sees it: a test's own writes stay in its transaction."""

    def closing() -> Done:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


@pytest.fixture(scope="module")
def product(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a server whose bank has lived two months; its clock stands at noon of the open day.

    A module must be marked ``django_db``: that is what makes a test database, which is emptied afterwards.
    """
    assert connection.settings_dict["NAME"].startswith("test_"), "this database is not a test's"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        with override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
            small_bank(PLAN)
        _let_a_step_wait()
        noon = clock.at_bank(business_date.current(), NOON)
        patch.setattr(clock, "now", lambda: noon)
        server = LiveServer("127.0.0.1")
        try:
            yield server.url
        finally:
            server.stop()
            call_command("flush", verbosity=0, interactive=False)


def _let_a_step_wait() -> None:
    """Give a collector a case that nobody has, and a step: the small bank's own collectors have done all."""
    on = business_date.current()
    loan = (
        Loan.objects.filter(state=Loan.State.ACTIVE).exclude(pk__in=Case.objects.values("loan")).order_by("pk").first()
    )
    assert loan is not None
    case = recovery.open_case(Actor.system("journeys"), loan_no=loan.no, on=on)
    Step.objects.create(
        case=case,
        code="second_letter",
        channel="letter",
        overdue_days=20,
        names={"zh": "再次发函", "en": "Second letter"},
        policy_version="cn-1",
        due_on=on,
        record_by=on,
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of the machine; how to get one is told where it is missing."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"There is no browser at {CHROMIUM}: install chromium, or name one in XINDAI_CHROMIUM.")
    # The browser's driver runs an event loop in this thread; Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(product: str, browser: Browser) -> Iterator[Visit]:
    """Let a stranger come, in a language, with a screen of a width; each has a browser of their own."""
    contexts = []

    def come(language: str = "zh-hans", width: int = 1440) -> Desk:
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "xindai_language", "value": language, "url": product}])
        contexts.append(context)
        return Desk(context.new_page(), product)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(visit: Visit) -> SignIn:
    """Let somebody sign in; their account has a language of its own, which is changed where it is another."""

    def at_work(username: str, language: str = "zh-hans", width: int = 1440) -> Desk:
        desk = visit(language, width)
        desk.open("/sign-in/")
        desk.page.fill("[name=username]", username)
        desk.page.fill("[name=password]", founding.password())
        desk.page.locator("main button[type=submit]").click()
        switch = desk.page.locator(f"button[name=language][value={language}]")
        if switch.count():
            switch.click()
        return desk

    return at_work
