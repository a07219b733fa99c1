"""Somebody comes to the branch: recorded, an application started, offered and decided, by one officer at one desk."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignIn
from xindai.customers.testing import make_company_number, make_identity_number

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SITUATION = {
    "往来账户": "余额200以上或工资入账满一年",
    "储蓄": "1000以上",
    "现职年限": "7年以上",
    "信用记录": "现有信贷至今正常",
    "共同借款人或保证人": "无",
    "其他分期付款": "无",
}


def test_a_person_who_comes_to_the_branch_is_recorded_offered_a_loan_and_decided_on(sign_in: SignIn) -> None:
    officer = sign_in("officer")
    page, main = officer.page, officer.page.locator("main")
    page.get_by_role("searchbox").fill("没有这个人")
    page.keyboard.press("Enter")
    officer.follow("登记客户")
    officer.check()
    officer.press("核对填写内容")
    expect(page.get_by_role("alert")).to_contain_text("请输入姓名或名称。")
    officer.check()
    page.get_by_label("姓名").fill("欧阳新")
    page.get_by_label("身份证号").fill(make_identity_number(901))
    page.get_by_label("手机号").fill("139 0000 1234")
    for label, answer in SITUATION.items():
        page.get_by_label(label).select_option(label=answer)
    page.get_by_role("checkbox").first.check()
    officer.press("核对填写内容")
    expect(main.locator(".xd-banner-info")).to_contain_text("以下各项未填写，可稍后补充：")
    expect(main.locator(".xd-banner-info")).to_contain_text("月可支配收入")
    officer.check()
    officer.press("修改")
    page.get_by_label("月可支配收入").fill("9000")
    officer.press("核对填写内容")
    expect(main).to_contain_text("9,000.00")
    officer.press("登记客户")
    expect(page.get_by_text("客户已登记")).to_be_visible()
    officer.check()

    officer.follow("发起申请")
    officer.check()
    officer.follow("个人消费贷款")
    officer.check()
    page.get_by_label("用途", exact=True).select_option(label="家用电器")
    page.get_by_label("金额").fill("3000")
    page.get_by_label("期限（月）").fill("12")
    page.get_by_label("用途说明").fill("买一台洗衣机")
    officer.press("核对填写内容")
    expect(main).to_contain_text("买一台洗衣机")
    officer.check()
    officer.press("发起申请")
    expect(page.get_by_text("申请已发起")).to_be_visible()
    officer.check()
    officer.press("提交")
    officer.press("生成报价")
    expect(page.locator(".xd-figures")).to_contain_text("报价金额")
    officer.press("自动审批")
    expect(page.get_by_text("自动审批已完成")).to_be_visible()
    expect(page.locator(".xd-head").first).to_contain_text("已批准")
    officer.check()


def test_a_company_is_recorded_on_a_phone_and_what_is_not_known_of_it_is_stated_later(sign_in: SignIn) -> None:
    officer = sign_in("officer", language="en", width=390)
    page, main = officer.page, officer.page.locator("main")
    officer.open("/customers/")
    officer.follow("Record a customer")
    officer.follow("Company")
    officer.check()
    page.get_by_label("Name of the company").fill("Example Works Ltd")
    page.get_by_label("Unified social credit code").fill(make_company_number(901))
    page.get_by_label("Industry code").fill("C26")
    officer.press("Check the answers")
    officer.check()
    officer.press("Record the customer")
    expect(page.get_by_text("The customer is recorded.")).to_be_visible()

    officer.follow("Start an application")
    officer.check()
    officer.follow("Working capital loan")
    page.get_by_label("Purpose", exact=True).select_option(index=1)
    page.get_by_label("Amount").fill("500,000")
    page.get_by_label("Term in months").fill("12")
    page.get_by_label("What exactly is paid for").fill("Stock for the season.")
    officer.press("Check the answers")
    officer.press("Start the application")
    expect(main).to_contain_text("Not known: yearly revenue. Without it nothing can be lent.")
    officer.check()
    officer.follow("State facts")
    officer.check()
    page.get_by_label("Yearly revenue").fill("9,000,000")
    officer.press("Record the facts")
    expect(page.get_by_role("table")).to_contain_text("CNY 9,000,000.00")
    officer.check()
