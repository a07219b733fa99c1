"""The way in which borrowers pay by themselves: the adapter that the settings name, or a bank that only plays.

In a demonstration bank a provider of the house's own answers every payment at once, by the last digits of the account
alone; no money moves anywhere else.
"""

from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from xindai.identity import queries as identity
from xindai.kernel.errors import Unavailable
from xindai.payments.channel import PayInChannel, PayInOutcome, PayInRequest

SANDBOX: Final = "sandbox"
WITHOUT_COVER: Final = "0000"
"""An account that ends so has not the money."""
NEVER_ANSWERS: Final = "9999"
"""The bank of an account that ends so never answers."""
_REMEDY: Final = _(
    "Name the class that takes payments in the environment variable XINDAI_PAY_IN_CHANNEL, as package.module.Class."
)


class Sandbox:
    """Pays everything from every account, but for two endings, in a demonstration bank only."""

    name = SANDBOX

    def collect(self, request: PayInRequest) -> PayInOutcome:
        """Answer by the account alone, so that the same key has the same answer."""
        if not identity.is_demonstration():
            return PayInOutcome(reason="no_demonstration")
        if request.account.endswith(WITHOUT_COVER):
            return PayInOutcome(reason="no_cover")
        if request.account.endswith(NEVER_ANSWERS):
            return PayInOutcome()
        return PayInOutcome(provider_no=f"{SANDBOX}-{request.key}")


def is_set_up() -> bool:
    """Whether borrowers can pay by themselves at all."""
    return bool(settings.PAY_IN_CHANNEL) or identity.is_demonstration()


def in_use() -> PayInChannel:
    """The channel of this installation.  Raises Unavailable when there is none, or one that is not there."""
    path = settings.PAY_IN_CHANNEL
    if path:
        try:
            named: PayInChannel = import_string(path)()
        except ImportError as error:
            raise Unavailable(
                _("The channel for payments, {path}, is not there: {why}."), remedy=_REMEDY, path=path, why=error
            ) from error
        return named
    if not identity.is_demonstration():
        raise Unavailable(_("No channel for payments is set up."), remedy=_REMEDY)
    return Sandbox()
