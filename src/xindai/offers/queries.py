"""Offers as others see them."""

from dataclasses import dataclass
from datetime import date

from loanmath.schedule import PlanRow, schedule
from loanmath.terms import Terms
from xindai.offers.models import Offer
from xindai.offers.policy import offer_policy
from xindai.offers.terms import Proposal, build_terms
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of
from xindai.products import queries as products


def offer(no: str) -> Offer | None:
    """One offer by its number."""
    return Offer.objects.filter(no=no).first()


def terms_of(made: Offer, disbursed_on: date) -> Terms:
    """The loan engine's terms of an offer, if the money is paid on the day.

    The policy is the one that the offer was made with: a later one changes nothing.
    """
    pack = policies.pack_of_version(made.policy_version, made.made_on)
    spec = products.product_by_id(made.product_version_id).spec
    return build_terms(Proposal(**made.quote["proposal"]), spec, offer_policy(pack), disbursed_on)


@dataclass(frozen=True)
class Preview:
    """The rows of an offer's plan as they would be if it were paid on the day of the offer."""

    terms: Terms
    rows: tuple[PlanRow, ...]


def preview(made: Offer) -> Preview | None:
    """The plan behind an offer; None for an offer of nothing."""
    if not made.amount_minor:
        return None
    pack = policies.pack_of_version(made.policy_version, made.made_on)
    terms = terms_of(made, made.made_on)
    return Preview(terms, schedule(terms, calendar_of(pack)).rows)
