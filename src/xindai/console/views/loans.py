"""Loans: the list, and one loan with overview, schedule, transactions and journal."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from loanmath import PlanRow, Replay, explain_interest
from xindai.console import marks, tables
from xindai.console.access import actor_of, may_open
from xindai.console.figures import KeyFigure, amount_figure
from xindai.console.listing import Column, Filter, ListSpec, Rows
from xindai.console.tables import ListPage, exact, percent_of, word_of
from xindai.console.tabs import tabs
from xindai.console.templatetags.xd import day as written_day
from xindai.console.templatetags.xd import figure, local, number, tag
from xindai.console.views import loan_why
from xindai.identity.actors import Actor
from xindai.identity.verbs import may
from xindai.kernel import business_date
from xindai.kernel.formatting import percent
from xindai.ledger import queries as ledger
from xindai.reporting import loans
from xindai.reporting.loans import STATES, LoanLine
from xindai.reporting.names import people, product_names
from xindai.servicing import queries

FIRST_NON_PERFORMING: Final = 3
OVERDUE: Final = (
    ("0", gettext_lazy("In arrears")),
    ("30", gettext_lazy("Over 30 days")),
    ("90", gettext_lazy("Over 90 days")),
)
TABS: Final = (
    ("loan", gettext_lazy("Overview")),
    ("loan-schedule", gettext_lazy("Schedule")),
    ("loan-transactions", gettext_lazy("Transactions")),
    ("loan-journal", gettext_lazy("Journal")),
    ("loan-class", gettext_lazy("Class and provision")),
    ("loan-contract", gettext_lazy("Contract")),
    ("loan-trail", gettext_lazy("Who did what")),
)
JOURNAL_PAGE: Final = 100


def _of_class(rows: Rows, value: str) -> Rows:
    if value == "non_performing":
        return rows.filter(loan_class__gte=FIRST_NON_PERFORMING)
    return rows.filter(loan_class=marks.CLASS_CODES.index(value) + 1)


def _of_state(rows: Rows, value: str) -> Rows:
    return rows.filter(state=next(status for status, word in STATES.items() if word == value))


def _columns_of_figures() -> tuple[Column, ...]:
    """Return the columns that say how it stands."""
    return (
        Column(
            "balance",
            _("Principal"),
            ("outstanding_minor",),
            is_number=True,
            unit="currency",
            place=2,
            show=lambda row: figure(row.principal_minor, row.currency),
            plain=lambda row: exact(row.principal_minor, row.currency),
            total="principal_minor",
        ),
        Column(
            "rate",
            _("Rate a year"),
            ("rate_ppb",),
            is_number=True,
            unit="%",
            show=lambda row: percent(row.rate_ppb),
            plain=lambda row: percent_of(row.rate_ppb),
        ),
        Column(
            "class",
            _("Class"),
            ("loan_class",),
            place=4,
            show=_drawn_class,
            plain=lambda row: word_of("loan_class", row.loan_class),
        ),
        Column("state", _("State"), plain=lambda row: word_of("loan", row.state)),
        Column(
            "overdue",
            _("Days past due"),
            ("days_past_due",),
            is_number=True,
            show=lambda row: number(row.days_past_due),
            plain=lambda row: row.days_past_due,
        ),
        Column(
            "due",
            _("Next due"),
            ("next_due_on",),
            show=lambda row: written_day(row.next_due_on),
            plain=lambda row: row.next_due_on,
        ),
    )


def list_spec() -> ListSpec:
    """Return what the list of loans can do; its products are those that exist."""
    products = tuple((code, local(name)) for code, name in product_names().items())
    classes = (*marks.options("loan_class"), ("non_performing", _("Non-performing")))
    return ListSpec(
        columns=(*tables.columns_of_subject("loan"), *_columns_of_figures()),
        filters=(
            Filter("state", _("State"), marks.options("loan"), _of_state),
            Filter("class", _("Class"), classes, _of_class),
            Filter("overdue", _("Arrears"), OVERDUE, lambda rows, days: rows.filter(days_past_due__gt=int(days))),
            Filter("product", _("Product"), products, lambda rows, code: rows.filter(product_code=code)),
            Filter("tier", _("Service tier"), marks.options("tier"), lambda rows, tier: rows.filter(tier=tier)),
        ),
        sort="-balance",
        totals={"principal_minor": Sum("outstanding_minor")},
        name="loans",
        total_label=_("Total of the filtered loans"),
    )


def _drawn_class(row: LoanLine) -> Any:
    return tag("loan_class", row.loan_class) if row.state == "active" else tag("loan", row.state)


LIST: Final = ListPage("loans", "loans", list_spec, lambda actor, _params: loans.loans(actor), loans.lines)


@require_safe
def loan_list(request: HttpRequest) -> HttpResponse:
    """List the loans that the reader may see, with their figures at the last close."""
    context = tables.context(request, LIST) | {"as_of": business_date.last_closed()}
    return render(request, "xd/pages/loans.html", context)


@require_safe
def overview(request: HttpRequest, no: str) -> HttpResponse:
    """Show what is owed, the class and the provision."""
    record = LoanRecord.read(actor_of(request), no)
    state = record.now.state
    context = record.context("loan") | {
        "state": state,
        "oldest_due_on": date.fromordinal(state.oldest_due_on) if state.oldest_due_on else None,
        "class_changes": queries.class_changes(record.loan),
        "why": loan_why.of_loan(record.loan, record.now),
    }
    return render(request, "xd/pages/loan_overview.html", context)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A row of the schedule with its state and the working of its interest."""

    row: PlanRow
    unpaid_minor: int
    state: str

    @property
    def why(self) -> Any:
        """The working of the interest, from the engine that computed it."""
        return explain_interest(self.row)


