"""What the rules would say to a wish, for somebody of whom only that is known which they say themselves.

Pure, and kept nowhere.  The class of customer is unknown, so that the middle one stands in for it; the score is not
among the findings, because it comes from facts that are asked of an applicant only.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from loanmath.calendar import Calendar
from xindai.offers.limits import binding
from xindai.offers.need import Need
from xindai.offers.quoting import Quote, quote
from xindai.offers.standing import Means, Standing
from xindai.products.spec import ProductSpec
from xindai.underwriting.case import Asked, Case, Offered
from xindai.underwriting.policy import DecisionPolicy
from xindai.underwriting.rules import Effect, Finding, decide

SCORE: Final = "score"
_MIDDLE: Final = "medium"
_TIER: Final = "standard"


@dataclass(frozen=True)
class Answer:
    """What the rules found: what stands against the loan, what people would look at, what is well; and what could be lent."""

    against: tuple[Finding, ...]
    looked_at: tuple[Finding, ...]
    well: tuple[Finding, ...]
    quote: Quote


def check(
    need: Need,
    kind: str,
    means: Means,
    age_years: int | None,
    spec: ProductSpec,
    policy: DecisionPolicy,
    *,
    on: date,
    calendar: Calendar,
) -> Answer:
    """Let every rule but the score's look at the wish of somebody in the middle class.

    The need must have passed ``check_need``.
    """
    standing = Standing(kind, _MIDDLE, policy.score[kind].good, _MIDDLE, "other", "small", _TIER)
    made = quote(need, spec, standing, means, policy.offer, on=on, calendar=calendar)
    verdict = decide(_case(need, means, age_years, spec, standing, made), policy)
    found = [one for one in verdict.findings if one.rule != SCORE]
    return Answer(
        against=tuple(one for one in found if one.effect == Effect.REFUSE),
        looked_at=tuple(one for one in found if one.effect in {Effect.REFER, Effect.NOTE}),
        well=tuple(one for one in found if one.effect == Effect.PASS),
        quote=made,
    )


def _case(need: Need, means: Means, age_years: int | None, spec: ProductSpec, standing: Standing, made: Quote) -> Case:
    purpose = spec.purpose(need.purpose)
    name = {"zh": need.purpose, "en": need.purpose} if purpose is None else purpose.name.model_dump()
    return Case(
        standing=standing,
        means=means,
        asked=Asked(need.amount_minor, need.term_months, need.purpose, name),
        offered=_offered(made),
        capacity=spec.capacity,
        smallest_amount_minor=spec.smallest_amount_minor,
        currency=spec.currency,
        minor_per_unit=spec.minor_per_unit,
        age_years=age_years,
    )


def _offered(made: Quote) -> Offered:
    amount, term = binding(made.amount_bounds), binding(made.term_bounds)
    return Offered(
        amount_minor=made.proposal.amount_minor,
        term_months=made.proposal.term_months,
        rate_ppb=made.proposal.rate_ppb,
        annual_rate_ppb=made.cost.annual_rate_ppb if made.cost else 0,
        burden_minor=made.burden_minor,
        fee_minor=made.proposal.fee_minor,
        amount_bound=amount.code,
        amount_bound_minor=amount.value,
        term_bound=term.code,
    )
