"""The days of the books: when each was closed, its parts, its seal, and whether the seals still hold."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xindai.console import listing
from xindai.console.access import actor_of, may_open
from xindai.console.listing import Column, Filter, ListSpec, Rows
from xindai.kernel import clock
from xindai.kernel.errors import NotFound
from xindai.ledger import queries as ledger
from xindai.reporting import entries

CURRENCY: Final = "CNY"
SHOWN_BREAKS: Final = 200
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


@require_safe
def parts(request: HttpRequest, on: str, runs_of: Callable[[date], Iterable[Any]]) -> HttpResponse:
    """Show how a business day was closed, part by part; `runs_of` reads the parts, which the jobs write.

    Raises NotFound.
    """
    found = _day(on)
    closed = list(runs_of(found.on))
    totals = {
        "loans": sum(run.loans for run in closed),
        "debit_minor": sum(run.debit_minor for run in closed),
        "credit_minor": sum(run.credit_minor for run in closed),
        "milliseconds": sum(run.milliseconds for run in closed),
    }
    context = {"day": found, "parts": closed, "totals": totals, "currency": CURRENCY}
    return render(request, "xd/pages/end_of_day_parts.html", context)


@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """Read every sealed day again and show where it is no longer what was sealed."""
    breaks = ledger.verify_chain()
    days: Rows = entries.days()
    sealed = days.filter(seal__isnull=False).aggregate(dates=Count("pk"), postings=Sum("transactions"))
    context = {
        "breaks": breaks[:SHOWN_BREAKS],
        "count": len(breaks),
        "dates": sealed["dates"],
        "postings": sealed["postings"] or 0,
        "verified_at": clock.now(),
    }
    return render(request, "xd/pages/seals.html", context)


def _day(text: str) -> Any:
    """Return the business day with its seal.  Raises NotFound."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise NotFound(_("business day"), text) from None
    found = entries.days().filter(on=on).first()
    if found is None:
        raise NotFound(_("business day"), text)
    return found
