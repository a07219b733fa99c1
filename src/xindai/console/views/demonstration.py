"""What would have been sent to people, in a bank without real money: for its administrator alone."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xindai.notices import queries as notices

MOST_SHOWN: Final = 50


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Show the latest messages.  Raises NotFound in a bank that is no demonstration."""
    latest = notices.sandbox_messages()[:MOST_SHOWN]
    return render(request, "xd/pages/demonstration_messages.html", {"sent": list(notices.shown(latest))})
