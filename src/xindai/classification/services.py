"""Classifying customers: run the rules on what is known, keep the result, tell of a change."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from xindai.classification import queries
from xindai.classification.events import CustomerReclassified
from xindai.classification.models import CustomerClass, Trigger
from xindai.classification.queries import ClassView
from xindai.classification.rules import Classification
from xindai.classification.rules import classify as apply_rules
from xindai.customers.facts import check_value
from xindai.customers.queries import facts_as_of
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock
from xindai.kernel.outbox import emit
from xindai.kernel.transactions import hold
from xindai.policies.packs import Pack
from xindai.policies.queries import pack_as_of


@verb("customer.classify")
def classify(
    actor: Actor,
    *,
    customer_id: int,
    on: date,
    request_facts: Mapping[str, Any] | None = None,
    trigger: str = Trigger.APPLICATION,
) -> ClassView:
    """Classify a customer by the facts and the policy of a date, and keep the class if it says something new.

    Without ``request_facts`` (``term_months``, ``amount_minor``, ``instalment_rate_band``) those of
    the latest request count.  Emits CustomerReclassified when a dimension changes.
    Raises NotFound, NoPolicyInForce, InvalidInput for a request fact that cannot have its value.
    """
    before = queries.current(customer_id, on)
    request = dict(request_facts) if request_facts is not None else dict(before.request) if before else {}
    pack = pack_as_of(on)
    request = _checked(request, pack)
    result = apply_rules({**facts_as_of(customer_id, on), **request}, queries.policy_of(pack), on)
    if before is not None and dict(before.request) == request and _says_the_same(before, result):
        return before
    row = _keep(customer_id, on, result, request, trigger)
    if before is not None and before.dimensions() != result.dimensions():
        _tell(customer_id, before, row)
    return hold(("class", customer_id, on), ClassView.of(row))


def _checked(request: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """The facts that the policy knows as facts of requests, each with a possible value; a free text is none."""
    known = pack.section("facts")["facts"]
    kept = {name: value for name, value in request.items() if name in known and known[name]["of"] == "request"}
    for name, value in kept.items():
        check_value(name, value, known[name])
    return kept


def _says_the_same(before: ClassView, result: Classification) -> bool:
    return (
        before.dimensions() == result.dimensions()
        and before.score == result.score
        and before.policy_version == result.policy_version
    )


def _keep(
    customer_id: int, on: date, result: Classification, request: Mapping[str, Any], trigger: str
) -> CustomerClass:
    return CustomerClass.objects.create(
        customer_id=customer_id,
        effective_from=on,
        **result.dimensions(),
        score=result.score,
        reasons=[reason.to_json() for reason in result.reasons],
        request=dict(request),
        policy_version=result.policy_version,
        trigger=trigger,
        decided_at=clock.now(),
    )


def _tell(customer_id: int, before: ClassView, after: CustomerClass) -> None:
    changed = tuple(name for name, value in before.dimensions().items() if getattr(after, name) != value)
    emit(
        CustomerReclassified(
            customer_id=customer_id,
            effective_from=after.effective_from,
            trigger=after.trigger,
            policy_version=after.policy_version,
            changed=changed,
            tier_before=before.tier,
            tier_after=after.tier,
            rating_before=before.rating,
            rating_after=after.rating,
            risk_level_before=before.risk_level,
            risk_level_after=after.risk_level,
        ),
        aggregate_id=customer_id,
        on=after.effective_from,
    )
