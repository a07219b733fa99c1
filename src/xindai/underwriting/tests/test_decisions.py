"""Decisions: made by rules, made again with the same answer, confirmed by two people."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from xindai.applications import services as applications
from xindai.applications.models import Application, State
from xindai.applications.testing import answered, offer_of
from xindai.identity.models import Check
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_limit
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict
from xindai.offers.testing import CAR, CONSUMER, MIDDLING_FACTS, POOR_FACTS, WORKING_CAPITAL, Scene, make_scene
from xindai.products.testing import ON
from xindai.underwriting import queries, services
from xindai.underwriting.models import Decision

pytestmark = pytest.mark.django_db
WORDS = "Income was checked with the employer."


@pytest.fixture
def scene() -> Scene:
    make_limit(Role.APPROVER, services.CHECK_KIND, 100_000_00)
    make_limit(Role.RISK_MANAGER, services.CHECK_KIND, 10_000_000_00)
    return make_scene()


@pytest.fixture
def referred(scene: Scene) -> Application:
    application = answered(scene, facts=MIDDLING_FACTS)
    services.decide_automatically(scene.officer, application_no=application.no, on=ON)
    application.refresh_from_db()
    assert application.state == State.REFERRED
    return application


def recommended(scene: Scene, application: Application, outcome: str = "approve") -> Check:
    return services.recommend(
        scene.officer,
        application_no=application.no,
        outcome=outcome,
        reason_codes=["score"],
        words=WORDS,
        on=ON,
    )


def test_rules_approve_a_good_customer_and_refuse_a_poor_one(scene: Scene) -> None:
    good, poor = answered(scene), answered(scene, facts=POOR_FACTS)
    approved = services.decide_automatically(scene.officer, application_no=good.no, on=ON)
    refused = services.decide_automatically(scene.officer, application_no=poor.no, on=ON)
    assert (approved.outcome, refused.outcome) == ("approve", "refuse")
    assert refused.reason_codes == ["score"]
    good.refresh_from_db()
    assert good.state == State.APPROVED
    assert good.decided_at is not None


@pytest.mark.parametrize("need", [CONSUMER, CAR, WORKING_CAPITAL, replace(CONSUMER, purpose="gambling")])
def test_a_decision_made_again_gives_the_same_answer(scene: Scene, need: object) -> None:
    application = answered(scene, need=need)  # type: ignore[arg-type]
    services.decide_automatically(scene.officer, application_no=application.no, on=ON)
    decision = Decision.objects.get(application=application)
    assert queries.replay_decision(decision).outcome == decision.outcome
    assert queries.is_reproduced(decision)


def test_a_decision_keeps_policy_product_and_everything_that_was_looked_at(scene: Scene) -> None:
    application = answered(scene)
    decision = services.decide_automatically(scene.officer, application_no=application.no, on=ON)
    assert decision.policy_version == "cn-1"
    assert decision.product_version_id == offer_of(application).product_version_id
    assert decision.inputs["standing"]["tier"] == "premium"
    assert {finding["rule"] for finding in decision.findings} >= {"score", "legal_age", "purpose_lawful"}


def test_a_decision_can_never_be_changed(scene: Scene, referred: Application) -> None:
    with pytest.raises(Exception, match=r"(?i)append|cannot"), transaction.atomic():
        Decision.objects.filter(application=referred).update(outcome="approve")


def test_an_application_without_an_offer_is_not_decided(scene: Scene) -> None:
    application = answered(scene)
    Application.objects.filter(pk=application.pk).update(offer=None)
    with pytest.raises(StateConflict):
        services.decide_automatically(scene.officer, application_no=application.no, on=ON)


def test_nobody_is_decided_on_twice(scene: Scene, referred: Application) -> None:
    with pytest.raises(StateConflict):
        services.decide_automatically(scene.officer, application_no=referred.no, on=ON)


def test_two_people_approve_what_the_rules_referred(scene: Scene, referred: Application) -> None:
    check = recommended(scene, referred)
    decision = services.confirm(scene.approver, check_id=check.pk, approve=True, reason="", on=ON)
    assert decision is not None
    assert (decision.outcome, decision.words) == ("approve", WORDS)
    assert decision.maker_id == scene.officer.user_id
    assert decision.checker_id == scene.approver.user_id
    referred.refresh_from_db()
    assert referred.state == State.APPROVED
    assert queries.is_reproduced(decision)


def test_two_people_refuse_what_the_rules_referred(scene: Scene, referred: Application) -> None:
    check = recommended(scene, referred, "refuse")
    services.confirm(scene.approver, check_id=check.pk, approve=True, reason="", on=ON)
    referred.refresh_from_db()
    assert referred.state == State.REFUSED


def test_a_returned_recommendation_leaves_the_application_referred(scene: Scene, referred: Application) -> None:
    check = recommended(scene, referred)
    answer = services.confirm(scene.approver, check_id=check.pk, approve=False, reason="Ask again.", on=ON)
    assert answer is None
    referred.refresh_from_db()
    assert referred.state == State.REFERRED
    assert recommended(scene, referred).pk != check.pk


def test_nobody_confirms_the_own_recommendation(scene: Scene, referred: Application) -> None:
    check = recommended(scene, referred)
    with pytest.raises(NotPermitted):
        services.confirm(scene.officer, check_id=check.pk, approve=True, reason="", on=ON)


def test_above_the_authority_limit_the_needed_authority_is_named(scene: Scene) -> None:
    make_limit(Role.APPROVER, services.CHECK_KIND, 1_000_00)
    application = answered(scene, facts=MIDDLING_FACTS)
    services.decide_automatically(scene.officer, application_no=application.no, on=ON)
    check = recommended(scene, application)
    with translation.override("en"), pytest.raises(NotPermitted, match="risk manager"):
        services.confirm(scene.approver, check_id=check.pk, approve=True, reason="", on=ON)
    risk_manager = actor(Role.RISK_MANAGER)
    assert services.confirm(risk_manager, check_id=check.pk, approve=True, reason="", on=ON)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"outcome": "refer"}, "outcome"),
        ({"reason_codes": []}, "reason_codes"),
        ({"words": "  "}, "words"),
    ],
)
def test_a_recommendation_without_outcome_or_reasons_is_refused(
    scene: Scene, referred: Application, change: dict[str, object], field: str
) -> None:
    good = {"outcome": "approve", "reason_codes": ["score"], "words": WORDS}
    with pytest.raises(InvalidInput) as raised:
        services.recommend(scene.officer, application_no=referred.no, on=ON, **{**good, **change})  # type: ignore[arg-type]
    assert raised.value.field == field
    assert not Check.objects.exists()


def test_whoever_was_refused_by_rules_may_have_people_look(scene: Scene) -> None:
    application = answered(scene, facts=POOR_FACTS)
    services.decide_automatically(scene.officer, application_no=application.no, on=ON)
    assert services.review_refusal(scene.officer, application_no=application.no, on=ON).state == State.REFERRED
    check = recommended(scene, application, "refuse")
    services.confirm(scene.approver, check_id=check.pk, approve=True, reason="", on=ON)
    with pytest.raises(StateConflict):
        services.review_refusal(scene.officer, application_no=application.no, on=ON)


def test_the_database_refuses_a_pair_of_one(scene: Scene, referred: Application) -> None:
    automatic = Decision.objects.get(application=referred)
    automatic.pk, automatic.kind, automatic.outcome = None, "confirmed", "approve"
    automatic.maker_id = automatic.checker_id = scene.officer.user_id
    with pytest.raises(IntegrityError), transaction.atomic():
        automatic.save()


def test_protected_facts_change_no_offer_and_no_decision(scene: Scene) -> None:
    plain = answered(scene, facts=MIDDLING_FACTS)
    told = {"gender": "female", "marital_status": "single", "foreign_worker": "yes", "dependants": "up_to_two"}
    other = answered(scene, facts={**MIDDLING_FACTS, **told})
    assert offer_of(plain).quote == offer_of(other).quote
    decisions = [
        services.decide_automatically(scene.officer, application_no=application.no, on=ON)
        for application in (plain, other)
    ]
    assert decisions[0].findings == decisions[1].findings


def test_a_withdrawn_application_is_not_decided(scene: Scene) -> None:
    application = answered(scene)
    applications.withdraw(scene.officer, application_no=application.no, reason="no longer", on=ON)
    with pytest.raises(StateConflict):
        services.decide_automatically(scene.officer, application_no=application.no, on=ON)
