"""Putting together the case that the rules see, from application, offer and product."""

from typing import Any

from xindai.applications.models import Application
from xindai.offers.limits import Bound, binding
from xindai.offers.models import Offer
from xindai.offers.standing import Means, Standing
from xindai.policies.packs import Pack
from xindai.products.spec import ProductSpec
from xindai.underwriting.case import Asked, Case, Offered


def case_of(application: Application, offer: Offer, spec: ProductSpec, pack: Pack) -> Case:
    """The case of an application: class and means as the offer saw them, the wish, the offer."""
    need: dict[str, Any] = application.need
    return Case(
        standing=Standing(**offer.standing),
        means=Means(**offer.means),
        asked=Asked(
            amount_minor=need["amount_minor"],
            term_months=need["term_months"],
            purpose=need["purpose"],
            purpose_name=_purpose_name(need["purpose"], spec, pack),
        ),
        offered=_offered(offer),
        capacity=spec.capacity,
        smallest_amount_minor=spec.smallest_amount_minor,
        currency=spec.currency,
        minor_per_unit=spec.minor_per_unit,
        age_years=application.facts.get("age_years"),
    )


def _offered(offer: Offer) -> Offered:
    quote: dict[str, Any] = offer.quote
    amount = binding(Bound(**bound) for bound in quote["amount_bounds"])
    term = binding(Bound(**bound) for bound in quote["term_bounds"])
    return Offered(
        amount_minor=offer.amount_minor,
        term_months=offer.term_months,
        rate_ppb=offer.rate_ppb,
        annual_rate_ppb=offer.annual_rate_ppb or 0,
        burden_minor=quote["burden_minor"],
        fee_minor=quote["proposal"]["fee_minor"],
        amount_bound=amount.code,
        amount_bound_minor=amount.value,
        term_bound=term.code,
    )


def _purpose_name(code: str, spec: ProductSpec, pack: Pack) -> dict[str, str]:
    """The purpose as people read it: from the product, or from the list of forbidden ones."""
    purpose = spec.purpose(code)
    if purpose is not None:
        return {"zh": purpose.name.zh, "en": purpose.name.en}
    forbidden: dict[str, dict[str, str]] = pack.section("underwriting")["forbidden_purposes"]
    return forbidden.get(code, {"zh": code, "en": code})
