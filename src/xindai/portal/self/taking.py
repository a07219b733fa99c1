"""Taking one's data away: everything that is kept of the reader as one file, and when that was done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from xindai.customers import queries as customers
from xindai.customers import services as acts
from xindai.documents import queries as documents
from xindai.portal.reader import actor_of, frame
from xindai.reporting.own_file import file_of


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Tell what the file holds and when it was taken; asked for by the button it is made, noted and sent."""
    found = frame(request)
    customer = found["customer"]
    if request.method != "POST" or request.POST.get("take") != "yes":
        return render(request, "portal/self/taking.html", found | {"exports": customers.exports_of(customer.id)[:10]})
    actor = actor_of(request)
    content, sha256 = file_of(customer.id, documents.contents_of(actor, customer.id))
    acts.record_export(actor, sha256=sha256)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{customer.no}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response
