"""What borrowers see of their loans: their own alone, with the figures of the books, in their language."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xindai.applications.models import Application
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD, actor, make_branch, make_user
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.servicing import queries, services
from xindai.servicing.models import Loan
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank, pay

pytestmark = pytest.mark.django_db
FIRST_DUE = MONDAY + timedelta(days=3)
STAFF = [role for role in Role if role not in {Role.BORROWER, Role.SYSTEM}]


@dataclass(frozen=True)
class Lent:
    """A loan, and the browser of its borrower."""

    loan: Loan
    client: Client

    def page(self, path: str = "") -> str:
        answer = self.client.get(f"/me/{path}")
        assert answer.status_code == 200
        return answer.content.decode()

    def loan_page(self) -> str:
        return self.page(f"loans/{self.loan.no}/")


def figure(amount_minor: int) -> str:
    return f"{amount_minor // 100:,}.{amount_minor % 100:02}"


def written(amount_minor: int) -> str:
    return f"CNY {figure(amount_minor)}"


def dated(on: date) -> str:
    return f'<time datetime="{on.isoformat()}">'


def lend(**changes: object) -> Lent:
    """A loan of 12,000.00, unless changed, and its borrower."""
    loan = make_loan(**changes)  # type: ignore[arg-type]
    return Lent(loan, browser_of(borrower_of(loan.customer_id)))


@pytest.fixture
def lent(db: None) -> Lent:
    open_bank()
    return lend()


def test_the_first_page_tells_what_is_owed_next_and_paid_as_the_books_do(lent: Lent) -> None:
    close_until(FIRST_DUE)
    pay(lent.loan, 2_000_00)
    close_until(FIRST_DUE + timedelta(days=1))
    now = queries.replayed(lent.loan)
    coming = next(row for row in now.rows if row.number > now.fallen)
    page = lent.page()
    assert lent.loan.no in page
    for amount_minor in (
        now.state.outstanding_minor, now.state.repaid_minor, 2_000_00, coming.total_minor - now.state.overpaid_minor
    ):  # fmt: skip
        assert written(amount_minor) in page
    assert dated(coming.due_on) in page
    assert "overdue since" not in page


def test_what_falls_due_today_is_the_next_payment_and_not_overdue(lent: Lent) -> None:
    close_until(FIRST_DUE)
    first = queries.schedule(lent.loan)[0]
    for page in (lent.page(), lent.loan_page()):
        assert "due today" in page.lower()
        assert written(first.total_minor) in page
        assert "overdue since" not in page


def test_arrears_are_told_with_their_working(lent: Lent) -> None:
    close_until(FIRST_DUE + timedelta(days=20))
    state = queries.current_state(lent.loan)
    (due,) = state.dues
    page = lent.loan_page()
    assert state.penalty_due_minor > 0
    assert state.arrears_minor == due.principal_minor + due.interest_minor + state.penalty_due_minor
    for amount_minor in (due.principal_minor, due.interest_minor, state.penalty_due_minor, state.arrears_minor):
        assert written(amount_minor) in page
    assert f"{written(state.arrears_minor)} is overdue since" in page
    assert dated(date.fromordinal(due.due_on)) in page


def test_paying_off_today_costs_what_the_quote_says(lent: Lent) -> None:
    close_until(FIRST_DUE + timedelta(days=20))
    quote = queries.quote_settlement(lent.loan)
    assert quote.amount_minor > 0
    assert written(quote.amount_minor) in lent.loan_page()


def test_the_terms_name_the_annual_rate_and_how_it_is_counted(lent: Lent) -> None:
    page = lent.loan_page()
    assert "Annual rate (simple)" in page
    assert "12.34%" in page
    assert "18.00%" in page
    assert "Level instalments" in page


def test_the_schedule_says_of_every_instalment_how_it_stands(lent: Lent) -> None:
    close_until(FIRST_DUE)
    pay(lent.loan, queries.schedule(lent.loan)[0].total_minor)
    close_until(FIRST_DUE + timedelta(days=40))
    page = lent.loan_page()
    rows = queries.schedule(lent.loan)
    assert [row.is_due for row in rows].count(True) == 2
    assert (page.count("Paid</span>"), page.count("Overdue</span>"), page.count("Not due yet</span>")) == (1, 1, 10)
    for row in rows:
        assert written(row.total_minor) in page


def test_payments_are_listed_with_their_use_and_those_taken_back_are_not(lent: Lent) -> None:
    close_until(FIRST_DUE)
    kept, mistaken = pay(lent.loan, 700_00), pay(lent.loan, 33_33)
    page = lent.loan_page()
    assert (written(700_00) in page, written(33_33) in page, written(733_33) in page) == (True, True, True)
    assert figure(kept.applied["principal_minor"]) in page
    assert "Counter" in page
    services.reverse_repayment(
        actor(Role.ACCOUNTANT),
        loan_no=lent.loan.no,
        event_key=mistaken.key,
        on=FIRST_DUE,
        reason="another's money",
        idempotency_key="back",
    )
    page = lent.loan_page()
    assert (written(700_00) in page, written(33_33) in page, written(733_33) in page) == (True, False, False)


def test_a_loan_paid_off_owes_nothing(lent: Lent) -> None:
    close_until(FIRST_DUE)
    quote = queries.quote_settlement(lent.loan)
    services.settle_early(
        actor(Role.ACCOUNTANT),
        loan_no=lent.loan.no,
        amount_minor=quote.amount_minor,
        on=FIRST_DUE,
        source="counter",
        idempotency_key="all",
    )
    page = lent.loan_page()
    assert "This loan is paid off." in page
    assert "To pay off the whole loan today" not in page
    assert written(quote.amount_minor) in page
    assert "100%" in lent.page()


def test_the_page_speaks_the_readers_language(lent: Lent) -> None:
    user = borrower_of(lent.loan.customer_id)
    chinese, english = browser_of(user, "zh-hans"), browser_of(borrower_of(lent.loan.customer_id), "en")
    for path, zh, en in (
        ("/me/", "我的贷款", "My loans"),
        (f"/me/loans/{lent.loan.no}/", "合同约定", "What we agreed"),
    ):
        told_zh, told_en = chinese.get(path).content.decode(), english.get(path).content.decode()
        assert zh in told_zh
        assert en not in told_zh
        assert en in told_en
        assert zh not in told_en


def test_nobody_sees_anothers_loan_or_application(lent: Lent) -> None:
    other = lend(principal_minor=7_000_00)
    assert lent.client.get(f"/me/loans/{other.loan.no}/").status_code == 404
    page = lent.page()
    for number in (other.loan.no, other.loan.contract.application.no):
        assert number not in page
        assert number in other.page()


def test_a_loan_that_does_not_exist_and_anothers_look_the_same(lent: Lent) -> None:
    other = lend()
    answers = [lent.client.get(f"/me/loans/{no}/") for no in (other.loan.no, "LN99-999999-9")]
    told = [
        answer.content.decode()
        .replace(no, "‹number›")
        .replace(answer["X-Request-ID"], "ID")
        .replace(answer.wsgi_request.path, "")
        for answer, no in zip(answers, (other.loan.no, "LN99-999999-9"), strict=True)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert [text.count("‹number›") for text in told] == [told[0].count("‹number›")] * 2


def test_a_login_without_a_customer_is_told_what_to_do(lent: Lent) -> None:
    answer = browser_of(make_user(Role.BORROWER)).get("/me/")
    assert answer.status_code == 404
    assert "Ask your branch to link it to you." in answer.content.decode()


@pytest.mark.parametrize("role", STAFF)
def test_who_works_for_the_lender_does_not_open_the_borrowers_pages(lent: Lent, role: Role) -> None:
    client = browser_of(make_user(role, make_branch()))
    for path in ("/me/", f"/me/loans/{lent.loan.no}/"):
        assert client.get(path).status_code == 403


def test_a_borrower_opens_neither_console_nor_interface(lent: Lent) -> None:
    for path in ("/", "/loans/", f"/loans/{lent.loan.no}/", "/customers/", "/api/v1/loans/"):
        assert lent.client.get(path).status_code in {403, 404}


def test_after_signing_in_everybody_lands_on_their_own_first_page(lent: Lent) -> None:
    for role, path in ((Role.BORROWER, "/me/"), (Role.AUDITOR, "/work/")):
        for wanted in ("", "/"):
            answer = Client().post(
                "/sign-in/", {"username": make_user(role).username, "password": PASSWORD, "next": wanted}
            )
            assert (answer.status_code, answer["Location"]) == (302, path)


def test_three_loans_are_read_with_as_many_questions_as_one(lent: Lent) -> None:
    lent.page()
    with CaptureQueriesContext(connection) as one:
        lent.page()
    for _two in range(2):
        more = make_loan()
        Application.objects.filter(pk=more.contract.application_id).update(customer=lent.loan.customer_id)
        Loan.objects.filter(pk=more.pk).update(customer=lent.loan.customer_id)
    with CaptureQueriesContext(connection) as three:
        assert lent.page().count("Schedule and payments") == 3
    assert len(three) == len(one)
