"""kill -9 in the middle of a disbursement: nothing has been paid, and the rerun pays once."""

import pytest

from tests import processes
from xindai.contracts.models import Contract
from xindai.contracts.models import State as ContractState
from xindai.identity.actors import Actor
from xindai.identity.models import Check, CheckState
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel.models import OutboxEvent
from xindai.ledger.models import Entry
from xindai.servicing import services
from xindai.servicing.models import Instalment, Loan, LoanEvent
from xindai.servicing.testing import MONDAY, make_contract, make_terms, open_bank

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg15]

TABLES = ["servicing_loan", "ledger_entry", "kernel_outboxevent"]


@pytest.fixture
def check(transactional_db: None) -> Check:
    """A disbursement that waits for its second person."""
    branch = open_bank()
    contract = make_contract(make_terms(), branch)
    return services.request_disbursement(actor(Role.LOAN_OFFICER, branch), contract_no=contract.no, on=MONDAY)


def disbursing(check: Check, checker: Actor) -> str:
    return (
        "from datetime import date\n"
        "from xindai.identity.actors import Actor\n"
        "from xindai.identity.models import User\n"
        "from xindai.servicing.services import disburse\n"
        f"checker = Actor.of(User.objects.get(username={checker.name!r}))\n"
        f"disburse(checker, check_id={check.pk}, on=date.fromisoformat({str(MONDAY)!r}))\n"
    )


@pytest.mark.parametrize("table", TABLES)
def test_killed_it_has_paid_nothing_and_started_again_it_pays_once(check: Check, table: str) -> None:
    checker = actor(Role.APPROVER)
    processes.kill_at(table, disbursing(check, checker))
    assert not Loan.objects.exists()
    assert not Entry.objects.exists()
    check.refresh_from_db()
    assert check.state == CheckState.WAITING
    assert Contract.objects.get().state == ContractState.SIGNED
    for _time in range(2):
        services.disburse(checker, check_id=check.pk, on=MONDAY)
    loan = Loan.objects.get()
    assert LoanEvent.objects.filter(loan=loan).count() == 1
    assert Instalment.objects.filter(loan=loan).count() == 12
    assert sorted(Entry.objects.values_list("account__role", "amount_minor")) == [
        ("cash", -12_000_00),
        ("loan_principal", 12_000_00),
    ]
    assert OutboxEvent.objects.filter(name="loan.disbursed").count() == 1
    assert Contract.objects.get().state == ContractState.DISBURSED
