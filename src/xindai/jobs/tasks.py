"""Jobs for ``./xindai worker``."""

from procrastinate.contrib.django import app

from xindai.kernel import outbox


@app.periodic(cron="* * * * *")
@app.task(name="deliver_outbox", queueing_lock="deliver_outbox", pass_context=False)
def deliver_outbox(timestamp: int) -> None:
    """Deliver what waits in the outbox, once a minute."""
    while outbox.deliver_pending():
        pass
