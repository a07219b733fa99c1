"""The policy figures that offers and decisions need, as of one day, in typed form.

The pack's sections are edited by people and dated; their shapes are checked when a pack is loaded.
Here they become frozen values with the units in the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from xindai.policies.packs import Pack

TIERS = ("premium", "standard", "prospective")
MILLION = 1_000_000

SECTIONS: Final = ("pricing", "packages", "legal", "underwriting", "penalty")
"""The pack's sections that ``OfferPolicy.of`` reads."""


@dataclass(frozen=True)
class CutOffs:
    """Two limits of one measure: up to ``good`` all is well, beyond ``bad`` nothing is lent."""

    good: int
    bad: int


@dataclass(frozen=True)
class BaseRate:
    """The lender's cost of funds up to a term."""

    code: str
    longest_term_months: int
    rate_ppb: int


@dataclass(frozen=True)
class PriceGrid:
    """A product's operating cost and the bounds of its price."""

    cost_ppb: int
    floor_ppb: int
    cap_ppb: int


@dataclass(frozen=True)
class Pricing:
    """The published prices: parts per billion per annum, by what a price may depend on."""

    base_rates: tuple[BaseRate, ...]
    grids: Mapping[str, PriceGrid]
    premium_by_rating_ppb: Mapping[str, int]
    premium_by_risk_level_ppb: Mapping[str, int]
    step_ppb: int

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> Self:
        """The prices in the pack's section ``pricing``."""
        return cls(
            base_rates=tuple(
                BaseRate(row["code"], row["longest_term_months"], row["rate_ppb"]) for row in section["base"]
            ),
            grids={code: PriceGrid(**row) for code, row in section["products"].items()},
            premium_by_rating_ppb=section["premium_by_rating_ppb"],
            premium_by_risk_level_ppb=section["premium_by_risk_level_ppb"],
            step_ppb=section["step_ppb"],
        )

    def base(self, term_months: int) -> BaseRate:
        """The first row whose term is not exceeded; the longest row for anything beyond."""
        fitting = (row for row in self.base_rates if term_months <= row.longest_term_months)
        return next(fitting, self.base_rates[-1])


@dataclass(frozen=True)
class Package:
    """The service of one tier, as far as an offer promises it."""

    tier: str
    longest_term_months: int
    rate_adjustment_ppb: int
    limit_multiple_ppm: int
    promised_hours: int
    documents: Mapping[str, tuple[str, ...]]
    fee_share_ppm: int

    @classmethod
    def of(cls, tier: str, row: Mapping[str, Any]) -> Self:
        """The tier's part of the pack's section ``packages``."""
        return cls(
            tier=tier,
            longest_term_months=row["longest_term_months"],
            rate_adjustment_ppb=row["rate_adjustment_ppb"],
            limit_multiple_ppm=row["limit_multiple_ppm"],
            promised_hours=row["decision_promise_hours"],
            documents={"person": tuple(row["documents"]), "company": tuple(row["documents_company"])},
            fee_share_ppm=MILLION - row["fee_waiver_ppm"],
        )


@dataclass(frozen=True)
class Law:
    """Limits of the law: months, parts per million of a value, minor units."""

    longest_term_months: Mapping[str, int]
    longest_bullet_months: int
    value_share_ppm: Mapping[str, int]
    unsecured_cap_minor: Mapping[str, int]
    entrusted_payment_above_minor: Mapping[str, int]
    rate_floor_ppm_of_base: Mapping[str, int]
    highest_annual_rate_ppb: int
    debt_to_income_ppm: int
    lowest_age_years: int

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> Self:
        """The limits in the pack's section ``legal``."""
        return cls(
            longest_term_months=section["longest_term_months"],
            longest_bullet_months=section["longest_bullet_months"],
            value_share_ppm=section["value_share_ppm"],
            unsecured_cap_minor=section["unsecured_cap_minor"],
            entrusted_payment_above_minor=section["entrusted_payment_above_minor"],
            rate_floor_ppm_of_base={"commercial_property": section["commercial_property_rate_of_base_ppm"]},
            highest_annual_rate_ppb=section["highest_annual_rate_ppb"],
            debt_to_income_ppm=section["debt_to_income_ppm"],
            lowest_age_years=section["lowest_age_years"],
        )


@dataclass(frozen=True)
class AssumedCapital:
    """What stands in for a company's own figures in the working-capital need."""

    sales_margin_ppm: int
    sales_growth_ppm: int
    cycle_days: int


@dataclass(frozen=True)
class CapacityPolicy:
    """How far means reach: shares of income, cover by cash flow, assumptions by industry."""

    instalment_share_ppm: CutOffs
    cash_flow_cover_ppm: CutOffs
    debt_service_share_ppm: int
    working_capital: Mapping[str, AssumedCapital]

    @classmethod
    def of(cls, section: Mapping[str, Any], law: Law) -> Self:
        """The figures in the pack's section ``underwriting``; the law's share of income caps the lender's."""
        share, cover = section["instalment_share_ppm"], section["cash_flow_cover_ppm"]
        return cls(
            instalment_share_ppm=CutOffs(
                good=share["approve_up_to"], bad=min(share["refuse_above"], law.debt_to_income_ppm)
            ),
            cash_flow_cover_ppm=CutOffs(good=cover["approve_from"], bad=cover["refuse_below"]),
            debt_service_share_ppm=section["debt_service_share_ppm"],
            working_capital={
                industry: AssumedCapital(**row) for industry, row in section["working_capital"]["assumed"].items()
            },
        )


@dataclass(frozen=True)
class OfferPolicy:
    """Everything of the pack that an offer depends on."""

    pricing: Pricing
    packages: Mapping[str, Package]
    law: Law
    capacity: CapacityPolicy
    forbidden_purposes: frozenset[str]
    markups_ppm: Mapping[str, int]

    @classmethod
    def of(cls, sections: Mapping[str, Mapping[str, Any]]) -> Self:
        """The offer's policy in the pack's sections, each as of the day."""
        law = Law.of(sections["legal"])
        return cls(
            pricing=Pricing.of(sections["pricing"]),
            packages={tier: Package.of(tier, sections["packages"][tier]) for tier in TIERS},
            law=law,
            capacity=CapacityPolicy.of(sections["underwriting"], law),
            forbidden_purposes=frozenset(sections["underwriting"]["forbidden_purposes"]),
            markups_ppm={kind: sections["penalty"][kind]["markup_ppm"] for kind in ("overdue", "misuse")},
        )


_kept: Final[dict[tuple[str, str], OfferPolicy]] = {}
"""Policies by fingerprint and day of their pack, which never change."""


def offer_policy(pack: Pack) -> OfferPolicy:
    """The offer's policy in a pack, parsed once."""
    key = (pack.sha256, pack.on.isoformat())
    if not pack.sha256 or key not in _kept:
        _kept[key] = OfferPolicy.of({name: pack.section(name) for name in SECTIONS})
    return _kept[key]
