"""The annual rate of dated flows by the rule of a regime, with its label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from loanmath.apr.decimals import Time
from loanmath.apr.equation import TimedFlow, named
from loanmath.apr.fees import Fee, Regime, counted
from loanmath.apr.monthly import Flow, percent, timed
from loanmath.apr.root import Root, rate_of
from loanmath.apr.search import MONTHS_IN_YEAR
from loanmath.apr.timing import british_years, common_period, european_years, mean_years, months_and_days
from loanmath.apr.unit_periods import nominal_day, unit_period_of
from loanmath.errors import LoanMathError
from loanmath.kinds import choice, require_kind


class RateLabel(StrEnum):
    """What a rate is; a rate is never shown without its label."""

    APRC = "aprc"
    """EU annual percentage rate of charge: effective."""
    APR_UK = "apr_uk"
    """UK annual percentage rate: effective."""
    APR_US = "apr_us"
    """US annual percentage rate: actuarial, nominal."""
    MONTHLY_IRR_TIMES_12 = "monthly_irr_times_12"
    """年化利率（月内部收益率×12）."""
    EFFECTIVE = "effective"
    """实际年利率（复利）."""
    SIMPLE = "simple"
    """年化利率（单利）."""


class DatedFlow(NamedTuple):
    """A payment between lender and borrower on a date, + to the lender."""

    on: date
    amount_minor: int


class LabelledRate(NamedTuple):
    """A rate in millionths of a percent, with what it is."""

    label: RateLabel
    micro_percent: int

    @property
    def percent(self) -> str:
        """Such as ``"4.900000"``."""
        return percent(self.micro_percent)

    @property
    def is_negative(self) -> bool:
        """Whether less is paid back than was paid out: to be said beside the rate."""
        return self.micro_percent < 0


@dataclass(frozen=True, slots=True)
class RegimeRate:
    """The rate that a regime asks for, the one shown beside it, and how time was counted."""

    regime: Regime
    shown: LabelledRate
    beside: LabelledRate | None
    unit: str
    """The unit-period, or the period of equal length, in which time was counted."""
    fees_counted: tuple[Fee, ...] = ()
    fees_left_out: tuple[Fee, ...] = ()


_LABELS: Final = {
    Regime.CHINA: (RateLabel.MONTHLY_IRR_TIMES_12, RateLabel.EFFECTIVE),
    Regime.UNITED_STATES: (RateLabel.APR_US, RateLabel.EFFECTIVE),
    Regime.EUROPE: (RateLabel.APRC, None),
    Regime.UNITED_KINGDOM: (RateLabel.APR_UK, None),
}


def regime_rate(regime: Regime, flows: Iterable[DatedFlow], fees: Iterable[Fee] = ()) -> RegimeRate:
    """The annual rate of dated flows, with the fees that the regime counts.

    Raises LoanMathError ``no_rate``, ``several_rates``, ``flow_out_of_range``, ``date_out_of_range``, and as
    :func:`loanmath.apr.fees.counted`.
    """
    regime = choice("regime", Regime, regime)
    own = dated_flows(flows)
    inside, outside = counted(regime, fees)
    dated = [*own, *(DatedFlow(fee.on, fee.amount_minor) for fee in inside)]
    advances = [flow.on for flow in dated if flow.amount_minor < 0]
    payments = [flow.on for flow in dated if flow.amount_minor > 0]
    if not advances or not payments:
        raise LoanMathError(
            "no_rate", "flows", "There is no rate: money must first be paid out and then paid back; check the flows"
        )
    placed, periods_a_year, unit = _PLACERS[regime](dated, advances, payments)
    made = labelled(regime, rate_of(placed, periods_a_year))
    return RegimeRate(regime, made[0], made[1], unit, tuple(inside), tuple(outside))


def dated_flows(flows: Iterable[DatedFlow]) -> list[DatedFlow]:
    """The flows as a list.  Raises LoanMathError ``wrong_kind`` about the one that is none, by its place."""
    found = named("flows", flows, DatedFlow)
    if not all(type(on) is date and type(amount_minor) is int for on, amount_minor in found):
        for place, flow in enumerate(found):
            require_kind(f"flows[{place}].on", flow.on, date)
            require_kind(f"flows[{place}].amount_minor", flow.amount_minor, int)
    return found


def labelled(regime: Regime, root: Root) -> tuple[LabelledRate, LabelledRate | None]:
    """The rate that the regime shows, and the one beside it."""
    shown, beside = _LABELS[regime]
    if beside is None:
        return LabelledRate(shown, root.effective_micro_percent), None
    return LabelledRate(shown, root.nominal_micro_percent), LabelledRate(beside, root.effective_micro_percent)


_Placed = tuple[list[TimedFlow], Time, str]


def _european(flows: Sequence[DatedFlow], advances: Sequence[date], payments: Sequence[date]) -> _Placed:
    start = min(advances)
    period = common_period(start, [on for on in payments if on > start])
    placed = [TimedFlow(flow.amount_minor, european_years(start, flow.on, period)) for flow in flows]
    return placed, 1, str(period)


def _british(flows: Sequence[DatedFlow], advances: Sequence[date], payments: Sequence[date]) -> _Placed:
    start = min(advances)
    if len(set(advances)) == 1 and len({on for on in payments if on != start}) == 1:
        days = [TimedFlow(flow.amount_minor, mean_years((flow.on - start).days)) for flow in flows]
        return days, 1, "365.25 days"
    return [TimedFlow(flow.amount_minor, british_years(start, flow.on)) for flow in flows], 1, "month"


def _american(flows: Sequence[DatedFlow], advances: Sequence[date], payments: Sequence[date]) -> _Placed:
    start = min(advances)
    if min(payments) < start:
        raise LoanMathError(
            "flow_out_of_range",
            "payments",
            "A payment before the first advance belongs to the term of no US loan: deduct it from the advance",
        )
    unit = unit_period_of(advances, payments)
    series = [on for on in payments if on > start]
    placed = []
    for flow in flows:
        day = nominal_day(flow.on, series if flow.amount_minor > 0 else advances)
        placed.append(TimedFlow(flow.amount_minor, *unit.between(start, flow.on, day)))
    return placed, unit.periods_a_year, str(unit)


def _chinese(flows: Sequence[DatedFlow], advances: Sequence[date], payments: Sequence[date]) -> _Placed:
    start = min(*advances, *payments)
    monthly = []
    for flow in flows:
        months, days = months_and_days(start, flow.on)
        monthly.append(Flow(months, flow.amount_minor, days))
    return timed(monthly), MONTHS_IN_YEAR, "month"


_PLACERS: Final = {
    Regime.CHINA: _chinese,
    Regime.EUROPE: _european,
    Regime.UNITED_KINGDOM: _british,
    Regime.UNITED_STATES: _american,
}
