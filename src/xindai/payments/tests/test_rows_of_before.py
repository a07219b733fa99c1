"""Rows that were written before rows of payments had a branch: the migration finds it in the books."""

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xindai.identity.actors import Actor
from xindai.identity.testing import make_branch
from xindai.ledger.testing import open_chart, paid_out
from xindai.payments import services
from xindai.payments.channel import DebitOutcome
from xindai.payments.models import DebitOrder, Mandate, MandateHistory, Receipt  # type: ignore[attr-defined]
from xindai.payments.services import Demand

pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2026, 3, 2)
SYSTEM = Actor.system("test")
WITHOUT = ("payments", "0003_audited_tables_are_never_emptied")


def lend(loan_no: str, branch: str) -> None:
    """A loan's postings, its mandate, an order and the money that came."""
    where = make_branch(branch)
    if loan_no != "LN0":
        paid_out(where, ON, 100_00, key=loan_no, loan_no=loan_no)
    services.give_mandate(
        SYSTEM,
        loan_no=loan_no,
        branch_id=where.pk,
        currency="CNY",
        subject_id=loan_no,
        account="6222000011112222",
        given_on=ON,
    )
    services.create_debit_orders(SYSTEM, on=ON, attempt=1, demands=[Demand(loan_no, "CNY", 100)])
    told = DebitOutcome(services.order_key(loan_no, ON, 1), 100, f"P-{loan_no}")
    services.record_debit_outcomes(SYSTEM, channel="bank", outcomes=[told], on=ON)


def test_each_row_gets_the_branch_of_its_loan_and_without_postings_the_first() -> None:
    open_chart()
    expected = {"LN0": "B01", "LN1": "B01", "LN2": "B02"}
    for loan_no, branch in expected.items():
        lend(loan_no, branch)
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes("payments")
    executor.migrate([WITHOUT])
    MigrationExecutor(connection).migrate(latest)
    for model in (Mandate, MandateHistory, DebitOrder, Receipt):
        assert dict(model.objects.values_list("loan_no", "branch__code")) == expected
