"""The machinery behind the pages: events and jobs, what has failed, and another try."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xindai.console.access import actor_of
from xindai.console.figures import KeyFigure
from xindai.identity.verbs import may
from xindai.kernel import formatting
from xindai.kernel.errors import InvalidInput
from xindai.reporting import machinery
from xindai.workbench.repair import retry_event

PAGE_SIZE: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
def machinery_page(request: HttpRequest) -> HttpResponse:
    """Show what waits and what has failed; let an event be tried again.  Raises what the verb raises."""
    actor = actor_of(request)
    if request.method == "POST":
        text = request.POST.get("event", "")
        if not text.isascii() or not text.isdigit():
            raise InvalidInput("event", _("No event is named."), _("Use the button beside the event."))
        retry_event(actor, event_id=int(text[:18]))
        messages.success(request, _("It is tried again with the next delivery."))
        return HttpResponseRedirect(reverse("jobs"))
    state = machinery.outbox()
    context = {
        "figures": [
            KeyFigure(_("Events waiting"), formatting.count(state.waiting)),
            KeyFigure(_("Failed at least once"), formatting.count(state.failing)),
            KeyFigure(_("Given up"), formatting.count(state.given_up), is_alarm=bool(state.given_up)),
        ],
        "state": state,
        "failed": machinery.failed_events()[:PAGE_SIZE],
        "page": Paginator(machinery.worker_jobs(), PAGE_SIZE).get_page(request.GET.get("page")),
        "can_retry": may(actor, "event.retry"),
    }
    return render(request, "xd/pages/jobs.html", context)
