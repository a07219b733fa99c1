"""Which products fit a wish, and what they would cost: from the live catalogue and the published prices, for nobody in particular.

Pure: nothing is known of who asks, so that a price is a range from the cheapest class of customer to the dearest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product as combinations
from typing import Final

from loanmath.calendar import Calendar
from xindai.offers.limits import Bound, binding, term_bounds
from xindai.offers.need import Need
from xindai.offers.policy import TIERS, OfferPolicy
from xindai.offers.preview import Cost, cost_of
from xindai.offers.pricing import price_steps
from xindai.offers.standing import Standing
from xindai.offers.terms import Proposal, build_terms
from xindai.products.spec import ProductSpec, Purpose

MILLION: Final = 1_000_000
_UNKNOWN: Final = "other"
"""Industry and size are asked by no price."""


@dataclass(frozen=True)
class Wish:
    """What somebody would like to borrow; the amount in minor units."""

    kind: str
    purpose: str
    amount_minor: int
    term_months: int


@dataclass(frozen=True)
class Price:
    """A rate in parts per billion a year, the method, and what the loan costs at it."""

    rate_ppb: int
    method: str
    fee_minor: int
    cost: Cost


@dataclass(frozen=True)
class Fitting:
    """A product that serves the wish: its price for the cheapest and the dearest class, and what it asks for.

    ``documents`` are asked of everybody, ``more_documents`` of some; ``value_share_ppm`` is the largest share of the
    collateral's value, where there is one; the promise is in business hours, from the first class to the last.
    """

    spec: ProductSpec
    purpose: Purpose
    lowest: Price
    highest: Price
    documents: tuple[str, ...]
    more_documents: tuple[str, ...]
    value_share_ppm: int | None
    promised_hours: tuple[int, int]


@dataclass(frozen=True)
class Unfitting:
    """A product that serves the purpose, and the bound that the wish breaks (minor units, or months)."""

    spec: ProductSpec
    bound: Bound


def find(
    wish: Wish, specs: Iterable[ProductSpec], policy: OfferPolicy, *, on: date, calendar: Calendar
) -> tuple[list[Fitting], list[Unfitting]]:
    """The products that serve the wish, the cheapest first, and those that would serve another amount or term."""
    fitting, unfitting = [], []
    for spec in specs:
        purpose = spec.purpose(wish.purpose)
        if purpose is None or wish.kind not in spec.customer_kinds:
            continue
        bound = _broken(wish, spec, policy)
        if bound is None:
            fitting.append(_fitting(wish, spec, purpose, policy, on, calendar))
        else:
            unfitting.append(Unfitting(spec, bound))
    return sorted(fitting, key=lambda one: (one.lowest.cost.annual_rate_ppb, one.spec.code)), unfitting


def _need(wish: Wish, spec: ProductSpec) -> Need:
    return Need(spec.code, wish.amount_minor, spec.currency, wish.term_months, wish.purpose)


def _broken(wish: Wish, spec: ProductSpec, policy: OfferPolicy) -> Bound | None:
    """The first bound that no class of customer can meet."""
    if wish.amount_minor < spec.smallest_amount_minor:
        return Bound("smallest_amount", spec.code, spec.smallest_amount_minor)
    largest = binding(_largest_amounts(spec, policy))
    if wish.amount_minor > largest.value:
        return largest
    if wish.term_months < spec.term_months.smallest:
        return Bound("shortest_term", spec.code, spec.term_months.smallest)
    longest = max((_longest(wish, spec, standing, policy) for standing in _standings(wish.kind, policy)), key=_value)
    return longest if wish.term_months > longest.value else None


def _largest_amounts(spec: ProductSpec, policy: OfferPolicy) -> Iterator[Bound]:
    yield Bound("product_amount", spec.code, spec.largest_amount_minor)
    if spec.unsecured_law is not None and spec.collateral is None:
        yield Bound("unsecured_cap", spec.unsecured_law, policy.law.unsecured_cap_minor[spec.unsecured_law])


def _longest(wish: Wish, spec: ProductSpec, standing: Standing, policy: OfferPolicy) -> Bound:
    return binding(term_bounds(_need(wish, spec), spec, standing, policy))


def _value(bound: Bound) -> int:
    return bound.value


def _standings(kind: str, policy: OfferPolicy) -> list[Standing]:
    """Every class that a price can depend on."""
    pricing = policy.pricing
    every = combinations(pricing.premium_by_rating_ppb, pricing.premium_by_risk_level_ppb, TIERS)
    return [Standing(kind, rating, 0, risk, _UNKNOWN, _UNKNOWN, tier) for rating, risk, tier in every]


def _fitting(
    wish: Wish, spec: ProductSpec, purpose: Purpose, policy: OfferPolicy, on: date, calendar: Calendar
) -> Fitting:
    able = [one for one in _standings(wish.kind, policy) if wish.term_months <= _longest(wish, spec, one, policy).value]
    rates = {one: price_steps(spec, wish.term_months, one, policy)[-1].rate_ppb for one in able}
    prices = [
        _price(wish, spec, standing, rates[standing], policy, on, calendar)
        for standing in (min(able, key=rates.__getitem__), max(able, key=rates.__getitem__))
    ]
    packages = [policy.packages[tier] for tier in TIERS if any(one.tier == tier for one in able)]
    wanted = [(*package.documents[wish.kind], *spec.documents) for package in packages]
    always = tuple(name for name in dict.fromkeys(wanted[0]) if all(name in names for names in wanted))
    more = tuple(dict.fromkeys(name for names in wanted for name in names if name not in always))
    share = None if purpose.value_law is None else policy.law.value_share_ppm[purpose.value_law]
    hours = [package.promised_hours for package in packages]
    return Fitting(spec, purpose, prices[0], prices[1], always, more, share, (min(hours), max(hours)))


def _price(
    wish: Wish, spec: ProductSpec, standing: Standing, rate_ppb: int, policy: OfferPolicy, on: date, calendar: Calendar
) -> Price:
    share_ppm = policy.packages[standing.tier].fee_share_ppm
    fee_minor = wish.amount_minor * spec.fee_ppm * share_ppm // (MILLION * MILLION)
    method = spec.default_method.value
    proposal = Proposal(method, wish.amount_minor, wish.term_months, rate_ppb, fee_minor)
    return Price(rate_ppb, method, fee_minor, cost_of(build_terms(proposal, spec, policy, on), calendar))
