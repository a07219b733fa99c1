"""A stranger at the calculator: figures that follow what is typed, charts, comparison, and the why of a cent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.journeys.conftest import Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PHONE = 390
LOAN = "?start=2024-07-01&a-principal=120,000&a-rate=6&a-months=12&a-method=level"


@pytest.fixture(scope="module")
def product(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a server without any bank: the calculator reads and keeps nothing."""
    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        try:
            yield server.url
        finally:
            server.stop()


def drawn(page: Page, chart: str) -> None:
    """The chart has been drawn: it holds at least one shape with a colour."""
    expect(page.locator(f"[data-xd-source={chart}] svg path[fill^='rgb']").first).to_be_attached()


def watch_for_errors(desk: Desk) -> list[str]:
    """What the page's own scripts report as errors from now on."""
    errors: list[str] = []
    desk.page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


@pytest.mark.parametrize(
    ("language", "title", "instalment", "width"),
    [("zh-hans", "贷款计算器", "首期应还", 1440), ("en", "Loan calculator", "First instalment", PHONE)],
)
def test_the_results_follow_what_is_typed_and_the_address_keeps_it(
    visit: Visit, language: str, title: str, instalment: str, width: int
) -> None:
    stranger = visit(language, width)
    errors = watch_for_errors(stranger)
    stranger.open(f"/calculator/{LOAN}")
    page = stranger.page
    expect(page.locator("h1")).to_have_text(title)
    first = page.locator(".my-comparison tr", has_text=instalment)
    expect(first).to_contain_text("10,327.97")
    drawn(page, "chart-a")
    page.evaluate("document.body.dataset.kept = 'yes'")
    months = page.locator("[name=a-months]")
    months.fill("24")
    months.press("Tab")
    expect(first).to_contain_text("5,318.47")
    drawn(page, "chart-a")
    assert page.evaluate("document.body.dataset.kept") == "yes", "the page was loaded anew"
    assert "a-months=24" in page.url
    expect(page.locator("[name=a-method]")).to_be_focused()
    stranger.check()
    assert errors == []


def test_a_slip_is_told_at_its_field_while_typing_and_goes_when_it_is_mended(visit: Visit) -> None:
    stranger = visit("en")
    stranger.open(f"/calculator/{LOAN}")
    rate = stranger.page.locator("[name=a-rate]")
    rate.fill("six")
    rate.press("Tab")
    expect(stranger.page.get_by_role("alert")).to_contain_text("Interest rate a year (%)")
    expect(stranger.page.locator(".xd-field-wrong .xd-error-text")).to_have_text(
        "Write the rate in percent, for example 4.35."
    )
    expect(rate).to_have_attribute("aria-invalid", "true")
    expect(stranger.page.locator("[name=a-months]")).to_be_focused()
    stranger.check()
    rate.fill("5")
    rate.press("Tab")
    expect(stranger.page.locator("#comparison")).to_be_visible()
    expect(stranger.page.locator(".xd-field-wrong")).to_have_count(0)
    expect(rate).not_to_have_attribute("aria-invalid", "true")


def test_an_instalment_explains_itself_by_the_keyboard(visit: Visit) -> None:
    stranger = visit("en")
    stranger.open(f"/calculator/{LOAN}")
    page = stranger.page
    page.get_by_role("link", name="600.00", exact=True).focus()
    page.keyboard.press("Enter")
    card = page.locator("#why")
    expect(card).to_be_focused()
    expect(card).to_contain_text("Why instalment 1 is CNY 10,327.97")
    expect(card).to_contain_text("CNY 120,000.00 × 6.00% × 30 / 360")
    stranger.check()
    stranger.follow("Close")
    expect(card).to_have_count(0)
    expect(page.locator("#comparison")).to_be_visible()


@pytest.mark.parametrize("width", [1440, PHONE])
def test_three_loans_are_compared_side_by_side(visit: Visit, width: int) -> None:
    stranger = visit("en", width)
    errors = watch_for_errors(stranger)
    stranger.open(f"/calculator/{LOAN}")
    page = stranger.page
    for letter, method in (("b", "equal_principal"), ("c", "flat")):
        stranger.press("Compare with another loan")
        page.locator(f"[name={letter}-method]").select_option(method)
        expect(page.locator(".my-comparison thead th").last).to_have_text(f"Loan {letter.upper()}")
    costs = page.locator(".my-comparison tr", has_text="Total cost").locator("td")
    expect(costs).to_have_text([" 3,935.66", "lowest 3,900.00", " 7,200.00"])
    for chart in ("balances-data", "chart-a", "chart-b", "chart-c"):
        expect(page.locator(f"[data-xd-source={chart}] svg path").first).to_be_attached()
    expect(page.get_by_role("button", name="Compare with another loan")).to_have_count(0)
    stranger.check()
    stranger.press("Remove loan B")
    expect(page.locator(".my-comparison thead th")).to_have_count(2)
    assert "b-method=flat" in page.url
    assert errors == []


def test_the_schedule_is_saved_as_a_file(visit: Visit) -> None:
    stranger = visit("en")
    stranger.open(f"/calculator/{LOAN}")
    with stranger.page.expect_download() as saved:
        stranger.follow("Save as a file Loan A")
    assert saved.value.suggested_filename == "loan-a.csv"
    assert saved.value.path().read_text().splitlines()[12] == "12,2025-07-01,10276.61,51.38,0.00,10327.99,0.00"
