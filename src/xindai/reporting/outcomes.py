"""Recording and reading what really became of applications."""

from collections.abc import Iterable

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import sql
from xindai.reporting.models import KnownOutcome


@verb("reporting.record_known_outcome")
def record_known_outcome(actor: Actor, *, application_id: int, is_bad: bool, was_fitted_on: bool, source: str) -> None:
    """Keep what is known from outside to have become of an application; the first word stands."""
    outcome = KnownOutcome(application_id=application_id, is_bad=is_bad, was_fitted_on=was_fitted_on, source=source)
    sql.insert_once(outcome, "application")


def known_outcomes(application_ids: Iterable[int]) -> dict[int, bool]:
    """Whether the loan is known to have gone bad, by application; those of which nothing is known are left out."""
    rows = KnownOutcome.objects.filter(application_id__in=set(application_ids))
    return dict(rows.values_list("application_id", "is_bad"))
