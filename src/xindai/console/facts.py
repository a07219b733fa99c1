"""Facts of a customer as a page shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext

from xindai.console.templatetags.xd import local
from xindai.customers.queries import KnownFact
from xindai.kernel import formatting
from xindai.policies.queries import pack_as_of
from xindai.underwriting.offering import Unknown

CURRENCY = "CNY"
PPM_PER_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact in words."""

    label: str
    value: str
    source: str
    valid_from: date
    known_at: datetime


def shown(known: Iterable[KnownFact], on: date) -> list[ShownFact]:
    """Return facts with the policy's labels and their values in words."""
    shapes = pack_as_of(on).section("facts")["facts"]
    return [_shown(fact, shapes.get(fact.name, {})) for fact in known]


def _shown(fact: KnownFact, shape: Mapping[str, Any]) -> ShownFact:
    label = local(shape.get("label", fact.name))
    return ShownFact(label, value_in_words(fact.value, shape), fact.source, fact.valid_from, fact.known_at)


def value_in_words(value: Any, shape: Mapping[str, Any]) -> str:
    """Write a value: a code by its name, money with its currency, a share in percent."""
    if value is None:
        return formatting.NONE
    code = (shape.get("codes") or {}).get(str(value))
    if code:
        return local(code)
    if shape.get("is_money"):
        return formatting.amount(value, CURRENCY, get_language() or "")
    if shape.get("is_share"):
        return f"{formatting.share(value, 100 * PPM_PER_PERCENT)}%"
    return str(value)


@dataclass(frozen=True, slots=True)
class UnknownFacts:
    """What is not known of an applicant, in words; empty texts where all is known."""

    of_class: str
    of_means: str
    can_state: bool

    @classmethod
    def of(cls, found: Unknown, on: date, *, can_state: bool) -> "UnknownFacts | None":
        """The labels of what is missing; None where nothing is."""
        if not found:
            return None
        shapes = pack_as_of(on).section("facts")["facts"]
        of_class, of_means = (
            gettext(", ").join(local(shapes.get(name, {}).get("label", name)) for name in names)
            for names in (found.of_class, found.of_means)
        )
        return cls(of_class, of_means, can_state)
