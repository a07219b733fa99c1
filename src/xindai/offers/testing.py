"""Quotes under the shipped policy and products, for tests."""

from dataclasses import replace
from typing import Any

from loanmath.calendar import Calendar
from xindai.offers.need import Need
from xindai.offers.policy import OfferPolicy, offer_policy
from xindai.offers.quoting import Quote, quote
from xindai.offers.standing import Means, Standing
from xindai.products.testing import ON, shipped_pack, shipped_products

PERSON = Standing("person", "medium", 620, "medium", "other", "individual", "standard")
COMPANY = Standing("company", "medium", 600, "medium", "manufacturing", "small", "standard")


def policy() -> OfferPolicy:
    """The offer's part of the shipped pack."""
    return offer_policy(shipped_pack())


def quoted(need: Need, standing: Standing = PERSON, means: Means | None = None, **change: Any) -> Quote:
    """The quote for a need under the shipped policy; ``change`` alters the standing."""
    return quote(
        need,
        shipped_products()[need.product_code],
        replace(standing, **change),
        means or Means(disposable_income_minor=6_000_00),
        policy(),
        on=ON,
        calendar=Calendar(),
    )
