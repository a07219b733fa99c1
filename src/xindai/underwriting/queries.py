"""Decisions as others see them, and the proof that they can be made again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from xindai.applications.models import Application
from xindai.classification import queries as classes
from xindai.policies import queries as policies
from xindai.underwriting.case import Case
from xindai.underwriting.models import Decision
from xindai.underwriting.policy import decision_policy
from xindai.underwriting.rules import Verdict, decide


def latest(application_id: int) -> Decision | None:
    """The latest decision on an application."""
    return Decision.objects.filter(application_id=application_id).order_by("-pk").first()


def decisions_of(application_id: int) -> list[Decision]:
    """All decisions on an application, the first one first."""
    return list(Decision.objects.filter(application_id=application_id).order_by("pk"))


def latest_of_many(application_ids: Iterable[int]) -> dict[int, Decision]:
    """The latest decisions, by application."""
    rows = Decision.objects.filter(application_id__in=set(application_ids))
    return {row.application_id: row for row in rows.order_by("application_id", "-pk").distinct("application_id")}


def basis_of(application: Application, on: date) -> dict[str, Any]:
    """What a recommendation stands on, as it is on a date: the wish, the offer, and the customer's class."""
    offer, standing = application.offer, classes.current(application.customer_id, on)
    return {
        "state": str(application.state),
        "amount_minor": offer.amount_minor if offer else 0,
        "rate_ppb": offer.rate_ppb if offer else 0,
        "term_months": offer.term_months if offer else 0,
        "offer_no": offer.pk if offer else 0,
        "tier": standing.tier if standing else "",
        "rating": standing.rating if standing else "",
    }


def replay_decision(decision: Decision) -> Verdict:
    """Let the rules decide again on the stored case, by the policy version of the day."""
    pack = policies.pack_of_version(decision.policy_version, decision.decided_on)
    return decide(Case.from_json(decision.inputs), decision_policy(pack))


def is_reproduced(decision: Decision) -> bool:
    """Whether the rules, run again, find what was found (for people's decisions: before them)."""
    again = replay_decision(decision).to_json()
    return bool(again["findings"] == decision.findings) and (
        not decision.is_automatic or bool(again["outcome"] == decision.outcome)
    )
