"""kill -9 in the middle of a mandate run: no order, no receipt, no repayment is lost or doubled."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests import processes
from xindai.identity.actors import Actor
from xindai.jobs import mandate_run
from xindai.jobs.end_of_day import close_date
from xindai.kernel import business_date
from xindai.kernel.models import OutboxEvent
from xindai.ledger import queries as ledger
from xindai.payments.channel import DebitOutcome, DebitRequest
from xindai.payments.models import DebitOrder, Receipt
from xindai.payments.services import give_mandate
from xindai.servicing.models import LoanEvent
from xindai.servicing.testing import MONDAY, make_loan, open_bank

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg15]

DUE = MONDAY + timedelta(days=3)
PENALTY_OF_A_DAY = 53
"""What a night costs on the unpaid instalment: 1,044.68 of principal and 12.00 of interest at 18 %, in minor units."""

TABLES = ["jobs_mandaterun", "payments_receipt", "ledger_entry", "servicing_loanevent"]


class Counterparty:
    """A channel that collects most of what is asked for and names each movement after its order."""

    name = "test"

    def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
        """The same answer for the same keys."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: DebitRequest) -> DebitOutcome:
        match int(request.loan_no[-3]) % 3:
            case 0:
                return DebitOutcome(request.key, 0, "", "no funds")
            case 1:
                return DebitOutcome(request.key, request.amount_minor // 2, f"M-{request.key}")
            case _:
                return DebitOutcome(request.key, request.amount_minor, f"M-{request.key}")


RUN = (
    "from datetime import date\n"
    "from tests.faults.test_mandate_run_killed import Counterparty\n"
    "from xindai.jobs import mandate_run\n"
    f"mandate_run.run(date.fromisoformat({str(DUE)!r}), Counterparty())\n"
)


@pytest.fixture(autouse=True)
def six_loans_are_due(transactional_db: None) -> None:
    branch = open_bank()
    for _number in range(6):
        loan = make_loan(branch)
        give_mandate(
            Actor.system("test"),
            loan_no=loan.no,
            branch_id=branch.pk,
            currency="CNY",
            subject_id=str(loan.customer_id),
            account="6222 0000 1111 2222",
            given_on=MONDAY,
        )
    while business_date.current() < DUE:
        close_date(business_date.current())


def written() -> dict[str, Any]:
    """All that the run writes, without random identities and moments."""
    return {
        "orders": sorted(DebitOrder.objects.values_list("key", "amount_minor", "state", "collected_minor")),
        "receipts": sorted(Receipt.objects.values_list("provider_no", "amount_minor", "state")),
        "events": [
            (key, amount, str(state))
            for key, amount, state in LoanEvent.objects.order_by("key").values_list(
                "key", "amount_minor", "state_after"
            )
        ],
        "messages": sorted(OutboxEvent.objects.values_list("name", "aggregate_id")),
    }


@pytest.mark.parametrize("table", TABLES)
def test_killed_and_started_again_it_ends_as_if_undisturbed(table: str) -> None:
    with transaction.atomic():
        mandate_run.run(DUE, Counterparty())
        expected = written()
        transaction.set_rollback(True)
    processes.kill_at(table, RUN)
    for _time in range(2):
        mandate_run.run(DUE, Counterparty())
    assert written() == expected
    assert {state for _no, _amount, state in expected["receipts"]} == {"applied"}


@pytest.mark.parametrize("table", ["payments_receipt", "servicing_loanevent"])
def test_killed_after_the_channel_was_asked_and_run_only_the_next_day_it_draws_no_debt_twice(table: str) -> None:
    processes.kill_at(table, RUN)
    keys = set(DebitOrder.objects.values_list("key", flat=True))
    close_date(DUE)
    before = cash_minor()
    for _time in range(2):
        mandate_run.run(DUE + timedelta(days=1), Counterparty())
    first = DebitOrder.objects.filter(key__in=keys)
    left_unpaid = {order.loan_no: order.amount_minor - order.collected_minor for order in first}
    drawn_again = dict(DebitOrder.objects.exclude(key__in=keys).values_list("loan_no", "amount_minor"))
    assert drawn_again == {loan_no: amount + PENALTY_OF_A_DAY for loan_no, amount in left_unpaid.items()}
    assert set(first.values_list("state", flat=True)) == {"collected", "failed", "partly"}
    assert cash_minor() - before == sum(amount for _no, amount, _state in written()["receipts"])
    assert {state for _no, _amount, state in written()["receipts"]} == {"applied"}
    assert ledger.trial_balance_minor(business_date.current()) == 0


def cash_minor() -> int:
    """The balance of the cash account."""
    lines = ledger.trial_balance(business_date.current())
    return sum(line.balance_minor for line in lines if line.account.role == "cash")
