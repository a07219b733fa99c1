"""A repayment with its effect shown first; an overdue case worked on a phone; figures that explain themselves."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_an_officer_sees_the_effect_of_a_repayment_before_it_is_recorded(sign_in: SignIn) -> None:
    officer = sign_in("officer", language="en")
    officer.open("/loans/?state=active&sort=-balance")
    officer.page.locator("tbody th a").first.click()
    officer.follow("Record repayment")
    officer.press("Check the effect")
    expect(officer.page.get_by_role("alert")).to_contain_text("Enter the amount that was received.")
    officer.check()
    officer.page.get_by_label("Amount").fill("1,0 00.5０")
    officer.page.get_by_label("Number of the receipt").fill("R-1")
    officer.press("Check the effect")
    expect(officer.page.locator("main")).to_contain_text("CNY 1,000.50")
    expect(officer.page.locator("main")).to_contain_text("Cash and balances with banks")
    officer.check()
    officer.press("Record repayment")
    expect(officer.page.get_by_text("The repayment is recorded.")).to_be_visible()
    expect(officer.page.get_by_role("table").locator("tbody tr").first).to_contain_text("1,000.50")
    officer.check()


def test_the_interest_of_an_instalment_explains_itself_by_keyboard(sign_in: SignIn) -> None:
    officer = sign_in("officer")
    officer.open("/loans/?state=active")
    officer.page.locator("tbody th a").first.click()
    officer.follow("还款计划")
    why = officer.page.locator(".xd-why").first
    amount = why.inner_text()
    why.focus()
    officer.page.keyboard.press("Enter")
    dialog = officer.page.get_by_role("dialog", name=f"为什么是 {amount} 元")
    expect(dialog).to_be_visible()
    expect(dialog.locator("dd").last).to_have_text(f"{amount} 元")
    officer.check()
    officer.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(why).to_be_focused()


def test_a_collector_works_a_case_on_a_phone(sign_in: SignIn) -> None:
    collector = sign_in("collector", width=390)
    collector.open("/collections/")
    collector.check()
    links = [link.get_attribute("href") for link in collector.page.locator("tbody th a").all()]
    for link in links:
        collector.open(link or "")
        if collector.page.get_by_role("button", name="接手", exact=True).count():
            break
    collector.check()
    collector.press("接手")
    expect(collector.page.get_by_text("已接手该案件")).to_be_visible()
    expect(collector.page.locator(".xd-figures")).to_contain_text("演示催收员")
    expect(collector.page.get_by_role("button", name="接手", exact=True)).to_have_count(0)
    collector.check()
    collector.press("登记结果")
    expect(collector.page.get_by_role("alert")).to_contain_text("请选择结果")
    collector.page.get_by_role("radio").first.check()
    collector.press("登记结果")
    expect(collector.page.get_by_text("结果已登记")).to_be_visible()
    collector.check()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_conditions_of_a_write_off_are_whole_on_a_phone(sign_in: SignIn, language: str) -> None:
    collector = sign_in("collector", language=language, width=390)
    collector.open("/collections/")
    link = collector.page.locator("tbody th a").first.get_attribute("href")
    collector.open(f"{link}write-off/")
    table = collector.page.locator(".xd-wrapping")
    expect(table.locator("tbody tr").first).to_be_visible()
    assert table.evaluate("table => table.offsetWidth <= table.parentElement.clientWidth")
    assert table.locator("td:last-child").evaluate_all(
        "cells => cells.every(cell => cell.scrollWidth <= cell.clientWidth)"
    )
    collector.check()


def test_a_risk_manager_follows_a_figure_to_the_loans_that_add_up_to_it(sign_in: SignIn) -> None:
    risk = sign_in("risk", language="en")
    risk.navigate("/")
    expect(risk.page.locator("h1")).to_have_text("Portfolio")
    expect(risk.page.get_by_text("Agrees with the ledger")).to_be_visible()
    risk.check()
    figure = risk.page.locator(".xd-figure a").first
    exact = figure.get_attribute("title")
    figure.click()
    expect(risk.page.locator("tfoot")).to_contain_text((exact or "").removeprefix("CNY "))
    risk.check()


def test_an_accountant_finds_the_books_in_balance_and_drills_down(sign_in: SignIn) -> None:
    accountant = sign_in("accountant", language="en")
    accountant.follow("Trial balance")
    expect(accountant.page.get_by_text("In balance")).to_be_visible()
    accountant.check()
    balance = accountant.page.locator("tr", has_text="Loans and advances").locator("td").nth(1).inner_text()
    accountant.follow("1303")
    expect(accountant.page.locator(".xd-head-note")).to_contain_text(balance)
    accountant.check()


def test_an_auditor_reads_the_parts_of_a_day_and_verifies_the_seals(sign_in: SignIn) -> None:
    auditor = sign_in("auditor", language="en")
    auditor.navigate("/end-of-day/")
    expect(auditor.page.locator("h1")).to_have_text("End of day")
    auditor.check()
    auditor.page.locator("tbody th a").nth(1).click()
    expect(auditor.page.get_by_role("region", name="Parts").locator("tbody tr")).to_have_count(1)
    auditor.check()
    auditor.navigate("/end-of-day/")
    auditor.follow("Verify the seals")
    expect(auditor.page.get_by_text("no break")).to_be_visible()
    auditor.check()
    auditor.navigate("/suspense/")
    expect(auditor.page.get_by_text("No receipt waits.")).to_be_visible()
    auditor.check()
