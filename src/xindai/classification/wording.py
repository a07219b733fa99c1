"""Reasons in words: the policy's whole sentences with the figures filled in, in Chinese and English."""

from collections.abc import Mapping
from typing import Any

from xindai.classification.policy import ClassificationPolicy, Words
from xindai.classification.rules import Reason
from xindai.policies import class_shapes, shape_parts

LANGUAGES = ("zh", "en")
MINOR_PER_UNIT = 100
PPM_PER_PERCENT = 10_000


def sentence(reason: Reason, policy: ClassificationPolicy) -> Words:
    """The reason as a sentence in both languages."""
    text = _text(reason, policy)
    return {language: getattr(text, language).format_map(_parts(reason, policy, language)) for language in LANGUAGES}


def _text(reason: Reason, policy: ClassificationPolicy) -> shape_parts.Words:
    """The sentence of the policy that belongs to the reason's rule."""
    match reason.dimension:
        case "rating":
            return policy.rating.texts[reason.code]
        case "industry":
            return policy.industry.texts[reason.code]
        case "size":
            return policy.size.texts[reason.code]
        case "tier":
            return next(row.text for row in policy.tiers.rows if row.code == reason.code)
        case _:
            rules = {rule.code: rule.text for rule in policy.risk.rules}
            return {**policy.risk.texts, **rules}[reason.code]


def _parts(reason: Reason, policy: ClassificationPolicy, language: str) -> dict[str, Any]:
    """What fills the placeholders, in one language."""
    parts = {name: _named(name, value, policy, language) for name, value in reason.about.items()}
    if reason.fact is not None:
        fact = policy.facts[reason.fact]
        parts |= {"label": getattr(fact.label, language), "value": value_in_words(fact, reason.value, language)}
        parts |= {"code": reason.value}
        if "limit" in reason.about:
            parts["limit"] = value_in_words(fact, reason.about["limit"], language)
    return {**parts, "points": reason.points, "best": reason.best_points}


def _named(name: str, value: Any, policy: ClassificationPolicy, language: str) -> Any:
    """A value of a dimension by its name in the language; other values as they are."""
    dictionaries: Mapping[str, Mapping[Any, shape_parts.Words]] = {
        "rating": policy.rating.names,
        "industry": policy.industry.names,
        "risk_level": policy.risk.names,
        "size": policy.size.names,
        "standard": policy.size.standard_names,
    }
    if name in dictionaries:
        return getattr(dictionaries[name][value], language)
    if name == "section":
        return getattr(policy.industry.sections[value].name, language)
    if name == "given":
        return _list((_fact_with_value(fact, given, policy, language) for fact, given in value.items()), language)
    if name == "missing":
        return _list((getattr(policy.facts[fact].label, language) for fact in value), language)
    return value


def _fact_with_value(name: str, value: Any, policy: ClassificationPolicy, language: str) -> str:
    fact = policy.facts[name]
    return f"{getattr(fact.label, language)} {value_in_words(fact, value, language)}"


def _list(parts: Any, language: str) -> str:
    return ("、" if language == "zh" else ", ").join(parts)


def value_in_words(fact: class_shapes.FactShape, value: Any, language: str) -> str:
    """A fact's value as people write it: a code by its name, money in yuan, a share in percent."""
    if value is None:
        return ""
    if fact.codes:
        code = fact.codes.get(str(value))
        return str(getattr(code, language)) if code else str(value)
    if fact.is_money:
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // MINOR_PER_UNIT:,}.{abs(value) % MINOR_PER_UNIT:02d}"
    if fact.is_share:
        return f"{value // PPM_PER_PERCENT} %"
    return str(value)


def dimension_names(policy: ClassificationPolicy) -> dict[str, dict[str, Words]]:
    """The names of every dimension's values in both languages, for pages and reports."""
    named: Mapping[str, Mapping[Any, shape_parts.Words]] = {
        "rating": policy.rating.names,
        "industry": policy.industry.names,
        "risk_level": policy.risk.names,
        "size": policy.size.names,
        "tier": policy.tiers.names,
    }
    return {
        dimension: {str(value): {"zh": text.zh, "en": text.en} for value, text in texts.items()}
        for dimension, texts in named.items()
    }
