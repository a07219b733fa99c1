"""The shape of every section: which names it has, which values are possible, what must agree.

A shape is checked on the plain values of a section.  It is what rule sets may rely on, so they need
no checks of their own.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, Field, ValidationError, model_validator

from xindai.policies.class_shapes import (
    FactsShape,
    IndustryShape,
    RatingBandsShape,
    RatingCompanyShape,
    RatingShape,
    RiskShape,
    SizeShape,
    TiersShape,
)
from xindai.policies.shape_parts import (
    BILLION,
    MILLION,
    BusinessHours,
    Days,
    FiveTier,
    Flag,
    Industry,
    Kind,
    Minor,
    Months,
    Points,
    Ppb,
    Ppm,
    Rating,
    RiskLevel,
    Shape,
    Words,
    refuse_unless,
)


class PackShape(Shape):
    """What the pack is."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words
    country: str = Field(pattern=r"^[A-Z]{2}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    time_zone: str


class PackageShape(Shape):
    """What a tier gets."""

    longest_term_months: Months
    rate_adjustment_ppb: Ppb
    limit_multiple_ppm: Ppm
    decision_promise_hours: BusinessHours
    is_fast_lane: Flag
    documents: tuple[str, ...]
    documents_company: tuple[str, ...]
    channel: str
    has_dedicated_officer: Flag
    fee_waiver_ppm: Annotated[int, Field(strict=True, ge=0, le=MILLION)]
    review_cycle_months: Months


class PackagesShape(Shape):
    """Packages by tier; a better tier is never served worse."""

    premium: PackageShape
    standard: PackageShape
    prospective: PackageShape
    document_names: dict[str, Words]

    @model_validator(mode="after")
    def _better_tiers_are_served_better(self) -> Self:
        for better, other in ((self.premium, self.standard), (self.standard, self.prospective)):
            refuse_unless(better.rate_adjustment_ppb <= other.rate_adjustment_ppb, _("a better tier pays more"))
            refuse_unless(better.limit_multiple_ppm >= other.limit_multiple_ppm, _("a better tier is lent less"))
            refuse_unless(
                better.decision_promise_hours <= other.decision_promise_hours, _("a better tier waits longer")
            )
            refuse_unless(better.fee_waiver_ppm >= other.fee_waiver_ppm, _("a better tier pays a higher fee"))
            refuse_unless(set(better.documents) <= set(other.documents), _("a better tier brings more documents"))
        return self


class BaseRateShape(Shape):
    """Cost of funds up to a term."""

    code: str
    longest_term_months: Months
    rate_ppb: Ppb
    name: Words


class PriceGridShape(Shape):
    """Cost, floor and cap of a product's price."""

    cost_ppb: Ppb
    floor_ppb: Ppb
    cap_ppb: Ppb

    @model_validator(mode="after")
    def _floor_is_below_cap(self) -> Self:
        refuse_unless(self.floor_ppb <= self.cap_ppb, _("the floor is above the cap"))
        return self


class PricingShape(Shape):
    """The published grid of prices; a better class never pays more."""

    base: tuple[BaseRateShape, ...] = Field(min_length=1)
    premium_by_rating_ppb: dict[Rating, Ppb]
    premium_by_risk_level_ppb: dict[RiskLevel, Ppb]
    products: dict[str, PriceGridShape]
    step_ppb: Annotated[int, Field(strict=True, gt=0)]
    offer_valid_days: Days

    @model_validator(mode="after")
    def _grid_is_monotone(self) -> Self:
        terms = [row.longest_term_months for row in self.base]
        refuse_unless(terms == sorted(set(terms)), _("the terms of base must rise"))
        rating = self.premium_by_rating_ppb
        refuse_unless(rating["high"] <= rating["medium"] <= rating["low"], _("a better rating pays more"))
        level = self.premium_by_risk_level_ppb
        refuse_unless(level["low"] <= level["medium"] <= level["high"], _("a lower risk pays more"))
        return self


class CutOffsShape(Shape):
    """Scores that decide alone."""

    approve_from: Points
    refuse_below: Points

    @model_validator(mode="after")
    def _refusal_is_below_approval(self) -> Self:
        refuse_unless(self.refuse_below <= self.approve_from, _("refuse_below is above approve_from"))
        return self


class HighIsBadShape(Shape):
    """A share of which more is worse."""

    approve_up_to: Ppm
    refuse_above: Ppm

    @model_validator(mode="after")
    def _approval_is_below_refusal(self) -> Self:
        refuse_unless(self.approve_up_to <= self.refuse_above, _("approve_up_to is above refuse_above"))
        return self


class LowIsBadShape(Shape):
    """A share of which less is worse."""

    approve_from: Ppm
    refuse_below: Ppm

    @model_validator(mode="after")
    def _refusal_is_below_approval(self) -> Self:
        refuse_unless(self.refuse_below <= self.approve_from, _("refuse_below is above approve_from"))
        return self


class AssumedCapitalShape(Shape):
    """What stands in for a company's own figures in the working-capital need."""

    sales_margin_ppm: Ppm
    sales_growth_ppm: Ppm
    cycle_days: Days


class WorkingCapitalShape(Shape):
    """The formula and what it assumes."""

    formula: Literal["sales_margin_growth_turnover"]
    assumed: dict[Industry, AssumedCapitalShape]


class UnderwritingShape(Shape):
    """Rules of the automatic decision."""

    score_cut_offs: dict[Kind, CutOffsShape]
    instalment_share_ppm: HighIsBadShape
    cash_flow_cover_ppm: LowIsBadShape
    debt_to_assets_ppm: HighIsBadShape
    debt_service_share_ppm: Ppm
    fewest_years_in_business: Annotated[int, Field(strict=True, ge=0)]
    largest_automatic_minor: dict[Kind, Minor]
    working_capital: WorkingCapitalShape
    forbidden_purposes: dict[str, Words]
    referred_purposes: tuple[str, ...]


class LegalShape(Shape):
    """Limits of the law, by what they limit."""

    longest_term_months: dict[str, Months]
    value_share_ppm: dict[str, Ppm]
    entrusted_payment_above_minor: dict[str, Minor]
    on_site_survey_above_minor: Minor
    unsecured_cap_minor: dict[str, Minor]
    longest_bullet_months: Months
    highest_annual_rate_ppb: Ppb
    commercial_property_rate_of_base_ppm: Ppm
    lowest_age_years: Annotated[int, Field(strict=True, ge=0, le=150)]
    debt_to_income_ppm: Ppm
    negative_record_years: int
    single_borrower_share_of_capital_ppm: Ppm


class FiveTierShape(Shape):
    """Risk classification of loans by days overdue."""

    overdue_days_above: dict[Literal["special_mention", "substandard", "doubtful", "loss"], Days]
    technical_lateness_days: Days
    non_accrual_after_days: Days
    upgrade_good_conduct_months: Months
    restructured_observation_months: Months
    restructured_observation_periods: int
    debtor_non_performing_share_ppm: Ppm

    @model_validator(mode="after")
    def _floors_rise(self) -> Self:
        floors = [self.overdue_days_above[tier] for tier in ("special_mention", "substandard", "doubtful", "loss")]
        refuse_unless(floors == sorted(set(floors)), _("the days must rise from special mention to loss"))
        return self


class ProvisioningShape(Shape):
    """Allowance by tier; a worse tier never needs less."""

    rates_ppb: dict[FiveTier, Annotated[int, Field(strict=True, ge=0, le=BILLION)]]
    lowest_coverage_ppm: Ppm
    lowest_provision_ratio_ppm: Ppm

    @model_validator(mode="after")
    def _rates_rise(self) -> Self:
        rates = [self.rates_ppb[tier] for tier in ("normal", "special_mention", "substandard", "doubtful", "loss")]
        refuse_unless(rates == sorted(rates), _("a worse tier must not need less allowance"))
        return self


class WriteOffShape(Shape):
    """When a claim may be proposed for write-off."""

    five_tier: tuple[FiveTier, ...]
    overdue_days_min: Days
    steps_required: tuple[str, ...]


class MarkupShape(Shape):
    """The lender's markup inside the range of the rule."""

    lowest_markup_ppm: Ppm
    highest_markup_ppm: Ppm
    markup_ppm: Ppm

    @model_validator(mode="after")
    def _markup_is_in_range(self) -> Self:
        refuse_unless(
            self.lowest_markup_ppm <= self.markup_ppm <= self.highest_markup_ppm,
            _("markup_ppm is outside the range of the rule"),
        )
        return self


class PenaltyShape(Shape):
    """Penalty interest and what a payment pays first."""

    overdue: MarkupShape
    misuse: MarkupShape
    is_interest_compounded: Flag
    allocation_order: tuple[Literal["penalty", "interest", "principal"], ...]


class AnnualRateShape(Shape):
    """The annual rate shown to customers."""

    shown: Literal["monthly_irr_times_12", "effective"]
    is_effective_shown_beside: Flag
    includes: tuple[Literal["interest", "fees"], ...]
    labels: dict[Literal["monthly_irr_times_12", "effective"], Words]


class CollectionStepShape(Shape):
    """A step that is due on a day of being overdue."""

    overdue_days: Annotated[int, Field(strict=True, gt=0)]
    code: str
    channel: Literal["message", "call", "letter", "visit", "court"]
    name: Words


class CollectionsShape(Shape):
    """Contact rules and the strategy."""

    contact_from: time
    contact_until: time
    connected_calls_a_day_max: Annotated[int, Field(strict=True, ge=0)]
    is_only_debtor_contacted: Flag
    agency_cycle_pause_days_min: Days
    steps: tuple[CollectionStepShape, ...]
    days_to_record_outcome: Days
    debit_retry_days: tuple[Annotated[int, Field(strict=True, gt=0)], ...]

    @model_validator(mode="after")
    def _steps_follow_each_other(self) -> Self:
        days = [step.overdue_days for step in self.steps]
        refuse_unless(days == sorted(set(days)), _("the steps must stand in order, one a day at most"))
        refuse_unless(self.contact_from < self.contact_until, _("contact_from is not before contact_until"))
        return self


class CalendarYearShape(Shape):
    """What differs from plain weekends in a year."""

    holidays: tuple[date, ...]
    working_weekend_days: tuple[date, ...]


class CalendarShape(Shape):
    """Business days."""

    weekend: tuple[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], ...]
    years: dict[Annotated[str, Field(pattern=r"^\d{4}$")], CalendarYearShape]
    opens_at: time
    closes_at: time

    @model_validator(mode="after")
    def _hours_follow_each_other(self) -> Self:
        refuse_unless(self.opens_at < self.closes_at, _("opens_at is not before closes_at"))
        return self

    @model_validator(mode="after")
    def _dates_belong_to_their_year(self) -> Self:
        for year, days in self.years.items():
            for day in (*days.holidays, *days.working_weekend_days):
                refuse_unless(str(day.year) == year, _("{day} does not belong to {year}").format(day=day, year=year))
        return self


