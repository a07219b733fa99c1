"""Passkeys of whoever has signed in - people of the lender and borrowers alike: adding, naming, removing."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xindai.console.access import actor_of, first_page
from xindai.console.entry import DOOR
from xindai.console.forms import NewPasskeyForm
from xindai.console.problems import into_form
from xindai.customers import queries as customers
from xindai.identity import passkeys as identity
from xindai.identity import second_factor
from xindai.identity.actors import Actor
from xindai.identity.passkeys import Site
from xindai.kernel import logging
from xindai.kernel.errors import InvalidInput, NotFound, XindaiError
from xindai.kernel.transactions import together
from xindai.notices import carriers
from xindai.notices import services as notices
from xindai.notices.models import Channel
from xindai.notices.services import Recipient

NOTICE: Final = "passkey_added"
_LONGEST_KEY: Final = 18


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Let the browser make a passkey and keep its public half.  Raises XindaiError when the sign-in is not fresh."""
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    is_filled, status = form.is_valid(), 422 if form.is_bound else 200
    context = {"form": form, "back": own_security(actor_of(request)), "is_possible": True}
    try:
        site = Site.of(request)
    except XindaiError as error:
        context |= {"is_possible": False, "problem": error}
        return render(request, "xd/pages/passkey_add.html", context, status=error.status if form.is_bound else 200)
    if request.method == "POST":
        try:
            challenge = identity.take_challenge(request.session, "add")
            if is_filled:
                return _added(request, form, site, challenge)
        except XindaiError as error:
            into_form(form, error)
            status = error.status
    context["options"] = identity.options_to_add(actor_of(request), site, request.session)
    return render(request, "xd/pages/passkey_add.html", context, status=status)


def _added(request: HttpRequest, form: NewPasskeyForm, site: Site, challenge: bytes) -> HttpResponse:
    actor, given = actor_of(request), form.cleaned_data
    with together():
        made = identity.add(
            actor,
            name=given["name"],
            answer=given["credential"],
            challenge=challenge,
            site=site,
            session_key=request.session.session_key,
        )
        message_id = _tell(actor)
    if message_id is not None:
        _carry(message_id)
    second_factor.settle(request.session)
    messages.success(request, _("The passkey “%(name)s” opens from now on.") % {"name": made.name})
    return HttpResponseRedirect(own_security(actor))


def _tell(actor: Actor) -> int | None:
    """Write a message to a borrower that a passkey was added: if it was somebody else, they learn of it."""
    customer_id = customers.customer_of_user(actor.user_id)
    reach = customers.reach(customer_id) if customer_id is not None and carriers.is_set_up() else None
    if reach is None:
        return None
    # The passkey's name is not told: whoever sits at an open browser could write to the phone by it.
    text = _(
        "A new passkey can open your own pages. If you did not add it, remove it on the page “Security” and tell your branch."
    )
    to = Recipient(reach.subject_id, reach.branch_id, Channel.SMS, reach.mobile, get_language() or "zh-hans")
    return notices.send(DOOR, to=to, kind=NOTICE, text=text).pk


def _carry(message_id: int) -> None:
    """Hand the message over; one that cannot go now waits and goes with the next that are carried."""
    try:
        notices.carry(DOOR, message_id=message_id)
    except XindaiError as error:
        logging.get().info("message waits", code=error.code)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Give one of one's own passkeys another name, or remove it.  Raises NotFound, InvalidInput, StateConflict."""
    actor, act, chosen = actor_of(request), request.POST.get("act", ""), request.POST.get("passkey", "")
    if not chosen.isdecimal() or len(chosen) > _LONGEST_KEY:
        raise NotFound(_("passkey"), "-")
    if act == "rename":
        row = identity.rename(actor, passkey_id=int(chosen), name=request.POST.get("name", ""))
        messages.success(request, _("The passkey is now called “%(name)s”.") % {"name": row.name})
    elif act == "remove":
        identity.remove(actor, passkey_id=int(chosen))
        messages.success(request, _("The passkey opens nothing any more."))
    else:
        raise InvalidInput("act", _("This cannot be done with a passkey."), _("Use the buttons of the page."))
    return HttpResponseRedirect(own_security(actor))


def own_security(actor: Actor) -> str:
    """The page of somebody's own ways of signing in."""
    return reverse("my-security" if first_page(actor) == "my" else "security")
