"""Annual rates: what a loan costs in a year, by the rules of China, Europe, the United Kingdom and the United States."""

from loanmath.apr.amortised import (
    AmortisedCost,
    AmortisedRow,
    amortised_cost,
    amortised_cost_of,
    amortised_cost_of_dates,
)
from loanmath.apr.equation import TimedFlow
from loanmath.apr.fees import Fee, FeeKind, Regime
from loanmath.apr.monthly import AnnualRate, Flow, annual_rate, flows_of, simple_rate
from loanmath.apr.regimes import DatedFlow, LabelledRate, RateLabel, RegimeRate, labelled, regime_rate
from loanmath.apr.root import Root, rate_of
from loanmath.apr.timing import mean_years
from loanmath.apr.unit_periods import UnitPeriod, unit_period_of

__all__ = [
    "AmortisedCost",
    "AmortisedRow",
    "AnnualRate",
    "DatedFlow",
    "Fee",
    "FeeKind",
    "Flow",
    "LabelledRate",
    "RateLabel",
    "Regime",
    "RegimeRate",
    "Root",
    "TimedFlow",
    "UnitPeriod",
    "amortised_cost",
    "amortised_cost_of",
    "amortised_cost_of_dates",
    "annual_rate",
    "flows_of",
    "labelled",
    "mean_years",
    "rate_of",
    "regime_rate",
    "simple_rate",
    "unit_period_of",
]
