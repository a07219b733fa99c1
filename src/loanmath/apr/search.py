"""A rate near the root of an equation: nothing that is told depends on it, since the root is proven afterwards."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Final

from loanmath.apr.decimals import context, decimal_of, divided, ten_to
from loanmath.apr.equation import Equation, several
from loanmath.errors import LoanMathError

MONTHS_IN_YEAR: Final = 12
_HIGHEST_MONTHLY_GROWTH: Final = Decimal(1001)
"""100,000 % a month: beyond it there is no rate worth telling."""
_LOWEST_ANNUAL_FORCE: Final = -1_000
_MOST_STEPS: Final = 200
_HALF: Final = Decimal("0.5")


def approximate_force(equation: Equation, digits: int) -> Decimal:
    """About the natural logarithm of 1 + the rate of a unit-period, as a rule to more than a third of the digits asked."""
    with localcontext(context(digits)):
        total, slope = equation.at_zero()
        if total == 0:
            return Decimal(0)
        step = abs(divided(total, slope)) if slope else ten_to(-3)
        # The last step of a secant is far better than the one before: of digits that agree, more are right.
        return _closed_in(equation, *_bracket(equation, total, step), ten_to(-(digits // 3)))


def _bracket(equation: Equation, start: Decimal, step: Decimal) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """A force at which the flows are worth something, one at which they are not, and the worths.

    ``start`` is the worth at a force of nought; from there the steps double.
    """
    near, worth_near, direction = Decimal(0), start, 1 if start > 0 else -1
    limit = divided(_HIGHEST_MONTHLY_GROWTH.ln() * MONTHS_IN_YEAR, decimal_of(equation.periods_a_year))
    if direction < 0:
        limit = divided(Decimal(-_LOWEST_ANNUAL_FORCE), decimal_of(equation.periods_a_year))
    elif equation.flows[0].amount_minor > 0:
        dip = _dip(equation, limit)
        return near, worth_near, dip, equation.worth(dip)
    while True:
        far = near + direction * step
        if abs(far) > limit:
            far = direction * limit
        worth_far = equation.worth(far)
        if (worth_far < 0) == (direction > 0):
            break
        if abs(far) == limit:
            raise _without_rate(equation)
        near, worth_near, step = far, worth_far, step * 2
    return (near, worth_near, far, worth_far) if direction > 0 else (far, worth_far, near, worth_near)


def _dip(equation: Equation, highest: Decimal) -> Decimal:
    """A force at which flows that begin with fees are worth less than nothing.

    Seen from the first advance their worth is convex in the force: high at none, high again where the early fees
    outgrow the loan.  Thirds close in on its lowest point.
    """
    advance = next(flow.periods for flow in equation.flows if flow.amount_minor < 0)
    before = decimal_of(advance - equation.flows[0].periods)
    low, high = Decimal(0), highest
    for _ in range(_MOST_STEPS):
        third = divided(high - low, 3)
        one, other = low + third, high - third
        worth_one, worth_other = (equation.worth(at) * (at * before).exp() for at in (one, other))
        if worth_one < 0:
            return one
        low, high = (low, other) if worth_one < worth_other else (one, high)
    raise _without_rate(equation)


def _without_rate(equation: Equation) -> LoanMathError:
    if equation.sign_changes > 1 and equation.flows[0].amount_minor < 0:
        return several()
    return LoanMathError("no_rate", "flows", "There is no rate below 100,000 % a month: check the flows")


def _closed_in(
    equation: Equation, low: Decimal, worth_low: Decimal, high: Decimal, worth_high: Decimal, near_enough: Decimal
) -> Decimal:
    """The root between the two, by the secant that keeps both sides (Illinois)."""
    before, steps = high, 0
    while True:
        middle = high - divided(worth_high * (high - low), worth_high - worth_low)
        steps += 1
        if abs(middle - before) <= near_enough or steps == _MOST_STEPS:
            return middle  # As a rule after some ten steps; what is left open then is settled by the proof.
        worth = equation.worth(middle)
        if worth >= 0:
            worth_high = worth_high if low != before else worth_high * _HALF
            low, worth_low = middle, worth
        else:
            worth_low = worth_low if high != before else worth_low * _HALF
            high, worth_high = middle, worth
        before = middle
