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
from xindai.ledger import queries as ledger
from xindai.payments import queries as payments
from xindai.payments import services as payment_acts
from xindai.payments.channel import DebitOutcome, DebitRequest
from xindai.payments.models import DebitOrder, Mandate, Receipt
from xindai.servicing import queries, services
from xindai.servicing.errors import NotTheBusinessDate
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import MONDAY, balance, make_loan, pay

DUE = MONDAY + timedelta(days=3)
ONE_DAY = timedelta(days=1)
INSTALMENT = 1056_68
PENALTY_OF_A_DAY = 53
"""What a night costs on the unpaid instalment, at 18 % a year."""

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
        by,
        loan_no=loan.no,
        branch_id=loan.branch_id,
        currency="CNY",
        subject_id=str(loan.customer_id),
        account=account,
        given_on=MONDAY,
    )


@pytest.fixture
def loan(branch: Branch) -> Loan:
    """A loan with a mandate whose first instalment is due today."""
    made = due_loan(branch)
    wait_until_due()
    return made


def due_loan(branch: Branch) -> Loan:
    """A loan with a mandate."""
    made = make_loan(branch)
    give(made)
    return made


def wait_until_due() -> None:
    """Let the days pass until the first instalment is due."""
    while business_date.current() < DUE:
        close_date(business_date.current())


def balance_of(role: str) -> int:
    """What the books hold under a role; + is debit."""
    lines = ledger.trial_balance(business_date.current())
    return sum(line.balance_minor for line in lines if line.account.role == role)


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
    assert LoanEvent.objects.get(loan=loan, kind="repay").amount_minor == INSTALMENT // 2


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
    assert payments.mandate_of(SYSTEM, loan.no) is None
    with pytest.raises(StateConflict):
        payment_acts.end_mandate(SYSTEM, loan_no=loan.no, on=DUE)


class SettledMeanwhile(Counterparty):
    """A loan is settled at the counter while its order is out."""

    def __init__(self, loan: Loan) -> None:
        super().__init__()
        self.loan = loan

    def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
        services.settle_early(
            actor(Role.ACCOUNTANT),
            loan_no=self.loan.no,
            amount_minor=queries.quote_settlement(self.loan).amount_minor,
            on=DUE,
            source="counter",
            idempotency_key="s",
        )
        return super().debit(requests)


def test_money_for_a_loan_that_has_ended_waits_in_suspense(loan: Loan) -> None:
    assert mandate_run.run(DUE, SettledMeanwhile(loan)).suspended == 1
    assert payments.receipts_in_suspense(SYSTEM).get().loan_no == loan.no


def test_the_books_hold_all_money_that_was_collected_whatever_became_of_its_loan(branch: Branch) -> None:
    running, settled = [due_loan(branch) for _number in range(2)]
    wait_until_due()
    before = balance_of("cash")
    assert mandate_run.run(DUE, SettledMeanwhile(settled)) == mandate_run.RunResult(2, 2, 1, 1)
    at_the_counter = LoanEvent.objects.get(loan=settled, kind="settle").amount_minor
    collected = dict(Receipt.objects.values_list("loan_no", "amount_minor"))
    assert balance_of("cash") - before == sum(collected.values()) + at_the_counter
    assert balance_of("suspense") == -collected[settled.no]
    assert balance("cash", running) == collected[running.no] - 12_000_00
    assert ledger.trial_balance_minor(DUE) == 0
    close_date(DUE)
    assert ledger.verify_chain() == []


class Struck(Counterparty):
    """The run ends right after the channel was asked; what the channel has answered is lost."""

    def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
        super().debit(requests)
        raise ConnectionError


def strike() -> None:
    """A run of the due date that ends after the channel was asked."""
    with pytest.raises(ConnectionError):
        mandate_run.run(DUE, Struck())


def test_an_order_that_a_day_left_without_an_answer_is_finished_on_the_next_and_not_drawn_twice(loan: Loan) -> None:
    strike()
    close_date(DUE)
    channel = Counterparty()
    assert mandate_run.run(DUE + ONE_DAY, channel) == mandate_run.RunResult(1, 2, 2, 0)
    first, second = DebitOrder.objects.order_by("pk")
    assert channel.asked == [first.key, second.key]
    assert (first.on, first.collected_minor, second.amount_minor) == (DUE, INSTALMENT, PENALTY_OF_A_DAY)
    assert set(LoanEvent.objects.filter(kind="repay").values_list("on", "amount_minor")) == {
        (DUE + ONE_DAY, INSTALMENT),
        (DUE + ONE_DAY, PENALTY_OF_A_DAY),
    }


def test_a_receipt_that_a_day_left_unapplied_pays_the_loan_on_the_next_before_demands_are_counted(loan: Loan) -> None:
    strike()
    told = Counterparty().debit(payments.orders_to_send(10))
    payment_acts.record_debit_outcomes(SYSTEM, channel="test", outcomes=told, on=DUE)
    close_date(DUE)
    assert mandate_run.run(DUE + ONE_DAY, Counterparty()) == mandate_run.RunResult(1, 1, 2, 0)
    assert DebitOrder.objects.latest("pk").amount_minor == PENALTY_OF_A_DAY


def test_what_an_order_of_yesterday_brought_short_is_drawn_today(loan: Loan) -> None:
    strike()
    close_date(DUE)
    assert mandate_run.run(DUE + ONE_DAY, Counterparty(percent=50)) == mandate_run.RunResult(1, 2, 2, 0)
    assert DebitOrder.objects.latest("pk").amount_minor == INSTALMENT // 2 + PENALTY_OF_A_DAY


def test_a_second_attempt_first_finishes_the_first(loan: Loan) -> None:
    strike()
    assert mandate_run.run(DUE, Counterparty(), attempt=2) == mandate_run.RunResult(0, 1, 1, 0)
    assert DebitOrder.objects.get().attempt == 1


def test_orders_left_behind_are_not_sent_on_a_date_that_is_not_open(loan: Loan) -> None:
    strike()
    channel = Counterparty()
    with pytest.raises(NotTheBusinessDate):
        mandate_run.run(DUE + ONE_DAY, channel)
    assert channel.asked == []


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
    with pytest.raises(Unavailable) as told:
        channels.debit_channel()
    assert "XINDAI_DEBIT_CHANNEL" in told.value.remedy_text()


def test_a_channel_that_is_not_there_is_named(settings: object) -> None:
    settings.DEBIT_CHANNEL = "nowhere.Channel"  # type: ignore[attr-defined]
    with pytest.raises(Unavailable, match="nowhere") as told:
        channels.debit_channel()
    assert "XINDAI_DEBIT_CHANNEL" in told.value.remedy_text()


def test_a_single_payment_before_the_run_lowers_what_is_drawn(loan: Loan) -> None:
    pay(loan, 56_68)
    mandate_run.run(DUE, Counterparty())
    assert DebitOrder.objects.get().amount_minor == 1_000_00
