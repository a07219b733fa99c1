"""How applications were decided."""

from collections import Counter
from typing import Final

from django.db.models import Count

from xindai.applications.models import Application, State
from xindai.identity import scope
from xindai.identity.actors import Actor

OUTCOMES: Final[dict[str, tuple[State, ...]]] = {
    "approved": (State.APPROVED, State.CONTRACTED),
    "referred": (State.REFERRED,),
    "refused": (State.REFUSED,),
}
"""What became of an application, and the states that mean it; a contract follows an approval."""


def counts(actor: Actor) -> Counter[tuple[str, str]]:
    """Count the applications that the actor may see by (tier of the offer, outcome)."""
    outcome_of = {state: outcome for outcome, states in OUTCOMES.items() for state in states}
    rows = (
        scope.rows(actor, Application.objects.filter(state__in=outcome_of, offer__isnull=False))
        .values_list("offer__tier", "state")
        .annotate(count=Count("pk"))
    )
    found: Counter[tuple[str, str]] = Counter()
    for tier, state, count in rows:
        found[tier, outcome_of[State(state)]] += count
    return found
