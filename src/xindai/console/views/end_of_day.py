"""The days of the books: when each was closed, its parts, its seal, and whether the seals still hold."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from xindai.console import listing
from xindai.console.access import actor_of, may_open
from xindai.console.listing import Column, Filter, ListSpec
from xindai.identity.verbs import may
from xindai.jobs import queries as jobs
from xindai.jobs import retries
from xindai.kernel.errors import XindaiError
from xindai.ledger import queries as ledger
from xindai.ledger import services as ledger_acts
from xindai.reporting import entries
from xindai.reporting.names import people

CURRENCY: Final = "CNY"
SHOWN_FAILURES: Final = 20
STATES: Final = (("open", _("Open")), ("closed", _("Closed")))
SPEC: Final = ListSpec(
    columns=(
        Column("date", _("Business date"), ("on",)),
        Column("state", _("State"), ("is_open",)),
        Column("opened", _("Opened at"), ("opened_at",)),
        Column("closed", _("Closed at"), ("closed_at",)),
        Column("transactions", _("Transactions sealed"), ("transactions",), is_number=True),
        Column("seal", _("Seal")),
    ),
    filters=(Filter("state", _("State"), STATES, lambda rows, state: rows.filter(is_open=state == "open")),),
    sort="-date",
)


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """List the business days, the latest first."""
    context = {
        "listing": listing.build(SPEC, entries.days(), request.GET),
        "can_verify": may_open(actor_of(request), "seals"),
    }
    return render(request, "xd/pages/end_of_day.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: HttpRequest, on: str) -> HttpResponse:
    """Show how a business day was closed, step by step; let a step that has failed be done again.

    Raises NotFound, and what the verb raises.
    """
    actor, found = actor_of(request), entries.day(on)
    problem: XindaiError | None = None
    if request.method == "POST":
        try:
            retries.retry(actor, on=found.on)
        except XindaiError as error:
            problem = error
        else:
            messages.success(request, _("The step is done."))
            return HttpResponseRedirect(reverse("end-of-day-date", args=[found.on.isoformat()]))
    closed = list(jobs.runs(found.on))
    has_begun = found.is_open and found.cut_off_at is not None
    context = {
        "day": found,
        "parts": closed,
        "totals": {
            "loans": sum(run.loans for run in closed),
            "debit_minor": sum(run.debit_minor for run in closed),
            "credit_minor": sum(run.credit_minor for run in closed),
            "milliseconds": sum(run.milliseconds for run in closed),
        },
        "currency": CURRENCY,
        "steps": list(jobs.course(found.on)) if found.cut_off_at else [],
        "failures": list(jobs.failures(found.on)[:SHOWN_FAILURES]),
        "can_retry": has_begun and may(actor, "day.retry_step"),
        "problem": problem,
    }
    return render(request, "xd/pages/end_of_day_parts.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def seals(request: HttpRequest) -> HttpResponse:
    """Show how the sealed books stand; asked to, read every sealed day again."""
    actor = actor_of(request)
    if request.method == "POST":
        ledger_acts.check_chain(actor)
        return HttpResponseRedirect(reverse("seals"))
    standing = ledger.chain_standing()
    latest = ledger.last_check()
    context = {
        "standing": standing,
        "latest": latest,
        "people": people([latest.checked_by] if latest else []),
        "can_check": may(actor, "ledger.check_chain"),
    }
    return render(request, "xd/pages/seals.html", context)
