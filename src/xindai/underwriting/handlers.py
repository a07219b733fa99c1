"""What happens when an application comes in."""

from xindai.applications import queries as applications
from xindai.applications.events import ApplicationSubmitted
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.kernel.outbox import handles
from xindai.underwriting.online import answer_online


@handles(ApplicationSubmitted)
def answer(event: ApplicationSubmitted) -> None:
    """Answer an application that came in online and that nobody has answered yet."""
    on = business_date.current_or_none()
    if on is not None and applications.waits_online(event.application_no):
        answer_online(Actor.system("online_application"), application_no=event.application_no, on=on)
