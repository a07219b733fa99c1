"""Cases and verdicts under the shipped policy and products, for tests."""

from typing import Any

from loanmath.calendar import Calendar
from xindai.offers.limits import binding
from xindai.offers.need import Need
from xindai.offers.policy import offer_policy
from xindai.offers.quoting import quote
from xindai.offers.standing import Means, Standing
from xindai.products.testing import ON, shipped_pack, shipped_products
from xindai.underwriting.case import Asked, Case, Offered
from xindai.underwriting.policy import DecisionPolicy, decision_policy
from xindai.underwriting.rules import Verdict, decide


def policy() -> DecisionPolicy:
    """The decision's part of the shipped pack."""
    return decision_policy(shipped_pack())


def case_for(need: Need, standing: Standing, means: Means, age_years: int | None = 40) -> Case:
    """The case that an application with this need would be, offer included."""
    spec = shipped_products()[need.product_code]
    made = quote(need, spec, standing, means, offer_policy(shipped_pack()), on=ON, calendar=Calendar())
    amount, term = binding(made.amount_bounds), binding(made.term_bounds)
    return Case(
        standing=standing,
        means=means,
        asked=Asked(need.amount_minor, need.term_months, need.purpose, {"zh": need.purpose, "en": need.purpose}),
        offered=Offered(
            amount_minor=made.proposal.amount_minor,
            term_months=made.proposal.term_months,
            rate_ppb=made.proposal.rate_ppb,
            annual_rate_ppb=made.cost.annual_rate_ppb if made.cost else 0,
            burden_minor=made.burden_minor,
            fee_minor=made.proposal.fee_minor,
            amount_bound=amount.code,
            amount_bound_minor=amount.value,
            term_bound=term.code,
        ),
        capacity=spec.capacity,
        smallest_amount_minor=spec.smallest_amount_minor,
        currency=spec.currency,
        minor_per_unit=spec.minor_per_unit,
        age_years=age_years,
    )


def verdict(need: Need, standing: Standing, means: Means, **options: Any) -> Verdict:
    """What the rules say to such an application."""
    return decide(case_for(need, standing, means, **options), policy())
