"""What offers and decisions may know of a customer: the class and the means, nothing protected."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final, Self

RESTS_ON: Final = {
    "income": "disposable_income_minor",
    "turnover": "revenue_minor",
    "cash_flow": "annual_cash_flow_minor",
}
"""The figure of a customer without which nothing can be lent, by what the product measures strength by."""


@dataclass(frozen=True)
class Standing:
    """The customer's class on the day, dimension by dimension."""

    kind: str
    rating: str
    score: int
    risk_level: str
    industry: str
    size: str
    tier: str

    def to_json(self) -> dict[str, Any]:
        """A plain copy for storing; ``Standing(**copy)`` brings it back."""
        return asdict(self)


@dataclass(frozen=True)
class Means:
    """What a customer can repay from; amounts in minor units, None where nothing is known.

    Persons: monthly income after living costs, and what other debts take of it each month.
    Companies: figures of the last business year.
    """

    disposable_income_minor: int | None = None
    other_instalments_minor: int | None = None
    years_in_business: int | None = None
    revenue_minor: int | None = None
    assets_minor: int | None = None
    total_debt_minor: int | None = None
    annual_cash_flow_minor: int | None = None
    working_capital_loans_minor: int | None = None
    own_working_funds_minor: int | None = None
    sales_margin_ppm: int | None = None
    sales_growth_ppm: int | None = None
    inventory_days: int | None = None
    receivable_days: int | None = None
    payable_days: int | None = None
    prepaid_days: int | None = None
    advance_days: int | None = None

    @classmethod
    def of(cls, facts: Mapping[str, Any], on: date) -> Self:
        """The means among the facts; every other fact, protected ones too, stays behind.

        Years in business follow from the founding date where they are not stated.
        """
        known = {field.name for field in fields(cls)}
        stated = {name: int(facts[name]) for name in known & facts.keys() if facts[name] is not None}
        if "years_in_business" not in stated and facts.get("founded_on"):
            stated["years_in_business"] = full_years(date.fromisoformat(str(facts["founded_on"])), on)
        return cls(**stated)

    def to_json(self) -> dict[str, Any]:
        """The known means alone; ``Means(**copy)`` brings them back."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def full_years(start: date, on: date) -> int:
    """Completed years between two dates."""
    return on.year - start.year - ((on.month, on.day) < (start.month, start.day))
