"""Borrowers pay by themselves: once, by double entry, their own loans alone; who is stopped in between goes on."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from loanmath import Status
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.kernel import business_date, formatting
from xindai.kernel.errors import NotFound
from xindai.ledger import queries as ledger
from xindai.payments import pay_ins, sandbox
from xindai.payments import queries as payments
from xindai.payments.channel import PayInOutcome
from xindai.payments.models import PayIn, Receipt
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.servicing import arriving, queries, services, settling
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import MONDAY, balance, close_until, make_loan, open_bank

pytestmark = pytest.mark.django_db
FIRST_DUE = MONDAY + timedelta(days=3)
ACCOUNT = "6222 0000 1111 2222"


@pytest.fixture
def loan(db: None) -> Loan:
    open_bank()
    made = make_loan()
    close_until(FIRST_DUE)
    return made


@pytest.fixture
def user(loan: Loan) -> User:
    return borrower_of(loan.customer_id)


@pytest.fixture
def client(user: User) -> Client:
    return browser_of(user)


def written(amount_minor: int) -> str:
    return formatting.amount(amount_minor, "CNY", "en")


def prepared(client: Client, loan: Loan, account: str = ACCOUNT, **fields: str) -> str:
    """The address of a payment of what is due, unless the fields say otherwise, that waits to be confirmed."""
    answer = client.post(f"/me/loans/{loan.no}/pay/", {"choice": "due", "account": account, **fields})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def page(client: Client, path: str) -> str:
    told = client.get(path)
    assert told.status_code == 200, path
    return told.content.decode()


def confirm(client: Client, path: str) -> int:
    """Press the button of the payment's page; the status of the answer."""
    amount_minor = PayIn.objects.get(key=path.split("/")[-2]).amount_minor
    return client.post(path, {"amount_minor": str(amount_minor)}).status_code


def money_events(loan: Loan) -> int:
    return LoanEvent.objects.filter(loan=loan, kind__in=queries.MONEY_IN).count()


def test_what_is_due_is_offered_shown_with_its_use_and_paid_once_however_often_it_is_confirmed(
    client: Client, loan: Loan
) -> None:
    due = queries.schedule(loan)[0]
    assert written(due.total_minor) in page(client, f"/me/loans/{loan.no}/pay/")
    path = prepared(client, loan)
    shown = page(client, path)
    for amount_minor in (due.total_minor, due.interest_minor, due.principal_minor):
        assert written(amount_minor) in shown
    assert client.post(path).status_code == 409, "not without the amount that was seen"
    assert money_events(loan) == 0, "nothing moves before it is confirmed"
    assert [confirm(client, path) for _time in range(3)] == [302, 302, 302]
    assert money_events(loan) == 1
    event = LoanEvent.objects.get(loan=loan, kind="repay")
    assert (event.amount_minor, event.source) == (due.total_minor, "online")
    entries = [one for one in ledger.entries_of_loan(loan.no) if one.transaction_id == event.transaction_id]
    assert sum(one.amount_minor for one in entries) == 0
    assert next(one.amount_minor for one in entries if one.account.role == "cash") == due.total_minor
    receipt = Receipt.objects.get()
    assert (receipt.state, receipt.amount_minor) == (Receipt.State.APPLIED, due.total_minor)
    told = page(client, path)
    assert receipt.provider_no in told
    assert "has arrived and is in the books" in told
    assert f'href="{path}"' in page(client, f"/me/loans/{loan.no}/")
    assert queries.current_state(loan).arrears_minor == 0


def test_the_account_is_sealed_and_only_its_end_is_shown(client: Client, loan: Loan) -> None:
    path = prepared(client, loan)
    made = PayIn.objects.get()
    assert b"6222000011112222" not in bytes(made.account)
    shown = page(client, path)
    assert "**** 2222" in shown
    assert "622200001111" not in shown


