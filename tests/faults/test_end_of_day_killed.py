"""kill -9 in the middle of an end of day, anywhere: a rerun ends with what an undisturbed run would have written."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from tests import processes
from xindai.jobs.end_of_day import close_date
from xindai.jobs.models import EodRun
from xindai.kernel import business_date
from xindai.kernel.models import OutboxEvent
from xindai.ledger import queries as ledger
from xindai.ledger.models import Entry, Transaction
from xindai.servicing.models import LoanDay
from xindai.servicing.testing import MONDAY, make_loan, open_bank, pay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg15]

DUE = MONDAY + timedelta(days=3)
LATE = DUE + timedelta(days=1)
CLOSE = f"from datetime import date\nfrom xindai.jobs.end_of_day import close_date\nclose_date(date.fromisoformat({str(LATE)!r}))\n"

TABLES = ["kernel_businessday", "servicing_loanday", "ledger_entry", "jobs_eodrun", "ledger_dayseal"]
"""Where the process is stopped: before the cut-off, in the middle of a part, and in the seal."""


@pytest.fixture(autouse=True)
def a_day_on_which_much_happens(transactional_db: None) -> None:
    """One loan falls overdue, one pays, one is new."""
    branch = open_bank(parts=2)
    make_loan(branch)
    paying = make_loan(branch)
    while business_date.current() < LATE:
        close_date(business_date.current())
    pay(paying, 1_500_00, "receipt")
    make_loan(branch)


def written() -> dict[str, Any]:
    """All that the end of the day writes, without random identities and moments."""
    entries = Entry.objects.filter(business_date=LATE).values_list("account__role", "branch", "product_code")
    return {
        "runs": list(EodRun.objects.values_list("business_date", "part", "loans", "input_hash", "output_hash")),
        "days": list(LoanDay.objects.order_by("business_date", "loan").values()),
        "transactions": sorted(Transaction.objects.values_list("key", "fingerprint")),
        "entries": sorted(entries.annotate(sum=Sum("amount_minor"))),
        "messages": sorted(OutboxEvent.objects.values_list("name", "aggregate_id")),
        "open": business_date.current_or_none(),
        "balance": ledger.trial_balance_minor(LATE),
    }


def undisturbed() -> dict[str, Any]:
    """What a run writes that nobody kills; then it is as if it had not been."""
    with transaction.atomic():
        close_date(LATE)
        answer = written()
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("table", TABLES)
def test_killed_and_started_again_it_ends_as_if_undisturbed(table: str) -> None:
    expected = undisturbed()
    processes.kill_at(table, CLOSE)
    assert business_date.current() == LATE
    for part in set(EodRun.objects.filter(business_date=LATE).values_list("part", flat=True)) ^ {0, 1}:
        assert not LoanDay.objects.filter(business_date=LATE, part=part).exists()
    close_date(LATE)
    assert written() == expected
    assert expected["balance"] == 0
    assert expected["open"] == LATE + timedelta(days=1)
    assert ledger.verify_chain() == []


def test_done_it_does_nothing_when_started_again() -> None:
    close_date(LATE)
    before = written()
    processes.run(CLOSE)
    assert written() == before
