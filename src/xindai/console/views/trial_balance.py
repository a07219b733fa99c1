"""The trial balance, and the entries behind each account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xindai.console import listing, words
from xindai.console.access import actor_of, may_open
from xindai.console.listing import Column, Filter, ListSpec
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput, NotFound
from xindai.ledger import queries as ledger
from xindai.ledger.queries import BalanceLine
from xindai.reporting import entries
from xindai.reporting.names import people

CURRENCY: Final = "CNY"
GROUPS: Final[dict[str, Promise]] = {
    "asset": _("Assets"),
    "liability": _("Liabilities"),
    "equity": _("Equity"),
    "income": _("Income"),
    "expense": _("Expenses"),
    "memo": _("Off the balance sheet"),
}
POSTING_KINDS: Final = tuple(words.POSTING_KINDS.items())
ENTRIES: Final = ListSpec(
    columns=(
        Column("date", _("Business date"), ("business_date",)),
        Column("kind", _("Kind"), ("kind",)),
        Column("loan", _("Loan"), ("loan_no",)),
        Column("narrative", _("Narrative")),
        Column("debit", _("Debit"), ("amount_minor",), is_number=True, unit="currency"),
        Column("credit", _("Credit"), is_number=True, unit="currency"),
    ),
    filters=(Filter("kind", _("Kind"), POSTING_KINDS, lambda rows, kind: rows.filter(kind=kind)),),
    sort="-date",
    totals={
        "amount_minor": Sum("amount_minor"),
        "debit_minor": Sum("amount_minor", filter=Q(amount_minor__gt=0)),
        "credit_minor": Sum("amount_minor", filter=Q(amount_minor__lt=0)),
    },
)


@dataclass(frozen=True, slots=True)
class Row:
    """An account with its balance and the entries behind it."""

    line: BalanceLine
    href: str

    @property
    def credit_minor(self) -> int:
        """The balance of an account in credit, without its sign."""
        return -self.line.balance_minor


@dataclass(frozen=True, slots=True)
class Group:
    """The accounts of one side of the books."""

    label: Promise
    rows: tuple[Row, ...]


@require_safe
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Show every account with its balance; debits and credits must agree."""
    actor = actor_of(request)
    as_of = _as_of(request.GET)
    lines = ledger.trial_balance(as_of, actor.branch_ids)
    balances = [line.balance_minor for line in lines]
    context = {
        "as_of": as_of,
        "currency": CURRENCY,
        "groups": _groups(lines, as_of),
        "debit_minor": sum(balance for balance in balances if balance > 0),
        "credit_minor": -sum(balance for balance in balances if balance < 0),
        "difference_minor": sum(balances),
    }
    return render(request, "xd/pages/trial_balance.html", context)


@require_safe
def account(request: HttpRequest, code: str) -> HttpResponse:
    """Show the entries of an account, whose sum is its balance."""
    actor = actor_of(request)
    as_of = _as_of(request.GET)
    found = next((one for one in ledger.accounts() if one.code == code), None)
    if found is None:
        raise NotFound(_("account"), code)
    context = {
        "account": found,
        "as_of": as_of,
        "currency": CURRENCY,
        "listing": listing.build(
            ENTRIES, entries.entries(actor, code, as_of), request.GET, keep={"as_of": as_of.isoformat()}
        ),
        "can_see_loans": may_open(actor, "loan-journal"),
    }
    return render(request, "xd/pages/account.html", context)


@require_safe
def transaction(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show one transaction: its entries, which add up to nothing, where it stands in the chain, what it reverses."""
    actor = actor_of(request)
    found = entries.transaction(actor, number)
    lines = entries.lines_of(found)
    context = {
        "transaction": found,
        "lines": lines,
        "debit_minor": sum(line.amount_minor for line in lines if line.amount_minor > 0),
        "credit_minor": sum(line.amount_minor for line in lines if line.amount_minor < 0),
        "people": people([found.actor]),
        "reversed_by": entries.reversal_of(found),
        "can_see_loans": may_open(actor, "loan-journal"),
    }
    return render(request, "xd/pages/transaction.html", context)


def _as_of(params: Mapping[str, Any]) -> date:
    """Return the date asked for.  Raises InvalidInput."""
    text = params.get("as_of")
    if not text:
        return business_date.to_show()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("as_of", _("This is no date."), _("Write it as 2026-06-30.")) from None


def _groups(lines: Iterable[BalanceLine], as_of: date) -> list[Group]:
    query = urlencode({"as_of": as_of.isoformat()})
    rows = [Row(line, f"{reverse('account', args=[line.account.code])}?{query}") for line in lines]
    groups = [
        Group(label, tuple(row for row in rows if row.line.account.kind == kind)) for kind, label in GROUPS.items()
    ]
    return [group for group in groups if group.rows]
