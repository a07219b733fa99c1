"""Making an offer: gather class, means, product and policy, quote, store.

A building block: it runs inside the transaction of the verb that needs an offer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.classification import queries as classification
from xindai.kernel import numbering
from xindai.kernel.errors import StateConflict
from xindai.offers.models import Offer
from xindai.offers.need import Need, check_need
from xindai.offers.policy import offer_policy
from xindai.offers.quoting import Quote, quote
from xindai.offers.standing import Means, Standing
from xindai.policies.calendars import calendar_of
from xindai.policies.packs import Pack
from xindai.products import queries as products


@dataclass(frozen=True)
class Request:
    """Who needs what: the customer, the branch that serves, the facts known, the need."""

    customer_id: int
    branch_id: int
    facts: Mapping[str, Any]
    need: Need


def make(request: Request, pack: Pack, on: date) -> Offer:
    """The stored offer for a request under the policy of the day.

    Raises InvalidInput for a need that cannot be answered, StateConflict for a customer who has
    not been classified.
    """
    product = products.product_as_of(request.need.product_code, on)
    standing = standing_of(request.customer_id, on)
    means = Means.of(request.facts, on)
    policy = offer_policy(pack)
    check_need(request.need, product.spec, standing.kind, policy.forbidden_purposes)
    quoted = quote(request.need, product.spec, standing, means, policy, on=on, calendar=calendar_of(pack))
    return _store(request, product.id, pack, standing, means, quoted, on)


def standing_of(customer_id: int, on: date) -> Standing:
    """The customer's class on the day.  Raises StateConflict when there is none."""
    current = classification.current(customer_id, on)
    if current is None:
        raise StateConflict(
            _("The customer has not been classified."),
            field="customer_id",
            remedy=_("Classify the customer, then make the offer."),
        )
    return Standing(
        kind=current.kind,
        rating=current.rating,
        score=current.score,
        risk_level=current.risk_level,
        industry=current.industry,
        size=current.size,
        tier=current.tier,
    )


def _store(
    request: Request, product_id: int, pack: Pack, standing: Standing, means: Means, quoted: Quote, on: date
) -> Offer:
    proposal, cost = quoted.proposal, quoted.cost
    return Offer.objects.create(
        no=numbering.next_number(numbering.OFFER, on.year),
        customer_id=request.customer_id,
        branch_id=request.branch_id,
        product_version_id=product_id,
        policy_version=pack.version,
        need=request.need.to_json(),
        standing=standing.to_json(),
        means=means.to_json(),
        quote=quoted.to_json(),
        currency=quoted.currency,
        amount_minor=proposal.amount_minor,
        term_months=proposal.term_months,
        method=proposal.method,
        rate_ppb=proposal.rate_ppb,
        annual_rate_ppb=cost.annual_rate_ppb if cost else None,
        limit_minor=quoted.limit_minor,
        tier=standing.tier,
        promised_hours=quoted.promised_hours,
        made_on=on,
        valid_until=on + timedelta(days=pack.section("pricing")["offer_valid_days"]),
    )