class WorkShape(Shape):
    """By when work within the house is done, when that is soon, and how long it may be put off."""

    complete_hours: BusinessHours
    draw_up_hours: BusinessHours
    disbursement_hours: BusinessHours
    check_hours: BusinessHours
    enquiry_hours: BusinessHours
    suspense_hours: BusinessHours
    repair_hours: BusinessHours
    soon_share_ppm: Annotated[int, Field(strict=True, ge=0, le=MILLION)]
    soon_hours: BusinessHours
    longest_snooze_days: Annotated[int, Field(strict=True, gt=0, le=366)]


Seconds = Annotated[int, Field(strict=True, gt=0, le=7 * 86_400)]


class WebhooksShape(Shape):
    """When a delivery to another machine is tried again, when an endpoint is given up, how long deliveries are kept."""

    retry_after_seconds: Annotated[tuple[Seconds, ...], Field(min_length=1, max_length=30)]
    answer_seconds: Annotated[int, Field(strict=True, gt=0, le=60)]
    disable_after_hours: Annotated[int, Field(strict=True, gt=0, le=24 * 60)]
    spread_ppm: Annotated[int, Field(strict=True, ge=0, le=MILLION)]
    kept_days: Annotated[int, Field(strict=True, gt=0, le=3660)]


class DecisionReasonsShape(Shape):
    """What is said about each finding of the decision rules."""

    texts: dict[str, Words]


