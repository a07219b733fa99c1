"""Refusals that only the interface knows."""

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput, NotPermitted, XindaiError


class InsufficientScope(NotPermitted):
    """The client's token does not hold the scope of the operation."""

    code: str = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(
            scope,
            _("The token lacks the scope “{right}”."),
            _("Ask for a token with this scope; if the client has none, an administrator can make one that has."),
        )


class PeopleOnly(NotPermitted):
    """An operation of which somebody must be personally in charge."""

    code: str = "people_only"

    def __init__(self, operation: str) -> None:
        super().__init__(
            operation,
            _("Only a person may do this: {right}."),
            _("Let a colleague with the role sign in and do it."),
        )


class KeyMissing(XindaiError):
    """An act that moves money came without its idempotency key."""

    code: str = "idempotency_key_missing"
    status: int = 400

    def __init__(self) -> None:
        super().__init__(
            self.code,
            self.status,
            _("The header “Idempotency-Key” is missing."),
            field="Idempotency-Key",
            remedy=_("Send a key of your own that is new for every act, and the same when you repeat it."),
        )


class KeyUnusable(InvalidInput):
    """An idempotency key that is empty, too long or holds odd characters."""

    def __init__(self, longest: int) -> None:
        super().__init__(
            "Idempotency-Key",
            _("The header “Idempotency-Key” must be 1 to {longest} letters, figures or plain signs."),
            _("A UUID serves well."),
            longest=longest,
        )


class MatchMissing(XindaiError):
    """A change came without saying which version it is a change of."""

    code: str = "precondition_required"
    status: int = 428

    def __init__(self) -> None:
        super().__init__(
            self.code,
            self.status,
            _("The header “If-Match” is missing."),
            field="If-Match",
            remedy=_("Read the record first, and send its “ETag” as “If-Match” with the change."),
        )


class UnknownParameter(InvalidInput):
    """A parameter in the address that the operation does not know."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            name[:40],
            _("Nothing here is named “{name}”."),
            _("Use some of: {known}.") if known else _("Leave it out: this address takes no parameters."),
            name=name[:40],
            known=", ".join(known),
        )


class BadCursor(InvalidInput):
    """An `after` that no page of this list has given."""

    def __init__(self) -> None:
        super().__init__(
            "after",
            _("This place in the list is not known."),
            _("Send “next” of the page before with the same sort, or leave “after” out to begin at the first page."),
        )
