"""A customer's class, with its reasons in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, cast

from xindai.classification.models import CustomerClass
from xindai.classification.policy import ClassificationPolicy, Words
from xindai.classification.rules import DIMENSIONS, Reason, unknown
from xindai.classification.wording import dimension_names, sentence
from xindai.kernel.transactions import held
from xindai.policies.packs import Pack
from xindai.policies.queries import pack_as_of, pack_of_version


@dataclass(frozen=True)
class WordedReason:
    """A reason and its sentence in both languages."""

    dimension: str
    code: str
    fact: str | None
    value: Any
    points: int | None
    best_points: int | None
    text: Words


@dataclass(frozen=True)
class ClassView:
    """A customer's class in force from a date."""

    customer_id: int
    effective_from: date
    kind: str
    rating: str
    score: int
    industry: str
    risk_level: str
    size: str
    tier: str
    policy_version: str
    trigger: str
    request: Mapping[str, Any]
    stored_reasons: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, row: CustomerClass) -> "ClassView":
        """The stored class."""
        return cls(
            customer_id=row.customer_id,
            effective_from=row.effective_from,
            **{name: getattr(row, name) for name in DIMENSIONS},
            score=row.score,
            policy_version=row.policy_version,
            trigger=row.trigger,
            request=row.request,
            stored_reasons=tuple(row.reasons),
        )

    def dimensions(self) -> dict[str, str]:
        """The values by dimension."""
        return {name: getattr(self, name) for name in DIMENSIONS}

    @cached_property
    def reasons(self) -> tuple[WordedReason, ...]:
        """Why, in the words of the policy that decided."""
        policy = policy_of(pack_of_version(self.policy_version, self.effective_from))
        return tuple(_worded(Reason.from_json(stored), policy) for stored in self.stored_reasons)


def _worded(reason: Reason, policy: ClassificationPolicy) -> WordedReason:
    return WordedReason(
        dimension=reason.dimension,
        code=reason.code,
        fact=reason.fact,
        value=reason.value,
        points=reason.points,
        best_points=reason.best_points,
        text=sentence(reason, policy),
    )


def current(customer_id: int, on: date) -> ClassView | None:
    """The class in force on a date; None before the first classification."""
    found = held(("class", customer_id, on))
    if found is not None:
        return cast("ClassView", found)
    row = (
        CustomerClass.objects.filter(customer_id=customer_id, effective_from__lte=on)
        .order_by("-effective_from", "-pk")
        .first()
    )
    return None if row is None else ClassView.of(row)


def current_of_many(customer_ids: Iterable[int], on: date) -> dict[int, ClassView]:
    """The classes in force on a date, by customer; who has none is left out."""
    rows = (
        CustomerClass.objects.filter(customer_id__in=set(customer_ids), effective_from__lte=on)
        .order_by("customer_id", "-effective_from", "-pk")
        .distinct("customer_id")
    )
    return {row.customer_id: ClassView.of(row) for row in rows}


def unknown_facts(facts: Mapping[str, Any], on: date) -> tuple[str, ...]:
    """Facts of a customer (``kind`` among them) that win points and are not known: each counts as the worst.

    Those of a request are told by the request.
    """
    policy = policy_of(pack_as_of(on))
    return tuple(name for name in unknown(facts, policy, on) if policy.facts[name].of != "request")


def history(customer_id: int) -> list[ClassView]:
    """Every class of a customer, the latest first."""
    rows = CustomerClass.objects.filter(customer_id=customer_id).order_by("-effective_from", "-pk")
    return [ClassView.of(row) for row in rows]


def names(on: date) -> dict[str, dict[str, Words]]:
    """The names of every dimension's values in both languages, by the policy in force."""
    return dimension_names(policy_of(pack_as_of(on)))


def policy_of(pack: Pack) -> ClassificationPolicy:
    """The classifying parts of a pack, parsed once per version and span of dates."""
    return _parsed(_ByContent(pack))


class _ByContent:
    """A pack as a cache key: the same content in the same span of dates is the same policy."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.key = (pack.version, pack.sha256, pack.on)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByContent) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=64)
def _parsed(by_content: _ByContent) -> ClassificationPolicy:
    return ClassificationPolicy.of(by_content.pack)
