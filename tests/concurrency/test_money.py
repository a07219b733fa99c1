"""Several at once on the same money: each act happens once, in some order, and the books agree."""

from datetime import timedelta

import pytest

from loanmath import State
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.jobs.end_of_day import close_date
from xindai.jobs.models import EodRun
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput, StateConflict
from xindai.kernel.testing import at_once
from xindai.ledger import queries as ledger
from xindai.servicing import queries, services
from xindai.servicing.models import Loan, LoanDay, LoanEvent
from xindai.servicing.testing import MONDAY, balance, make_contract, make_loan, make_terms, open_bank, pay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg15]


@pytest.fixture
def loan(transactional_db: None) -> Loan:
    return make_loan(open_bank())


def test_posters_on_one_loan_follow_one_another(loan: Loan) -> None:
    accountant = actor(Role.ACCOUNTANT)
    amounts = [100_00 + number for number in range(8)]
    at_once([lambda n=n: pay(loan, n, f"receipt {n}", accountant) for n in amounts])  # type: ignore[misc]
    events = list(LoanEvent.objects.filter(loan=loan).order_by("sequence"))
    assert [event.sequence for event in events] == list(range(1, 10))
    overpaid = [State.from_json(event.state_after).overpaid_minor for event in events]
    assert overpaid == sorted(overpaid)
    assert overpaid[-1] == sum(amounts) == -balance("overpayment", loan)


def test_the_same_receipt_told_by_many_is_recorded_once(loan: Loan) -> None:
    accountant = actor(Role.ACCOUNTANT)
    events = at_once([lambda: pay(loan, 70_00, "receipt", accountant) for _number in range(6)])
    assert len({event.pk for event in events}) == 1
    assert balance("overpayment", loan) == -70_00


def test_chunks_over_the_same_loans_do_not_embrace(loan: Loan) -> None:
    loans = [loan, make_loan(), make_loan()]
    accountant = actor(Role.ACCOUNTANT)

    def chunk(name: str, order: list[Loan]) -> None:
        payments = [services.Payment(one.no, 10_00, "CNY", "mandate", f"{name} {one.no}") for one in order]
        services.record_repayments(accountant, payments=payments, on=MONDAY)

    at_once([lambda: chunk("a", loans), lambda: chunk("b", loans[::-1]), lambda: chunk("c", loans[1:] + loans[:1])])
    assert [balance("overpayment", one) for one in loans] == [-30_00] * 3


def test_two_people_approving_one_disbursement_pay_it_once(transactional_db: None) -> None:
    branch = open_bank()
    contract = make_contract(make_terms(), branch)
    check = services.request_disbursement(actor(Role.LOAN_OFFICER, branch), contract_no=contract.no, on=MONDAY)
    people = [actor(Role.APPROVER, branch) for _number in range(4)]
    loans = at_once([lambda p=p: services.disburse(p, check_id=check.pk, on=MONDAY) for p in people])  # type: ignore[misc]
    assert len({paid.pk for paid in loans}) == 1
    assert balance("cash", loans[0]) == -12_000_00


def test_an_end_of_day_started_by_many_is_done_once(loan: Loan) -> None:
    closed = at_once([lambda: close_date(MONDAY) for _number in range(4)])
    assert len(set(closed)) == 1
    assert EodRun.objects.count() == 1
    assert LoanDay.objects.count() == 1
    assert business_date.current() == MONDAY + timedelta(days=1)
    assert ledger.trial_balance_minor(MONDAY) == 0


def test_a_payment_and_the_end_of_day_do_not_cross(loan: Loan) -> None:
    """The payment is in the day's row, or it was told to come back on the next date."""
    accountant = actor(Role.ACCOUNTANT)

    def try_to_pay() -> bool:
        try:
            services.record_repayment(
                accountant, loan_no=loan.no, amount_minor=5_00, on=MONDAY, source="counter", idempotency_key="k"
            )
        except (StateConflict, InvalidInput):
            return False
        return True

    is_paid, _closed = at_once([try_to_pay, lambda: close_date(MONDAY)])
    day = LoanDay.objects.get(business_date=MONDAY)
    assert day.overpaid_minor == (5_00 if is_paid else 0)
    assert queries.current_state(loan).overpaid_minor == day.overpaid_minor
