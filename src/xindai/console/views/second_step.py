"""The second step after a password, and signing in with a passkey in place of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xindai.console.entry import DOOR, halfway, let_in
from xindai.console.forms import PasskeyForm, StepForm
from xindai.console.problems import into_form
from xindai.identity import passkeys, second_factor
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.passkeys import Site
from xindai.kernel.errors import XindaiError


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """Take the code of somebody whose password was right; everybody else is led to the first step."""
    known = halfway(request)
    if known is None:
        return HttpResponseRedirect(reverse("sign-in"))
    user, wanted = known
    form, status = StepForm(request.POST or None), 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            way = second_factor.check(DOOR, user_id=user.pk, code=form.cleaned_data["code"])
            if way is not None:
                return let_in(request, user, way, wanted)
            form.refuse()
        except XindaiError as error:
            into_form(form, error)
            status = error.status
    standing = second_factor.standing(user.pk, Actor.of(user).roles)
    return render(
        request, "xd/pages/sign_in_code.html", {"form": form, "standing": standing, "next": wanted}, status=status
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in whoever's passkey signs the challenge; every refusal reads the same.  Raises Unavailable under a bare number."""
    site, wanted = Site.of(request), request.POST.get("next") or request.GET.get("next", "")
    form, status = PasskeyForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        opened = _opened(request, form, site)
        if opened is not None:
            return let_in(request, opened, "passkey", wanted)
    options = passkeys.options_to_sign_in(site, request.session)
    context = {"form": form, "next": wanted, "options": options}
    return render(request, "xd/pages/sign_in_passkey.html", context, status=status)


def _opened(request: HttpRequest, form: PasskeyForm, site: Site) -> Any:
    """The person whose passkey was shown; None when the form says what is wrong."""
    is_filled = form.is_valid()
    try:
        challenge = passkeys.take_challenge(request.session, "sign_in")
        if not is_filled:
            return None
        user_id = passkeys.sign_in(DOOR, answer=form.cleaned_data["credential"], challenge=challenge, site=site)
        user = identity.user_by_id(user_id)
        if user.is_active:
            return user
        raise passkeys.refused()
    except XindaiError as error:
        into_form(form, error)
    return None
