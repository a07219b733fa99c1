"""The way to the borrowers' banks that this installation uses."""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import Unavailable
from xindai.payments.channel import Channel

_REMEDY = _(
    "Name the class that draws direct debits in the environment variable XINDAI_DEBIT_CHANNEL, as package.module.Class."
)


def debit_channel() -> Channel:
    """The channel that the settings name.  Raises Unavailable when they name none, or one that is not there."""
    path = settings.DEBIT_CHANNEL
    if not path:
        raise Unavailable(_("No channel for direct debits is set up."), remedy=_REMEDY)
    try:
        channel: Channel = import_string(path)()
    except ImportError as error:
        raise Unavailable(
            _("The channel for direct debits, {path}, is not there: {why}."), remedy=_REMEDY, path=path, why=error
        ) from error
    return channel
