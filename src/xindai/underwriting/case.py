"""What a decision looks at, whole and storable: the same case and policy give the same decision."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from xindai.offers.standing import Means, Standing


@dataclass(frozen=True)
class Asked:
    """What the customer asked for; ``purpose_name`` is the purpose as people read it, by language."""

    amount_minor: int
    term_months: int
    purpose: str
    purpose_name: Mapping[str, str]


@dataclass(frozen=True)
class Offered:
    """What the offer says; ``burden_minor`` is the monthly instalment by which capacity is measured."""

    amount_minor: int
    term_months: int
    rate_ppb: int
    annual_rate_ppb: int
    burden_minor: int
    fee_minor: int
    amount_bound: str
    amount_bound_minor: int
    term_bound: str


@dataclass(frozen=True)
class Case:
    """One application as the rules see it: class, means, wish and offer - and nothing protected.

    ``age_years`` serves the legal age alone.  ``capacity`` is the product's measure of strength,
    ``smallest_amount_minor`` its smallest loan.
    """

    standing: Standing
    means: Means
    asked: Asked
    offered: Offered
    capacity: str
    smallest_amount_minor: int
    currency: str
    minor_per_unit: int
    age_years: int | None

    def to_json(self) -> dict[str, Any]:
        """A plain copy for storing with the decision."""
        return {**asdict(self), "means": self.means.to_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The case that ``to_json`` stored."""
        return cls(
            **{
                **stored,
                "standing": Standing(**stored["standing"]),
                "means": Means(**stored["means"]),
                "asked": Asked(**stored["asked"]),
                "offered": Offered(**stored["offered"]),
            }
        )
