"""Fees and penalties that are charged at once: how much, and with which instalment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from loanmath.allocation import Component
from loanmath.errors import LoanMathError
from loanmath.kinds import choice, day, optional, require_kind, values_of, word
from loanmath.rates import PPB
from loanmath.rounding import Rounding, divide
from loanmath.shape import require_range


class Basis(StrEnum):
    """What a charge is a share of."""

    FLAT = "flat"
    """Of nothing: an amount as it is."""
    PRINCIPAL = "principal"
    """The principal paid out."""
    INTEREST = "interest"
    """All interest of the plan; for each instalment, that of the instalment."""
    PRINCIPAL_AND_INTEREST = "principal_and_interest"
    """Principal paid out and all interest; for each instalment, what the instalment asks for of both."""
    OUTSTANDING = "outstanding"
    """The principal that is outstanding when it is charged; for each instalment, when its period begins."""
    ROW_PRINCIPAL = "row_principal"
    """The principal of the instalment it belongs to."""
    ROW_PRINCIPAL_AND_INTEREST = "row_principal_and_interest"


class Moment(StrEnum):
    """When a charge is asked for."""

    ON_A_DATE = "on_a_date"
    AT_DISBURSEMENT = "at_disbursement"
    """Taken from what is paid out that day: the principal, or a tranche of it."""
    EACH_INSTALMENT = "each_instalment"
    WHEN_OVERDUE = "when_overdue"
    """For each instalment that is late on the day of the event and has not been charged so before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A fee or a penalty: a flat amount, or ``rate_ppb`` of its basis."""

    component: Component = Component.FEE
    basis: Basis = Basis.FLAT
    moment: Moment = Moment.ON_A_DATE
    amount_minor: int = 0
    rate_ppb: int = 0
    due_on: date | None = None

    def __post_init__(self) -> None:
        for name, kind in (("component", Component), ("basis", Basis), ("moment", Moment)):
            object.__setattr__(self, name, choice(name, kind, getattr(self, name)))
        require_range("amount_minor", self.amount_minor, -_LARGEST_MINOR, _LARGEST_MINOR)
        require_range("rate_ppb", self.rate_ppb, -_LARGEST_MINOR, _LARGEST_MINOR)
        if self.due_on is not None:
            require_kind("due_on", self.due_on, date)
        if self.component not in (Component.FEE, Component.PENALTY):
            raise LoanMathError("charge_of_what", "component", "A charge is a fee or a penalty")
        is_flat = self.basis is Basis.FLAT
        if (self.amount_minor if is_flat else self.rate_ppb) <= 0:
            raise LoanMathError(
                "charge_without_amount",
                "amount_minor" if is_flat else "rate_ppb",
                "Give the charge an amount, or a rate of its basis, above zero",
            )
        if (self.moment is Moment.ON_A_DATE) != (self.due_on is not None):
            raise LoanMathError(
                "charge_without_date", "due_on", "A charge on a date, and only it, says when it falls due"
            )

    def of(self, basis_minor: int, rounding: Rounding) -> int:
        """The amount, given what it is a share of."""
        if self.basis is Basis.FLAT:
            return self.amount_minor
        return divide(basis_minor * self.rate_ppb, PPB, rounding)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "component": str(self.component),
            "basis": str(self.basis),
            "moment": str(self.moment),
            "amount_minor": self.amount_minor,
            "rate_ppb": self.rate_ppb,
            "due_on": self.due_on.isoformat() if self.due_on else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The charge that :meth:`to_json` wrote.  Raises LoanMathError that names the field."""
        return cls(**values_of(cls, data, _READERS))


_LARGEST_MINOR: Final = 10**18
_READERS: Final = {
    "component": word(Component),
    "basis": word(Basis),
    "moment": word(Moment),
    "due_on": optional(day),
}
