"""Provision by class: a share of the outstanding principal (财金[2012]20号, standard method)."""

from __future__ import annotations

from typing import Final

from loanmath.exact import Number, choose
from loanmath.grading import GradingPolicy
from loanmath.rates import PPB
from loanmath.rounding import RoundingCode, accumulate, first_remainder


def provision(outstanding_minor: Number, tier: Number, policy: GradingPolicy) -> Number:
    """The allowance that must stand against the principal, rounded half up.

    Raises LoanMathError ``number_too_large`` as :func:`loanmath.exact.multiply_add_divide`.
    """
    rate_ppb = choose(tier - 1, policy.provision_rates_ppb)
    amount, _ = accumulate(0, _HALF, outstanding_minor, rate_ppb, PPB, _HALF_UP)
    return amount


_HALF_UP: Final = int(RoundingCode.HALF_UP)
_HALF: Final[int] = first_remainder(PPB, _HALF_UP)
