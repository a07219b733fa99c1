"""What a loan would cost: its instalments, its fees, its annual rates, and why each cent is what it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from loanmath import LoanMathError, PlanRow
from loanmath.apr import LabelledRate, Regime, regime_rate
from loanmath.foresight import Foreseen, foresee
from loanmath.rows import FEE, INTEREST, PRINCIPAL, Standings
from xindai.calculator import refusals
from xindai.calculator.asked import Asked
from xindai.kernel.errors import InvalidInput

REGIMES: Final = (Regime.CHINA, Regime.EUROPE)
"""By whose rules annual rates are told, always under the name of the rule."""


@dataclass(frozen=True, slots=True)
class Line:
    """An instalment as it would be paid; amounts in minor units."""

    row: PlanRow
    principal_minor: int
    interest_minor: int
    fee_minor: int

    @property
    def total_minor(self) -> int:
        """All that is paid on the day."""
        return self.principal_minor + self.interest_minor + self.fee_minor


@dataclass(frozen=True, slots=True)
class Quote:
    """What a loan would cost if every date were kept.

    ``rates`` are the annual rates, each with its label; where there is none, ``without_rate`` says why.
    """

    asked: Asked
    foreseen: Foreseen
    lines: tuple[Line, ...]
    rates: tuple[LabelledRate, ...]
    without_rate: InvalidInput | None

    @property
    def level_minor(self) -> int | None:
        """The instalment of a level plan, before anything is paid ahead of time."""
        level = self.foreseen.plan.level
        return level.amount_minor if level else None


def quote(asked: Asked) -> Quote:
    """Work a loan out.  Raises InvalidInput that names the field at fault."""
    try:
        seen = foresee(asked.terms(), asked.charges(), asked.prepayments)
    except LoanMathError as error:
        raise refusals.of_engine(error, asked.currency) from error
    rates, without = _rates(seen, asked.currency)
    return Quote(asked, seen, tuple(_lines(seen)), rates, without)


def _lines(seen: Foreseen) -> Iterator[Line]:
    for row in seen.rows:
        if any(row.asked) or row.plan.opening_minor:
            yield _line(row)


def _line(row: Standings) -> Line:
    return Line(row.plan, row.asked[PRINCIPAL], row.asked[INTEREST], row.asked[FEE])


def _rates(seen: Foreseen, currency: str) -> tuple[tuple[LabelledRate, ...], InvalidInput | None]:
    flows, found = seen.flows(), []
    try:
        for regime in REGIMES:
            told = regime_rate(regime, flows)
            found += [one for one in (told.shown, told.beside) if one]
    except LoanMathError as error:
        return (), refusals.of_engine(error, currency)
    return tuple(found), None
