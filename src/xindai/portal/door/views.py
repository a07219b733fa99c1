"""Signing in by a code, and the page of sessions."""

import re
from http import HTTPStatus
from typing import Final, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from xindai.customers import services as customers
from xindai.identity import passkeys, sign_ins
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.kernel.errors import NotFound, Unavailable, XindaiError
from xindai.notices import carriers
from xindai.portal.door.forms import CodeForm, EndForm, NumberForm
from xindai.portal.door.sending import DOOR, SentAfterwards

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
ASKED: Final = "sign_in_code"
"""Under this name the session keeps the code's identity, the masked number, until when, and where to go."""

_NEXT: Final = re.compile(r"/me/[A-Za-z0-9/_-]*")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the mobile number; whether anybody has it, no answer tells."""
    if not carriers.is_set_up():
        raise Unavailable(_("Signing in by a code is not set up here."), remedy=_("Sign in with name and password."))
    form = NumberForm(request.POST or None)
    wanted = _own_page(request.POST.get("next") or request.GET.get("next", ""))
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                return _send(request, form, wanted)
            except XindaiError as error:
                form.add_error(None, f"{error} {error.remedy_text()}")
                status = HTTPStatus(error.status)
    return render(request, "portal/door/ask.html", {"form": form, "next": wanted}, status=status)


def _send(request: HttpRequest, form: NumberForm, wanted: str) -> HttpResponse:
    asked = sign_ins.ask_code(DOOR, number_hash=form.number_hash, address=_address(request))
    request.session[ASKED] = {
        "code_id": str(asked.code_id), "to": form.masked, "until": asked.valid_until.isoformat(), "next": wanted
    }  # fmt: skip
    return SentAfterwards(
        reverse("my-code"), code_id=asked.code_id, number_hash=form.number_hash, language=get_language() or "zh-hans"
    )


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Take the code; the right one opens the borrower's own pages."""
    asked = request.session.get(ASKED)
    if asked is None:
        return HttpResponseRedirect(reverse("my-sign-in"))
    form = CodeForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                if _opens(request, UUID(asked["code_id"]), form.cleaned_data["code"]):
                    return HttpResponseRedirect(asked["next"] or reverse("my"))
                form.refuse()
            except XindaiError as error:
                form.add_error(None, f"{error} {error.remedy_text()}")
                status = HTTPStatus(error.status)
    return render(request, "portal/door/enter.html", {"form": form, "to": asked["to"]}, status=status)


def _opens(request: HttpRequest, code_id: UUID, code: str) -> bool:
    """Sign the person in whose number the code was sent to, if it is the right one.  Raises XindaiError when locked."""
    number_hash = sign_ins.check_code(DOOR, code_id=code_id, code=code, address=_address(request))
    if number_hash is None:
        return False
    try:
        user = identity.user_by_id(customers.open_own_pages(DOOR, mobile_hash=number_hash))
    except NotFound:
        return False
    if not user.is_active:
        return False
    request.session.pop(ASKED, None)
    login(request, user, backend=BACKEND)
    sign_ins.remember(request, "code")
    return True


@never_cache
@require_http_methods(["GET", "HEAD"])
def security(request: HttpRequest) -> HttpResponse:
    """Show the sessions that are open, and let each be ended."""
    actor = _actor(request)
    context = {
        "sessions": sign_ins.standing(actor, request.session.session_key),
        "passkeys": passkeys.of(actor),
        "here": "security",
    }
    return render(request, "portal/door/security.html", context)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End a session; ending the one that asks leads to the door."""
    actor, chosen = _actor(request), EndForm(request.POST).chosen()
    ended = {one.id: one for one in sign_ins.standing(actor, request.session.session_key)}.get(chosen)
    if chosen is None:
        raise NotFound(_("session"), "-")
    sign_ins.end(actor, sign_in_id=chosen)
    if ended is not None and ended.is_this:
        request.session.flush()
        return HttpResponseRedirect(reverse("my-sign-in"))
    messages.success(request, gettext("The session has ended."))
    return HttpResponseRedirect(reverse("my-security"))


def _actor(request: HttpRequest) -> Actor:
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _own_page(wanted: str) -> str:
    """The borrower's page to which signing in leads; none for any other address."""
    is_own = bool(_NEXT.fullmatch(wanted)) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_own else ""
