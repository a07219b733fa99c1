"""The port to whoever carries messages, and the carrier that this installation uses.

Adapters to the lender's own providers stand elsewhere and are named in the settings.  In a bank without real money
a carrier of the house's own takes every message and keeps it: nothing leaves, and the demonstration shows what would
have been sent.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from xindai.identity import queries as identity
from xindai.kernel.errors import Unavailable

SANDBOX: Final = "sandbox"
_REMEDY: Final = _(
    "Name the class that carries messages in the environment variable XINDAI_MESSAGE_CARRIER, as package.module.Class."
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be carried.  ``key`` never means two messages; ``language`` is that of the text."""

    key: str
    channel: str
    address: str
    text: str
    language: str


class CannotCarry(Exception):
    """The carrier will never deliver this parcel; ``reason`` is a short code without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Carrier(Protocol):
    """What every adapter promises.

    Asked again with the same key it answers the same and delivers nothing again: the caller may have died before it
    wrote the answer down.
    """

    name: str

    def carry(self, parcel: Parcel) -> str:
        """Take a parcel; the carrier's own number of it.

        Raises CannotCarry for one that can never be delivered, Unavailable when it is worth while to try again.
        """
        ...


class Sandbox:
    """Takes everything and delivers nothing, in a demonstration bank only."""

    name = SANDBOX

    def carry(self, parcel: Parcel) -> str:
        """Take a parcel; the message itself, as it was kept, is what the administrator reads."""
        if not identity.is_demonstration():
            raise CannotCarry("no_demonstration")
        return f"{SANDBOX}-{parcel.key}"


def is_set_up() -> bool:
    """Whether messages can be sent at all."""
    return bool(settings.MESSAGE_CARRIER) or identity.is_demonstration()


def in_use() -> Carrier:
    """The carrier of this installation.  Raises Unavailable when there is none, or one that is not there."""
    path = settings.MESSAGE_CARRIER
    if path:
        try:
            named: Carrier = import_string(path)()
        except ImportError as error:
            raise Unavailable(
                _("The carrier of messages, {path}, is not there: {why}."), remedy=_REMEDY, path=path, why=error
            ) from error
        return named
    if not identity.is_demonstration():
        raise Unavailable(_("No carrier of messages is set up."), remedy=_REMEDY)
    return Sandbox()
