"""Factories for tests."""

from datetime import date

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.ledger import services
from xindai.ledger.models import Account, Transaction
from xindai.ledger.services import Line


def open_chart() -> list[Account]:
    """The chart of accounts of the test, opened once."""
    return services.open_accounts(Actor.system("test"))


def paid_out(
    branch: Branch,
    on: date,
    amount: int,
    *,
    key: str = "paid out",
    by: Actor | None = None,
    currency: str = "CNY",
    product_code: str = "P1",
    loan_no: str = "",
    narrative: str = "",
) -> Transaction:
    """A loan's principal paid from cash."""
    return services.post(
        by or Actor.system("test"),
        key=key,
        kind="disbursement",
        business_date=on,
        lines=[Line("loan_principal", amount), Line("cash", -amount)],
        branch_id=branch.pk,
        product_code=product_code,
        currency=currency,
        loan_no=loan_no,
        narrative=narrative,
    )
