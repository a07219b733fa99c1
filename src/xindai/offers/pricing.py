"""The price of a loan: base + cost + risk premiums + tier adjustment, between floor and cap.

A published grid, not a guess at what somebody would bear: the price depends on the product, the
term, the customer's class and the dated policy, and on nothing else.  Every step is kept with what
it depended on, so that anybody can be told how the price came about.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from xindai.offers.policy import OfferPolicy
from xindai.offers.standing import Standing
from xindai.products.spec import ProductSpec

MILLION = 1_000_000


@dataclass(frozen=True)
class PriceStep:
    """One step of the price; rates are parts per billion per annum.

    ``because`` names the value that chose the figure: a term, a rating, a tier, a rule of law.
    """

    code: str
    because: str
    change_ppb: int
    rate_ppb: int


def price_steps(spec: ProductSpec, term_months: int, standing: Standing, policy: OfferPolicy) -> tuple[PriceStep, ...]:
    """How the price comes about, from the first step to the rate offered (the last step's rate)."""
    steps: list[PriceStep] = []
    rate_ppb = 0
    for code, because, change_ppb in _additions(spec, term_months, standing, policy):
        rate_ppb += change_ppb
        steps.append(PriceStep(code, because, change_ppb, rate_ppb))
    for code, because, held_ppb in _bounds(rate_ppb, spec, term_months, policy):
        steps.append(PriceStep(code, because, held_ppb - rate_ppb, held_ppb))
        rate_ppb = held_ppb
    return tuple(steps)


def _additions(
    spec: ProductSpec, term_months: int, standing: Standing, policy: OfferPolicy
) -> Iterator[tuple[str, str, int]]:
    """What is added up: code, what it depends on, parts per billion."""
    pricing = policy.pricing
    base = pricing.base(term_months)
    yield "base_rate", base.code, base.rate_ppb
    yield "operating_cost", spec.code, pricing.grids[spec.code].cost_ppb
    yield "rating_premium", standing.rating, pricing.premium_by_rating_ppb[standing.rating]
    yield "risk_premium", standing.risk_level, pricing.premium_by_risk_level_ppb[standing.risk_level]
    yield "tier_adjustment", standing.tier, policy.packages[standing.tier].rate_adjustment_ppb


def _bounds(rate_ppb: int, spec: ProductSpec, term_months: int, policy: OfferPolicy) -> Iterator[tuple[str, str, int]]:
    """What the sum is held to, one after the other: code, what it depends on, the rate then.

    The law's floor comes last: a lender's own cap may not push a price below it.
    """
    pricing = policy.pricing
    grid = pricing.grids[spec.code]
    rate_ppb = max(rate_ppb, grid.floor_ppb)
    yield "floor", spec.code, rate_ppb
    rate_ppb = _divided_up(rate_ppb, pricing.step_ppb) * pricing.step_ppb
    yield "rounding", "price_step", rate_ppb
    rate_ppb = min(rate_ppb, grid.cap_ppb)
    yield "cap", spec.code, rate_ppb
    if spec.rate_floor_law is not None:
        share_ppm = policy.law.rate_floor_ppm_of_base[spec.rate_floor_law]
        lawful_ppb = _divided_up(pricing.base(term_months).rate_ppb * share_ppm, MILLION)
        yield "lawful_floor", spec.rate_floor_law, max(rate_ppb, lawful_ppb)


def _divided_up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
