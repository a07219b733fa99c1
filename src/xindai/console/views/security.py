"""What somebody who works for the lender sees of their own ways of signing in: sessions, app, recovery codes, passkeys."""

from collections.abc import Callable
from typing import Any, Final

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xindai.console.access import actor_of, first_page
from xindai.console.forms import AppCodeForm, StepForm
from xindai.console.problems import into_form
from xindai.identity import passkeys, second_factor, sign_ins
from xindai.identity.actors import person_id
from xindai.identity.second_factor import Secret
from xindai.kernel.errors import InvalidInput, NotFound, XindaiError

GROUP: Final = 4
"""Letters of a secret are typed in groups of four."""


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show one's own sessions, app and passkeys."""
    actor = actor_of(request)
    context = {
        "sessions": sign_ins.standing(actor, request.session.session_key),
        "passkeys": passkeys.of(actor),
        "standing": second_factor.standing(person_id(actor), actor.roles),
        "layout": _layout(request),
    }
    return render(request, "xd/pages/security.html", context)


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions; ending the one that asks leads to the door.  Raises NotFound."""
    actor, chosen = actor_of(request), request.POST.get("session", "")
    if not chosen.isdecimal() or len(chosen) > 18:  # noqa: PLR2004 - the digits of the largest key
        raise NotFound(_("session"), "-")
    is_this = any(
        one.is_this and one.id == int(chosen) for one in sign_ins.standing(actor, request.session.session_key)
    )
    sign_ins.end(actor, sign_in_id=int(chosen))
    if is_this:
        request.session.flush()
        return HttpResponseRedirect(reverse("sign-in"))
    messages.success(request, _("The session has ended."))
    return HttpResponseRedirect(reverse("security"))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Set up the app that shows codes, make new recovery codes, or end it."""
    act = request.POST.get("act", "")
    form = (StepForm if act == "end" else AppCodeForm)(request.POST if act in _ACTS else None)
    status = 422 if request.method == "POST" else 200
    if act == "begin":
        second_factor.begin(actor_of(request), session_key=request.session.session_key)
        return HttpResponseRedirect(reverse("second-factor"))
    if request.method == "POST" and act not in _ACTS:
        raise InvalidInput("act", _("This cannot be done here."), _("Use the buttons of the page."))
    if request.method == "POST" and form.is_valid():
        try:
            done = _ACTS[act](request, form.cleaned_data["code"])
        except XindaiError as error:
            into_form(form, error)
            status = error.status
        else:
            if done is not None:
                return done
            form.refuse()
    return render(request, "xd/pages/second_factor.html", _context(request, form), status=status)


def _context(request: HttpRequest, form: StepForm) -> dict[str, Any]:
    actor = actor_of(request)
    secret = second_factor.begun(actor)
    return {
        "form": form,
        "standing": second_factor.standing(person_id(actor), actor.roles),
        "is_held": second_factor.is_marked_missing(request.session),
        "secret": secret and _grouped(secret),
        "square": secret and _square(secret),
        "layout": _layout(request),
    }


def _confirm(request: HttpRequest, code: str) -> HttpResponse | None:
    codes = second_factor.confirm(actor_of(request), code=code)
    if codes is None:
        return None
    second_factor.settle(request.session)
    return _codes(request, codes)


def _new_codes(request: HttpRequest, code: str) -> HttpResponse | None:
    codes = second_factor.new_codes(actor_of(request), code=code)
    return None if codes is None else _codes(request, codes)


def _end(request: HttpRequest, code: str) -> HttpResponse | None:
    if not second_factor.end(actor_of(request), code=code):
        return None
    messages.success(request, _("The app has ended: its codes open nothing any more."))
    return HttpResponseRedirect(reverse("security"))


_ACTS: Final[dict[str, Callable[[HttpRequest, str], HttpResponse | None]]] = {
    "confirm": _confirm,
    "codes": _new_codes,
    "end": _end,
}


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show recovery codes on the answer itself: they are kept nowhere from which a page could read them again."""
    return render(
        request, "xd/pages/recovery_codes.html", {"codes": codes, "first_page": first_page(actor_of(request))}
    )


def _layout(request: HttpRequest) -> str:
    """The frame: while nothing else opens, there is no navigation."""
    return "xd/solo.html" if second_factor.is_marked_missing(request.session) else "xd/shell.html"


def _grouped(secret: Secret) -> str:
    return " ".join(secret.text[at : at + GROUP] for at in range(0, len(secret.text), GROUP))


def _square(secret: Secret) -> str:
    """The square of dots that an app reads, as a picture within the page; black on white in every theme."""
    picture: str = segno.make(secret.address, error="m").svg_data_uri(scale=4, dark="#000", light="#fff")
    return picture