@require_safe
def schedule(request: HttpRequest, no: str) -> HttpResponse:
    """Show the plan in force; every interest amount explains itself."""
    record = LoanRecord.read(actor_of(request), no)
    lines = [_plan_line(record.now, row, record.on) for row in record.now.rows]
    totals = {
        "principal_minor": sum(line.row.principal_minor for line in lines),
        "interest_minor": sum(line.row.interest_minor for line in lines),
        "total_minor": sum(line.row.total_minor for line in lines),
        "unpaid_minor": sum(line.unpaid_minor for line in lines),
    }
    context = record.context("loan-schedule") | {"lines": lines, "totals": totals}
    return render(request, "xd/pages/loan_schedule.html", context)


@require_safe
def transactions(request: HttpRequest, no: str) -> HttpResponse:
    """Show what happened to the loan, the latest first."""
    record = LoanRecord.read(actor_of(request), no)
    events = list(queries.events(record.loan))
    reversed_keys = {event.reverses for event in events if event.reverses}
    context = record.context("loan-transactions") | {
        "events": events,
        "reversed_keys": reversed_keys,
        "people": people(event.made_by for event in events),
    }
    return render(request, "xd/pages/loan_transactions.html", context)


@require_safe
def journal(request: HttpRequest, no: str) -> HttpResponse:
    """Show every posting of the loan, of its events and of the ends of day, the latest first."""
    record = LoanRecord.read(actor_of(request), no)
    lines = sorted(queries.journal_lines(record.loan), key=lambda line: line.on, reverse=True)
    page = Paginator(lines, JOURNAL_PAGE).get_page(request.GET.get("page"))
    totals = {
        "debit_minor": sum(line.amount_minor for line in page if line.amount_minor > 0),
        "credit_minor": -sum(line.amount_minor for line in page if line.amount_minor < 0),
    }
    accounts = {account.role: account for account in ledger.accounts()}
    context = record.context("loan-journal") | {"page": page, "totals": totals, "accounts": accounts}
    return render(request, "xd/pages/loan_journal.html", context)


def _plan_line(now: Replay, row: PlanRow, on: date) -> PlanLine:
    unpaid_minor = sum(now.unpaid(row))
    return PlanLine(row, unpaid_minor, loans.instalment_state(now, row, on))


@dataclass(frozen=True, slots=True)
class LoanRecord:
    """A loan as every tab of its page needs it: the row, its line, and the engine's replay of today."""

    actor: Actor
    loan: Any
    line: LoanLine
    now: Replay
    on: date

    @classmethod
    def read(cls, actor: Actor, no: str) -> "LoanRecord":
        """Read the loan.  Raises LoanNotFound, also for a loan of another branch."""
        loan = loans.loan(actor, no)
        on = business_date.to_show()
        return cls(actor, loan, loans.lines(actor, [loan])[0], queries.replayed(loan, on), on)

    def context(self, route: str) -> dict[str, Any]:
        """Return what the head, the key figures and the rail show."""
        actor, line = self.actor, self.line
        can_record = line.state == "active" and may(actor, "loan.record_repayment")
        return {
            "loan": line,
            "contract_no": self.loan.contract_no,
            "application_no": self.loan.application_no,
            "terms": self.loan.terms,
            "disbursed_on": self.loan.disbursed_on,
            "figures": self.figures(),
            "tabs": tabs(TABS, line.no, route),
            "can_record_repayment": can_record and may_open(actor, "repayment"),
            "can_see_customer": may_open(actor, "customer"),
            "can_see_application": may_open(actor, "application"),
        }

    def figures(self) -> list[KeyFigure]:
        """Return the key figures: what is owed, what is late, the rate, what comes next, the provision."""
        line, state = self.line, self.now.state
        coming = next((row for row in self.now.rows if row.number > self.now.fallen), None)
        lent = amount_figure(_("Principal"), state.outstanding_minor, line.currency)
        late = amount_figure(_("Due and unpaid"), state.arrears_minor, line.currency, is_alarm=True)
        provision = amount_figure(_("Provision"), state.provision_minor, line.currency)
        return [
            lent,
            late,
            KeyFigure(_("Rate a year (simple)"), percent(line.rate_ppb), "%"),
            KeyFigure(
                _("Next due"),
                written_day(coming.due_on if coming else None),
                note=amount_figure("", coming.total_minor, line.currency).value if coming else "",
            ),
            provision,
        ]
