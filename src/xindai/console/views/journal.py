"""The journal: every entry of a business date, as it was posted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xindai.console import tables, words
from xindai.console.listing import Column, Filter, ListSpec, Rows
from xindai.console.tables import ListPage, exact, link
from xindai.console.templatetags.xd import day, figure, local
from xindai.console.views.trial_balance import POSTING_KINDS
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput
from xindai.kernel.formatting import NONE
from xindai.ledger import queries as ledger
from xindai.reporting import entries

SIDES: Final = (("debit", _("Debit")), ("credit", _("Credit")))


def _columns_of_subject() -> tuple[Column, ...]:
    """Return the columns that say what an entry belongs to."""
    return (
        Column(
            "account",
            _("Account"),
            ("account_code",),
            place=1,
            is_head=True,
            show=lambda row: f"{row.account_code} {local(row.account_name)}",
            plain=lambda row: row.account_code,
        ),
        Column("name", _("Name"), plain=lambda row: local(row.account_name)),
        Column(
            "date",
            _("Business date"),
            ("business_date",),
            show=lambda row: day(row.business_date),
            plain=lambda row: row.business_date,
        ),
        Column(
            "kind",
            _("Kind"),
            ("kind",),
            place=3,
            show=lambda row: words.word("posting", row.kind),
            plain=lambda row: str(words.word("posting", row.kind)),
        ),
        Column("loan", _("Loan"), ("loan_no",), place=4, show=_drawn_loan, plain=lambda row: row.loan_no),
    )


def _columns_of_figures() -> tuple[Column, ...]:
    """Return the columns that say what was posted."""
    return (
        Column("narrative", _("Narrative"), show=_drawn_transaction, plain=lambda row: row.narrative),
        Column("key", _("Transaction"), ("key",), plain=lambda row: row.key),
        Column(
            "branch",
            _("Branch"),
            ("branch_id",),
            show=lambda row: local(row.branch_name),
            plain=lambda row: local(row.branch_name),
        ),
        Column("currency", _("Currency"), plain=lambda row: row.currency),
        Column(
            "debit",
            _("Debit"),
            ("amount_minor",),
            is_number=True,
            unit="currency",
            place=2,
            show=lambda row: figure(row.amount_minor, row.currency) if row.amount_minor > 0 else "",
            plain=lambda row: exact(row.amount_minor, row.currency) if row.amount_minor > 0 else None,
            total="debit_minor",
        ),
        Column(
            "credit",
            _("Credit"),
            is_number=True,
            unit="currency",
            show=lambda row: figure(-row.amount_minor, row.currency) if row.amount_minor < 0 else "",
            plain=lambda row: exact(-row.amount_minor, row.currency) if row.amount_minor < 0 else None,
            total="credit_minor",
        ),
    )


def list_spec() -> ListSpec:
    """Return what the journal can do; its accounts are those of the chart."""
    accounts = tuple((account.code, f"{account.code} {local(account.name)}") for account in ledger.accounts())
    return ListSpec(
        columns=(*_columns_of_subject(), *_columns_of_figures()),
        filters=(
            Filter("account", _("Account"), accounts, lambda rows, code: rows.filter(account_code=code)),
            Filter("kind", _("Kind"), POSTING_KINDS, lambda rows, kind: rows.filter(kind=kind)),
            Filter("side", _("Side"), SIDES, _of_side),
        ),
        sort="account",
        totals={
            "debit_minor": Sum("amount_minor", filter=Q(amount_minor__gt=0)),
            "credit_minor": Sum("amount_minor", filter=Q(amount_minor__lt=0)),
        },
        name="journal",
        total_label=_("Total of the filtered entries"),
    )


def _of_side(rows: Rows, side: str) -> Rows:
    return rows.filter(amount_minor__gt=0) if side == "debit" else rows.filter(amount_minor__lt=0)


def _drawn_loan(row: Any) -> Any:
    return link("loan-journal", row.loan_no) if row.loan_no else NONE


def _drawn_transaction(row: Any) -> Any:
    return link("transaction", row.transaction_id, row.narrative or str(_("Transaction")))


def _keep(params: Mapping[str, str]) -> dict[str, str]:
    return {"on": _date(params).isoformat()}


def _date(params: Mapping[str, str]) -> date:
    """Return the business date asked for, by default the last one closed.  Raises InvalidInput."""
    text = params.get("on", "")
    if not text:
        return business_date.last_closed() or business_date.to_show()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("on", _("This is no date."), _("Write it as 2026-06-30.")) from None


def _rows(actor: Actor, params: Mapping[str, str]) -> Rows:
    return entries.journal(actor, _date(params))


def _lines(_actor: Actor, rows: Iterable[Any]) -> Sequence[Any]:
    return list(rows)


LIST: Final = ListPage("journal", "journal", list_spec, _rows, _lines, _keep)


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show the entries of a business date; debits and credits of the whole day agree."""
    return render(request, "xd/pages/journal.html", tables.context(request, LIST) | {"on": _date(request.GET)})
