"""Statements and schedules: every figure is the books', the Chinese is readable text, and nobody gets another's."""

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from xindai.customers import queries as customers
from xindai.kernel import formatting
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.reporting import own
from xindai.reporting.statement import months, statement
from xindai.servicing import queries
from xindai.servicing.models import Loan
from xindai.servicing.testing import MONDAY, balance, close_until, make_loan, open_bank, pay

pytestmark = pytest.mark.django_db
FIRST_DUE = MONDAY + timedelta(days=3)
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)


@pytest.fixture
def loan(db: None) -> Loan:
    """Paid in March and - too late and too little - in April."""
    open_bank()
    made = make_loan()
    close_until(FIRST_DUE)
    pay(made, queries.schedule(made)[0].total_minor)
    close_until(date(2025, 4, 20))
    pay(made, 300_00)
    close_until(date(2025, 4, 22))
    return made


@pytest.fixture
def client(loan: Loan) -> Client:
    return browser_of(borrower_of(loan.customer_id))


def own_loan(loan: Loan) -> own.OwnLoan:
    return own.loan(customers.shown(loan.customer), loan.no)


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    reader = PdfReader(io.BytesIO(answer.content))
    return "\n".join(page.extract_text() for page in reader.pages)


def written(amount_minor: int) -> str:
    return formatting.plain_amount(amount_minor, "CNY")


def test_a_month_begins_where_the_one_before_ended_and_the_last_one_ends_at_what_is_owed(loan: Loan) -> None:
    mine = own_loan(loan)
    march, april = statement(mine, MARCH), statement(mine, APRIL)
    after = {claim.code: claim.after_minor for claim in march.claims}
    assert {claim.code: claim.before_minor for claim in april.claims if claim.before_minor} == {
        code: amount_minor for code, amount_minor in after.items() if amount_minor
    }
    assert (march.is_whole, april.is_whole) == (True, False)
    state = queries.current_state(loan)
    owed = {claim.code: claim.after_minor for claim in april.claims}
    assert owed["principal"] == state.outstanding_minor == balance("loan_principal", loan)
    assert owed["penalty"] == state.penalty_due_minor > 0
    assert april.owed_minor == queries.quote_settlement(loan).amount_minor


def test_every_claim_is_the_sum_of_its_journal_lines(loan: Loan) -> None:
    lines = queries.journal_lines(loan)
    for month in (MARCH, APRIL):
        found = statement(own_loan(loan), month)
        for claim, role in (("principal", "loan_principal"), ("penalty", "penalty_receivable")):
            posted = sum(line.amount_minor for line in lines if line.role == role and line.on <= found.last)
            assert sum(one.after_minor for one in found.claims if one.code == claim) == posted
        paid = sum(one.amount_minor for one in found.happenings if one.kind == "repay")
        assert paid == sum(
            line.amount_minor
            for line in lines
            if line.role == "cash" and line.kind == "repay" and line.on.month == month.month
        )


def test_the_statement_prints_these_figures_and_events_in_both_languages(client: Client, loan: Loan) -> None:
    found = statement(own_loan(loan), APRIL)
    path = f"/me/loans/{loan.no}/statements/2025-04.pdf"
    english = read(client, path)
    chinese = read(browser_of(borrower_of(loan.customer_id), "zh-hans"), path)
    for told in (english, chinese):
        for claim in found.claims:
            for amount_minor in (claim.before_minor, claim.added_minor, claim.off_minor, claim.after_minor):
                assert written(amount_minor) in told
        assert written(300_00) in told
        assert loan.no in told
    assert ("Statement of the loan" in english, "Payment" in english) == (True, True)
    assert ("贷款对账单" in chinese, "利息" in chinese, "Statement" in chinese) == (True, True, False)


def test_the_font_lies_in_the_paper(client: Client, loan: Loan) -> None:
    answer = browser_of(borrower_of(loan.customer_id), "zh-hans").get(f"/me/loans/{loan.no}/schedule.pdf")
    for page in PdfReader(io.BytesIO(answer.content)).pages:
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
        assert fonts
        for font in fonts:
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_schedule_prints_every_instalment_of_the_engine(client: Client, loan: Loan) -> None:
    told = read(client, f"/me/loans/{loan.no}/schedule.pdf")
    for row in queries.schedule(loan):
        assert written(row.total_minor) in told
        assert formatting.calendar_day(row.due_on, "en") in told
    assert "12.34%" in told


def test_the_page_lists_the_months_of_the_loan_and_no_other_month_has_a_statement(client: Client, loan: Loan) -> None:
    assert months(own_loan(loan)) == [APRIL, MARCH]
    shown = client.get(f"/me/loans/{loan.no}/papers/").content.decode()
    for month in ("2025-03", "2025-04"):
        assert f"/me/loans/{loan.no}/statements/{month}.pdf" in shown
    for month in ("2025-02", "2025-05", "2025-13", "soon"):
        assert client.get(f"/me/loans/{loan.no}/statements/{month}.pdf").status_code == 404, month


def test_nobody_gets_anothers_papers(client: Client, loan: Loan) -> None:
    stranger = browser_of(borrower_of(make_loan().customer_id))
    for path in ("papers/", "schedule.pdf", "statements/2025-04.pdf"):
        assert stranger.get(f"/me/loans/{loan.no}/{path}").status_code == 404, path
