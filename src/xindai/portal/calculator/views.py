"""The calculator's page, and a loan's schedule as a file."""

import csv
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from loanmath.money import to_text
from xindai.calculator.queries import Quote
from xindai.portal.calculator import reading, sheet
from xindai.portal.calculator.sheet import LETTERS, Sheet

COLUMNS: Final = ("number", "due_on", "principal", "interest", "fee", "instalment", "balance")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the loans of the address side by side; a change of their number leads to the address of the new sheet."""
    asked = sheet.read(request.GET)
    if "add" in request.GET:
        return _lead_to(asked.with_one_more())
    if "drop" in request.GET:
        return _lead_to(asked.without(request.GET["drop"]))
    quotes = asked.quotes()
    context: dict[str, Any] = {"sheet": asked, "may_add": len(asked.loans) < len(LETTERS)}
    if quotes is not None:
        context |= _results(asked, quotes, request.GET.get("why", ""))
    status = HTTPStatus.OK if quotes is not None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "portal/calculator.html", context, status=status)


@require_safe
def schedule_file(request: HttpRequest) -> HttpResponse:
    """Give the schedule of one loan of the sheet as a file of comma-separated values."""
    asked = sheet.read(request.GET)
    place = LETTERS.find(request.GET.get("loan", "") or "?")
    quotes = asked.quotes()
    if quotes is None or not 0 <= place < len(quotes):
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="loan-{LETTERS[place]}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    quote = quotes[place]
    for line in quote.lines:
        amounts = (
            line.principal_minor, line.interest_minor, line.fee_minor, line.total_minor, line.row.closing_minor
        )  # fmt: skip
        texts = [to_text(amount, quote.asked.currency) for amount in amounts]
        writer.writerow([line.row.number, line.row.due_on.isoformat(), *texts])
    return response


def _lead_to(query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('calculator')}?{query}")


def _results(asked: Sheet, quotes: list[Quote], why: str) -> dict[str, Any]:
    letters = LETTERS[: len(quotes)]
    names = [gettext("Loan %(letter)s") % {"letter": letter.upper()} for letter in letters]
    return {
        "rows": reading.comparison(quotes),
        "loans": [
            {
                "letter": letter,
                "name": name,
                "quote": quote,
                "chart": reading.chart(quote),
                "chart_id": f"chart-{letter}",
            }
            for letter, name, quote in zip(letters, names, quotes, strict=True)
        ],
        "balances": reading.balances(quotes, names) if len(quotes) > 1 else None,
        "why": reading.why(quotes, letters, why),
        "currency": quotes[0].asked.currency,
        "query": asked.address,
    }
