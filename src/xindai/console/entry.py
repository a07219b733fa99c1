"""Letting somebody in who has shown who they are, and the second step that may lie between."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from xindai.console.access import first_page
from xindai.identity import queries as identity
from xindai.identity import second_factor, sign_ins
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.kernel import clock
from xindai.kernel.errors import NotFound

DOOR: Final = Actor.system("sign_in")
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
VALID: Final = timedelta(minutes=10)
"""So long the second step may take after the password."""

_HALFWAY: Final = "signing_in"


def after_password(request: HttpRequest, user: User, wanted: str) -> HttpResponseRedirect:
    """Lead on somebody whose password was right: in, or to the second step where they have a second factor."""
    if not second_factor.is_asked_for(Actor.of(user)):
        return let_in(request, user, "password", wanted)
    request.session.cycle_key()
    request.session[_HALFWAY] = {
        "user": user.pk, "next": wanted, "until": (clock.now() + VALID).isoformat()
    }  # fmt: skip
    return HttpResponseRedirect(reverse("sign-in-code"))


def halfway(request: HttpRequest) -> tuple[User, str] | None:
    """Who has given a right password in this browser a short while ago, and where they want to go; None for nobody."""
    kept = request.session.get(_HALFWAY)
    if kept is None or datetime.fromisoformat(kept["until"]) <= clock.now():
        return None
    try:
        user = identity.user_by_id(kept["user"])
    except NotFound:
        return None
    return (user, kept["next"]) if user.is_active else None


def let_in(request: HttpRequest, user: User, way: str, wanted: str) -> HttpResponseRedirect:
    """Open a session and lead on; whoever lacks a second factor that they need is led to set one up first."""
    request.session.pop(_HALFWAY, None)
    login(request, user, backend=BACKEND)
    sign_ins.remember(request, way)
    actor = Actor.of(user)
    if second_factor.is_missing(actor):
        second_factor.mark_missing(request.session)
        return HttpResponseRedirect(reverse("second-factor"))
    return HttpResponseRedirect(own_address(request, wanted, first_page(actor)))


def own_address(request: HttpRequest, wanted: str, otherwise: str = "home") -> str:
    """Return where to go next; never to another host.  Who asked for the first page gets their own."""
    is_own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_own and wanted not in {"", reverse("home")} else reverse(otherwise)
