"""Receipts in suspense: money that came and that its loan could not take."""

from typing import Final

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xindai.console import listing
from xindai.console.access import actor_of, may_open
from xindai.console.listing import Column, ListSpec
from xindai.payments import queries as payments

CURRENCY: Final = "CNY"
SPEC: Final = ListSpec(
    columns=(
        Column("loan", _("Loan"), ("loan_no",)),
        Column("branch", _("Branch"), ("branch__code",)),
        Column("date", _("Received on"), ("received_on",)),
        Column("channel", _("Channel"), ("channel",)),
        Column("provider", _("Number at the channel"), ("provider_no",)),
        Column("amount", _("Amount"), ("amount_minor",), is_number=True, unit="currency"),
        Column("reason", _("Reason"), ("reason",)),
    ),
    sort="date",
    totals={"amount_minor": Sum("amount_minor")},
)


@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """List the receipts of the reader's branches that wait for somebody, the longest waiting first."""
    actor = actor_of(request)
    context = {
        "listing": listing.build(SPEC, payments.receipts_in_suspense(actor), request.GET),
        "currency": CURRENCY,
        "can_see_loan": may_open(actor, "loan"),
    }
    return render(request, "xd/pages/suspense.html", context)
