"""Decisions as a page shows them: what spoke against first, what passed on demand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from xindai.reporting.names import product_names

STRENGTH: Final = {"refuse": 0, "refer": 1, "note": 2, "pass": 3}
"""Findings in the order in which a reader wants them: the strongest first."""


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision with its findings parted into those that count and those that passed."""

    id: int
    outcome: str
    is_automatic: bool
    maker: str
    checker: str
    words: str
    score: int
    policy_version: str
    product: Mapping[str, str]
    product_version: int
    decided_at: datetime
    hits: tuple[Mapping[str, Any], ...]
    passed: tuple[Mapping[str, Any], ...]


def shown_decisions(decisions: Iterable[Any]) -> list[ShownDecision]:
    """Return the decisions for a page, the latest first."""
    return [_shown(decision) for decision in reversed(list(decisions))]


def _shown(decision: Any) -> ShownDecision:
    findings = sorted(decision.findings, key=lambda finding: STRENGTH[finding["effect"]])
    return ShownDecision(
        id=decision.pk,
        outcome=decision.outcome,
        is_automatic=decision.is_automatic,
        maker=_name(decision.maker),
        checker=_name(decision.checker),
        words=decision.words,
        score=decision.score,
        policy_version=decision.policy_version,
        product=product_names().get(decision.product_version.code, {}),
        product_version=decision.product_version.number,
        decided_at=decision.decided_at,
        hits=tuple(finding for finding in findings if finding["effect"] != "pass"),
        passed=tuple(finding for finding in findings if finding["effect"] == "pass"),
    )


def _name(user: Any) -> str:
    """How somebody is called; nobody by an empty text."""
    return str(user.display_name or user.username) if user is not None else ""
