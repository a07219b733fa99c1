"""Borrowers and strangers at a phone of 390 px, by keyboard alone and without scripts: the door, the finder, the check."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Desk, SignIn
from tests.journeys.keyboard import PHONE, press, write
from xindai.demonstration.staff import BORROWERS_MOBILE
from xindai.notices import queries as notices

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def sent_code() -> str:
    """The latest code that the demonstration's own carrier has taken."""
    found = re.match(r"\d{6}", next(notices.shown(notices.sandbox_messages())).text)
    assert found is not None
    return found.group()


@pytest.fixture(params=["zh-hans", "en"])
def phone(product: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Desk, str]]:
    """A phone whose browser runs no scripts, in each language."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "xindai_language", "value": request.param, "url": product}])
    yield Desk(context.new_page(), product), request.param
    context.close()


def test_a_borrower_signs_in_by_a_code_and_ends_the_session(phone: tuple[Desk, str]) -> None:
    desk, language = phone
    page = desk.page
    desk.open("/me/security/")
    write(page, "[name=mobile]", BORROWERS_MOBILE)
    press(page, "main form button")
    expect(page).to_have_url(f"{desk.base}/me/sign-in/code/")
    code = sent_code()
    write(page, "[name=code]", f"{(int(code) + 1) % 10**6:06d}")
    press(page, "main form button")
    expect(page.locator(".xd-summary")).to_be_visible()
    write(page, "[name=code]", code)
    press(page, "main form button")
    expect(page).to_have_url(f"{desk.base}/me/security/")
    title = {"zh-hans": "登录设备", "en": "Where you are signed in"}
    switch = page.locator(f"button[name=language][value={language}]")
    if switch.count():
        switch.click()
    expect(page.locator("h1")).to_have_text(title[language])
    press(page, "main .my-session:has(.xd-tag) button")
    expect(page).to_have_url(f"{desk.base}/me/sign-in/")


def test_a_stranger_finds_a_loan_and_asks_whether_it_could_be_theirs(phone: tuple[Desk, str]) -> None:
    desk, language = phone
    page = desk.page
    desk.open("/find/")
    page.locator("#purpose").select_option("person:furniture")  # an open list is the system's own, not the page's
    write(page, "#amount", "5000")
    write(page, "#months", "24")
    press(page, "main form button")
    said = {"zh-hans": "1 种贷款适合", "en": "1 loan fits"}
    expect(page.locator("#answer")).to_have_text(said[language])
    press(page, "a[href^='/eligibility/?purpose=person']")
    expect(page.locator("#amount")).to_have_value("5,000.00")
    write(page, "#age", "40")
    write(page, "#income", "6000")
    press(page, "main form button[type=submit]")
    told = {"zh-hans": "没有不支持的规则", "en": "Nothing that you say stands against it"}
    expect(page.locator("main")).to_contain_text(told[language])
    assert "6000" not in page.url


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_the_door_and_the_finder_are_accessible(sign_in: SignIn, language: str) -> None:
    desk = sign_in("borrower", language=language, width=390)
    for path in ("/me/security/", "/find/", "/find/?purpose=person:furniture&amount=5000&months=24", "/find/?purpose=&amount=x", "/eligibility/"):  # fmt: skip
        desk.open(path)
        desk.check()
    desk.open("/me/")
    desk.page.locator("form[action='/sign-out/'] button").click()
    desk.open("/me/sign-in/")
    desk.check()
    desk.page.fill("[name=mobile]", "13700000009")
    desk.page.locator("main form button").click()
    desk.check()


def test_the_administrator_of_the_demonstration_reads_the_code(sign_in: SignIn, phone: tuple[Desk, str]) -> None:
    desk, _language = phone
    desk.open("/me/sign-in/")
    desk.page.fill("[name=mobile]", BORROWERS_MOBILE)
    desk.page.locator("main form button").click()
    admin = sign_in("admin", language="en")
    admin.navigate("/demonstration/messages/")
    expect(admin.page.locator("main")).to_contain_text(sent_code())
    admin.check()
