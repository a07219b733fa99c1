"""The rules that classify a customer: pure functions of facts and a dated policy.

Dimensions: kind, rating (with its score), industry, risk level, size, tier.  Every dimension keeps
its reasons.  A rule sees only the facts that the policy's allow-list gives to its dimension.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from xindai.classification.policy import ClassificationPolicy, PointsOfFact
from xindai.policies.class_shapes import ConditionShape, RiskRuleShape, TierConditionsShape

MILLION = 1_000_000
RISK_LEVELS = ("low", "medium", "high")
SIZES = ("large", "medium", "small")

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """Why a dimension has its value.

    ``code`` names the rule, ``fact`` and ``value`` what it looked at; ``points`` were won of at most
    ``best_points``.  ``about`` holds what else its sentence mentions.  The sentence itself is made by
    ``wording.sentence`` from the policy's texts.
    """

    dimension: str
    code: str
    fact: str | None = None
    value: Any = None
    points: int | None = None
    best_points: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A plain copy for storing, without what is absent."""
        return {name: part for name, part in asdict(self).items() if part not in (None, {})}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Reason":
        """The reason that was stored."""
        return cls(**stored)


@dataclass(frozen=True)
class Classification:
    """A customer's class: a value for every dimension, and the reasons for all of them."""

    kind: str
    rating: str
    score: int
    industry: str
    risk_level: str
    size: str
    tier: str
    policy_version: str
    reasons: tuple[Reason, ...] = field(compare=False)

    def dimensions(self) -> dict[str, Any]:
        """The values by dimension."""
        return {name: getattr(self, name) for name in DIMENSIONS}


DIMENSIONS = ("kind", "rating", "industry", "risk_level", "size", "tier")
"""What a change of class is a change of; the score may move within a rating."""


def classify(facts: Facts, policy: ClassificationPolicy, on: date) -> Classification:
    """The class of a customer whose facts (``kind`` among them) are known as of ``on``.

    Unknown facts win the fewest points and never improve a class.
    """
    kind = facts["kind"]
    readable = {name: _allowed(facts, names, on) for name, names in policy.readable.items()}
    score, rating, why_rating = _rating(kind, readable["rating"], policy)
    industry, why_industry = _industry(readable["industry"], policy)
    size, why_size = _size(kind, readable["size"], policy)
    risk_level, why_risk = _risk_level(rating, readable["risk"], policy)
    tier, why_tier = _tier(rating, risk_level, readable["tier"], policy)
    return Classification(
        kind=kind,
        rating=rating,
        score=score,
        industry=industry,
        risk_level=risk_level,
        size=size,
        tier=tier,
        policy_version=policy.version,
        reasons=(*why_rating, *why_industry, *why_size, *why_risk, *why_tier),
    )


def unknown(facts: Facts, policy: ClassificationPolicy, on: date) -> tuple[str, ...]:
    """The facts of the points table of the kind that are not known, in its order."""
    seen = _allowed(facts, policy.readable["rating"], on)
    return tuple(attribute.fact for attribute in policy.tables[facts["kind"]].attributes if attribute.fact not in seen)


def _allowed(facts: Facts, names: frozenset[str], on: date) -> dict[str, Any]:
    """The facts that a dimension may see, and the ratios that follow from them."""
    seen = {name: facts[name] for name in names & facts.keys() if facts[name] is not None}
    seen.update({name: value for name, value in _derived(seen, on).items() if name in names and value is not None})
    return seen


DERIVED = frozenset({"debt_to_assets_ppm", "debt_to_revenue_ppm", "cash_flow_to_debt_ppm", "years_in_business"})
"""What ``_derived`` finds from other facts, so that nobody is asked for it."""


def _derived(facts: Facts, on: date) -> dict[str, int | None]:
    """Ratios of a company's figures, in parts per million, and its full years in business."""
    debt, assets = facts.get("total_debt_minor"), facts.get("assets_minor")
    derived = {
        "debt_to_assets_ppm": _ratio(debt, assets),
        "debt_to_revenue_ppm": _ratio(debt, facts.get("revenue_minor")),
        "cash_flow_to_debt_ppm": _cover(facts.get("annual_cash_flow_minor"), debt),
    }
    founded_on = facts.get("founded_on")
    if founded_on is not None:
        derived["years_in_business"] = _full_years(date.fromisoformat(str(founded_on)), on)
    return derived


def _ratio(part: int | None, whole: int | None) -> int | None:
    return part * MILLION // whole if part is not None and whole is not None and whole > 0 else None


def _cover(cash_flow: int | None, debt: int | None) -> int | None:
    """Cash flow against debts; without debts any cash flow that is not negative covers them ten times."""
    if debt == 0 and cash_flow is not None and cash_flow >= 0:
        return 10 * MILLION
    return _ratio(cash_flow, debt)


def _full_years(start: date, on: date) -> int:
    return on.year - start.year - ((on.month, on.day) < (start.month, start.day))


