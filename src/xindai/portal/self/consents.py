"""The page of consents: what each is, since when it stands, giving and withdrawing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from xindai.customers import queries as customers
from xindai.customers import services as acts
from xindai.kernel import business_date
from xindai.kernel.errors import NotFound
from xindai.portal.applying.consents import CONSENTS
from xindai.portal.reader import actor_of, frame
from xindai.reporting import own


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the consents; each is given and withdrawn on its own.  Raises NotFound for an unknown one."""
    found = frame(request)
    if request.method == "POST":
        _act(request, found["customer"].id)
        return HttpResponseRedirect(reverse("my-consents"))
    standing = customers.consents(found["customer"].id, own.today())
    rows: list[dict[str, Any]] = [{"asked": asked, "given_on": standing.get(asked.kind)} for asked in CONSENTS]
    return render(request, "portal/self/consents.html", found | {"rows": rows})


def _act(request: HttpRequest, customer_id: int) -> None:
    asked = next((one for one in CONSENTS if one.kind == request.POST.get("kind")), None)
    if asked is None:
        raise NotFound(_("consent"), request.POST.get("kind", "-"))
    actor, on = actor_of(request), business_date.to_show()
    if request.POST.get("act") == "withdraw":
        acts.withdraw_consent(actor, customer_id=customer_id, kind=asked.kind, on=on)
        messages.success(request, gettext("Your consent is withdrawn. It no longer holds for anything new."))
    else:
        acts.give_consents(actor, customer_id=customer_id, kinds={asked.kind: asked.version}, on=on)
        messages.success(request, gettext("Your consent is kept."))
