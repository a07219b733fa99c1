"""A day at the desk: work is taken and put off, a list is kept as a view and taken away, the auditor looks who did it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_a_collector_takes_work_on_a_phone_and_puts_it_off(sign_in: SignIn) -> None:
    collector = sign_in("collector", width=390)
    collector.open("/work/?tab=unassigned")
    collector.check()
    collector.page.locator(".xd-row-acts button").first.click()
    expect(collector.page.get_by_text("已领取。")).to_be_visible()
    collector.page.locator(".xd-row-acts a", has_text="更多").first.click()
    collector.check()
    collector.press("挂起")
    expect(collector.page.get_by_role("alert")).to_contain_text("请选择日期。")
    collector.check()


def test_an_officer_keeps_a_view_chooses_columns_and_takes_the_list_away(sign_in: SignIn, tmp_path: Path) -> None:
    officer = sign_in("officer", language="en")
    officer.open("/loans/?state=active")
    officer.page.get_by_text("Save as a view").click()
    officer.page.get_by_label("Name of the view").fill("Running")
    officer.press("Save")
    expect(officer.page.get_by_text("The view is saved.")).to_be_visible()
    tab = officer.page.get_by_role("navigation", name="Saved views").get_by_role("link", name="Running")
    expect(tab).to_have_attribute("aria-current", "page")
    officer.check()
    officer.page.locator("summary", has_text="Columns").click()
    officer.page.get_by_label("Product").last.uncheck()
    officer.press("Show these")
    expect(officer.page.get_by_role("columnheader", name="Product")).to_have_count(0)
    with officer.page.expect_download() as download:
        officer.press("Export CSV")
    kept = tmp_path / "loans.csv"
    download.value.save_as(kept)
    assert kept.read_text(encoding="utf-8-sig").startswith("Number,Customer")


def test_the_auditor_finds_a_change_and_reads_a_sealed_value_with_a_reason(sign_in: SignIn) -> None:
    auditor = sign_in("auditor")
    auditor.open("/audit/?model=customers.Customer&verb=customer.record_person")
    auditor.check()
    auditor.page.locator("tbody th a").first.click()
    auditor.page.locator("summary", has_text="显示 sealed_name").click()
    auditor.page.locator("#reason-sealed_name").fill("投诉核查")
    auditor.press("显示")
    expect(auditor.page.get_by_role("status")).to_contain_text("显示 60 秒")
    auditor.check()


def test_the_page_of_all_components_can_be_used_by_everybody(sign_in: SignIn) -> None:
    for language, width in (("zh-hans", 1440), ("en", 320)):
        officer = sign_in("officer", language=language, width=width)
        officer.open("/design/")
        officer.check()


def test_somebody_who_works_by_keyboard_finds_the_map_jumps_and_goes_through_the_rows(sign_in: SignIn) -> None:
    officer = sign_in("officer", language="en")
    officer.open("/loans/")
    keys, page = officer.page.keyboard, officer.page
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    officer.check()
    keys.press("Escape")
    keys.press("j")
    keys.press("j")
    keys.press("k")
    number = page.locator("main tbody tr").first.locator("th a")
    expect(number).to_be_focused()
    shown = number.inner_text()
    keys.press("Enter")
    page.wait_for_url(f"**/loans/{shown}/")
    keys.press("g")
    keys.press("a")
    page.wait_for_url("**/applications/")
    keys.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").fill("gj?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_label("Switch single keys off").check()
    keys.press("Escape")
    page.locator("h1").click()
    keys.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.emulate_media(media="print")
    for hidden in (".xd-nav", ".xd-topbar", ".xd-filters"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("main table").first).to_be_visible()
