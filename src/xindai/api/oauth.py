"""Tokens for programs: OAuth 2.0 client credentials (RFC 6749, sections 4.4 and 5)."""

import base64
import binascii
from typing import Any, Final
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema

from xindai.identity import tokens
from xindai.identity.models import ApiClient
from xindai.kernel import rate_limit

router = Router(tags=["Tokens"])

GRANT: Final = "client_credentials"
PARAMETERS: Final = ("grant_type", "scope", "client_id", "client_secret")


class Token(Schema):
    """A bearer token and how many seconds it is good for."""

    access_token: str
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(examples=[900])
    scope: str = Field(examples=["loans:read repayments:write"])


class TokenRefused(Schema):
    """Why there is no token, in the words of RFC 6749, section 5.2."""

    error: str = Field(examples=["invalid_client"])
    error_description: str


class _Refused(Exception):
    """No token."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"type": "string", "const": GRANT},
                    "scope": {
                        "type": "string",
                        "maxLength": 1000,
                        "description": "Scopes with spaces between them; all of the client's when it is left out.",
                    },
                    "client_id": {"type": "string", "maxLength": 100, "description": "Unless sent by HTTP Basic."},
                    "client_secret": {"type": "string", "maxLength": 200, "description": "Unless sent by HTTP Basic."},
                },
            },
            "example": {"grant_type": GRANT, "scope": "loans:read"},
        }
    },
}


@router.post(
    "/oauth/token",
    response={200: Token, 400: TokenRefused, 401: TokenRefused, 429: TokenRefused},
    url_name="token",
    operation_id="get_token",
    auth=None,
    openapi_extra={"requestBody": _BODY},
)
def get_token(request: HttpRequest) -> HttpResponse:
    """Give a program a token for its secret, sent by HTTP Basic or in the form."""
    allowance = rate_limit.count(f"token {request.META.get('REMOTE_ADDR', '')}", settings.TOKEN_REQUESTS_A_MINUTE)
    try:
        if not allowance.is_admitted:
            raise _Refused("temporarily_unavailable", "Too many requests for tokens; wait, then try again.", 429)
        form = _form(request)
        client = _client(request, form)
        token = tokens.give_token(client, _scopes(client, form.get("scope", "")))
    except _Refused as refused:
        return _refusal(refused, allowance.resets_in)
    answer = {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": token.seconds,
        "scope": " ".join(token.scopes),
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _form(request: HttpRequest) -> dict[str, str]:
    """The parameters, each given once, with the one grant that there is."""
    try:
        fields = dict(request.POST.lists())
    except UnicodeError:
        raise _Refused("invalid_request", "The form cannot be read.") from None
    if request.content_type != "application/x-www-form-urlencoded":
        raise _Refused("invalid_request", "Send a form: application/x-www-form-urlencoded.")
    if any(len(values) > 1 for values in fields.values()):
        raise _Refused("invalid_request", "A parameter is given twice.")
    form = {name: str(values[0]) for name, values in fields.items() if name in PARAMETERS}
    if not form.get("grant_type"):
        raise _Refused("invalid_request", "The parameter grant_type is missing.")
    if form["grant_type"] != GRANT:
        raise _Refused("unsupported_grant_type", "The only grant is client_credentials.")
    return form


def _client(request: HttpRequest, form: dict[str, str]) -> ApiClient:
    """The client behind the secret; it may be sent in one way only."""
    basic = _basic(request)
    if basic is not None and "client_secret" in form:
        raise _Refused("invalid_request", "Send the secret by HTTP Basic or in the form, not by both.")
    client_id, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    client = tokens.client_by_secret(client_id, secret) if client_id.isascii() and secret.isascii() else None
    if client is None:
        raise _Refused("invalid_client", "The client is not known, or its secret is wrong or has ended.", 401)
    return client


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    scheme, _space, packed = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _colon, secret = base64.b64decode(packed.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _Refused("invalid_client", "The header Authorization cannot be read.", 401) from None
    return unquote_plus(name), unquote_plus(secret)


def _scopes(client: ApiClient, wanted: str) -> list[str]:
    """The scopes asked for, or all of the client's."""
    chosen = wanted.split()
    if not set(chosen) <= set(client.scopes):
        raise _Refused("invalid_scope", "A scope is unknown, or none of this client.")
    return chosen or list(client.scopes)


def _refusal(refused: _Refused, wait: int) -> HttpResponse:
    body = TokenRefused(error=refused.error, error_description=refused.description)
    answer = JsonResponse(body.model_dump(), status=refused.status, headers={"Cache-Control": "no-store"})
    if refused.status == 401:  # noqa: PLR2004 - Unauthorized
        answer["WWW-Authenticate"] = 'Basic realm="xindai", charset="UTF-8"'
    if refused.status == 429:  # noqa: PLR2004 - Too Many Requests
        answer["Retry-After"] = str(wait)
    return answer
