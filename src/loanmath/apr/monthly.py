"""Annual rates as mainland China shows them: monthly internal rate x 12, the effective rate, the simple rate.

PBC Announcement [2021] No. 3 asks for an annualised rate by the internal-rate method and leaves open which of the two
readings is meant; both are given and both are labelled.  Time is counted in whole months; odd days bear simple interest
for days / 30 of a month (as in Regulation Z, Appendix J).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import repeat
from typing import Any, Final, NamedTuple

from loanmath.apr.equation import TimedFlow, named
from loanmath.apr.root import PER_MICRO_PERCENT, rate_of
from loanmath.apr.search import MONTHS_IN_YEAR
from loanmath.apr.timing import DAYS_IN_MONTH, months_and_days
from loanmath.errors import LoanMathError, wrong_kind
from loanmath.rates import PPB
from loanmath.schedule import PlanRow
from loanmath.terms import Terms

_new: Final[Any] = tuple.__new__
"""A named tuple made as the tuple that it is, for every flow."""
_PARTS: Final[tuple[Fraction | int, ...]] = (0, *(Fraction(days, DAYS_IN_MONTH) for days in range(1, DAYS_IN_MONTH)), 1)
_INT: Final = frozenset({int})
_DAYS: Final = frozenset(range(DAYS_IN_MONTH + 1))


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
        return percent(self.monthly_irr_times_12_micro_percent)

    @property
    def effective_percent(self) -> str:
        """Such as ``"5.011555"``."""
        return percent(self.effective_micro_percent)

    @property
    def is_negative(self) -> bool:
        """Whether less is paid back than was paid out."""
        return self.effective_micro_percent < 0


def flows_of(terms: Terms, rows: Iterable[PlanRow]) -> tuple[Flow, ...]:
    """The flows of a plan: the principal less the fee and the tranches out, every row in on its nominal date."""
    flows = [Flow(0, terms.fee_minor - terms.principal_minor)]
    for tranche in terms.tranches:
        months, days = months_and_days(terms.disbursed_on, tranche.on)
        flows.append(Flow(months, -tranche.amount_minor, days))
    for row, on in _on_nominal_dates(terms, rows):
        months, days = months_and_days(terms.disbursed_on, on)
        flows.append(Flow(months, row.total_minor, days))
    return tuple(flows)


def _on_nominal_dates(terms: Terms, rows: Iterable[PlanRow]) -> Iterator[tuple[PlanRow, date]]:
    """The rows of a plan with their nominal dates: sums due at once have their own, and a plan may have grown by rows."""
    found = list(rows)
    regular = sum(not row.is_down_payment for row in found)
    longer = replace(terms, instalments=regular) if regular > terms.instalments and not terms.matures_on else terms
    nominal = iter(longer.due_dates())
    for row in found:
        yield row, row.due_on if row.is_down_payment else next(nominal, row.accrual_to)


def annual_rate(flows: Iterable[Flow]) -> AnnualRate:
    """The rate at which payments in are worth what was paid out.

    Raises LoanMathError ``no_rate`` where no rate does that, ``several_rates`` where more than one might,
    ``flow_out_of_range``.
    """
    root = rate_of(timed(flows), MONTHS_IN_YEAR)
    return AnnualRate(root.nominal_micro_percent, root.effective_micro_percent)


def timed(flows: Iterable[Flow]) -> list[TimedFlow]:
    """The same flows in unit-periods of a month.  Raises LoanMathError ``flow_out_of_range``."""
    found = named("flows", flows, Flow)
    months, amounts, days = zip(*found, strict=True) if found else ((), (), ())
    _require_times(months, days)
    parts = map(_PARTS.__getitem__, days)
    return list(map(_new, repeat(TimedFlow), zip(amounts, months, parts, strict=True)))


def _require_times(months: Sequence[int], days: Sequence[int]) -> None:
    # Column by column: of a long plan each flow costs almost nothing.
    if not _INT.issuperset(map(type, months)) or not _INT.issuperset(map(type, days)):
        pairs = list(zip(months, days, strict=True))
        place = next(place for place, pair in enumerate(pairs) if not _INT.issuperset(map(type, pair)))
        raise wrong_kind(f"flows[{place}]", pairs[place], "whole months and days")
    if min(months, default=0) < 0 or not _DAYS.issuperset(days):
        raise LoanMathError("flow_out_of_range", "flows", "A flow lies months >= 0 and 0 to 30 days after the start")


def simple_rate(terms: Terms, rows: Iterable[PlanRow]) -> int:
    """The simple annual rate of a plan in millionths of a percent, half up: shown only with the label "simple" (单利).

    All interest and fees over the principal that is really outstanding, each balance as long as it stands (PBC [2021]
    No. 3, items 2 and 3); time as for the other readings.  Raises LoanMathError ``no_rate`` for a plan without principal.
    """
    cost, owed = terms.fee_minor, Fraction(0)
    # A sum is owed from when it is paid out to when it is repaid: the sum of balance x time, whatever lies between.
    for tranche in terms.tranches:
        owed -= tranche.amount_minor * _moment(terms, tranche.on)
    for row, on in _on_nominal_dates(terms, rows):
        cost += row.interest_minor
        owed += (row.principal_minor - row.capitalised_minor) * _moment(terms, on)
    if owed <= 0:
        raise LoanMathError("no_rate", "rows", "There is no rate without principal outstanding: check the plan")
    return half_up(Fraction(cost * MONTHS_IN_YEAR * PER_MICRO_PERCENT) / owed)


def _moment(terms: Terms, on: date) -> Fraction:
    """Months after the disbursement, odd days as thirtieths."""
    months, days = months_and_days(terms.disbursed_on, on)
    return months + Fraction(days, DAYS_IN_MONTH)


def half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def percent(micro_percent: int) -> str:
    """Millionths of a percent as ``"4.900000"``."""
    whole, part = divmod(abs(micro_percent), 10**6)
    return f"{'-' if micro_percent < 0 else ''}{whole}.{part:06d}"
