"""kill -9 within the work on a file: the row is undone or done, and a rerun goes on with the next."""

import pytest

from tests import processes
from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.tokens import actor_of
from xindai.kernel.testing import at_once
from xindai.servicing.models import LoanEvent
from xindai.servicing.testing import MONDAY, make_loan, open_bank
from xindai.uploads import services, working
from xindai.uploads.models import Upload, UploadRow

pytestmark = pytest.mark.django_db(transaction=True)

RUN = "from xindai.uploads import working\nworking.run()\n"


@pytest.fixture(autouse=True)
def five_repayments_were_sent(transactional_db: None) -> None:
    branch = open_bank()
    loan = make_loan(branch)
    issued = clients.register(Actor.system("test"), name="Core", roles=[Role.ACCOUNTANT], scopes=list(Scope))
    rows = "\n".join(f"k{number},{loan.no},100,CNY,{MONDAY},transfer" for number in range(5))
    content = f"key,loan_no,amount_minor,currency,on,source\n{rows}"
    services.take(actor_of(issued.client), kind="repayments", file_format="csv", content=content)


def is_done() -> bool:
    numbers = list(UploadRow.objects.filter(is_done=True).order_by("number").values_list("number", flat=True))
    return (Upload.objects.get().state, numbers) == ("done", [1, 2, 3, 4, 5])


@pytest.mark.parametrize("table", ["ledger_entry", "uploads_uploadrow"])
def test_killed_and_started_again_each_row_is_done_once(table: str) -> None:
    processes.kill_at(table, RUN)
    assert not LoanEvent.objects.filter(kind="repay").exists()

    for _time in range(2):
        working.run()

    assert is_done()
    assert LoanEvent.objects.filter(kind="repay").count() == 5


def test_two_workers_at_once_do_each_row_once() -> None:
    at_once([working.run] * 2)
    working.run()

    assert is_done()
    assert LoanEvent.objects.filter(kind="repay").count() == 5
