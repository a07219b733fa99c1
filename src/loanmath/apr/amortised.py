"""Amortised cost by the effective interest rate: fees spread over the life of a loan (IFRS 9 B5.4.1, B5.4.4; CAS 22)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, getcontext, localcontext
from fractions import Fraction
from typing import Final, NamedTuple

from loanmath.apr.decimals import Time, context
from loanmath.apr.equation import Equation, TimedFlow
from loanmath.apr.monthly import flows_of, timed
from loanmath.apr.regimes import DatedFlow, dated_flows
from loanmath.apr.root import Root, rate_of
from loanmath.apr.search import MONTHS_IN_YEAR, approximate_force
from loanmath.schedule import PlanRow
from loanmath.terms import Terms

_DIGITS: Final = 60
_SETTLED: Final = Decimal(1).scaleb(-15)
"""Worth is first rounded to so much of a minor unit, so that an exact half is seen as one."""
_DAYS_IN_YEAR: Final = 365


class AmortisedRow(NamedTuple):
    """From one flow to the next: opening + interest - cash = closing, all in minor units."""

    number: int
    opening_minor: int
    interest_minor: int
    """Income by the effective interest rate on the amortised cost."""
    cash_minor: int
    """+ what the lender receives, - what is paid out further."""
    closing_minor: int
    on: date | None = None


@dataclass(frozen=True, slots=True)
class AmortisedCost:
    """The carrying amounts of a loan; the last row closes at zero exactly."""

    rate: Root
    """``effective_micro_percent`` is the effective interest rate a year; ``nominal`` that of a period x periods."""
    initial_minor: int
    """The amount paid out less the fees received (plus costs paid): fair value at the start."""
    rows: tuple[AmortisedRow, ...]

    @property
    def interest_minor(self) -> int:
        """All interest income: the contract's interest and the fees."""
        return sum(row.interest_minor for row in self.rows)


def amortised_cost(flows: Iterable[TimedFlow], periods_a_year: Time) -> AmortisedCost:
    """The amortised cost after each flow: what is still to come, discounted by the effective interest rate.

    Each closing amount is rounded once (half up) and interest is what explains it, so that no rounding adds up.
    Raises LoanMathError ``no_rate``, ``several_rates`` or ``flow_out_of_range``.
    """
    ordered = list(flows)
    equation = Equation.of(ordered, periods_a_year)
    rate = rate_of(ordered, periods_a_year)
    with localcontext(context(_DIGITS)):
        closings = _still_to_come(equation)
    initial = -equation.flows[0].amount_minor
    assert closings[0] == initial, "by the effective interest rate all that comes is worth what went out"
    rows, opening = [], initial
    for number, (flow, closing) in enumerate(zip(equation.flows[1:], closings[1:], strict=True), start=1):
        interest = closing - opening + flow.amount_minor
        rows.append(AmortisedRow(number, opening, interest, flow.amount_minor, closing))
        opening = closing
    return AmortisedCost(rate, initial, tuple(rows))


def _still_to_come(equation: Equation) -> list[int]:
    """After each flow, what the later ones are worth at its moment."""
    discounts = list(equation.discounts(approximate_force(equation, _DIGITS)))
    later, closings = Decimal(0), []
    for flow, discount in zip(reversed(equation.flows), reversed(discounts), strict=True):
        worth = getcontext().divide(later, discount)
        closings.append(int(worth.quantize(_SETTLED).to_integral_value(ROUND_HALF_UP)))
        later += flow.amount_minor * discount
    return closings[::-1]


def amortised_cost_of_dates(flows: Iterable[DatedFlow]) -> AmortisedCost:
    """The amortised cost of dated flows: time in calendar days over 365, the rate effective a year."""
    dated = sorted(dated_flows(flows))
    start = dated[0].on if dated else date.min
    placed = [TimedFlow(flow.amount_minor, Fraction((flow.on - start).days, _DAYS_IN_YEAR)) for flow in dated]
    made = amortised_cost(placed, 1)
    moments = {Fraction((flow.on - start).days, _DAYS_IN_YEAR): flow.on for flow in dated}
    reached = [moments[Fraction(flow.periods)] for flow in Equation.of(placed, 1).flows[1:]]
    rows = tuple(row._replace(on=on) for row, on in zip(made.rows, reached, strict=True))
    return AmortisedCost(made.rate, made.initial_minor, rows)


def amortised_cost_of(terms: Terms, rows: Iterable[PlanRow]) -> AmortisedCost:
    """The amortised cost of a plan by months: its fee is spread by the same rate that the customer is shown."""
    return amortised_cost(timed(flows_of(terms, rows)), MONTHS_IN_YEAR)
