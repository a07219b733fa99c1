"""The books: the portfolio and the trial balance."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from xindai.api import schemas
from xindai.api.callers import actor_of
from xindai.api.operations import operation
from xindai.api.schemas import Day
from xindai.identity.scopes import Scope
from xindai.kernel import business_date
from xindai.kernel.errors import StateConflict
from xindai.ledger import queries as ledger
from xindai.reporting import portfolio as portfolios

router = Router(tags=["Books"])

CURRENCY: Final = "CNY"


class Balance(Schema):
    """An account with its turnovers since founding; the balance is debits less credits."""

    account: str
    name: dict[str, str]
    currency: str
    debit_minor: int
    credit_minor: int
    balance_minor: int


class TrialBalance(Schema):
    """Every account with a turnover, at the close of a day, in the branches that the caller sees."""

    as_of: date
    items: list[Balance]


class AsOf(Schema):
    """At which close; the last one when none is given."""

    as_of: Day | None = None


@operation(
    router, "GET", "/portfolio", name="get_portfolio", route="portfolio", scope=Scope.LOANS_READ,
    answer=schemas.Portfolio,
)  # fmt: skip
def portfolio(request: HttpRequest) -> dict[str, Any]:
    """Return the portfolio at the close of the last day."""
    as_of = _last_close()
    book = portfolios.book_at(actor_of(request), as_of)
    return {
        "as_of": as_of,
        "currency": CURRENCY,
        "loans": book.loans,
        "principal_minor": book.principal_minor,
        "over_30_minor": book.over_30_minor,
        "over_90_minor": book.over_90_minor,
        "non_performing_minor": book.non_performing_minor,
        "allowance_minor": book.allowance_minor,
    }


@operation(
    router, "GET", "/trial-balance", name="get_trial_balance", route="trial-balance", scope=Scope.BOOKS_READ,
    answer=TrialBalance,
)  # fmt: skip
def trial_balance(request: HttpRequest, asked: Query[AsOf]) -> dict[str, Any]:
    """Return the trial balance at the close of a day."""
    as_of = asked.as_of or _last_close()
    lines = ledger.trial_balance(as_of, actor_of(request).branch_ids)
    return {"as_of": as_of, "items": [_balance(line) for line in lines]}


def _balance(line: ledger.BalanceLine) -> dict[str, Any]:
    return {
        "account": line.account.code,
        "name": line.account.name,
        "currency": line.currency,
        "debit_minor": line.debit_minor,
        "credit_minor": line.credit_minor,
        "balance_minor": line.balance_minor,
    }


def _last_close() -> date:
    """The last closed day.  Raises StateConflict before the first one."""
    as_of = business_date.last_closed()
    if as_of is None:
        raise nothing_closed()
    return as_of


def nothing_closed() -> StateConflict:
    """The error while no day has been closed."""
    return StateConflict(_("No day has been closed yet."), remedy=_("Ask again after the first end of day."))
