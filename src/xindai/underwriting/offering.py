"""What an offer rests on besides the customer's class so far: the facts of the request, and what is not known yet."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from xindai.applications.models import Application, State
from xindai.classification import queries as classes
from xindai.customers import queries as customers
from xindai.offers.limits import monthly_burden
from xindai.offers.policy import offer_policy
from xindai.offers.standing import RESTS_ON
from xindai.policies import queries as policies
from xindai.products import queries as products

MILLION: Final = 1_000_000
BANDS: Final = ((350_000, "from_35"), (250_000, "from_25_below_35"), (200_000, "from_20_below_25"), (0, "below_20"))
"""Shares of income (ppm) from which the instalment falls into a band of the fact ``instalment_rate_band``."""


@dataclass(frozen=True)
class Unknown:
    """Facts, by name, that are not known of an applicant though the answer rests on them.

    The class counts those ``of_class`` as the worst; nothing can be lent without those ``of_means``.
    """

    of_class: tuple[str, ...] = ()
    of_means: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.of_class or self.of_means)


def unknown_facts(application: Application, on: date) -> Unknown:
    """What is missing for a good answer to an application that has no decision yet.

    Before it is submitted the customer's means can still be stated; then they are those of the submission.
    """
    known = customers.facts_as_of(application.customer_id, on)
    means = known if application.state == State.DRAFT else application.facts
    product = next((one for one in products.catalogue(on) if one.code == application.product_code), None)
    figure = RESTS_ON[product.spec.capacity] if product is not None else None
    missing = (figure,) if figure is not None and means.get(figure) is None else ()
    return Unknown(classes.unknown_facts(known, on), missing)


def request_facts(application: Application, on: date) -> dict[str, Any]:
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
