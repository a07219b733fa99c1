"""Who did what: the trail of a loan, a customer and an application."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xindai.console import deeds
from xindai.console.access import actor_of
from xindai.console.views.applications import ApplicationRecord
from xindai.console.views.customers import record_of
from xindai.console.views.loans import LoanRecord
from xindai.identity.actors import Actor
from xindai.reporting import trail
from xindai.reporting.trail import Deed


@require_safe
def of_loan(request: HttpRequest, no: str) -> HttpResponse:
    """Show who did what about a loan, as far as the reader may see the records."""
    actor = actor_of(request)
    record = LoanRecord.read(actor, no)
    told = _told(request, trail.of_loan(record.loan, deeds.kinds_of(actor)))
    return render(request, "xd/pages/loan_trail.html", record.context("loan-trail") | told)


@require_safe
def of_customer(request: HttpRequest, no: str) -> HttpResponse:
    """Show who did what about a customer."""
    context = record_of(request, no, "customer-trail")
    found = trail.of_customer(context["customer"].id, deeds.kinds_of(actor_of(request)))
    return render(request, "xd/pages/customer_trail.html", context | _told(request, found))


@require_safe
def of_application(request: HttpRequest, no: str) -> HttpResponse:
    """Show who did what about an application."""
    actor: Actor = actor_of(request)
    record = ApplicationRecord.read(actor, no)
    found = trail.of_application(record.application, record.contract, deeds.kinds_of(actor))
    return render(
        request, "xd/pages/application_trail.html", record.context("application-trail") | _told(request, found)
    )


def _told(request: HttpRequest, found: list[Deed]) -> dict[str, Any]:
    page = deeds.page_of(found, request.GET.get("page"))
    return {"page": page, "deeds": deeds.lines(page)}
