"""kill -9 again and again in the life of the demonstration bank: it comes out as one that nobody has disturbed.

Numbers of applications and loans come from sequences, which have gaps after a kill; so what is compared goes
by the applications' own keys.
"""

import json
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet, Sum

from tests import processes
from xindai.demonstration.bank import Plan
from xindai.demonstration.models import Arrival
from xindai.demonstration.telling import as_json
from xindai.demonstration.testing import small_bank
from xindai.jobs.models import EodRun
from xindai.kernel import vault
from xindai.kernel.models import BusinessDay, OutboxEvent
from xindai.ledger import accounts
from xindai.ledger import queries as ledger
from xindai.ledger.models import Entry
from xindai.recovery.models import Step
from xindai.reporting.summary import summary
from xindai.servicing.models import Loan, LoanDay, LoanEvent

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = Plan(days=50, arrival_days=6, persons=20, companies=4)

LIFE = "from tests.faults.test_demonstration_killed import live\nlive()\n"

TABLES = [
    "underwriting_decision",
    "payments_mandate",
    "servicing_loanday",
    "kernel_handledevent",
    "recovery_contact",
]
"""Where the process is killed, one after the other, each time further on in the bank's life: within an application,
a disbursement, an end of day, between the close and what follows from it, in the collectors' work."""


def live() -> None:
    """Found the bank and live all its days, or what is left of them."""
    small_bank(PLAN)


def lived() -> dict[str, Any]:
    """All that the bank has come to, without numbers, random identities and real moments."""
    key_of = _keys_of_loans()
    states = [field.name for field in LoanDay._meta.concrete_fields if field.name not in {"id", "loan"}]
    return {
        "summary": json.loads(as_json(summary(PLAN.last_day), 0, {})),
        "arrivals": _rows(Arrival.objects.all(), "key", "application__state", "application__decided_at"),
        "days": sorted((key_of[loan], *rest) for loan, *rest in LoanDay.objects.values_list("loan", *states)),
        "movements": sorted(
            (key_of[loan], *rest)
            for loan, *rest in LoanEvent.objects.values_list("loan", "sequence", "kind", "on", "amount_minor")
        ),
        "steps": sorted(
            (key_of[loan], *rest) for loan, *rest in Step.objects.values_list("case__loan", "code", "due_on", "outcome")
        ),
        "closes": _rows(EodRun.objects.all(), "business_date", "part", "loans", "debit_minor", "credit_minor"),
        "books": _rows(_turnover(), "business_date", "account__role", "branch__code", "product_code", "sum"),
        "messages": Counter(OutboxEvent.objects.values_list("name", "business_date")),
        "calendar": _rows(BusinessDay.objects.all(), "on", "is_open"),
    }


def _keys_of_loans() -> dict[int, str]:
    """By loan id, the key of the application that it came from."""
    keys = dict(Arrival.objects.values_list("application", "key"))
    return {loan: keys[application] for loan, application in Loan.objects.values_list("pk", "contract__application")}


def _rows(rows: "QuerySet[Any, Any]", *names: str) -> list[tuple[Any, ...]]:
    return list(rows.order_by(*names).values_list(*names))


def _turnover() -> "QuerySet[Any, Any]":
    """What was posted, by date, account, branch and product."""
    grouped = Entry.objects.values("business_date", "account__role", "branch__code", "product_code")
    return grouped.annotate(sum=Sum("amount_minor"))


def undisturbed() -> dict[str, Any]:
    """What a bank comes to that nobody kills; then it is as if it had not been."""
    with transaction.atomic():
        live()
        answer = lived()
        transaction.set_rollback(True)
    accounts.forget()
    vault.forget()
    return answer


def test_a_bank_killed_again_and_again_ends_as_if_undisturbed() -> None:
    expected = undisturbed()
    assert expected["summary"]["days_closed"] == PLAN.days
    assert expected["steps"], "the plan is too short for the collectors to have work"
    for table in TABLES:
        processes.kill_at(table, LIFE)
    processes.run(LIFE)
    found = lived()
    for what, value in expected.items():
        assert found[what] == value, what
    assert ledger.verify_chain() == []
    processes.run(LIFE)
    assert lived() == found
