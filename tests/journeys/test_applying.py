"""Somebody applies for a loan on a phone of 390 px, by keyboard alone and without scripts, in both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Desk, SignIn
from tests.journeys.keyboard import PHONE, press, tick, write
from xindai.applications.models import Application
from xindai.customers.queries import customer_of_user
from xindai.demonstration import founding
from xindai.identity import queries as identity

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
GO_ON = "main form button >> nth=0"


@pytest.fixture(params=["zh-hans", "en"])
def phone(product: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Desk, str]]:
    """The borrower of the demonstration, signed in on a phone whose browser runs no scripts."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "xindai_language", "value": request.param, "url": product}])
    desk = Desk(context.new_page(), product)
    desk.open("/sign-in/")
    write(desk.page, "[name=username]", "borrower")
    write(desk.page, "[name=password]", founding.password())
    press(desk.page, "main form button")
    expect(desk.page).to_have_url(f"{product}/me/")
    switch = desk.page.locator(f"button[name=language][value={request.param}]")
    if switch.count():
        switch.click()
    yield desk, request.param
    context.close()


def answer(page: Page, text: str) -> None:
    """Write an answer and go on."""
    write(page, "[name=answer]", text)
    press(page, GO_ON)


def choose(page: Page) -> None:
    """Take the first of several choices."""
    tick(page, "[name=answer]")
    press(page, GO_ON)


def test_an_application_is_answered_question_by_question_and_handed_in(phone: tuple[Desk, str]) -> None:
    desk, language = phone
    page = desk.page
    customer = customer_of_user(identity.user("borrower").pk)
    before = Application.objects.filter(customer=customer).count()
    press(page, "a[href='/me/applications/new/']")
    press(page, "main a.xd-button-solid")
    page.locator("[name=answer]").select_option("consumer:furniture")  # an open list is the system's own
    press(page, GO_ON)
    answer(page, "100")
    expect(page.locator(".xd-summary")).to_be_visible()
    assert page.title().startswith({"zh-hans": "错误：", "en": "Error: "}[language])
    answer(page, "3,000")
    answer(page, "12")
    choose(page)
    answer(page, "A sofa")
    expect(page).to_have_url(f"{desk.base}/me/applications/new/")
    while page.locator("main a.xd-button-solid[href^='/me/applications/new/']:not([href$='check/'])").count():
        press(page, "main a.xd-button-solid")
        if page.locator("fieldset").count():
            choose(page)
        else:
            answer(page, "0")
        if not page.url.endswith("/new/"):
            desk.open("/me/applications/new/")
    press(page, "main a.xd-button-solid")
    given = {"zh-hans": "同意日期", "en": "given on"}[language]
    expect(page.locator("main form")).to_contain_text(given)  # this borrower has agreed before and is not asked again
    press(page, "main form button[type=submit]")
    heading = {"zh-hans": "当前进度", "en": "Where it stands"}[language]
    expect(page.locator("#stands")).to_contain_text(heading)
    assert Application.objects.filter(customer=customer).count() == before + 1
    press(page, "a[href$='/withdraw/']")
    expect(page.locator("h1")).to_contain_text({"zh-hans": "撤回", "en": "back"}[language])
    press(page, "main form button")
    taken_back = {"zh-hans": "已撤回", "en": "Taken back"}[language]
    expect(page.locator("#stands")).to_contain_text(taken_back)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_an_application_is_accessible(sign_in: SignIn, language: str) -> None:
    desk = sign_in("borrower", language=language, width=390)
    customer = customer_of_user(identity.user("borrower").pk)
    for path in ("", "purpose/", "housing/", "income/", "statement/", "check/"):
        desk.open(f"/me/applications/new/{path}")
        desk.check()
    desk.page.goto(f"{desk.base}/me/applications/new/check/")
    desk.page.locator("main form button[type=submit]").click()
    desk.check()
    for one in Application.objects.filter(customer=customer):
        desk.open(f"/me/applications/{one.no}/")
        desk.check()
        desk.open(f"/me/applications/{one.no}/withdraw/")
        desk.check()
