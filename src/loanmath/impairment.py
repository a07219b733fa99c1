"""Provision by class: a share of the outstanding principal (财金[2012]20号, standard method)."""

from __future__ import annotations

from loanmath.exact import Number, choose
from loanmath.grading import GradingPolicy
from loanmath.rates import PPB
from loanmath.rounding import RoundingCode, accumulate, first_remainder


def provision(outstanding_minor: Number, tier: Number, policy: GradingPolicy) -> Number:
    """The allowance that must stand against the principal, rounded half up.

    Raises LoanMathError ``number_too_large`` as :func:`loanmath.exact.multiply_add_divide`.
    """
    rate_ppb = choose(tier - 1, policy.provision_rates_ppb)
    half = first_remainder(PPB, RoundingCode.HALF_UP)
    amount, _ = accumulate(0, half, outstanding_minor, rate_ppb, PPB, RoundingCode.HALF_UP)
    return amount
