"""Errors as the reader sees them: a page for people, problem+json (RFC 9457) for programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from xindai.kernel import audit
from xindai.kernel.errors import XindaiError


def wants_problem(request: HttpRequest) -> bool:
    """True when a program asks; the documentation of its interface is a page for people."""
    return request.path.startswith("/api/") and not request.path.endswith("/docs")


def answer(request: HttpRequest, error: XindaiError) -> HttpResponse:
    """The error in the reader's language, as they can best use it."""
    if wants_problem(request):
        problem = {**error.as_problem(), "request_id": audit.request_id.get()}
        return JsonResponse(problem, status=error.status, content_type="application/problem+json")
    context = {"error": error, "remedy": error.remedy_text(), "request_id": audit.request_id.get()}
    for name in (f"errors/{error.status}.html", "errors/error.html"):
        try:
            return HttpResponse(render_to_string(name, context, request), status=error.status)
        except TemplateDoesNotExist:
            continue
    return HttpResponse(format_html("<h1>{}</h1><p>{}</p>", str(error), error.remedy_text()), status=error.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 400."""
    return answer(request, XindaiError("bad_request", 400, _("The request cannot be understood.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 403."""
    return answer(request, XindaiError("forbidden", 403, _("This is not permitted.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 404."""
    error = XindaiError("not_found", 404, _("There is no such page."), remedy=_("Start again from the menu."))
    return answer(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """Status 500: a bug; the page tells the request's identity, by which the log can be searched."""
    error = XindaiError(
        "internal", 500, _("Something went wrong on our side."),
        remedy=_("Try again; if it happens again, tell the administrator the request number."),
    )  # fmt: skip
    return answer(request, error)
