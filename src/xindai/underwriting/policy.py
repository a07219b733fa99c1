"""The policy figures and texts of the decision rules, as of one day, in typed form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from xindai.offers.policy import SECTIONS as OFFER_SECTIONS
from xindai.offers.policy import CutOffs, OfferPolicy
from xindai.policies.packs import Pack

SECTIONS: Final = (*OFFER_SECTIONS, "decision_reasons")
"""The pack's sections that ``DecisionPolicy.of`` reads."""


@dataclass(frozen=True)
class DecisionPolicy:
    """What decides: cut-offs of the score, shares in ppm, amounts in minor units, texts."""

    score: Mapping[str, CutOffs]
    debt_to_assets_ppm: CutOffs
    fewest_years_in_business: int
    largest_automatic_minor: Mapping[str, int]
    referred_purposes: frozenset[str]
    texts: Mapping[str, Mapping[str, str]]
    offer: OfferPolicy

    @classmethod
    def of(cls, sections: Mapping[str, Mapping[str, Any]]) -> Self:
        """The decision's policy in the pack's sections, each as of the day."""
        rules = sections["underwriting"]
        debts = rules["debt_to_assets_ppm"]
        return cls(
            score={
                kind: CutOffs(good=row["approve_from"], bad=row["refuse_below"])
                for kind, row in rules["score_cut_offs"].items()
            },
            debt_to_assets_ppm=CutOffs(good=debts["approve_up_to"], bad=debts["refuse_above"]),
            fewest_years_in_business=rules["fewest_years_in_business"],
            largest_automatic_minor=rules["largest_automatic_minor"],
            referred_purposes=frozenset(rules["referred_purposes"]),
            texts=sections["decision_reasons"]["texts"],
            offer=OfferPolicy.of(sections),
        )


_kept: Final[dict[tuple[str, str], DecisionPolicy]] = {}
"""Policies by fingerprint and day of their pack, which never change."""


def decision_policy(pack: Pack) -> DecisionPolicy:
    """The decision's policy in a pack, parsed once."""
    key = (pack.sha256, pack.on.isoformat())
    if not pack.sha256 or key not in _kept:
        _kept[key] = DecisionPolicy.of({name: pack.section(name) for name in SECTIONS})
    return _kept[key]
