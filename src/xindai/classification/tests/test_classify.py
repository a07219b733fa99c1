"""Classifying a recorded customer: stored with reasons, told only when it changes."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from xindai.classification.models import CustomerClass, Trigger
from xindai.classification.queries import current, current_of_many, history, names
from xindai.classification.services import classify
from xindai.customers.services import state_facts
from xindai.customers.testing import make_company, make_person
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted
from xindai.kernel.models import OutboxEvent
from xindai.policies.testing import make_live_policy

pytestmark = pytest.mark.django_db

ON = date(2024, 7, 1)
LATER = date(2024, 10, 1)
REQUEST = {"term_months": 12, "amount_minor": 300_000, "instalment_rate_band": "below_20", "purpose": "car_used"}
EVENT = "classification.customer_reclassified"


@pytest.fixture(autouse=True)
def _policy() -> None:
    make_live_policy(ON)


@pytest.fixture
def officer() -> Actor:
    return actor(Role.LOAN_OFFICER, make_branch())


def test_a_class_is_kept_with_its_policy_and_worded_reasons(officer: Actor) -> None:
    person = make_person(officer)
    found = classify(officer, customer_id=person.id, on=ON, request_facts=REQUEST)
    assert (found.rating, found.risk_level, found.tier, found.score) == ("high", "low", "premium", 754)
    assert found.policy_version == "cn-1"
    stored = current(person.id, ON)
    assert stored == found
    texts = [reason.text for reason in stored.reasons]
    assert {"zh": "总分754，评级为高（高：660分起；中：580分起）。"}.items() <= texts[9].items()
    assert sum(reason.points or 0 for reason in stored.reasons) == found.score


def test_the_first_class_is_no_change_and_the_same_class_adds_nothing(officer: Actor) -> None:
    person = make_person(officer)
    for on in (ON, LATER):
        classify(officer, customer_id=person.id, on=on, request_facts=REQUEST)
    assert len(history(person.id)) == 1
    assert not OutboxEvent.objects.filter(name=EVENT).exists()


def test_new_facts_change_the_class_and_an_event_says_so(officer: Actor) -> None:
    person = make_person(officer)
    classify(officer, customer_id=person.id, on=ON, request_facts=REQUEST)
    state_facts(officer, customer_id=person.id, facts={"credit_history": ("delayed_in_past", "bureau")}, on=LATER)
    classify(officer, customer_id=person.id, on=LATER, trigger=Trigger.NEW_FACTS)
    before, after = current(person.id, ON), current(person.id, LATER)
    assert before is not None
    assert after is not None
    assert (before.tier, after.tier, after.request) == ("premium", "standard", before.request)
    event = OutboxEvent.objects.get(name=EVENT)
    assert event.payload["changed"] == ["risk_level", "tier"]
    assert (event.payload["tier_before"], event.payload["tier_after"]) == ("premium", "standard")


def test_a_class_counts_from_its_date(officer: Actor) -> None:
    person = make_person(officer)
    classify(officer, customer_id=person.id, on=LATER, request_facts=REQUEST)
    assert current(person.id, ON) is None
    assert current_of_many([person.id, 999], LATER).keys() == {person.id}


def test_a_company_is_classified_by_its_figures(officer: Actor) -> None:
    company = make_company(officer)
    found = classify(officer, customer_id=company.id, on=ON, request_facts={"term_months": 12, "amount_minor": 10**8})
    assert (found.industry, found.size, found.rating, found.tier) == ("manufacturing", "small", "medium", "standard")


def test_the_score_ignores_the_free_text_of_a_request(officer: Actor) -> None:
    person = make_person(officer)
    found = classify(officer, customer_id=person.id, on=ON, request_facts={**REQUEST, "story": "please"})
    assert "story" not in found.request


def test_an_impossible_request_fact_is_refused_by_name(officer: Actor) -> None:
    person = make_person(officer)
    with pytest.raises(InvalidInput) as caught:
        classify(officer, customer_id=person.id, on=ON, request_facts={**REQUEST, "term_months": "a year"})
    assert caught.value.field == "term_months"


def test_an_unknown_customer_is_not_found_and_a_collector_may_not_classify(officer: Actor) -> None:
    with pytest.raises(NotFound):
        classify(officer, customer_id=999_999, on=ON, request_facts=REQUEST)
    with pytest.raises(NotPermitted):
        classify(actor(Role.COLLECTOR), customer_id=1, on=ON)


def test_history_is_never_changed_in_the_database(officer: Actor) -> None:
    person = make_person(officer)
    classify(officer, customer_id=person.id, on=ON, request_facts=REQUEST)
    with pytest.raises(DatabaseError), transaction.atomic():
        CustomerClass.objects.update(tier="premium")


def test_every_value_of_a_dimension_has_a_name_in_both_languages() -> None:
    assert names(ON)["tier"]["premium"] == {"zh": "优质客户", "en": "premium"}
