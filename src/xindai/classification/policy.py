"""The parts of a policy pack that classify customers, ready for use: parsed once per pack."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from xindai.policies import class_shapes, shape_parts
from xindai.policies.packs import Pack

Words = Mapping[str, str]
"""A text in both languages: ``{"zh": ..., "en": ...}``."""


@dataclass(frozen=True)
class PointsOfFact:
    """The points of one fact's values: by code, or by number up to and including a bound."""

    fact: str
    by_code: Mapping[str, int]
    bounds: tuple[int, ...]
    by_bound: tuple[int, ...]

    @classmethod
    def of(cls, attribute: class_shapes.AttributeShape) -> Self:
        """Compiled from its rows in the policy."""
        by_code = {code: row.points for row in attribute.bins for code in row.codes}
        numbered = [row for row in attribute.bins if not row.codes]
        return cls(
            fact=attribute.fact,
            by_code=by_code,
            bounds=tuple(row.up_to for row in numbered if row.up_to is not None),
            by_bound=tuple(row.points for row in numbered),
        )

    @property
    def best(self) -> int:
        """The most points that the fact can win."""
        return max(*self.by_code.values(), *self.by_bound, self.worst)

    @property
    def worst(self) -> int:
        """The fewest points; what an unknown value gets, so that hiding a fact never pays."""
        return min((*self.by_code.values(), *self.by_bound))

    def points(self, value: Any) -> int | None:
        """The points of a value; None for a value that the table does not know."""
        if self.by_code:
            return self.by_code.get(value)
        return self.by_bound[bisect_left(self.bounds, value)] if isinstance(value, int) else None


@dataclass(frozen=True)
class PointsTable:
    """Base points and the points of every fact, with the scores where ratings begin."""

    base_points: int
    attributes: tuple[PointsOfFact, ...]
    high_from: int
    medium_from: int

    @classmethod
    def of(cls, table: class_shapes.PointsTableShape, bands: class_shapes.BandsShape) -> Self:
        """Compiled from the policy's table and bands."""
        return cls(
            base_points=table.base_points,
            attributes=tuple(PointsOfFact.of(attribute) for attribute in table.attributes),
            high_from=bands.high_from,
            medium_from=bands.medium_from,
        )

    def rating(self, score: int) -> str:
        """The rating of a score."""
        if score >= self.high_from:
            return "high"
        return "medium" if score >= self.medium_from else "low"


@dataclass(frozen=True)
class ClassificationPolicy:
    """Everything that ``rules.classify`` reads.

    ``readable`` is the allow-list: the facts each dimension may see.
    """

    version: str
    facts: Mapping[str, class_shapes.FactShape]
    readable: Mapping[str, frozenset[str]]
    tables: Mapping[str, PointsTable]
    rating: class_shapes.RatingBandsShape
    industry: class_shapes.IndustryShape
    size: class_shapes.SizeShape
    size_standard_by_prefix: Mapping[str, str]
    risk: class_shapes.RiskShape
    tiers: class_shapes.TiersShape

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """Parsed from the pack as of its date."""
        facts = class_shapes.FactsShape.model_validate(pack.section("facts"))
        bands = class_shapes.RatingBandsShape.model_validate(pack.section("rating_bands"))
        person = class_shapes.RatingShape.model_validate(pack.section("rating"))
        company = class_shapes.RatingCompanyShape.model_validate(pack.section("rating_company"))
        size = class_shapes.SizeShape.model_validate(pack.section("size"))
        protected = frozenset(facts.protected)
        return cls(
            version=pack.version,
            facts=facts.facts,
            readable={dimension: _readable(facts.facts, dimension) - protected for dimension in DIMENSIONS_READING},
            tables={
                "person": PointsTable.of(person.table, bands.person),
                "company": PointsTable.of(company.table, bands.company),
            },
            rating=bands,
            industry=class_shapes.IndustryShape.model_validate(pack.section("industry")),
            size=size,
            size_standard_by_prefix={
                prefix: name for name, standard in size.standards.items() for prefix in standard.codes
            },
            risk=class_shapes.RiskShape.model_validate(pack.section("risk")),
            tiers=class_shapes.TiersShape.model_validate(pack.section("tiers")),
        )


DIMENSIONS_READING = ("rating", "industry", "size", "risk", "tier")
"""The dimensions that read facts; the kind of customer is given."""


def _readable(facts: Mapping[str, class_shapes.FactShape], dimension: str) -> frozenset[str]:
    return frozenset(name for name, fact in facts.items() if dimension in fact.read_by)


def words(text: shape_parts.Words) -> Words:
    """A text of the policy as a plain mapping."""
    return cast("Words", {"zh": text.zh, "en": text.en})