def test_another_amount_is_kept_for_later_and_one_that_would_end_the_loan_is_sent_to_settling(
    client: Client, loan: Loan
) -> None:
    due = queries.schedule(loan)[0]
    amount = formatting.plain_amount(due.total_minor + 500, "CNY")
    confirm(client, prepared(client, loan, choice="other", other=amount))
    assert queries.current_state(loan).overpaid_minor == 500
    path = f"/me/loans/{loan.no}/pay/"
    for other, words in (
        ("", "Enter the amount that you want to pay."),
        ("0", "Enter the amount that you want to pay."),
        ("999,999", "pay off the whole loan"),
        ("12.345", "no smaller unit"),
    ):
        answer = client.post(path, {"choice": "other", "other": other, "account": ACCOUNT})
        assert answer.status_code == 422, other
        assert words in answer.content.decode(), other
    assert PayIn.objects.count() == 1
    wrong = client.post(path, {"choice": "other", "other": "1", "account": "12"})
    assert (wrong.status_code, "This is not an account number." in wrong.content.decode()) == (422, True)


def test_the_whole_loan_is_paid_off_with_the_figure_of_the_day(client: Client, loan: Loan) -> None:
    close_until(FIRST_DUE + timedelta(days=10))
    quote = queries.quote_settlement(loan)
    path = f"/me/loans/{loan.no}/pay-off/"
    assert page(client, path).count(written(quote.amount_minor)) >= 2
    answer = client.post(path, {"account": ACCOUNT})
    assert confirm(client, answer["Location"]) == 302
    loan.refresh_from_db()
    assert loan.state == Status.CLOSED
    assert balance("loan_principal", loan) == 0
    assert "in the books of your loan" in page(client, answer["Location"])
    assert client.get(path).status_code == 409


def test_the_figure_of_a_day_is_what_the_loan_will_owe_on_it_with_a_working_that_agrees(
    client: Client, loan: Loan
) -> None:
    day = FIRST_DUE + timedelta(days=12)
    shown = page(client, f"/me/loans/{loan.no}/pay-off/?on={day}")
    found = settling.settlement(loan, day)
    assert sum(part.amount_minor for part in found.parts) == found.amount_minor
    (stretch,) = found.stretches
    accrued = next(part.amount_minor for part in found.parts if part.code == "interest_accrued")
    exact = stretch.base_minor * stretch.rate_ppb * stretch.units / (10**9 * stretch.year_units)
    assert (stretch.units, abs(exact - accrued) <= 0.5) == (12, True)
    for amount_minor in (found.amount_minor, accrued, stretch.base_minor):
        assert written(amount_minor) in shown
    assert "Pay off the loan" in shown
    assert 'name="account"' not in shown, "only the figure of today can be paid"
    close_until(day)
    assert queries.quote_settlement(loan).amount_minor == found.amount_minor


@pytest.mark.parametrize("on", ["2024-01-01", "2031-01-01", "soon"])
def test_there_is_no_figure_for_a_day_that_has_passed_or_is_far_away(client: Client, loan: Loan, on: str) -> None:
    assert client.get(f"/me/loans/{loan.no}/pay-off/?on={on}").status_code == 422


def test_an_account_without_cover_pays_nothing_and_says_so(client: Client, loan: Loan) -> None:
    path = prepared(client, loan, account="6222000011110000")
    confirm(client, path)
    assert "There is not enough money in the account." in page(client, path)
    confirm(client, path)
    assert (money_events(loan), Receipt.objects.count()) == (0, 0)


def test_while_one_payment_is_on_its_way_no_other_is_sent_and_the_mandate_run_leaves_the_loan_out(
    client: Client, loan: Loan
) -> None:
    waiting, other = prepared(client, loan, account="6222000011119999"), prepared(client, loan)
    confirm(client, waiting)
    assert "must not pay again" in page(client, waiting)
    assert confirm(client, other) == 409
    assert loan.no in payments.loans_in_flight()
    assert money_events(loan) == 0


