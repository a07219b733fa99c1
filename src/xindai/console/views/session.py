"""Signing in and out, and the two preferences that a cookie keeps: language and theme."""

from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from xindai.console.access import actor_of
from xindai.console.entry import after_password, own_address
from xindai.console.forms import SignInForm
from xindai.identity import services as identity
from xindai.notices import carriers

THEME_COOKIE: Final = "xd-theme"
THEMES: Final = ("light", "dark")
COOKIE_SECONDS: Final = 365 * 24 * 60 * 60


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; a wrong pair is told without saying which of the two was wrong."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        return after_password(request, form.get_user(), wanted)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "next": wanted, "by_code": carriers.is_set_up()}
    return render(request, "xd/pages/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language: in a cookie, and for somebody who has signed in with their name."""
    response = HttpResponseRedirect(own_address(request, request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
        if request.user.is_authenticated:
            identity.set_language(actor_of(request), language=language)
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the reader's theme; without one the system's own counts."""
    response = HttpResponseRedirect(own_address(request, request.POST.get("next", "")))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _remember(response, THEME_COOKIE, theme)
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=COOKIE_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
