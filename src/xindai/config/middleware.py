"""What every request passes through: an identity, privacy, a program's token, permissions, a limit on sign-ins, clear error pages."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from xindai.config import error_pages, routes
from xindai.identity import clients, second_factor, tokens
from xindai.identity.actors import NOBODY, Actor
from xindai.identity.roles import Role
from xindai.identity.tokens import Caller
from xindai.kernel import audit, logging, rate_limit, standing
from xindai.kernel.errors import InvalidInput, InvalidToken, MethodNotAllowed, NotPermitted, NotSignedIn, XindaiError
from xindai.kernel.ids import uuid7
from xindai.kernel.memo import standing_still
from xindai.notices import carriers

Next = Callable[[HttpRequest], HttpResponse]

SIGN_IN_ROUTE = "sign-in"
TRIED_ROUTES = frozenset({SIGN_IN_ROUTE, "sign-in-code", "passkey-sign-in"})
"""Where somebody tries to get in."""
SET_UP_ROUTE = "second-factor"
OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {SET_UP_ROUTE, "security", "session-end", "passkey-add", "passkey-change", "sign-out", "language", "theme"}
)
"""What opens for somebody who needs a second factor and has none yet."""
BORROWERS_DOOR = "my-sign-in"
BORROWERS = frozenset({Role.BORROWER})
NULL = "\0"
NULL_IN_JSON = rb"\u0000"


class RequestIdentity:
    """Gives each request an identity that stands in logs, in the audit trail and in the answer."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the identity in ``X-Request-ID``."""
        identity = str(uuid7())
        token = audit.request_id.set(identity)
        try:
            with structlog.contextvars.bound_contextvars(request_id=identity):
                response = self.get_response(request)
        finally:
            audit.request_id.reset(token)
        response["X-Request-ID"] = identity
        return response


class PrivateAnswers:
    """Lets nobody on the way keep an answer, and gives pages no camera, microphone or place."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; files that are the same for everybody say themselves how long they may be kept."""
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response


class ClientTokens:
    """Lets a program speak by its token instead of a session, as often a minute as it may.

    Sets ``request.caller``; a request that brings a token is the program's alone, whatever cookies come with it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out which program asks, count its request, and tell it in headers what it may still ask."""
        token = _token(request)
        if token is None:
            return self.get_response(request)
        caller = tokens.caller_of(token)
        if caller is None:
            return _refused_token(request)
        request.user, request.caller = AnonymousUser(), caller  # type: ignore[attr-defined]
        allowance = rate_limit.count(clients.window_of(caller.client_id), caller.requests_a_minute)
        if allowance.is_admitted:
            response = self.get_response(request)
        else:
            response = error_pages.answer(request, too_many_requests())
            response["Retry-After"] = str(allowance.resets_in)
        response["RateLimit-Limit"] = str(allowance.most)
        response["RateLimit-Remaining"] = str(allowance.remaining)
        response["RateLimit-Reset"] = str(allowance.resets_in)
        return response


class ReadsOnce:
    """Lets a page that changes nothing ask once for what its parts ask for again and again: the date, names, the policy."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; who changes something reads everything anew."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with standing_still(), standing.reading():
            return self.get_response(request)


def _token(request: HttpRequest) -> str | None:
    """The bearer token of a request to the interface; a token is not read from an address or a body."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and error_pages.wants_problem(request) else None


def _refused_token(request: HttpRequest) -> HttpResponse:
    response = error_pages.answer(request, InvalidToken())
    response["WWW-Authenticate"] = 'Bearer realm="xindai", error="invalid_token"'
    return response


def _caller(request: HttpRequest) -> Caller | None:
    """The program that asks, as ClientTokens found out."""
    return getattr(request, "caller", None)


