"""The way to the borrowers' banks that this installation uses."""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import Unavailable
from xindai.payments.channel import Channel


def debit_channel() -> Channel:
    """The channel that the settings name.  Raises Unavailable when they name none."""
    path = settings.DEBIT_CHANNEL
    if not path:
        raise Unavailable(
            _("No channel for direct debits is set up."), remedy=_("Name one in the setting DEBIT_CHANNEL.")
        )
    channel: Channel = import_string(path)()
    return channel
