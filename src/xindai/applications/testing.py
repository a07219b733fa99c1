"""Applications on their way, for tests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from xindai.applications import services
from xindai.applications.models import Application
from xindai.classification.services import classify
from xindai.offers.models import Offer
from xindai.offers.need import Need
from xindai.offers.testing import CONSUMER, Scene, company, person
from xindai.products.testing import ON


def answered(
    scene: Scene, need: Need = CONSUMER, facts: Mapping[str, Any] | None = None, on: date = ON, **started: Any
) -> Application:
    """An application that is submitted and has its offer: what the rules decide on."""
    customer = company(scene) if need.product_code == "working_capital" else person(scene, facts)
    request = {
        "term_months": need.term_months,
        "amount_minor": need.amount_minor,
        "instalment_rate_band": "below_20",
    }
    application = services.start(scene.officer, customer_id=customer.id, need=need, on=on, **started)
    services.submit(scene.officer, application_no=application.no, on=on)
    classify(scene.officer, customer_id=customer.id, on=on, request_facts=request)
    services.request_offer(scene.officer, application_no=application.no, on=on)
    application.refresh_from_db()
    return application


def offer_of(application: Application) -> Offer:
    """The offer that an answered application has."""
    assert application.offer is not None
    return application.offer
