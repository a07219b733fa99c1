"""Jobs for ``./xindai worker``.  The queueing locks keep one end of day, and one mandate run, at a time."""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xindai.jobs import daily, mandate_run
from xindai.kernel import business_date, outbox
from xindai.kernel.errors import Unavailable
from xindai.payments.channel import Channel


@app.task(name="turn_business_date", queueing_lock="turn_business_date", lock="business_date")
def turn_business_date() -> None:
    """Close the open business date and open the next."""
    daily.turn(business_date.current())


@app.task(name="run_mandates", queueing_lock="run_mandates", lock="business_date")
def run_mandates() -> None:
    """Draw what is due on the open business date."""
    mandate_run.run(business_date.current(), debit_channel())


@app.periodic(cron="* * * * *")
@app.task(name="deliver_outbox", queueing_lock="deliver_outbox", pass_context=False)
def deliver_outbox(timestamp: int) -> None:
    """Deliver what waits in the outbox, once a minute."""
    while outbox.deliver_pending():
        pass


def debit_channel() -> Channel:
    """The channel that the settings name.  Raises Unavailable when they name none."""
    path = settings.DEBIT_CHANNEL
    if not path:
        raise Unavailable(
            _("No channel for direct debits is set up."), remedy=_("Name one in the setting DEBIT_CHANNEL.")
        )
    channel: Channel = import_string(path)()
    return channel
