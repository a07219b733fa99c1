"""Instalment and principal of a level loan of equal months, by the loan engine's own plan.

Prices move in steps, so that few pairs of rate and term occur: their factors are remembered.
"""

from datetime import date
from functools import lru_cache

from loanmath.daycount import DayCount
from loanmath.schedule import schedule
from loanmath.terms import Method, Terms

SCALE_MINOR = 10**12
"""A principal large enough that its rounded instalment gives the annuity factor to 12 digits."""

ANY_DAY = date(2001, 1, 1)
"""With months of 30 days the day of disbursement makes no difference."""


def level_instalment(principal_minor: int, rate_ppb: int, term_months: int) -> int:
    """The monthly instalment of a level loan, rounded up."""
    return -(-principal_minor * _instalment_of_scale(rate_ppb, term_months) // SCALE_MINOR)


def principal_for(instalment_minor: int, rate_ppb: int, term_months: int) -> int:
    """The largest principal that a level instalment repays over the term, rounded down."""
    return max(0, instalment_minor) * SCALE_MINOR // _instalment_of_scale(rate_ppb, term_months)


@lru_cache(maxsize=4096)
def _instalment_of_scale(rate_ppb: int, term_months: int) -> int:
    plan = schedule(
        Terms.for_months(
            term_months=term_months,
            method=Method.LEVEL,
            disbursed_on=ANY_DAY,
            currency="CNY",
            principal_minor=SCALE_MINOR,
            rate_ppb=rate_ppb,
            day_count=DayCount.THIRTY_E_360,
        )
    )
    assert plan.level is not None
    return plan.level.amount_minor
