"""The page of papers, and the papers themselves."""

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xindai.identity.actors import Actor
from xindai.kernel import formatting, papers
from xindai.kernel.errors import NotFound
from xindai.portal.papers import writing
from xindai.reporting import own
from xindai.reporting import statement as statements
from xindai.reporting.names import branch_names


def _customer(request: HttpRequest) -> Any:
    return own.customer(cast("Actor", request.actor))  # type: ignore[attr-defined]


@require_safe
def page(request: HttpRequest, no: str) -> HttpResponse:
    """List the papers of a loan.  Raises LoanNotFound for another's."""
    customer = _customer(request)
    loan = own.loan(customer, no)
    context = {
        "customer": customer,
        "branch_name": branch_names()[customer.branch_id],
        "one": loan,
        "loan": loan.loan,
        "months": [
            (f"{month:%Y-%m}", formatting.month(month, get_language() or "")) for month in statements.months(loan)
        ],
        "is_running": loan.loan.ended_on is None,
    }
    return render(request, "portal/papers.html", context)


@require_safe
def statement(request: HttpRequest, no: str, month: str) -> HttpResponse:
    """The statement of a month as PDF.  Raises LoanNotFound, NotFound for a month without one."""
    customer = _customer(request)
    loan = own.loan(customer, no)
    paper = writing.statement(loan, customer, statements.statement(loan, _first_day(month)))
    return _sent(paper, f"{no}-{month}.pdf")


@require_safe
def schedule(request: HttpRequest, no: str) -> HttpResponse:
    """The schedule as PDF.  Raises LoanNotFound."""
    customer = _customer(request)
    return _sent(writing.schedule(own.loan(customer, no), customer), f"{no}-schedule.pdf")


def _first_day(month: str) -> date:
    """The first day of a month written as 2026-03.  Raises NotFound."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise NotFound(_("statement"), month) from error


def _sent(paper: papers.Paper, name: str) -> HttpResponse:
    """A file that is saved, and that nobody in between keeps."""
    response = HttpResponse(papers.pdf(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
