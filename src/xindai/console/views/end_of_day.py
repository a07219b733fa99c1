"""The days of the books: which is open, when the others were closed, and the seal of each."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xindai.console import listing
from xindai.console.listing import Column, Filter, ListSpec
from xindai.reporting import entries

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
    return render(request, "xd/pages/end_of_day.html", {"listing": listing.build(SPEC, entries.days(), request.GET)})
