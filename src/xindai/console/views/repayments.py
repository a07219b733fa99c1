"""Recording a repayment: the form, then every value and effect for confirmation, then the record."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from loanmath import Line, State
from xindai.console.access import actor_of
from xindai.console.forms import RepaymentForm
from xindai.console.problems import into_form
from xindai.identity import verbs
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.kernel.errors import XindaiError
from xindai.ledger import queries as ledger
from xindai.reporting import loans
from xindai.reporting.loans import LoanLine
from xindai.servicing import queries
from xindai.servicing import services as servicing

PARTS: tuple[tuple[str, Promise], ...] = (
    ("penalty_due_minor", gettext_lazy("Penalty interest due")),
    ("interest_due_minor", gettext_lazy("Interest due")),
    ("principal_due_minor", gettext_lazy("Principal due")),
    ("principal_not_due_minor", gettext_lazy("Principal not due yet")),
    ("overpaid_minor", gettext_lazy("Overpaid")),
)


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One part of what is owed, before and after the payment."""

    label: Promise
    before_minor: int
    after_minor: int

    @property
    def change_minor(self) -> int:
        """What the payment does to it."""
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One line that the payment would post; + is debit."""

    code: str
    name: Any
    amount_minor: int


@require_http_methods(["GET", "HEAD", "POST"])
def repayment(request: HttpRequest, no: str) -> HttpResponse:
    """Take a repayment in two steps: nothing is recorded before its effect has been confirmed."""
    actor = actor_of(request)
    verbs.require(actor, "loan.record_repayment")
    row = loans.loan(actor, no)
    line = loans.lines(actor, [row])[0]
    on = business_date.current()
    form = RepaymentForm(line.currency, request.POST or None)
    is_sent = request.method == "POST" and "change" not in request.POST and form.is_valid()
    try:
        if is_sent and "confirmed" in request.POST:
            return _recorded(request, actor, line, form.cleaned_data, on)
        if is_sent:
            return _confirmation(request, row, line, form, on)
    except XindaiError as error:
        into_form(form, error, {"amount_minor": "amount", "idempotency_key": "receipt"})
    context = {"loan": line, "form": form, "state": queries.replayed(row, on).state}
    return render(request, "xd/pages/repayment.html", context, status=422 if form.errors else 200)


def _recorded(request: HttpRequest, actor: Actor, line: LoanLine, given: dict[str, Any], on: date) -> HttpResponse:
    servicing.record_repayment(
        actor,
        loan_no=line.no,
        amount_minor=given["amount"],
        currency=line.currency,
        on=on,
        source=given["source"],
        idempotency_key=given["receipt"],
    )
    messages.success(request, _("The repayment is recorded."))
    return HttpResponseRedirect(reverse("loan-transactions", args=[line.no]))


def _confirmation(request: HttpRequest, row: Any, line: LoanLine, form: RepaymentForm, on: date) -> HttpResponse:
    before, after, lines = queries.repayment_preview(row, form.cleaned_data["amount"], on)
    context = {
        "loan": line,
        "form": form,
        "amount_minor": form.cleaned_data["amount"],
        "source": form.cleaned_data["source"],
        "receipt": form.cleaned_data["receipt"],
        "received_on": on,
        "effect": _effect(before, after),
        "journal": _journal(lines),
    }
    return render(request, "xd/pages/repayment_confirm.html", context)


def _effect(before: State, after: State) -> list[EffectRow]:
    return [EffectRow(label, getattr(before, name), getattr(after, name)) for name, label in PARTS]


def _journal(lines: tuple[Line, ...]) -> list[JournalRow]:
    accounts = {account.role: account for account in ledger.accounts()}
    return [
        JournalRow(accounts[str(line.role)].code, accounts[str(line.role)].name, line.amount_minor) for line in lines
    ]
