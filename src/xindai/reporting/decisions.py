"""How applications were decided: counts, and the applications behind each figure of the results."""

from collections import Counter
from typing import Final

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from xindai.applications.models import Application, State
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.reporting.models import KnownOutcome
from xindai.underwriting.models import Decision, DecisionKind

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


def ruled(rows: "QuerySet[Application]", outcome: str) -> "QuerySet[Application]":
    """Those of which the rules first said this (approve, refer, refuse)."""
    return _said(rows, Decision.objects.filter(kind=DecisionKind.AUTOMATIC).order_by("pk"), outcome)


def confirmed(rows: "QuerySet[Application]", outcome: str) -> "QuerySet[Application]":
    """Those of which people said this (approve, refuse)."""
    return _said(rows, Decision.objects.filter(kind=DecisionKind.CONFIRMED).order_by("pk"), outcome)


def last_word(rows: "QuerySet[Application]", outcome: str) -> "QuerySet[Application]":
    """Those of which the latest decision, of rules or people, says this."""
    return _said(rows, Decision.objects.order_by("-pk"), outcome)


def promise_kept(rows: "QuerySet[Application]", *, is_kept: bool) -> "QuerySet[Application]":
    """Those decided within the time that was promised, or later."""
    decided = rows.filter(decided_at__isnull=False, promised_by__isnull=False)
    return decided.filter(**{"decided_at__lte" if is_kept else "decided_at__gt": F("promised_by")})


def of_unseen_half(rows: "QuerySet[Application]", *, is_bad: bool | None = None) -> "QuerySet[Application]":
    """Those whose real outcome is known and from which the points table has not learnt; only bad or good ones if asked."""
    known = KnownOutcome.objects.filter(was_fitted_on=False)
    if is_bad is not None:
        known = known.filter(is_bad=is_bad)
    return rows.filter(pk__in=known.values("application_id"))


def _said(rows: "QuerySet[Application]", decisions: "QuerySet[Decision]", outcome: str) -> "QuerySet[Application]":
    said = decisions.filter(application=OuterRef("pk")).values("outcome")[:1]
    return rows.alias(said=Subquery(said)).filter(said=outcome)
