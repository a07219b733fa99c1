"""Expected credit losses, and a loan that is carried net of them (IFRS 9 5.5, 5.4.1(b), B5.5.35; CAS 22).

Rates and shares are exact fractions; each amount is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from loanmath.errors import LoanMathError
from loanmath.rounding import Rounding, divide


def expected_loss(exposure_minor: int, *shares: Fraction) -> int:
    """The loss to expect: exposure x probability of default x loss given default, or exposure x loss rate.

    ``shares`` are from 0 to 1.  Raises LoanMathError ``amount_below_zero`` or ``share_out_of_range``.
    """
    _require_amount("exposure_minor", exposure_minor)
    product = Fraction(exposure_minor)
    for share in shares:
        if not 0 <= share <= 1:
            raise LoanMathError(
                "share_out_of_range",
                "shares",
                "{share} is no probability and no share: give a fraction from 0 to 1",
                share=share,
            )
        product *= share
    return _half_up(product)


def roll_rates(reached_minor: Sequence[int]) -> tuple[Fraction, ...]:
    """Of what reached each stage of arrears, the share that was lost in the end: the rates of a provision matrix.

    ``reached_minor`` begins with what was lent or sold and ends with what was lost, each stage at most the one before.
    Raises LoanMathError ``stages_grow`` or ``amount_below_zero``.
    """
    for earlier, later in pairwise(reached_minor):
        if later > earlier:
            raise LoanMathError(
                "stages_grow",
                "reached_minor",
                "More reached a later stage ({later}) than the one before ({earlier}): compare the same debts throughout",
                earlier=earlier,
                later=later,
            )
    for amount in reached_minor:
        _require_amount("reached_minor", amount)
    lost = reached_minor[-1] if reached_minor else 0
    return tuple(Fraction(lost, amount) if amount else Fraction(0) for amount in reached_minor)


@dataclass(frozen=True, slots=True)
class ImpairedLoan:
    """A credit-impaired loan: its gross amount and the allowance held against it, in minor units.

    Interest is earned on the net amount at the effective rate and taken out of the allowance, which is thus unwound.
    Raises LoanMathError ``amount_below_zero`` or ``allowance_too_large``.
    """

    gross_minor: int
    allowance_minor: int = 0

    def __post_init__(self) -> None:
        _require_amount("gross_minor", self.gross_minor)
        _require_amount("allowance_minor", self.allowance_minor)
        if self.allowance_minor > self.gross_minor:
            raise LoanMathError(
                "allowance_too_large",
                "allowance_minor",
                "The allowance ({allowance}) is above the gross amount ({gross}): at most the whole loan can be lost",
                allowance=self.allowance_minor,
                gross=self.gross_minor,
            )

    @property
    def carrying_minor(self) -> int:
        """The amortised cost: gross less allowance."""
        return self.gross_minor - self.allowance_minor

    def interest_minor(self, rate: Fraction) -> int:
        """The income of a period whose effective rate is ``rate``, on the carrying amount."""
        return _half_up(self.carrying_minor * rate)

    def accrued(self, rate: Fraction) -> ImpairedLoan:
        """After a period: its interest has been taken out of the allowance (借：贷款损失准备　贷：利息收入)."""
        return replace(self, allowance_minor=self.allowance_minor - self.interest_minor(rate))

    def paid(self, cash_minor: int) -> ImpairedLoan:
        """After money has come in: the gross amount is that much smaller."""
        _require_amount("cash_minor", cash_minor)
        return replace(self, gross_minor=self.gross_minor - cash_minor)

    def remeasured(self, present_value_minor: int) -> ImpairedLoan:
        """Carried at the present value of what is still expected; the growth of the allowance is the loss."""
        _require_amount("present_value_minor", present_value_minor)
        return replace(self, allowance_minor=self.gross_minor - present_value_minor)

    def gain_minor(self, cash_minor: int) -> int:
        """What ending the loan against this sum gives above the carrying amount; negative: a further loss."""
        return cash_minor - self.carrying_minor


def _half_up(amount: Fraction) -> int:
    return divide(amount.numerator, amount.denominator, Rounding.HALF_UP)


def _require_amount(field: str, amount_minor: int) -> None:
    if amount_minor < 0:
        raise LoanMathError(
            "amount_below_zero", field, "{amount} is below zero: give the amount without a sign", amount=amount_minor
        )
