"""A loan's class and provision day by day, and the contract behind it with its hash."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loanmath.explaining import explain_class, explain_provision
from xindai.console import why
from xindai.console.access import actor_of
from xindai.console.figures import Amount, Series, columns_card
from xindai.console.views.applications import worded_conditions
from xindai.console.views.loans import LoanRecord
from xindai.console.why import Why
from xindai.contracts import queries as contracts
from xindai.contracts.services import hash_of
from xindai.kernel import formatting
from xindai.policies import queries as policies
from xindai.policies.packs import Pack
from xindai.reporting.figures.view import end_of_month
from xindai.servicing import queries
from xindai.servicing.grading import grading_policy

MOST_COLUMNS: Final = 36


@dataclass(frozen=True, slots=True)
class ClassLine:
    """The loan at a close: its class with the rule, and its provision with the working."""

    day: Any
    is_change: bool
    rule: str
    provision: Why


@require_safe
def classes(request: HttpRequest, no: str) -> HttpResponse:
    """Show the class and the provision at every change of the class and at every month end, the latest first."""
    record = LoanRecord.read(actor_of(request), no)
    changes = {row.business_date for row in queries.class_changes(record.loan)}
    days = [row for row in queries.days(record.loan) if _is_shown(row.business_date, changes)]
    last = queries.last_day(record.loan)
    if last is not None and (not days or days[0].business_date != last.business_date):
        days.insert(0, last)
    packs = policies.packs_as_of(row.business_date for row in days)
    lines = [_line(row, packs[row.business_date], changes, record.line.currency) for row in days]
    context = record.context("loan-class") | {
        "lines": lines,
        "cards": [_card(lines, record.line.currency)] if lines else [],
    }
    return render(request, "xd/pages/loan_class.html", context)


def _is_shown(on: date, changes: set[date]) -> bool:
    return on in changes or on == end_of_month(on)


def _line(row: Any, pack: Pack, changes: set[date], currency: str) -> ClassLine:
    policy = grading_policy(pack)
    return ClassLine(
        day=row,
        is_change=row.business_date in changes,
        rule=why.class_words(explain_class(row.five_tier, row.overdue_days, policy)) if row.status == 1 else "",
        provision=why.of_provision(
            f"provision-{row.business_date.isoformat()}",
            explain_provision(row.outstanding_minor, row.five_tier, policy),
            row.provision_minor,
            currency,
            pack.version,
        ),
    )


def _card(lines: list[ClassLine], currency: str) -> Any:
    """The provision over time."""
    shown = [line for line in reversed(lines) if line.day.business_date == end_of_month(line.day.business_date)]
    shown = (shown or lines[:1])[-MOST_COLUMNS:]
    language = get_language() or ""
    series = [Series(_("Provision"), "series-1", [Amount(line.day.provision_minor, currency) for line in shown])]
    return columns_card(
        "provisions",
        _("Provision at month ends ({unit})").format(unit=formatting.currency_unit(currency, language)),
        _("Each amount in the table above explains itself."),
        categories=[formatting.month(line.day.business_date, language) for line in shown],
        series=series,
        group=_("Month"),
    )


@require_safe
def contract(request: HttpRequest, no: str) -> HttpResponse:
    """Show the terms that were agreed, their hash, and whether the loan still runs by them."""
    record = LoanRecord.read(actor_of(request), no)
    drawn = contracts.contract(record.actor, record.loan.contract_no)
    context = record.context("loan-contract") | {
        "contract": drawn,
        "is_unaltered": hash_of(drawn.terms) == drawn.terms_hash,
        "conditions": worded_conditions(drawn.conditions),
    }
    return render(request, "xd/pages/loan_contract.html", context)
