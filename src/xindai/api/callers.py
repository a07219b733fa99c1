"""Who calls the interface: somebody with a session, or a program with a token whose scope opens the operation."""

from typing import Any, Final, cast

from django.http import HttpRequest
from django.utils.functional import Promise

from xindai.api.errors import InsufficientScope, PeopleOnly
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.identity.tokens import Caller

TOKEN_URL: Final = "/api/v1/oauth/token"  # noqa: S105 - an address


class ClientCredentials:
    """Opens an operation to a program whose token holds the scope; without a scope it is for people alone."""

    def __init__(self, scope: Scope | None, operation: str) -> None:
        self.scope = scope
        self.operation = operation
        if scope is not None:
            self.openapi_security_schema: dict[
                str, Any
            ] = {}  # the interface fills it, in the language of the description

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The program, or None when none asks.  Raises InsufficientScope, PeopleOnly."""
        caller: Caller | None = getattr(request, "caller", None)
        if caller is None:
            return None
        if self.scope is None:
            raise PeopleOnly(self.operation)
        if self.scope not in caller.scopes:
            raise InsufficientScope(self.scope)
        return caller


def security_scheme() -> dict[str, Any]:
    """How a program gets its token, with every scope and what it opens."""
    scopes: dict[str, str | Promise] = dict(Scope.choices)
    return {
        "type": "oauth2",
        "description": "OAuth 2.0 client credentials: a short-lived bearer token for the secret of a client.",
        "flows": {
            "clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": {code: str(text) for code, text in scopes.items()}}
        },
    }


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the permission middleware found out."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def scopes_of(request: HttpRequest) -> frozenset[str]:
    """The scopes that a program's token holds; a person is held to their roles alone."""
    caller: Caller | None = getattr(request, "caller", None)
    return frozenset(Scope.values) if caller is None else caller.scopes
