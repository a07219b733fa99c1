"""kill -9 while a borrower's own payment is brought to its end: the rerun pays once, and the books balance."""

from datetime import timedelta

import pytest

from tests import processes
from xindai.identity.actors import Actor
from xindai.ledger.models import Entry
from xindai.payments.models import PayIn, Receipt
from xindai.portal.tests.people import borrower_of
from xindai.servicing import arriving, services
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg15]

TABLES = ["payments_receipt", "ledger_entry", "servicing_loanevent"]


@pytest.fixture
def sent(transactional_db: None) -> PayIn:
    """A payment of what fell due, confirmed, of which nobody has asked the channel."""
    open_bank()
    loan = make_loan()
    close_until(MONDAY + timedelta(days=3))
    borrower = Actor.of(borrower_of(loan.customer_id))
    made = services.prepare_payment(
        borrower, loan_no=loan.no, purpose="due", amount_minor=500_00, account="6222000011112222"
    )
    return services.send_payment(borrower, key=made.key)


@pytest.mark.parametrize("table", TABLES)
def test_killed_anywhere_it_is_finished_by_the_next_who_asks_and_pays_once(sent: PayIn, table: str) -> None:
    script = f"from uuid import UUID\nfrom xindai.servicing import arriving\narriving.finish(UUID({str(sent.key)!r}))\n"
    processes.kill_at(table, script)
    assert not LoanEvent.objects.filter(kind="repay").exists()
    for _time in range(2):
        arriving.finish(sent.key)
    assert LoanEvent.objects.get(kind="repay").amount_minor == 500_00
    assert Receipt.objects.get().state == Receipt.State.APPLIED
    loan = Loan.objects.get()
    amounts = Entry.objects.filter(transaction__loan_no=loan.no).values_list("transaction", "amount_minor")
    assert sum(amount_minor for _transaction, amount_minor in amounts) == 0
    assert len(Entry.objects.filter(account__role="cash", amount_minor=500_00)) == 1
