"""The annual rate of a loan's cash flows: monthly internal rate x 12, and the effective rate.

PBC Announcement [2021] No. 3 asks for an annualised rate by the internal-rate method and leaves
open which of the two is meant; both are given and both are labelled.  Time is counted in whole
months; odd days bear simple interest for days / 30 of a month (as in Reg Z, Appendix J), so that
every value is a fraction and the root can be bracketed exactly: no floating-point number decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from loanmath.calendar import add_months
from loanmath.errors import LoanMathError
from loanmath.rates import PPB
from loanmath.schedule import PlanRow
from loanmath.terms import Terms

DAYS_IN_MONTH: Final = 30
MONTHS_IN_YEAR: Final = 12
PER_MICRO_PERCENT: Final = 10**8
"""Rates are given in millionths of a percent: 1 is 10^-8."""

_FIRST_BITS: Final = 48
_MORE_BITS: Final = 64
_NEAR_ENOUGH: Final = 2
_MOST_BITS: Final = 512
_HIGHEST_MONTHLY_RATE: Final = 1_000
"""100,000 % a month: beyond it there is no rate worth telling."""


class Flow(NamedTuple):
    """A payment between lender and borrower, + to the lender, after months and odd days."""

    months: int
    amount_minor: int
    days: int = 0
    """Beyond the whole months, 0 to 30."""


@dataclass(frozen=True, slots=True)
class AnnualRate:
    """The rate in two readings, in millionths of a percent (6 decimals), rounded half up."""

    monthly_irr_times_12_micro_percent: int
    """月内部收益率 × 12: the annualised rate as it is shown in mainland China."""
    effective_micro_percent: int
    """实际年利率: (1 + monthly rate)^12 - 1."""

    @property
    def nominal_ppb(self) -> int:
        """The monthly rate x 12 in parts per billion a year."""
        return self.monthly_irr_times_12_micro_percent * PPB // PER_MICRO_PERCENT

    @property
    def effective_ppb(self) -> int:
        """The effective rate in parts per billion a year."""
        return self.effective_micro_percent * PPB // PER_MICRO_PERCENT

    @property
    def monthly_irr_times_12_percent(self) -> str:
        """Such as ``"4.900000"``."""
        return _percent(self.monthly_irr_times_12_micro_percent)

    @property
    def effective_percent(self) -> str:
        """Such as ``"5.011555"``."""
        return _percent(self.effective_micro_percent)


def flows_of(terms: Terms, rows: Iterable[PlanRow]) -> tuple[Flow, ...]:
    """The flows of a plan: the principal less the fee out, every row in on its nominal date."""
    flows = [Flow(0, terms.fee_minor - terms.principal_minor)]
    nominal = terms.due_dates()
    for row in rows:
        months, days = _months_and_days(terms.disbursed_on, nominal[row.number - 1])
        flows.append(Flow(months, row.total_minor, days))
    return tuple(flows)


def annual_rate(flows: Iterable[Flow]) -> AnnualRate:
    """The rate at which payments in are worth what was paid out.

    Raises LoanMathError ``no_rate`` where no rate does that, ``several_rates`` where the flows
    change sign more than once and more than one rate might, ``flow_out_of_range``.
    """
    ordered = _net(flows)
    bits = _FIRST_BITS
    low = _approximate_root(ordered, bits)
    while True:
        lowest = _lowest_rate(ordered, bits)
        low = _bracket(ordered, max(low, lowest), lowest, bits)
        ends = Fraction(low, 1 << bits), Fraction(low + 1, 1 << bits)
        nominal = [_round_half_up(end * MONTHS_IN_YEAR * PER_MICRO_PERCENT) for end in ends]
        effective = [_round_half_up(((1 + end) ** MONTHS_IN_YEAR - 1) * PER_MICRO_PERCENT) for end in ends]
        if (nominal[0] == nominal[1] and effective[0] == effective[1]) or bits >= _MOST_BITS:
            return AnnualRate(nominal[1], effective[1])
        low, bits = low << _MORE_BITS, bits + _MORE_BITS


def _net(flows: Iterable[Flow]) -> tuple[Flow, ...]:
    """One flow a moment, in order of time, none of them zero, beginning with money paid out."""
    sums: dict[tuple[int, int], int] = {}
    for flow in flows:
        if flow.months < 0 or not 0 <= flow.days <= DAYS_IN_MONTH:
            raise LoanMathError(
                "flow_out_of_range", "flows", "A flow lies months >= 0 and 0 to 30 days after the start"
            )
        moment = (flow.months, flow.days)
        sums[moment] = sums.get(moment, 0) + flow.amount_minor
    ordered = tuple(Flow(months, sums[months, days], days) for months, days in sorted(sums) if sums[months, days])
    if not ordered or ordered[0].amount_minor > 0 or _sign_changes(flow.amount_minor for flow in ordered) == 0:
        raise LoanMathError(
            "no_rate", "flows", "There is no rate: money must first be paid out and then paid back; check the flows"
        )
    return ordered


def _lowest_rate(flows: Sequence[Flow], bits: int) -> int:
    """From where on the flows have exactly one rate, in units of 2^-bits.

    One change of sign: one rate above -100 % (Descartes).  More, but the running sum changes its
    sign once and ends above zero: one rate above 0 (Norstrom).
    """
    if _sign_changes(flow.amount_minor for flow in flows) == 1:
        return 1 - (1 << bits)
    running = list(accumulate(flow.amount_minor for flow in flows))
    if _sign_changes(running) == 1 and running[-1] > 0:
        return 0
    raise LoanMathError(
        "several_rates", "flows", "Money goes out again after it came in, so more than one rate might fit"
    )


def _sign_changes(amounts: Iterable[int]) -> int:
    """How often the sign changes along the amounts, zeros left out."""
    signs = [amount > 0 for amount in amounts if amount]
    return sum(one != other for one, other in pairwise(signs))


def _sign(flows: Sequence[Flow], numerator: int, bits: int) -> int:
    """Sign of the present value at the monthly rate numerator / 2^bits, exact.

    With b = 2^bits + numerator a flow after q months is worth a 2^(bits q) / b^q; all are brought
    over b^Q.  Flows with the same odd days share the simple factor 1 + rate x days / 30.
    """
    unit, growth = 1 << bits, (1 << bits) + numerator
    last = max(flow.months for flow in flows)
    value, scale = 0, 1
    for days in {flow.days for flow in flows}:
        amounts = {flow.months: flow.amount_minor for flow in flows if flow.days == days}
        worth, reached = 0, 0
        for months in sorted(amounts):
            worth = worth * growth ** (months - reached) + (amounts[months] << (bits * months))
            reached = months
        worth *= growth ** (last - reached)
        simple = DAYS_IN_MONTH * unit + days * numerator
        share = 1 if days == 0 else DAYS_IN_MONTH * unit
        simple = 1 if days == 0 else simple
        value, scale = value * simple + worth * share * scale, scale * simple
    return (value > 0) - (value < 0)


def _approximate_root(flows: Sequence[Flow], bits: int) -> int:
    """A rate near the root in units of 2^-bits, by Newton's method in truncated integers.

    Only a first guess: :func:`_bracket` proves or corrects it.
    """
    unit = 1 << bits
    rate = 0
    for _ in range(60):
        value = slope = 0
        growth = unit + rate
        discount, reached, worth = unit, 0, unit
        for flow in flows:
            if flow.months != reached:
                discount = (unit * unit) // growth
                worth = (worth * (discount ** (flow.months - reached))) >> (bits * (flow.months - reached))
                reached = flow.months
            present = flow.amount_minor * worth
            if flow.days:
                present = present * DAYS_IN_MONTH * unit // (DAYS_IN_MONTH * unit + flow.days * rate)
            value += present
            slope += present * (flow.months * DAYS_IN_MONTH + flow.days) // DAYS_IN_MONTH
        if slope <= 0:
            return rate
        step = value * growth // slope
        rate = max(rate + step, -unit + (unit >> 10))
        if abs(step) <= _NEAR_ENOUGH or rate > unit * _HIGHEST_MONTHLY_RATE:
            break
    return rate


def _bracket(flows: Sequence[Flow], guess: int, lowest: int, bits: int) -> int:
    """The largest number of units of 2^-bits at which the present value is not below zero."""
    step, low = 1, guess
    while low > lowest and _sign(flows, low, bits) < 0:
        low, step = max(low - step, lowest), step * 2
    high, step = low + 1, 1
    while _sign(flows, high, bits) >= 0:
        low, high, step = high, high + step, step * 2
        if high > (1 << bits) * _HIGHEST_MONTHLY_RATE:
            raise LoanMathError(
                "no_rate",
                "flows",
                "There is no rate below 100,000 % a month: check the flows",
            )
    while high - low > 1:
        middle = (low + high) // 2
        if _sign(flows, middle, bits) >= 0:
            low = middle
        else:
            high = middle
    return low


def _months_and_days(start: date, end: date) -> tuple[int, int]:
    """Whole months from start to end, and the days that remain."""
    months = (end.year - start.year) * MONTHS_IN_YEAR + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    return months, min((end - add_months(start, months)).days, DAYS_IN_MONTH)


def _round_half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _percent(micro_percent: int) -> str:
    whole, part = divmod(abs(micro_percent), 10**6)
    return f"{'-' if micro_percent < 0 else ''}{whole}.{part:06d}"
