"""Jobs for ``./xindai worker``."""

from procrastinate.contrib.django import app

from xindai.identity.actors import Actor
from xindai.jobs import webhooks
from xindai.kernel import outbox
from xindai.ledger import services as ledger
from xindai.notices import carriers
from xindai.notices import services as notices
from xindai.servicing import arriving
from xindai.uploads import working


@app.periodic(cron="* * * * *")
@app.task(name="deliver_outbox", queueing_lock="deliver_outbox", pass_context=False)
def deliver_outbox(timestamp: int) -> None:
    """Deliver what waits in the outbox, once a minute."""
    while outbox.deliver_pending():
        pass


@app.periodic(cron="* * * * *")
@app.task(name="carry_messages", queueing_lock="carry_messages", pass_context=False)
def carry_messages(timestamp: int) -> None:
    """Hand over messages that still wait - their carrier was away, or a process died -, once a minute."""
    if carriers.is_set_up():
        while notices.carry(Actor.system("messages")):
            pass


@app.periodic(cron="* * * * *")
@app.task(name="finish_payments", queueing_lock="finish_payments", pass_context=False)
def finish_payments(timestamp: int) -> None:
    """Bring borrowers' own payments to their end - their bank had not answered, or a process died -, once a minute."""
    arriving.finish_all()


@app.periodic(cron="30 3 * * *")
@app.task(name="check_chain", queueing_lock="check_chain", pass_context=False)
def check_chain(timestamp: int) -> None:
    """Hold every sealed day against the chain, once a night."""
    ledger.check_chain(Actor.system("chain"))


@app.periodic(cron="* * * * *")
@app.task(name="send_webhooks", queueing_lock="send_webhooks", pass_context=False)
def send_webhooks(timestamp: int) -> None:
    """Tell other machines what has happened, once a minute."""
    webhooks.run()


@app.periodic(cron="50 3 * * *")
@app.task(name="purge_webhooks", queueing_lock="purge_webhooks", pass_context=False)
def purge_webhooks(timestamp: int) -> None:
    """Remove deliveries to other machines that have been kept long enough, once a night."""
    webhooks.purge()


@app.periodic(cron="* * * * *")
@app.task(name="work_uploads", queueing_lock="work_uploads", pass_context=False)
def work_uploads(timestamp: int) -> None:
    """Work the rows of files that were sent, once a minute."""
    working.run()
