"""The one error base: a code, an HTTP status and a message that names the field and the remedy.

Messages are English message ids; pass them through ``gettext_lazy`` (or ``gettext``) so that a
reader gets their own language.  ``{name}`` placeholders of the message and the remedy are filled
from the keyword parameters, after translation.
"""

from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class XindaiError(Exception):
    """Something the caller can understand and put right.

    ``code`` is stable and machine-readable, ``status`` the HTTP status, ``field`` the input at
    fault and ``remedy`` what to do next.
    """

    code: str
    status: int

    def __init__(
        self,
        code: str,
        status: int,
        message: Text,
        /,
        *,
        field: str | None = None,
        remedy: Text | None = None,
        **params: object,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.field = field
        self.remedy = remedy
        self.params = params

    def __str__(self) -> str:
        """The message in the language in force."""
        return self._filled(self.message)

    def remedy_text(self) -> str:
        """The remedy in the language in force; empty when there is none."""
        return self._filled(self.remedy) if self.remedy is not None else ""

    def as_problem(self, lang: str | None = None) -> dict[str, object]:
        """The error as an RFC 9457 problem document in the given language (default: the one in force)."""
        with translation.override(lang or translation.get_language() or "en"):
            problem: dict[str, object] = {
                "type": f"urn:xindai:error:{self.code}",
                "title": str(self),
                "status": self.status,
                "code": self.code,
            }
            if self.field:
                problem["field"] = self.field
            if self.remedy is not None:
                problem["remedy"] = self.remedy_text()
        return problem

    def _filled(self, text: Text) -> str:
        return str(text).format_map(self.params) if self.params else str(text)


class InvalidInput(XindaiError):
    """A value that no one could act on; names the field."""

    code: str = "invalid_input"
    status: int = 422

    def __init__(self, field: str, message: Text, remedy: Text | None = None, **params: Any) -> None:
        super().__init__(self.code, self.status, message, field=field, remedy=remedy, **params)


class NotPermitted(XindaiError):
    """The actor lacks a right; the message names it."""

    code: str = "not_permitted"
    status: int = 403

    def __init__(self, right: str, message: Text | None = None, remedy: Text | None = None, **params: Any) -> None:
        super().__init__(
            self.code,
            self.status,
            message or _("You do not have the right “{right}”."),
            remedy=remedy or _("Ask an administrator for a role that has this right."),
            right=right,
            **params,
        )


class NotSignedIn(XindaiError):
    """Nobody has signed in, or the session has ended."""

    code: str = "not_signed_in"
    status: int = 401

    def __init__(self) -> None:
        super().__init__(
            self.code,
            self.status,
            _("Nobody is signed in."),
            remedy=_("Sign in, then send the session's cookie with the request; a program sends its token."),
        )


class InvalidToken(XindaiError):
    """The token of a program is unknown, or it or its client has ended."""

    code: str = "invalid_token"
    status: int = 401

    def __init__(self) -> None:
        super().__init__(
            self.code,
            self.status,
            _("The token is not known or no longer valid."),
            remedy=_("Get a new token for your secret at /api/v1/oauth/token, then send the request again."),
        )


class NotFound(XindaiError):
    """Nothing with this key that the actor may see."""

    code: str = "not_found"
    status: int = 404

    def __init__(self, kind: Text, key: object, message: Text | None = None, remedy: Text | None = None) -> None:
        super().__init__(
            self.code,
            self.status,
            message or _("There is no {kind} “{key}”."),
            remedy=remedy or _("Check the number; it may also belong to another branch."),
            kind=kind,
            key=key,
        )


class MethodNotAllowed(XindaiError):
    """The address does not serve this method; ``allowed`` lists those that it does."""

    code: str = "method_not_allowed"
    status: int = 405

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(
            self.code,
            self.status,
            _("This address does not serve {method}."),
            remedy=_("Use one of: {allowed}."),
            method=method,
            allowed=allowed,
        )


class StateConflict(XindaiError):
    """The thing is in a state that does not allow this step."""

    code: str = "state_conflict"
    status: int = 409

    def __init__(self, message: Text, *, field: str | None = None, remedy: Text | None = None, **params: Any) -> None:
        super().__init__(self.code, self.status, message, field=field, remedy=remedy, **params)


class VersionConflict(XindaiError):
    """Somebody else has changed the row since it was read."""

    code: str = "version_conflict"
    status: int = 412

    def __init__(self, kind: Text, key: object, expected: int, found: int) -> None:
        super().__init__(
            self.code,
            self.status,
            _("{kind} “{key}” has been changed by someone else (version {found}, you have {expected})."),
            field="version",
            remedy=_("Load it again, look at the difference and repeat your change."),
            kind=kind,
            key=key,
            expected=expected,
            found=found,
        )


class IdempotencyConflict(XindaiError):
    """The same idempotency key came with other content; ``field`` is where the caller gave the key."""

    code: str = "idempotency_conflict"
    status: int = 422

    def __init__(self, key: str, *, field: str = "idempotency_key") -> None:
        super().__init__(
            self.code,
            self.status,
            _("The key “{key}” has already been used for something else."),
            field=field,
            remedy=_("Use a new key for a new act; repeat the old content with the old key."),
            key=key,
        )


class InFlight(XindaiError):
    """The same act is being done at this moment under the same idempotency key."""

    code: str = "in_flight"
    status: int = 409

    def __init__(self, key: str) -> None:
        super().__init__(
            self.code,
            self.status,
            _("A request with the key “{key}” is still being worked on."),
            field="Idempotency-Key",
            remedy=_("Wait a moment, then send the same request with the same key again."),
            key=key,
        )


class Unavailable(XindaiError):
    """A service that this step needs does not answer now."""

    code: str = "unavailable"
    status: int = 503

    def __init__(self, message: Text, *, remedy: Text | None = None, **params: Any) -> None:
        super().__init__(self.code, self.status, message, remedy=remedy or _("Try again in a few minutes."), **params)
