"""What an offer costs: annual rate, first and last instalment, total - and the rows behind them."""

from dataclasses import dataclass

from loanmath.apr import annual_rate, flows_of
from loanmath.calendar import Calendar
from loanmath.schedule import schedule
from loanmath.terms import Terms

PPB_PER_MICRO_PERCENT = 10


@dataclass(frozen=True)
class Cost:
    """The cost of a loan as the customer is told it; amounts in minor units.

    ``annual_rate_ppb`` is twelve times the monthly internal rate of return of all payments, the
    fee included (PBC announcement [2021] no. 3); ``effective_rate_ppb`` is the same compounded.
    """

    annual_rate_ppb: int
    effective_rate_ppb: int
    first_instalment_minor: int
    last_instalment_minor: int
    interest_minor: int
    total_minor: int


def cost_of(terms: Terms, calendar: Calendar) -> Cost:
    """The cost of a loan with these terms, paid exactly as planned."""
    plan = schedule(terms, calendar)
    rate = annual_rate(flows_of(terms, plan))
    return Cost(
        annual_rate_ppb=rate.monthly_irr_times_12_micro_percent * PPB_PER_MICRO_PERCENT,
        effective_rate_ppb=rate.effective_micro_percent * PPB_PER_MICRO_PERCENT,
        first_instalment_minor=plan[0].total_minor,
        last_instalment_minor=plan[-1].total_minor,
        interest_minor=plan.interest_minor,
        total_minor=plan.principal_minor + plan.interest_minor + terms.fee_minor,
    )
