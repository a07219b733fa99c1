"""From a need to a quote: term, price, limit, amount, annual rate, documents and promise.

Pure: the same need, class, means, product and policy always give the same quote.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from loanmath.calendar import Calendar
from xindai.offers.limits import Bound, Limits, binding, monthly_burden, term_bounds
from xindai.offers.need import Need
from xindai.offers.policy import OfferPolicy
from xindai.offers.preview import Cost, cost_of
from xindai.offers.pricing import PriceStep, price_steps
from xindai.offers.standing import Means, Standing
from xindai.offers.terms import Proposal, build_terms
from xindai.products.spec import ProductSpec

MILLION = 1_000_000


@dataclass(frozen=True)
class Quote:
    """What can be offered, and how it came about.

    The proposal's amount is 0 when nothing can be lent; the binding amount bound then says why,
    and there is no cost.  ``burden_minor`` is the monthly instalment by which capacity is measured;
    ``counter_reasons`` are the bounds that made the offer smaller or shorter than the need.
    """

    product_code: str
    purpose: str
    currency: str
    proposal: Proposal
    cost: Cost | None
    burden_minor: int
    limit_minor: int
    price_steps: tuple[PriceStep, ...]
    term_bounds: tuple[Bound, ...]
    amount_bounds: tuple[Bound, ...]
    counter_reasons: tuple[Bound, ...]
    documents: tuple[str, ...]
    promised_hours: int

    def to_json(self) -> dict[str, Any]:
        """A plain copy for storing."""
        return asdict(self)


def quote(
    need: Need,
    spec: ProductSpec,
    standing: Standing,
    means: Means,
    policy: OfferPolicy,
    *,
    on: date,
    calendar: Calendar,
) -> Quote:
    """The offer for a need that ``check_need`` has let pass."""
    longest = term_bounds(need, spec, standing, policy)
    term_months = min(need.term_months, binding(longest).value)
    steps, largest = _price_and_bounds(need, spec, standing, means, policy, term_months)
    rate_ppb, limit_minor = steps[-1].rate_ppb, binding(largest).value
    amount_minor = _offered_amount(need, spec, limit_minor)
    package = policy.packages[standing.tier]
    fee_minor = amount_minor * spec.fee_ppm * package.fee_share_ppm // (MILLION * MILLION)
    proposal = Proposal(need.method or spec.default_method.value, amount_minor, term_months, rate_ppb, fee_minor)
    return Quote(
        product_code=spec.code,
        purpose=need.purpose,
        currency=spec.currency,
        proposal=proposal,
        cost=cost_of(build_terms(proposal, spec, policy, on), calendar) if amount_minor else None,
        burden_minor=monthly_burden(amount_minor, rate_ppb, term_months),
        limit_minor=limit_minor,
        price_steps=steps,
        term_bounds=longest,
        amount_bounds=largest,
        counter_reasons=_counter_reasons(need, longest, largest),
        documents=_in_order_once([*package.documents[standing.kind], *spec.documents]),
        promised_hours=package.promised_hours,
    )


def _price_and_bounds(
    need: Need, spec: ProductSpec, standing: Standing, means: Means, policy: OfferPolicy, term_months: int
) -> tuple[tuple[PriceStep, ...], tuple[Bound, ...]]:
    """The price at this term, and the bounds on the amount at that price."""
    steps = price_steps(spec, term_months, standing, policy)
    limits = Limits(need, spec, standing, means, policy, steps[-1].rate_ppb, term_months)
    return steps, limits.bounds()


def _offered_amount(need: Need, spec: ProductSpec, limit_minor: int) -> int:
    """The need as far as the limit reaches, cut to whole currency units; 0 below the smallest loan."""
    if need.amount_minor <= limit_minor:
        return need.amount_minor
    whole_units_minor = limit_minor // spec.minor_per_unit * spec.minor_per_unit
    return whole_units_minor if whole_units_minor >= spec.smallest_amount_minor else 0


def _counter_reasons(need: Need, longest: Iterable[Bound], largest: Iterable[Bound]) -> tuple[Bound, ...]:
    """The binding bounds below what was asked for."""
    term, amount = binding(longest), binding(largest)
    shorter = [term] if term.value < need.term_months else []
    smaller = [amount] if amount.value < need.amount_minor else []
    return (*shorter, *smaller)


def _in_order_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