def _rating(kind: str, facts: Facts, policy: ClassificationPolicy) -> tuple[int, str, list[Reason]]:
    """Score by the points table of the kind, rating by its bands."""
    table = policy.tables[kind]
    reasons = [Reason("rating", "base", points=table.base_points)]
    reasons += [_points_won(attribute, facts.get(attribute.fact)) for attribute in table.attributes]
    score = sum(reason.points or 0 for reason in reasons)
    rating = table.rating(score)
    bands = {"score": score, "rating": rating, "high_from": table.high_from, "medium_from": table.medium_from}
    return score, rating, [*reasons, Reason("rating", "band", about=bands)]


def _points_won(attribute: PointsOfFact, value: Any) -> Reason:
    points = None if value is None else attribute.points(value)
    if points is None:
        return Reason("rating", "points_unknown", attribute.fact, points=attribute.worst, best_points=attribute.best)
    return Reason("rating", "points", attribute.fact, value, points, attribute.best)


def _industry(facts: Facts, policy: ClassificationPolicy) -> tuple[str, list[Reason]]:
    """The lender's group of the section that the industry code begins with."""
    code = facts.get("industry_code")
    section = policy.industry.sections.get(str(code)[:1]) if code else None
    if section is None:
        return "other", [Reason("industry", "no_code", about={"industry": "other"})]
    about = {"section": str(code)[:1], "industry": section.group}
    return section.group, [Reason("industry", "from_code", "industry_code", code, about=about)]


def _size(kind: str, facts: Facts, policy: ClassificationPolicy) -> tuple[str, list[Reason]]:
    """The largest size all of whose lower limits are reached; persons have none."""
    if kind == "person":
        return "individual", [Reason("size", "person")]
    standard = _size_standard(str(facts.get("industry_code", "")), policy)
    limits = policy.size.standards[standard].limits
    measures = sorted({measure for of_size in limits.values() for measure in of_size})
    missing = [measure for measure in measures if measure not in facts]
    if missing:
        return "micro", [Reason("size", "unknown", about={"missing": missing, "size": "micro"})]
    size = next((name for name in SIZES if _reaches(facts, limits[name])), "micro")  # type: ignore[index]
    given = {measure: facts[measure] for measure in measures}
    return size, [Reason("size", "measured", about={"standard": standard, "given": given, "size": size})]


def _size_standard(industry_code: str, policy: ClassificationPolicy) -> str:
    """The standard of the longest prefix of the code that the policy names; otherwise ``other``."""
    prefixes = (industry_code[:length] for length in range(len(industry_code), 0, -1))
    known = policy.size_standard_by_prefix
    return next((known[prefix] for prefix in prefixes if prefix in known), "other")


def _reaches(facts: Facts, limits: Mapping[Any, int]) -> bool:
    return all(facts[measure] >= least for measure, least in limits.items())


def _risk_level(rating: str, facts: Facts, policy: ClassificationPolicy) -> tuple[str, list[Reason]]:
    """Start from the rating; rules raise the level and never lower it."""
    level: str = policy.risk.from_rating[rating]  # type: ignore[index]
    reasons = [Reason("risk_level", "from_rating", about={"rating": rating, "risk_level": level})]
    for rule in policy.risk.rules:
        if _speaks(rule, facts):
            level = max(level, rule.raise_to, key=RISK_LEVELS.index)
            about = {"limit": _limit(rule), "raise_to": rule.raise_to}
            reasons.append(Reason("risk_level", rule.code, rule.fact, facts[rule.fact], about=about))
    return level, reasons


def _speaks(rule: RiskRuleShape, facts: Facts) -> bool:
    return _holds(rule, facts) and (rule.and_ is None or _holds(rule.and_, facts))


def _holds(condition: ConditionShape, facts: Facts) -> bool:
    """Whether the comparison holds; an unknown fact compares with nothing."""
    value = facts.get(condition.fact)
    if value is None:
        return False
    if condition.is_ is not None:
        return value in condition.is_
    if condition.at_least is not None:
        return bool(value >= condition.at_least)
    if condition.above is not None:
        return bool(value > condition.above)
    return condition.below is not None and bool(value < condition.below)


def _limit(condition: ConditionShape) -> int | None:
    limits: Sequence[int | None] = (condition.at_least, condition.above, condition.below)
    return next((limit for limit in limits if limit is not None), None)


def _tier(rating: str, risk_level: str, facts: Facts, policy: ClassificationPolicy) -> tuple[str, list[Reason]]:
    """The first row of the tier table whose conditions all hold."""
    months = facts.get("relationship_months", 0)
    row = next(row for row in policy.tiers.rows if _row_holds(row.when, rating, risk_level, months))
    about = {"rating": rating, "risk_level": risk_level, "relationship_months": months}
    return row.tier, [Reason("tier", row.code, about=about)]


def _row_holds(when: TierConditionsShape, rating: str, risk_level: str, months: int) -> bool:
    return (
        (when.rating is None or rating in when.rating)
        and (when.risk_level is None or risk_level in when.risk_level)
        and (when.relationship_months_at_least is None or months >= when.relationship_months_at_least)
    )
