"""The documentation of the interface as a page, drawn by what is installed here: no other host is asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the description of the interface."""
    return render(request, "api/docs.html")
