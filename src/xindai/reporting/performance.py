"""How good the decisions were: bad rates among approved, referred and refused, and the AUC of the score.

Measured on persons whose real outcome is known from outside and from whom the points table has not learnt.
"""

from dataclasses import dataclass
from typing import Final

from xindai.classification.measures import auc, bad_rates
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.reporting.models import KnownOutcome
from xindai.underwriting.models import Decision, DecisionKind

TEN_THOUSAND: Final = 10_000
_SAID: Final = ("application_id", "kind", "outcome", "score", "application__offer__tier")


@dataclass(frozen=True, slots=True)
class Performance:
    """Measures over ``persons`` persons of the half that the points table has not seen.

    ``bad_rates`` gives bad and all persons by the rules' decision (approve, refer, refuse) and
    ``final_bad_rates`` by the last word (approve, refuse; refer while people have not decided).  The AUC is in
    ten-thousandths, None without both good and bad persons.
    """

    persons: int
    bad: int
    bad_rates: dict[str, tuple[int, int]]
    final_bad_rates: dict[str, tuple[int, int]]
    auc_per_10000: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What one decision says of an application: the outcome, the score, and the tier of its offer."""

    outcome: str
    score: int
    tier: str


@dataclass(frozen=True, slots=True)
class Rulings:
    """What was said of applications, by their ids: first by the rules, by people, and at last."""

    ruled: dict[int, Said]
    by_people: dict[int, str]
    last: dict[int, Said]


def rulings(actor: Actor) -> Rulings:
    """Every decision on an application of the actor's branches, in one query."""
    found = Rulings({}, {}, {})
    rows = scope.rows(actor, Decision.objects.order_by("pk"), "application__branch_id")
    for application_id, kind, outcome, score, tier in rows.values_list(*_SAID):
        said = Said(outcome, score, tier)
        found.last[application_id] = said
        if kind == DecisionKind.AUTOMATIC:
            found.ruled.setdefault(application_id, said)
        elif kind == DecisionKind.CONFIRMED:
            found.by_people[application_id] = outcome
    return found


def on_unseen_half(actor: Actor, said: Rulings) -> Performance:
    """The measures as the decisions of the actor's branches stand now."""
    unseen = scope.rows(actor, KnownOutcome.objects.filter(was_fitted_on=False), "application__branch_id")
    outcomes = dict(unseen.values_list("application_id", "is_bad"))
    ruled, final = said.ruled, said.last
    ids = sorted(ruled.keys() & outcomes.keys())
    are_bad = [outcomes[application_id] for application_id in ids]
    return Performance(
        persons=len(ids),
        bad=sum(are_bad),
        bad_rates=bad_rates([ruled[application_id].outcome for application_id in ids], are_bad),
        final_bad_rates=bad_rates([final[application_id].outcome for application_id in ids], are_bad),
        auc_per_10000=_auc_per_10000([ruled[application_id].score for application_id in ids], are_bad),
    )


def _auc_per_10000(scores: list[int], are_bad: list[bool]) -> int | None:
    if len(set(are_bad)) < 2:  # noqa: PLR2004 - good and bad
        return None
    return round(auc(scores, are_bad) * TEN_THOUSAND)
