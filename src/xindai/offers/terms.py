"""The loan engine's terms for an offer: what the preview computes and the contract freezes."""

from dataclasses import dataclass
from datetime import date

from loanmath.terms import Terms
from xindai.offers.policy import OfferPolicy
from xindai.products.spec import ProductSpec

MILLION = 1_000_000


@dataclass(frozen=True)
class Proposal:
    """The heart of an offer; amounts in minor units, the rate in parts per billion per annum."""

    method: str
    amount_minor: int
    term_months: int
    rate_ppb: int
    fee_minor: int


def build_terms(proposal: Proposal, spec: ProductSpec, policy: OfferPolicy, disbursed_on: date) -> Terms:
    """Terms with monthly due dates on the day of disbursement (a bullet falls due once, at the end)."""
    return Terms.for_months(
        term_months=proposal.term_months,
        method=proposal.method,
        disbursed_on=disbursed_on,
        currency=spec.currency,
        principal_minor=proposal.amount_minor,
        rate_ppb=proposal.rate_ppb,
        day_count=spec.day_count,
        rounding=spec.rounding,
        business_day=spec.business_day,
        penalty_rate_ppb=penalty_rate(proposal.rate_ppb, policy.markups_ppm[spec.penalty]),
        fee_minor=proposal.fee_minor,
    )


def penalty_rate(rate_ppb: int, markup_ppm: int) -> int:
    """The contract rate with the markup for overdue money, rounded down in the borrower's favour."""
    return rate_ppb * (MILLION + markup_ppm) // MILLION