class Permissions:
    """Default deny: a route opens only for the roles that config.routes lists.

    Sets ``request.actor``; somebody who has not signed in is led to the sign-in page.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who asks, and in which language they read."""
        user, caller = request.user, _caller(request)
        person = Actor.of(user) if user.is_authenticated else NOBODY
        request.actor = person if caller is None else caller.actor  # type: ignore[attr-defined]
        language = getattr(user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse the route unless one of the actor's roles may open it."""
        match = request.resolver_match
        view_name = match.view_name if match is not None else ""
        if routes.is_allowed(view_name, request.actor.roles):  # type: ignore[attr-defined]
            return _ask_for_second_factor(request, view_name)
        if _caller(request) is not None:
            return error_pages.answer(request, NotPermitted(view_name, _("No role of this client opens this address.")))
        if request.user.is_authenticated:
            return error_pages.answer(request, NotPermitted(view_name, _("You may not open this page.")))
        return _ask_to_sign_in(request, view_name)


def _ask_for_second_factor(request: HttpRequest, view_name: str) -> HttpResponseBase | None:
    """Lead a person who needs a second factor to setting one up; nothing else opens before."""
    is_held = (
        _caller(request) is None
        and request.user.is_authenticated
        and second_factor.is_marked_missing(request.session)
        and view_name not in OPEN_WITHOUT_SECOND_FACTOR
    )
    if not is_held:
        return None
    if not error_pages.wants_problem(request):
        return HttpResponseRedirect(reverse(SET_UP_ROUTE))
    needed = NotPermitted(
        view_name,
        _("Your role needs a second factor."),
        remedy=_("Set one up on the page “Your sign-in”, then ask again."),
    )
    return error_pages.answer(request, needed)


def _ask_to_sign_in(request: HttpRequest, view_name: str) -> HttpResponseBase:
    """Lead a person to the sign-in page - a borrower to the borrowers' own -; tell a program what it lacks."""
    if not error_pages.wants_problem(request):
        is_borrowers = routes.ROUTES.get(view_name) == BORROWERS and carriers.is_set_up()
        return redirect_to_login(request.get_full_path(), BORROWERS_DOOR if is_borrowers else None)
    response = error_pages.answer(request, NotSignedIn())
    response["WWW-Authenticate"] = (
        f'Cookie realm="xindai", form-action="{reverse(SIGN_IN_ROUTE)}", cookie-name="{settings.SESSION_COOKIE_NAME}", '
        'Bearer realm="xindai"'
    )
    return response


class ErrorPages:
    """Turns an error of ours, or a method that a route does not serve, into a clear page, or problem+json for the API."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; say in words what Django says with an empty page."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response["Allow"]
        answer = error_pages.answer(request, MethodNotAllowed(request.method or "", allowed))
        answer["Allow"] = allowed
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error of ours; others are bugs and become the plain page for status 500."""
        if isinstance(error, XindaiError):
            return error_pages.answer(request, error)
        match = request.resolver_match
        logging.get().error(
            "failed", route=match.view_name if match else "", error_type=type(error).__name__, status=500
        )
        return None


class NoNullCharacters:
    """Refuses the character of code 0 in an address, a parameter or a body: no text of the database can hold it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse it with the name of the field."""
        field = _field_with_null(request)
        if field is None:
            return None
        wrong = InvalidInput(field, _("The text holds a character that cannot be kept."), _("Write it again by hand."))
        return error_pages.answer(request, wrong)


def _field_with_null(request: HttpRequest) -> str | None:
    """The first part of the request that holds the character."""
    if NULL in request.path:
        return "address"
    is_program = error_pages.wants_problem(request)
    if is_program and (NULL_IN_JSON in request.body or NULL.encode() in request.body):
        return "body"
    for fields in (request.GET,) if is_program else (request.GET, request.POST):
        for name, values in fields.lists():
            if any(NULL in text for text in (name, *values)):
                return name.replace(NULL, "")
    return None


class SignInRateLimit:
    """Refuses more than so many sign-in attempts a minute from one address, whoever they name."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse an attempt that comes too soon."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name not in TRIED_ROUTES:
            return None
        if rate_limit.admits(request.META.get("REMOTE_ADDR", ""), settings.SIGN_IN_ATTEMPTS_A_MINUTE):
            return None
        response = error_pages.answer(request, too_many_attempts())
        response["Retry-After"] = str(rate_limit.SECONDS)
        return response


def too_many_attempts() -> XindaiError:
    """The error for somebody who tries to sign in too often."""
    return XindaiError(
        "too_many_attempts", 429, _("Too many attempts to sign in."), remedy=_("Wait a minute, then try again.")
    )


def too_many_requests() -> XindaiError:
    """The error for a client that has sent more requests than it may in a minute."""
    return XindaiError(
        "too_many_requests",
        429,
        _("This client has sent too many requests within a minute."),
        remedy=_("Wait as long as the header “Retry-After” says, then go on more slowly."),
    )
