"""On a phone of 390 px, by keyboard alone and without scripts: an offer is accepted, the contract signed, the loan paid."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Desk, SignIn, committed
from tests.journeys.keyboard import PHONE, press, tick, write
from xindai.applications.models import Application, State
from xindai.applications.testing import answered
from xindai.contracts import queries as contracts
from xindai.contracts import services as contract_acts
from xindai.contracts.conditions import open_codes
from xindai.customers.queries import customer_of_user
from xindai.customers.services import give_portal_access
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD, actor, make_user
from xindai.kernel import business_date
from xindai.offers.testing import Scene
from xindai.servicing import queries as servicing
from xindai.servicing import services as loan_acts
from xindai.servicing.models import Loan, LoanEvent
from xindai.underwriting import services as underwriting

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
ACCOUNT = "6222000011112222"
Phone = Callable[[str, str, str], Desk]


@pytest.fixture
def phone(product: str, browser: Browser) -> Iterator[Phone]:
    """Let somebody sign in on a phone whose browser runs no scripts."""
    contexts = []

    def signed_in(username: str, password: str, language: str) -> Desk:
        context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "xindai_language", "value": language, "url": product}])
        contexts.append(context)
        desk = Desk(context.new_page(), product)
        desk.open("/sign-in/")
        write(desk.page, "[name=username]", username)
        write(desk.page, "[name=password]", password)
        press(desk.page, "main form button")
        expect(desk.page).to_have_url(f"{product}/me/")
        switch = desk.page.locator(f"button[name=language][value={language}]")
        if switch.count():
            switch.click()
        return desk

    yield signed_in
    for context in contexts:
        context.close()


def approved() -> Application:
    """An application that the rules have approved, whose offer waits for its applicant."""
    branch = Branch.objects.order_by("pk")[0]
    scene = Scene(branch, actor(Role.LOAN_OFFICER, branch), actor(Role.APPROVER, branch))
    on = business_date.current()
    made = answered(scene, on=on)
    underwriting.decide_automatically(scene.officer, application_no=made.no, on=on)
    made.refresh_from_db()
    assert made.state == State.APPROVED
    return made


def borrower_of(application: Application) -> str:
    """A login that leads to the applicant."""
    user = make_user(Role.BORROWER)
    give_portal_access(Actor.system("journeys"), customer_id=application.customer_id, username=user.username)
    return user.username


def pay_out(application: Application) -> Loan:
    """What the staff does: the conditions are closed, and the money is paid under four eyes."""
    on, drawn = business_date.current(), contracts.contract_of(application.pk)
    assert drawn is not None
    evidence = dict.fromkeys(open_codes(drawn.conditions), "seen")
    contract_acts.satisfy_conditions(Actor.system("journeys"), contract_no=drawn.no, evidence=evidence, on=on)
    check = loan_acts.request_disbursement(actor(Role.LOAN_OFFICER, drawn.branch), contract_no=drawn.no, on=on)
    return loan_acts.disburse(actor(Role.ACCOUNTANT, drawn.branch), check_id=check.pk, on=on)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_offer_is_accepted_signed_and_the_loan_is_paid_to_its_receipt(phone: Phone, language: str) -> None:
    application = committed(approved)
    desk = phone(committed(lambda: borrower_of(application)), PASSWORD, language)
    page = desk.page
    press(page, f"a[href='/me/applications/{application.no}/']")
    press(page, "a.xd-button-solid[href$='/offer/']")
    press(page, "main form button[type=submit]")
    expect(page).to_have_url(f"{desk.base}/me/applications/{application.no}/contract/")
    expect(page.locator(".my-clauses li").first).to_be_visible()
    press(page, "main form button[type=submit]")
    expect(page.locator(".xd-summary")).to_be_visible()
    tick(page, "[name=read]")
    press(page, "main form button[type=submit]")
    expect(page).to_have_url(f"{desk.base}/me/applications/{application.no}/")
    loan = committed(lambda: pay_out(application))
    press(page, "a[href='/me/']")
    press(page, f"a[href='/me/loans/{loan.no}/pay/']")
    write(page, "[name=account]", ACCOUNT)
    press(page, "main form button[type=submit]")
    expect(page.locator("h1")).to_contain_text({"zh-hans": "确认还款", "en": "Pay CNY"}[language])
    press(page, "main form button[type=submit]")
    expect(page.locator("h1")).to_have_text({"zh-hans": "已还", "en": "Paid"}[language])
    event = LoanEvent.objects.get(loan=loan, kind="repay")
    assert event.amount_minor == servicing.schedule(loan)[0].total_minor
    press(page, f"a.xd-button[href='/me/loans/{loan.no}/']")
    expect(page.locator("#payments")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("language", "scheme", "width"), [("zh-hans", "light", 390), ("en", "dark", 390)])
def test_every_page_of_paying_papers_and_oneself_is_accessible(
    sign_in: SignIn, language: str, scheme: str, width: int
) -> None:
    desk = sign_in("borrower", language=language, width=width)
    desk.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    customer = customer_of_user(identity.user("borrower").pk)
    loan = Loan.objects.filter(customer=customer).latest("pk")
    application = Application.objects.filter(customer=customer, decided_at__isnull=False).latest("pk")
    for path in (
        "", f"loans/{loan.no}/", f"loans/{loan.no}/pay/", f"loans/{loan.no}/pay-off/", f"loans/{loan.no}/papers/",
        "questions/", "profile/", "profile/mobile/", "profile/mobile/code/", "profile/class/", "profile/consents/",
        "profile/export/", "security/", f"applications/{application.no}/", f"applications/{application.no}/decision/",
        f"applications/{application.no}/documents/",
    ):  # fmt: skip
        desk.open(f"/me/{path}")
        desk.check()
    desk.open(f"/me/loans/{loan.no}/pay/")
    desk.page.fill("[name=account]", ACCOUNT)
    desk.page.locator("main form button[type=submit]").first.click()
    desk.check()
