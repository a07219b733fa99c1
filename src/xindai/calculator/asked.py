"""A loan that somebody thinks about: what they say of it, and the terms that this makes."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from loanmath import Charge, DayCount, Frequency, Grace, LoanMathError, Method, Rounding, Shape, Terms
from loanmath.calendar import add_months
from loanmath.charges import Moment
from loanmath.choices import Repricing
from loanmath.floating import Floating, floating_rate
from loanmath.foresight import Prepayment
from loanmath.shape import require_range
from loanmath.terms import RateStep

MOST_LOANS: Final = 3
"""As many can be read side by side."""
MOST_INSTALMENTS: Final = 480
"""Forty years of months: each loan is worked out while somebody waits."""
MOST_PREPAYMENTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A loan as it is asked about; amounts in minor units of the currency, rates in parts per billion a year.

    ``fee_minor`` is kept back from the sum paid out, ``instalment_fee_minor`` asked for with each instalment, and
    ``early_fee_ppb`` is the share of principal repaid ahead of time that doing so costs.  What the other fields mean
    is said at :class:`loanmath.Terms`, :class:`loanmath.Shape` and :class:`loanmath.Grace`.

    A rate that floats follows from ``index``, the values as they are known or thought of, and stands in place of
    ``rate_ppb``; ``repricing`` says what a change of it does to a level instalment.
    """

    currency: str
    principal_minor: int
    rate_ppb: int
    method: Method
    instalments: int
    disbursed_on: date
    frequency: str = "P1M"
    first_due_on: date | None = None
    day_count: DayCount = DayCount.THIRTY_E_360
    rounding: Rounding = Rounding.HALF_UP
    fee_minor: int = 0
    instalment_fee_minor: int = 0
    early_fee_ppb: int = 0
    down_payment_ppb: int = 0
    balloon_minor: int = 0
    instalment_minor: int = 0
    minimum_ppb: int = 0
    minimum_minor: int = 0
    growth_ppb: int = 0
    multiple_minor: int = 1
    advance: int = 0
    weights: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    grace_principal: int = 0
    grace_interest: int = 0
    interest_free: int = 0
    capitalised: int = 0
    floating: Floating | None = None
    index: tuple[RateStep, ...] = ()
    repricing: Repricing = Repricing.ANEW
    prepayments: tuple[Prepayment, ...] = ()

    def terms(self) -> Terms:
        """The terms of such a loan.  Raises LoanMathError where they have no meaning."""
        if self.balloon_minor > self.principal_minor:
            raise LoanMathError("balloon_too_large", "balloon_minor", "The balloon is more than the principal")
        grace = Grace(principal=self.grace_principal, interest=self.grace_interest, **self._as_said(_OF_GRACE))
        rate_ppb, steps = self._rates()
        terms = Terms(
            **self._as_said(_OF_TERMS),
            rate_ppb=rate_ppb,
            rate_steps=steps,
            frequency=Frequency.parse(self.frequency),
            shape=Shape(**self._as_said(_OF_SHAPE)),
            grace=grace,
        )
        grace.require_within(self.instalments)
        return terms

    def charges(self) -> tuple[Charge, ...]:
        """The fee that comes with each instalment, if there is one.  Raises LoanMathError ``out_of_range``."""
        require_range("instalment_fee_minor", self.instalment_fee_minor, 0, _LARGEST_MINOR)
        if not self.instalment_fee_minor:
            return ()
        return (Charge(moment=Moment.EACH_INSTALMENT, amount_minor=self.instalment_fee_minor),)

    def _rates(self) -> tuple[int, tuple[RateStep, ...]]:
        """The first rate and its steps, as far as the index is known."""
        if self.floating is None:
            return self.rate_ppb, ()
        index = sorted(self.index, key=lambda step: step.on)
        known = max([self.disbursed_on, *(step.on for step in index)])
        # The last value holds from the next reset on, so no later one is looked for.
        far = self.floating.months + _LOOKBACK_MONTHS
        until = add_months(known, far) if known.year < _LAST_YEAR else date.max
        return floating_rate(self.floating, index, self.disbursed_on, until)

    def _as_said(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: getattr(self, name) for name in names}


_LARGEST_MINOR: Final = 10**15
_LOOKBACK_MONTHS: Final = 14
_LAST_YEAR: Final = 9900
_OF_TERMS: Final = (
    *("currency", "principal_minor", "method", "instalments", "disbursed_on", "first_due_on"),
    *("day_count", "rounding", "fee_minor", "early_fee_ppb", "down_payment_ppb", "repricing"),
)
_OF_SHAPE: Final = (
    *("balloon_minor", "instalment_minor", "minimum_ppb", "minimum_minor", "growth_ppb", "multiple_minor", "advance"),
    *("weights", "parts"),
)
_OF_GRACE: Final = ("interest_free", "capitalised")
