"""The frozen terms of a loan: everything agreed on that the mathematics needs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from loanmath.allocation import USUAL_ORDER, Allocation
from loanmath.calendar import BusinessDayRule, add_months
from loanmath.daycount import DayCount
from loanmath.errors import LoanMathError
from loanmath.money import exponent
from loanmath.rates import LARGEST_RATE_PPB, PPB
from loanmath.rounding import Rounding

MOST_INSTALMENTS: Final = 1_200


class Method(StrEnum):
    """How the principal comes back."""

    LEVEL = "level"
    """等额本息: equal instalments of principal and interest."""
    EQUAL_PRINCIPAL = "equal_principal"
    """等额本金: equal parts of principal, interest on the balance."""
    INTEREST_FIRST = "interest_first"
    """先息后本: interest each period, the principal with the last."""
    BULLET = "bullet"
    """利随本清: principal and interest in one sum at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one loan.

    Amounts are minor units of ``currency``; rates are parts per billion a year.  Instalment ``k``
    is nominally due ``k - 1`` periods of ``period_months`` after ``first_due_on``.  Overdue
    principal and interest bear ``penalty_rate_ppb`` by calendar days over the day count's year.
    Raises LoanMathError when the terms have no meaning.
    """

    currency: str
    principal_minor: int
    rate_ppb: int
    day_count: DayCount
    method: Method
    disbursed_on: date
    first_due_on: date
    instalments: int
    period_months: int = 1
    rounding: Rounding = Rounding.HALF_UP
    business_day: BusinessDayRule = BusinessDayRule.NONE
    penalty_rate_ppb: int = 0
    fee_minor: int = 0
    non_accrual_after_days: int = 90
    allocation: Allocation = USUAL_ORDER

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            object.__setattr__(self, name, _read_choice(name, kind, getattr(self, name)))
        exponent(self.currency)
        for name, (low, high) in _RANGES.items():
            _require_range(name, getattr(self, name), low, high)
        if self.first_due_on <= self.disbursed_on:
            raise LoanMathError(
                "first_due_too_early",
                "first_due_on",
                "The first due date must lie after the disbursement",
            )
        if self.method is Method.BULLET and self.instalments != 1:
            raise LoanMathError(
                "bullet_has_one_row",
                "instalments",
                "A bullet loan has exactly one instalment",
            )

    @classmethod
    def for_months(
        cls,
        *,
        term_months: int,
        method: Method | str,
        disbursed_on: date,
        **others: Any,
    ) -> Self:
        """Terms of so many months with monthly due dates on the day of disbursement.

        A bullet loan falls due once, at the end of its months.
        """
        is_bullet = method == Method.BULLET
        return cls(
            method=Method(method),
            disbursed_on=disbursed_on,
            first_due_on=add_months(disbursed_on, term_months if is_bullet else 1),
            instalments=1 if is_bullet else term_months,
            **others,
        )

    @property
    def year_units(self) -> int:
        """The units of the day count that make a year."""
        return self.day_count.year_units(self.disbursed_on)

    @property
    def divisor(self) -> int:
        """What amount x ppb x units is divided by to give interest in minor units."""
        return PPB * self.year_units

    def due_dates(self) -> list[date]:
        """The nominal due dates; a day missing in a month becomes its last day.

        A regular first period keeps the day of disbursement: paid out on 31 January, due on
        29 February, 31 March, 30 April.
        """
        first, months = self.first_due_on, self.period_months
        is_regular = first == add_months(self.disbursed_on, months)
        day = self.disbursed_on.day if is_regular else first.day
        return [add_months(first, number * months, day) for number in range(self.instalments)]

    def to_json(self) -> dict[str, Any]:
        """Plain values that JSON can carry, in a fixed order."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The terms that :meth:`to_json` wrote.  Raises LoanMathError for an unknown word."""
        known = {item.name for item in fields(cls)}
        unknown = sorted(data.keys() - known)
        if unknown:
            raise LoanMathError(
                "unknown_term",
                unknown[0],
                "{term} is no term of a loan",
                term=unknown[0],
            )
        values = dict(data)
        for name in ("disbursed_on", "first_due_on"):
            values[name] = date.fromisoformat(values[name])
        if "allocation" in values:
            values["allocation"] = Allocation.from_json(values["allocation"])
        return cls(**values)


_KINDS: Final[dict[str, type[StrEnum]]] = {
    "day_count": DayCount,
    "method": Method,
    "rounding": Rounding,
    "business_day": BusinessDayRule,
}
_RANGES: Final = {
    "principal_minor": (1, 10**15),
    "rate_ppb": (0, LARGEST_RATE_PPB),
    "penalty_rate_ppb": (0, LARGEST_RATE_PPB),
    "instalments": (1, MOST_INSTALMENTS),
    "period_months": (1, 120),
    "fee_minor": (0, 10**15),
    "non_accrual_after_days": (0, 36_500),
}


def _read_choice(name: str, kind: type[StrEnum], value: str) -> StrEnum:
    try:
        return kind(value)
    except ValueError:
        raise LoanMathError(
            "unknown_choice",
            name,
            "“{value}” is no {name}: choose {choices}",
            value=value,
            name=name,
            choices=", ".join(kind),
        ) from None


def _require_range(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or not low <= value <= high:
        raise LoanMathError(
            "out_of_range",
            name,
            "{name} is {value}: give a whole number from {low} to {high}",
            name=name,
            value=value,
            low=low,
            high=high,
        )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Allocation):
        return value.to_json()
    return str(value) if isinstance(value, StrEnum) else value
