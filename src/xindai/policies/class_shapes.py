"""The shapes of the sections by which customers are classified: facts, ratings, industry, size, risk and tiers."""

from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from xindai.policies.shape_parts import (
    Industry,
    Minor,
    Points,
    Rating,
    RiskLevel,
    Shape,
    Tier,
    Words,
    refuse_unless,
)


class FactShape(Shape):
    """A fact of customers or requests.

    ``is_personal`` facts are kept encrypted; ``is_share`` is in parts per million, ``is_money`` in
    minor units.
    """

    of: Literal["person", "company", "customer", "request"]
    label: Words
    read_by: tuple[Literal["rating", "industry", "size", "risk", "tier"], ...]
    codes: dict[str, Words] = Field(default_factory=dict)
    worst_to_best: tuple[str, ...] = ()
    is_number: bool = False
    is_money: bool = False
    is_share: bool = False
    is_date: bool = False
    is_personal: bool = False

    @model_validator(mode="after")
    def _order_names_codes(self) -> Self:
        refuse_unless(
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
        refuse_unless(not both, _("protected facts may not be read by a rule: {names}").format(names=", ".join(both)))
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
        refuse_unless(len(codes) == len(set(codes)), _("a code stands in two bins"))
        refuse_unless(not (codes and bounds), _("bins are by codes or by numbers, not both"))
        if bounds:
            limits = [bound for bound in bounds[:-1] if bound is not None]
            refuse_unless(
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
        refuse_unless(self.high_from > self.medium_from, _("high_from must be above medium_from"))
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
        refuse_unless("other" in self.standards, _("a standard named “other” is needed"))
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
        refuse_unless(
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
        refuse_unless(len(self.from_rating) == 3, _("from_rating must name high, medium and low"))  # noqa: PLR2004
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
        refuse_unless(self.rows[-1].when == TierConditionsShape(), _("the last row must have no conditions"))
        return self
