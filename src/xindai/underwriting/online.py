"""An application that came in online is answered at once: class, offer, and - where the customer agrees - the rules' decision."""

from datetime import date

from xindai.applications import queries as known
from xindai.applications.models import Application, Channel, State
from xindai.customers import queries as customers
from xindai.customers.models import ConsentKind
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import sql
from xindai.underwriting import services as underwriting


@verb("underwriting.answer_online")
def answer_online(actor: Actor, *, application_no: str, on: date) -> Application:
    """Answer a submitted application; one that came another way, or was answered before, stays as it is.

    Without consent to an automated decision the offer waits for people.  Raises NotFound, InvalidInput, StateConflict.
    """
    sql.lock(f"answer {application_no}")  # the page that hands it in and the event of it may come at once
    application = known.application(actor, application_no)
    if application.channel != Channel.ONLINE or application.state != State.SUBMITTED or application.offer_id:
        return application
    underwriting.make_offer(actor, application_no=application_no, on=on)
    if ConsentKind.AUTOMATED_DECISION in customers.consents(application.customer_id, on):
        underwriting.decide_automatically(actor, application_no=application_no, on=on)
    application.refresh_from_db()
    return application
