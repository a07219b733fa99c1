"""From a refused application to money paid out: an officer, an approver and an accountant, each in their own browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

CONTRACT_NO = re.compile(r"^CT\d\d-\d{6}-\d")
CONTRACT_NO_LENGTH = len("CT24-000001-2")


def test_a_refusal_goes_before_people_is_approved_contracted_and_paid_out_under_four_eyes(sign_in: SignIn) -> None:
    officer = sign_in("officer.west")
    officer.follow("申请")
    officer.page.get_by_role("combobox", name="状态").select_option("refused")
    officer.open("/applications/?state=refused&ruled=refuse&product=consumer&sort=-submitted")
    officer.page.locator("tbody th a").first.click()
    expect(officer.page.get_by_role("table")).to_contain_text("不支持")
    officer.check()
    number = officer.page.locator(".xd-head-note").first.inner_text()

    officer.press("转人工复议")
    officer.follow("提交审批建议")
    officer.check()
    officer.press("提交复核")
    expect(officer.page.get_by_role("alert")).to_contain_text("请选择批准或拒绝")
    officer.page.get_by_label("批准").check()
    officer.page.get_by_role("checkbox").first.check()
    officer.page.get_by_label("说明").fill("客户补充了担保")
    officer.press("提交复核")
    expect(officer.page.get_by_text("建议已提交复核")).to_be_visible()

    approver = sign_in("approver.west", language="en")
    approver.navigate("/checks/")
    approver.follow(number)
    expect(approver.page.get_by_text("客户补充了担保")).to_be_visible()
    approver.check()
    approver.press("Return")
    expect(approver.page.get_by_role("alert")).to_contain_text("A return needs a reason")
    approver.press("Approve")
    expect(approver.page.get_by_text("Approved.")).to_be_visible()

    officer.open(f"/applications/{number}/")
    expect(officer.page.locator(".xd-head").first).to_contain_text("已批准")
    officer.press("拟定合同")
    officer.follow("合同")
    officer.check()
    for field in officer.page.locator(".xd-form input[type=text]").all():
        field.fill("SEEN-1")
    officer.press("登记凭据")
    officer.press("登记签署")
    officer.press("申请放款")
    expect(officer.page.get_by_text("放款已提交复核")).to_be_visible()
    contract = officer.page.get_by_text(CONTRACT_NO).first.inner_text()[:CONTRACT_NO_LENGTH]

    accountant = sign_in("accountant", language="en")
    accountant.navigate("/checks/")
    accountant.follow(contract)
    accountant.check()
    accountant.press("Approve")
    accountant.follow("Open the record")
    expect(accountant.page.locator("h1")).to_be_visible()
    accountant.follow("Journal")
    expect(accountant.page.get_by_role("table")).to_contain_text("Loans and advances")


def test_nobody_approves_what_they_have_asked_for_or_may_not_see(sign_in: SignIn) -> None:
    officer = sign_in("officer", language="en")
    officer.open("/checks/")
    expect(officer.page.locator("h1")).to_have_text("You may not open this page.")
    expect(officer.page.locator("main")).to_contain_text("checks")
    officer.check()