class RatingReportShape(Shape):
    """How the fitted table did, with and without protected attributes."""

    auc_per_10000: dict[str, int]
    persons: dict[str, int]


class UnitsShape(Shape):
    """Words for every unit, and for what is left of it beside a figure quoted in percent or currency."""

    names: dict[str, Words]
    beside_quoted: dict[str, Words]


SECTIONS: dict[str, type[BaseModel]] = {
    "pack": PackShape,
    "units": UnitsShape,
    "facts": FactsShape,
    "rating": RatingShape,
    "rating_report": RatingReportShape,
    "rating_company": RatingCompanyShape,
    "rating_bands": RatingBandsShape,
    "industry": IndustryShape,
    "size": SizeShape,
    "risk": RiskShape,
    "tiers": TiersShape,
    "packages": PackagesShape,
    "pricing": PricingShape,
    "underwriting": UnderwritingShape,
    "decision_reasons": DecisionReasonsShape,
    "legal": LegalShape,
    "five_tier": FiveTierShape,
    "provisioning": ProvisioningShape,
    "write_off": WriteOffShape,
    "penalty": PenaltyShape,
    "annual_rate": AnnualRateShape,
    "collections": CollectionsShape,
    "calendar": CalendarShape,
    "work": WorkShape,
    "webhooks": WebhooksShape,
}


def problems(name: str, plain: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Key, problem and remedy of every mistake in a section's plain values; nothing when it fits."""
    try:
        SECTIONS[name].model_validate(plain)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        # A misspelt name is both unknown and missing: say first what stands there.
        for mistake in sorted(mistakes, key=lambda mistake: mistake["type"] != "extra_forbidden"):
            yield _in_words(mistake)


def _in_words(mistake: Any) -> tuple[str, str, str]:
    """One mistake as key, problem and remedy."""
    key = ".".join(str(step) for step in mistake["loc"])
    given, limits = mistake.get("input"), mistake.get("ctx", {})
    match mistake["type"]:
        case "missing":
            return key, _("it is missing."), _("Add it; the shipped pack shows how.")
        case "extra_forbidden":
            return key, _("no figure of this section has this name."), _("Correct the spelling or remove it.")
        case "literal_error":
            return (
                key,
                _("“{given}” is not possible.").format(given=given),
                _("Choose {choices}.").format(choices=limits.get("expected", "")),
            )
        case "value_error":
            return key, f"{limits['error']}.", _("Correct the figures so that they agree.")
        case _:
            return (
                key,
                _("“{given}” is not possible: {detail}.").format(given=given, detail=mistake["msg"]),
                _("Correct the value; mind its unit."),
            )
