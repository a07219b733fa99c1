"""A borrower at a phone: from the sign-in page to what is owed today, in both languages, by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignIn
from xindai.customers.queries import customer_of_user
from xindai.identity import queries as identity
from xindai.servicing import queries as servicing
from xindai.servicing.models import Loan

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PHONE = 390


def loan_of_the_borrower() -> Loan:
    """The loan behind the login of the demonstration."""
    return Loan.objects.get(customer=customer_of_user(identity.user("borrower").pk))


@pytest.mark.parametrize(
    ("language", "title", "button", "terms", "schedule"),
    [
        ("zh-hans", "我的贷款", "还款计划与还款记录", "年化利率（单利）", "还款计划"),
        ("en", "My loans", "Schedule and payments", "Annual rate (simple)", "Schedule"),
    ],
)
def test_a_borrower_reads_on_a_phone_what_is_owed_and_why(
    sign_in: SignIn, language: str, title: str, button: str, terms: str, schedule: str
) -> None:
    loan = loan_of_the_borrower()
    borrower = sign_in("borrower", language=language, width=PHONE)
    page = borrower.page
    expect(page.locator("h1")).to_have_text(title)
    assert page.url == f"{borrower.base}/me/"
    borrower.check()
    link = page.get_by_role("link", name=f"{button} {loan.no}", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{borrower.base}/me/loans/{loan.no}/")
    expect(page.get_by_text(terms)).to_be_visible()
    owed = f"{servicing.current_state(loan).outstanding_minor // 100:,}"
    expect(page.locator(".xd-figures")).to_contain_text(owed)
    rows = page.get_by_role("region", name=schedule).locator("tbody tr")
    expect(rows).to_have_count(len(servicing.schedule(loan)))
    borrower.check()


def test_the_interest_of_an_instalment_explains_itself_to_the_borrower(sign_in: SignIn) -> None:
    borrower = sign_in("borrower", language="en")
    borrower.open(f"/me/loans/{loan_of_the_borrower().no}/")
    why = borrower.page.locator(".xd-why").first
    amount = why.inner_text()
    why.focus()
    borrower.page.keyboard.press("Enter")
    dialog = borrower.page.get_by_role("dialog", name=f"Why CNY {amount}")
    expect(dialog).to_be_visible()
    borrower.check()
    borrower.page.keyboard.press("Escape")
    expect(why).to_be_focused()


def test_a_borrower_who_strays_into_the_console_is_led_back(sign_in: SignIn) -> None:
    borrower = sign_in("borrower", language="en", width=PHONE)
    borrower.open("/loans/")
    expect(borrower.page.locator("main")).to_contain_text("You may not open this page.")
    borrower.check()
    borrower.follow("Go to the first page")
    expect(borrower.page).to_have_url(f"{borrower.base}/me/")
    borrower.press("Sign out")
    expect(borrower.page).to_have_url(f"{borrower.base}/sign-in/")
