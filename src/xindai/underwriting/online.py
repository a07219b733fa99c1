"""An application that came in online is answered at once: class, offer, and - where the customer agrees - the rules' decision."""

from datetime import date
from typing import Any, Final

from xindai.applications import queries as known
from xindai.applications import services as applications
from xindai.applications.models import Application, Channel, State
from xindai.classification import services as classification
from xindai.customers import queries as customers
from xindai.customers.models import ConsentKind
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import sql
from xindai.offers.limits import monthly_burden
from xindai.offers.policy import offer_policy
from xindai.policies import queries as policies
from xindai.underwriting import services as underwriting

MILLION: Final = 1_000_000
BANDS: Final = ((350_000, "from_35"), (250_000, "from_25_below_35"), (200_000, "from_20_below_25"), (0, "below_20"))
"""Shares of income (ppm) from which the instalment falls into a band of the fact ``instalment_rate_band``."""


@verb("underwriting.answer_online")
def answer_online(actor: Actor, *, application_no: str, on: date) -> Application:
    """Answer a submitted application; one that came another way, or was answered before, stays as it is.

    Without consent to an automated decision the offer waits for people.  Raises NotFound, InvalidInput, StateConflict.
    """
    sql.lock(f"answer {application_no}")  # the page that hands it in and the event of it may come at once
    application = known.application(actor, application_no)
    if application.channel != Channel.ONLINE or application.state != State.SUBMITTED or application.offer_id:
        return application
    classification.classify(
        actor, customer_id=application.customer_id, on=on, request_facts=_request_facts(application, on)
    )
    applications.request_offer(actor, application_no=application_no, on=on)
    if ConsentKind.AUTOMATED_DECISION in customers.consents(application.customer_id, on):
        underwriting.decide_automatically(actor, application_no=application_no, on=on)
    application.refresh_from_db()
    return application


def _request_facts(application: Application, on: date) -> dict[str, Any]:
    """What the rating reads of the request: term, amount, and the instalment at the product's highest price as a share of income."""
    need = application.need
    facts: dict[str, Any] = {"term_months": need["term_months"], "amount_minor": need["amount_minor"]}
    income_minor = application.facts.get("disposable_income_minor")
    if income_minor:
        grid = offer_policy(policies.pack_as_of(on)).pricing.grids[application.product_code]
        burden_minor = monthly_burden(need["amount_minor"], grid.cap_ppb, need["term_months"])
        share_ppm = burden_minor * MILLION // income_minor
        facts["instalment_rate_band"] = next(band for least, band in BANDS if share_ppm >= least)
    return facts