def test_who_died_before_the_answer_was_kept_or_booked_is_followed_by_the_job_and_it_pays_once(
    client: Client, user: User, loan: Loan
) -> None:
    path = prepared(client, loan)
    made = PayIn.objects.get()
    services.send_payment(Actor.of(user), key=made.key)  # and here the process died
    assert (arriving.finish_all(), money_events(loan)) == (1, 1)
    assert arriving.finish_all() == 0
    confirm(client, path)
    assert money_events(loan) == 1
    second = PayIn.objects.get(key=prepared(client, loan, choice="other", other="5").split("/")[-2])
    services.send_payment(Actor.of(user), key=second.key)
    pay_ins.record_pay_in(
        Actor.system("test"),
        key=second.key,
        channel=sandbox.SANDBOX,
        outcome=PayInOutcome(provider_no=f"sandbox-{second.key}"),
        on=business_date.current(),
    )  # and here, with the money in the bank
    assert money_events(loan) == 1
    assert (arriving.finish_all(), money_events(loan)) == (1, 2)
    assert not Receipt.objects.filter(state=Receipt.State.NEW).exists()


def test_money_that_arrives_while_the_day_is_being_closed_is_booked_on_the_next_one(
    user: User, client: Client, loan: Loan
) -> None:
    path = prepared(client, loan)
    services.send_payment(Actor.of(user), key=PayIn.objects.get().key)
    business_date.cut_off(FIRST_DUE)
    assert confirm(client, path) == 302
    assert "booked when the next business day has opened" in page(client, path)
    assert money_events(loan) == 0
    close_until(FIRST_DUE + timedelta(days=1))
    assert arriving.finish_all() == 1
    assert LoanEvent.objects.get(loan=loan, kind="repay").on == FIRST_DUE + timedelta(days=1)


def test_a_payment_of_yesterdays_figures_is_not_sent(client: Client, loan: Loan) -> None:
    path = prepared(client, loan)
    close_until(FIRST_DUE + timedelta(days=1))
    assert confirm(client, path) == 409
    assert "prepared on another day" in page(client, path)
    assert money_events(loan) == 0


def test_money_for_a_loan_that_has_ended_meanwhile_stands_in_suspense(client: Client, user: User, loan: Loan) -> None:
    path = prepared(client, loan)
    services.send_payment(Actor.of(user), key=PayIn.objects.get().key)
    quote = queries.quote_settlement(loan)
    services.settle_early(
        Actor.system("test"),
        loan_no=loan.no,
        amount_minor=quote.amount_minor,
        on=FIRST_DUE,
        source="counter",
        idempotency_key="all",
    )
    arriving.finish_all()
    assert Receipt.objects.get().state == Receipt.State.SUSPENSE
    assert "the loan had ended before" in page(client, path)


def test_nobody_else_prepares_sees_or_confirms_a_payment(client: Client, loan: Loan) -> None:
    other = make_loan()
    stranger_user = borrower_of(other.customer_id)
    stranger = browser_of(stranger_user)
    path = prepared(client, loan)
    for tried in (path, f"/me/loans/{loan.no}/pay/", f"/me/loans/{loan.no}/pay-off/", f"/me/payments/{uuid.uuid4()}/"):
        answers = [stranger.get(tried), stranger.post(tried, {"choice": "due", "account": ACCOUNT})]
        assert [answer.status_code for answer in answers] == [404, 404], tried
    with pytest.raises(NotFound):
        services.send_payment(Actor.of(stranger_user), key=PayIn.objects.get().key)
    with pytest.raises(NotFound):
        services.prepare_payment(
            Actor.of(stranger_user), loan_no=loan.no, purpose="due", amount_minor=100, account=ACCOUNT
        )
    assert PayIn.objects.get().state == PayIn.State.PREPARED


def test_the_pages_of_paying_speak_chinese(user: User, client: Client, loan: Loan) -> None:
    path = prepared(client, loan)
    chinese = browser_of(user, "zh-hans")
    for address, zh, en in (
        (f"/me/loans/{loan.no}/pay/", "您想还多少", "How much"),
        (f"/me/loans/{loan.no}/pay-off/", "提前结清", "Pay off"),
        (path, "确认还款", "What it pays"),
    ):
        told = page(chinese, address)
        assert (zh in told, en in told) == (True, False), address
