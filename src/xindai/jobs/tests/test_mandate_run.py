"""The daily mandate run: what is due is drawn once, and what comes pays the loans."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.jobs import channels, mandate_run
from xindai.jobs.end_of_day import close_date
from xindai.jobs.errors import ChannelLeftOut
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict, Unavailable
from xindai.payments import queries as payments
from xindai.payments import services as payment_acts
from xindai.payments.channel import DebitOutcome, DebitRequest
from xindai.payments.models import DebitOrder, Mandate, Receipt
from xindai.servicing import queries, services
from xindai.servicing.errors import NotTheBusinessDate
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import MONDAY, make_loan, pay

DUE = MONDAY + timedelta(days=3)
SYSTEM = Actor.system("test")


class Counterparty:
    """Collects a share of what is asked for, in per cent."""

    name = "test"

    def __init__(self, percent: int = 100) -> None:
        self.percent = percent
        self.asked: list[str] = []

    def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
        self.asked += [request.key for request in requests]
        return [
            DebitOutcome(
                request.key,
                request.amount_minor * self.percent // 100,
                f"M-{request.key}" if self.percent else "",
                "" if self.percent else "no funds",
            )
            for request in requests
        ]


def give(loan: Loan, account: str = "6222 0000 1111 2222", by: Actor = SYSTEM) -> Mandate:
    return payment_acts.give_mandate(
        by, loan_no=loan.no, currency="CNY", subject_id=str(loan.customer_id), account=account, given_on=MONDAY
    )


@pytest.fixture
def loan(branch: Branch) -> Loan:
    """A loan with a mandate whose first instalment is due today."""
    made = make_loan(branch)
    give(made)
    while business_date.current() < DUE:
        close_date(business_date.current())
    return made


def test_what_is_due_is_drawn_and_pays_the_loan(loan: Loan) -> None:
    result = mandate_run.run(DUE, Counterparty())
    assert result == mandate_run.RunResult(orders=1, receipts=1, repayments=1, suspended=0)
    assert queries.dues(DUE, loan.part) == []
    assert LoanEvent.objects.get(loan=loan, kind="repay").source == "mandate"
    assert Receipt.objects.get().state == Receipt.State.APPLIED


def test_run_again_it_asks_and_pays_nothing_more(loan: Loan) -> None:
    mandate_run.run(DUE, Counterparty())
    again = Counterparty()
    assert mandate_run.run(DUE, again) == mandate_run.RunResult(0, 0, 0, 0)
    assert again.asked == []


def test_what_comes_short_is_recorded_as_it_came(loan: Loan) -> None:
    mandate_run.run(DUE, Counterparty(percent=50))
    assert DebitOrder.objects.get().state == DebitOrder.State.PARTLY_COLLECTED
    assert LoanEvent.objects.get(loan=loan, kind="repay").amount_minor == 1056_68 // 2


def test_a_failed_order_is_tried_again_on_the_days_of_the_policy(loan: Loan) -> None:
    tried = []
    while business_date.current() <= DUE + timedelta(days=9):
        today = business_date.current()
        if mandate_run.run(today, Counterparty(percent=0)).orders:
            tried.append((today - DUE).days)
        close_date(today)
    assert tried == [0, 1, 2, 3, 5, 7]


def test_a_loan_without_a_mandate_is_left_alone(loan: Loan) -> None:
    payment_acts.end_mandate(SYSTEM, loan_no=loan.no, on=DUE)
    assert mandate_run.run(DUE, Counterparty()).orders == 0
    assert payments.mandate_of(loan.no) is None
    with pytest.raises(StateConflict):
        payment_acts.end_mandate(SYSTEM, loan_no=loan.no, on=DUE)


def test_money_for_a_loan_that_has_ended_waits_in_suspense(loan: Loan) -> None:
    class SettledMeanwhile(Counterparty):
        def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
            services.settle_early(
                actor(Role.ACCOUNTANT),
                loan_no=loan.no,
                amount_minor=queries.quote_settlement(loan).amount_minor,
                on=DUE,
                source="counter",
                idempotency_key="s",
            )
            return super().debit(requests)

    assert mandate_run.run(DUE, SettledMeanwhile()).suspended == 1
    assert payments.receipts_in_suspense().get().loan_no == loan.no


def test_a_channel_that_leaves_an_order_out_is_not_believed(loan: Loan) -> None:
    class Silent(Counterparty):
        def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
            return []

    with pytest.raises(ChannelLeftOut):
        mandate_run.run(DUE, Silent())
    assert mandate_run.run(DUE, Counterparty()).repayments == 1


@pytest.mark.parametrize(
    "outcome", [{"collected_minor": 10**9, "provider_no": "x"}, {"collected_minor": 1}, {"collected_minor": -1}]
)
def test_an_impossible_answer_is_refused(loan: Loan, outcome: dict[str, object]) -> None:
    class Wrong(Counterparty):
        def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
            return [DebitOutcome(request.key, **outcome) for request in requests]  # type: ignore[arg-type]

    with pytest.raises(InvalidInput):
        mandate_run.run(DUE, Wrong())
    assert not Receipt.objects.exists()


def test_only_the_open_business_date_is_run(loan: Loan) -> None:
    with pytest.raises(NotTheBusinessDate):
        mandate_run.run(DUE + timedelta(days=1), Counterparty())


@pytest.mark.parametrize("account", ["", "12", "6222-0000-1111", "六二二二零零零零一一"])
def test_what_is_no_account_number_is_refused(branch: Branch, account: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        give(make_loan(branch), account)
    assert refused.value.field == "account"


def test_the_account_is_sealed_and_only_its_end_is_shown(branch: Branch) -> None:
    mandate = give(make_loan(branch))
    assert mandate.account_hint == "2222"
    assert b"6222" not in bytes(mandate.account)


@pytest.mark.parametrize("role", [Role.BORROWER, Role.COLLECTOR, Role.AUDITOR])
def test_other_roles_give_no_mandate(branch: Branch, role: Role) -> None:
    with pytest.raises(NotPermitted):
        give(make_loan(branch), by=actor(role, branch))


def test_a_mandate_that_was_never_given_cannot_end(branch: Branch) -> None:
    with pytest.raises(NotFound):
        payment_acts.end_mandate(SYSTEM, loan_no="LN-NONE", on=MONDAY)


def test_without_a_channel_the_run_says_so(settings: object) -> None:
    settings.DEBIT_CHANNEL = ""  # type: ignore[attr-defined]
    with pytest.raises(Unavailable):
        channels.debit_channel()


def test_a_single_payment_before_the_run_lowers_what_is_drawn(loan: Loan) -> None:
    pay(loan, 56_68)
    mandate_run.run(DUE, Counterparty())
    assert DebitOrder.objects.get().amount_minor == 1_000_00
