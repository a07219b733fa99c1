"""The shape of every section: which names it has, which values are possible, what must agree.

A shape is checked on the plain values of a section.  It is what rule sets may rely on, so they need
no checks of their own.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

BILLION = 1_000_000_000
MILLION = 1_000_000

Ppb = Annotated[int, Field(strict=True, ge=-BILLION, le=BILLION)]
"""A rate: parts per billion, per annum where it is interest; never above 100 %."""
Ppm = Annotated[int, Field(strict=True, ge=0, le=10 * MILLION)]
"""A share: parts per million; up to ten times for multiples."""
Minor = Annotated[int, Field(strict=True, ge=0)]
Days = Annotated[int, Field(strict=True, ge=0, le=36_500)]
Months = Annotated[int, Field(strict=True, gt=0, le=1_200)]
Points = Annotated[int, Field(strict=True, ge=-10_000, le=10_000)]
BusinessHours = Annotated[int, Field(strict=True, gt=0, le=1_000)]
Flag = Annotated[bool, Field(strict=True)]

Rating = Literal["high", "medium", "low"]
RiskLevel = Literal["low", "medium", "high"]
Industry = Literal["manufacturing", "services", "agriculture", "other"]
Tier = Literal["premium", "standard", "prospective"]
Kind = Literal["person", "company"]
FiveTier = Literal["normal", "special_mention", "substandard", "doubtful", "loss"]


class Shape(BaseModel):
    """A frozen part of a section; an unknown name in it is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Shape):
    """A text for people, in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


def _refuse_unless(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


class PackShape(Shape):
    """What the pack is."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words
    country: str = Field(pattern=r"^[A-Z]{2}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    time_zone: str


class FactShape(Shape):
    """A fact of customers or requests.

    ``is_personal`` facts are kept encrypted; ``is_share`` is in parts per million, ``is_money`` in
    minor units.
    """

    of: Literal["person", "company", "customer", "request"]
    label: Words
    read_by: tuple[Literal["rating", "industry", "size", "risk", "tier"], ...]
    codes: dict[str, Words] = {}
    worst_to_best: tuple[str, ...] = ()
    is_number: bool = False
    is_money: bool = False
    is_share: bool = False
    is_date: bool = False
    is_personal: bool = False

    @model_validator(mode="after")
    def _order_names_codes(self) -> Self:
        _refuse_unless(
            not self.worst_to_best or set(self.worst_to_best) == self.codes.keys(),
            _("worst_to_best must name every code once"),
        )
        return self


class FactsShape(Shape):
    """All facts, and those that no rule may see."""

    protected: tuple[str, ...]
    facts: dict[str, FactShape]

    @model_validator(mode="after")
    def _protected_are_not_read(self) -> Self:
        both = sorted(set(self.protected) & {name for name, fact in self.facts.items() if fact.read_by})
        _refuse_unless(not both, _("protected facts may not be read by a rule: {names}").format(names=", ".join(both)))
        return self


class BinShape(Shape):
    """One row of a points table: these codes, or numbers up to and including a bound (none: all above)."""

    codes: tuple[str, ...] = ()
    up_to: int | None = None
    points: Points


class AttributeShape(Shape):
    """The points of one fact."""

    fact: str
    bins: tuple[BinShape, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _bins_cover_everything_once(self) -> Self:
        codes = [code for row in self.bins for code in row.codes]
        bounds = [row.up_to for row in self.bins if not row.codes]
        _refuse_unless(len(codes) == len(set(codes)), _("a code stands in two bins"))
        _refuse_unless(not (codes and bounds), _("bins are by codes or by numbers, not both"))
        if bounds:
            limits = [bound for bound in bounds[:-1] if bound is not None]
            _refuse_unless(
                bounds[-1] is None and len(limits) == len(bounds) - 1 and limits == sorted(set(limits)),
                _("bounds must rise, and the last bin has none"),
            )
        return self


class PointsTableShape(Shape):
    """Base points plus the points of each fact make the score."""

    base_points: Points
    attributes: tuple[AttributeShape, ...] = Field(min_length=1)


class RatingShape(Shape):
    """The fitted table of persons; ``fit`` says from what and how it was fitted."""

    table: PointsTableShape
    fit: dict[str, Any]


class RatingCompanyShape(Shape):
    """The expert table of companies."""

    table: PointsTableShape


class BandsShape(Shape):
    """Scores from which a rating begins."""

    high_from: Points
    medium_from: Points

    @model_validator(mode="after")
    def _high_is_above_medium(self) -> Self:
        _refuse_unless(self.high_from > self.medium_from, _("high_from must be above medium_from"))
        return self


class RatingBandsShape(Shape):
    """Bands by customer kind, and the texts of reasons."""

    person: BandsShape
    company: BandsShape
    texts: dict[str, Words]
    names: dict[Rating, Words]


class SectionOfIndustry(Shape):
    """A section of the national classification."""

    divisions: tuple[int, int]
    group: Industry
    name: Words


class IndustryShape(Shape):
    """Sections by letter."""

    sections: dict[Annotated[str, Field(pattern="^[A-Z]$")], SectionOfIndustry]
    texts: dict[str, Words]
    names: dict[Industry, Words]


class SizeStandardShape(Shape):
    """Lower limits of the sizes for the industries whose codes begin so."""

    codes: tuple[str, ...]
    limits: dict[
        Literal["large", "medium", "small"], dict[Literal["headcount", "revenue_minor", "assets_minor"], Minor]
    ]


class SizeShape(Shape):
    """Standards by name; ``other`` serves every code that no standard names."""

    standards: dict[str, SizeStandardShape]
    texts: dict[str, Words]
    names: dict[Literal["large", "medium", "small", "micro", "individual"], Words]
    standard_names: dict[str, Words]

    @model_validator(mode="after")
    def _other_is_there(self) -> Self:
        _refuse_unless("other" in self.standards, _("a standard named “other” is needed"))
        return self


class ConditionShape(BaseModel):
    """A comparison of one fact; exactly one of the comparisons is given."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    fact: str
    is_: tuple[str, ...] | None = Field(default=None, alias="is")
    at_least: int | None = None
    above: int | None = None
    below: int | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        given = [self.is_, self.at_least, self.above, self.below]
        _refuse_unless(
            sum(comparison is not None for comparison in given) == 1,
            _("exactly one of is, at_least, above, below is needed"),
        )
        return self


class RiskRuleShape(ConditionShape):
    """A rule that raises the risk level."""

    code: str
    raise_to: Literal["medium", "high"]
    text: Words
    and_: ConditionShape | None = Field(default=None, alias="and")


class RiskShape(Shape):
    """Start from the rating, then rules."""

    from_rating: dict[Rating, RiskLevel]
    rules: tuple[RiskRuleShape, ...]
    texts: dict[str, Words]
    names: dict[RiskLevel, Words]

    @model_validator(mode="after")
    def _every_rating_starts(self) -> Self:
        _refuse_unless(len(self.from_rating) == 3, _("from_rating must name high, medium and low"))  # noqa: PLR2004
        return self


class TierConditionsShape(Shape):
    """Conditions that must all hold."""

    rating: tuple[Rating, ...] | None = None
    risk_level: tuple[RiskLevel, ...] | None = None
    relationship_months_at_least: int | None = None


class TierRowShape(Shape):
    """One row of the tier table."""

    tier: Tier
    code: str
    when: TierConditionsShape
    text: Words


class TiersShape(Shape):
    """Rows in order; the last takes everybody."""

    rows: tuple[TierRowShape, ...] = Field(min_length=1)
    names: dict[Tier, Words]

    @model_validator(mode="after")
    def _last_row_takes_everybody(self) -> Self:
        _refuse_unless(self.rows[-1].when == TierConditionsShape(), _("the last row must have no conditions"))
        return self


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
            _refuse_unless(better.rate_adjustment_ppb <= other.rate_adjustment_ppb, _("a better tier pays more"))
            _refuse_unless(better.limit_multiple_ppm >= other.limit_multiple_ppm, _("a better tier is lent less"))
            _refuse_unless(
                better.decision_promise_hours <= other.decision_promise_hours, _("a better tier waits longer")
            )
            _refuse_unless(better.fee_waiver_ppm >= other.fee_waiver_ppm, _("a better tier pays a higher fee"))
            _refuse_unless(set(better.documents) <= set(other.documents), _("a better tier brings more documents"))
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
        _refuse_unless(self.floor_ppb <= self.cap_ppb, _("the floor is above the cap"))
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
        _refuse_unless(terms == sorted(set(terms)), _("the terms of base must rise"))
        rating = self.premium_by_rating_ppb
        _refuse_unless(rating["high"] <= rating["medium"] <= rating["low"], _("a better rating pays more"))
        level = self.premium_by_risk_level_ppb
        _refuse_unless(level["low"] <= level["medium"] <= level["high"], _("a lower risk pays more"))
        return self


class CutOffsShape(Shape):
    """Scores that decide alone."""

    approve_from: Points
    refuse_below: Points

    @model_validator(mode="after")
    def _refusal_is_below_approval(self) -> Self:
        _refuse_unless(self.refuse_below <= self.approve_from, _("refuse_below is above approve_from"))
        return self


class HighIsBadShape(Shape):
    """A share of which more is worse."""

    approve_up_to: Ppm
    refuse_above: Ppm

    @model_validator(mode="after")
    def _approval_is_below_refusal(self) -> Self:
        _refuse_unless(self.approve_up_to <= self.refuse_above, _("approve_up_to is above refuse_above"))
        return self


class LowIsBadShape(Shape):
    """A share of which less is worse."""

    approve_from: Ppm
    refuse_below: Ppm

    @model_validator(mode="after")
    def _refusal_is_below_approval(self) -> Self:
        _refuse_unless(self.refuse_below <= self.approve_from, _("refuse_below is above approve_from"))
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
        _refuse_unless(floors == sorted(set(floors)), _("the days must rise from special mention to loss"))
        return self


class ProvisioningShape(Shape):
    """Allowance by tier; a worse tier never needs less."""

    rates_ppb: dict[FiveTier, Annotated[int, Field(strict=True, ge=0, le=BILLION)]]
    lowest_coverage_ppm: Ppm
    lowest_provision_ratio_ppm: Ppm

    @model_validator(mode="after")
    def _rates_rise(self) -> Self:
        rates = [self.rates_ppb[tier] for tier in ("normal", "special_mention", "substandard", "doubtful", "loss")]
        _refuse_unless(rates == sorted(rates), _("a worse tier must not need less allowance"))
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
        _refuse_unless(
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
        _refuse_unless(days == sorted(set(days)), _("the steps must stand in order, one a day at most"))
        _refuse_unless(self.contact_from < self.contact_until, _("contact_from is not before contact_until"))
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
        _refuse_unless(self.opens_at < self.closes_at, _("opens_at is not before closes_at"))
        return self

    @model_validator(mode="after")
    def _dates_belong_to_their_year(self) -> Self:
        for year, days in self.years.items():
            for day in (*days.holidays, *days.working_weekend_days):
                _refuse_unless(str(day.year) == year, _("{day} does not belong to {year}").format(day=day, year=year))
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
