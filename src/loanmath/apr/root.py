"""The rate at which what comes in is worth what went out: found by approximation, then proven.

A flow after ``periods`` (whole or broken, compounded) and a further ``part`` of a period (simple) is worth
``amount / ((1 + i)^periods (1 + part x i))``.  That is the general equation of Regulation Z, Appendix J (b)(8), with
whole periods, and the equation of Directive 2008/48/EC, Annex I, with broken ones and no simple part.

Powers such as (1 + i)^(3/365) are no fractions, so a value is computed in decimals of a stated number of digits whose
powers and logarithms are correctly rounded (the ``decimal`` module).  Its error has a bound; where the bound leaves the
sign open, the digits are doubled.  A rate is right when the worth is not below zero half a millionth of a percent under
it and is below zero half a millionth above it: the approximation decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

from loanmath.apr.decimals import Time, context, decimal_of, divided
from loanmath.apr.equation import Equation, TimedFlow, several, sign_changes
from loanmath.apr.search import approximate_force

PER_MICRO_PERCENT: Final = 10**8
"""Rates are given in millionths of a percent: 1 is 10^-8."""

_DIGITS: Final = 36
_FARTHEST: Final = 1 << 256
"""Millionths of a percent, beyond any rate that is told: worth that is never below zero has no root to be found."""
_MOST_DIGITS: Final = 600
"""Worth that shows no sign in so many digits is zero: the root is the very half between two millionths."""


@dataclass(frozen=True, slots=True)
class Root:
    """The one rate of the flows in both readings, in millionths of a percent, correctly rounded (half up).

    ``nominal`` is the rate of a unit-period times the unit-periods of a year, ``effective`` compounds them.
    """

    nominal_micro_percent: int
    effective_micro_percent: int


def rate_of(flows: Iterable[TimedFlow], periods_a_year: Time) -> Root:
    """The rate of the flows.

    Raises LoanMathError ``no_rate`` where no rate below 100,000 % a month makes them equal, ``several_rates`` where
    more than one might, ``flow_out_of_range`` for a part outside 0 to 1 and for times out of all proportion, ``wrong_kind``.
    """
    equation = Equation.of(flows, periods_a_year)
    force = approximate_force(equation, _DIGITS)
    nominal = proven(equation, Nominal(periods_a_year), force)
    effective = nominal if periods_a_year == 1 else proven(equation, Effective(periods_a_year), force)
    require_single(equation, Nominal(periods_a_year), nominal, force)
    return Root(nominal, effective)


class Nominal(NamedTuple):
    """The annual rate as the rate of a unit-period times the unit-periods of a year."""

    periods_a_year: Time

    def rate(self, force: Decimal) -> Decimal:
        """As a plain number (0.06 is 6 %), of the force of a unit-period."""
        return (force.exp() - 1) * decimal_of(self.periods_a_year)

    def force(self, half_micro_percent: int) -> Decimal | None:
        """Of a unit-period, at an annual rate in halves of a millionth of a percent; none at -100 % and below."""
        growth = 1 + Fraction(half_micro_percent, 2 * PER_MICRO_PERCENT) / self.periods_a_year
        return decimal_of(growth).ln() if growth > 0 else None


class Effective(NamedTuple):
    """The annual rate as a year's growth, unit-period by unit-period, less one."""

    periods_a_year: Time

    def rate(self, force: Decimal) -> Decimal:
        """As a plain number (0.06 is 6 %), of the force of a unit-period."""
        return (force * decimal_of(self.periods_a_year)).exp() - 1

    def force(self, half_micro_percent: int) -> Decimal | None:
        """Of a unit-period, at an annual rate in halves of a millionth of a percent; none at -100 % and below."""
        growth = 1 + Fraction(half_micro_percent, 2 * PER_MICRO_PERCENT)
        return divided(decimal_of(growth).ln(), decimal_of(self.periods_a_year)) if growth > 0 else None


Reading = Nominal | Effective
"""What an annual rate is made of a unit-period's, in both directions."""


def sign(equation: Equation, reading: Reading, half_micro_percent: int) -> int:
    """The certain sign of the worth at a rate in halves of a millionth of a percent: 1, 0 or -1."""
    digits = _DIGITS + len(str(half_micro_percent))
    while digits <= _MOST_DIGITS:
        with localcontext(context(digits)):
            force = reading.force(half_micro_percent)
            if force is None:
                return 1  # -100 % or less: what comes back later outweighs everything
            comes_in, goes_out = equation.sides(force)
            if abs(comes_in - goes_out) > (comes_in + goes_out) * equation.tolerance(force):
                return 1 if comes_in > goes_out else -1
        digits *= 2
    return 0


def proven(equation: Equation, reading: Reading, force: Decimal) -> int:
    """The rate in millionths of a percent, rounded half up, with its two neighbours' signs as the proof."""
    with localcontext(context(_DIGITS * 3)):
        guess = int((reading.rate(force) * PER_MICRO_PERCENT).to_integral_value(ROUND_HALF_UP))
    return _last_not_below(lambda rate: sign(equation, reading, 2 * rate - 1) >= 0, guess)


def require_single(equation: Equation, reading: Reading, micro_percent: int, force: Decimal) -> None:
    """Refuse flows of which it is not sure that they have this one rate.

    Sure are: one change of sign (Descartes); fees before the first advance and one change after it (then a second,
    far higher rate solves the equation too, at which worth rises with the rate: no cost of a loan); a running sum
    that changes its sign once and ends above zero, for rates above zero (Norstrom 1972); and a lender who has a
    claim at all moments (Soper 1959), to within the last digit of the rate.
    """
    if equation.sign_changes == 1 or equation.flows[0].amount_minor > 0:
        return
    running = list(accumulate(flow.amount_minor for flow in equation.flows))
    if force > 0 and sign_changes(running) == 1 and running[-1] > 0:
        return
    with localcontext(context(_DIGITS * 2)):
        above = reading.force(2 * micro_percent + 1)
        if above is None or any(claim < 0 for claim in equation.claims(above)):
            raise several()


def _last_not_below(is_not_below: Callable[[int], bool], guess: int) -> int:
    """The largest number for which the question holds, near a guess; it holds below the root and not above it.

    Raises LoanMathError ``several_rates`` where worth only touches zero, so that two rates fall into one.
    """
    low, step = guess, 1
    while not is_not_below(low):
        low, step = low - step, step * 2
    high, step = low + 1, 1
    while is_not_below(high):
        if step > _FARTHEST:
            raise several()
        low, high, step = high, high + step, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_not_below(middle) else (low, middle)
    return low
