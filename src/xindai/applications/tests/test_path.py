"""The way of an application: started, submitted, answered, withdrawn - and what is refused on it."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xindai.applications import queries, services
from xindai.applications.models import Application, State
from xindai.applications.testing import answered, offer_of
from xindai.collateral.services import record_asset
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.kernel.models import OutboxEvent
from xindai.kernel.transactions import together
from xindai.offers.models import Offer
from xindai.offers.testing import CAR, CONSUMER, MIDDLING_FACTS, Scene, make_scene, person
from xindai.products.testing import ON

pytestmark = pytest.mark.django_db
SUBMITTED_AT = datetime(2024, 7, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_an_application_is_started_as_a_draft_and_submitted_with_its_facts(scene: Scene) -> None:
    customer = person(scene)
    application = services.start(scene.officer, customer_id=customer.id, need=CONSUMER, on=ON)
    assert application.state == State.DRAFT
    submitted = services.submit(scene.officer, application_no=application.no, on=ON)
    assert submitted.state == State.SUBMITTED
    assert submitted.facts.keys() == {"disposable_income_minor", "age_years"}
    assert OutboxEvent.objects.filter(name="application.submitted", aggregate_id=application.no).count() == 1


def test_the_service_clock_runs_by_the_tier_from_submission(scene: Scene) -> None:
    with clock.simulated(SUBMITTED_AT):
        premium = answered(scene)
        standard = answered(scene, facts=MIDDLING_FACTS)
    assert (offer_of(premium).tier, offer_of(standard).tier) == ("premium", "standard")
    assert premium.promised_by == SUBMITTED_AT + timedelta(hours=4)
    assert standard.promised_by == SUBMITTED_AT + timedelta(days=3)


def test_an_offer_is_kept_with_everything_that_made_it(scene: Scene) -> None:
    offer = offer_of(answered(scene))
    assert offer.quote["price_steps"][-1]["rate_ppb"] == offer.rate_ppb
    assert offer.policy_version == "cn-1"
    assert offer.product_version_id
    assert (offer.annual_rate_ppb or 0) > 0


def test_an_offer_can_never_be_changed(scene: Scene) -> None:
    offer = offer_of(answered(scene))
    with pytest.raises(Exception, match=r"(?i)append|cannot"):
        Offer.objects.filter(pk=offer.pk).update(rate_ppb=1)


@pytest.mark.parametrize(
    "need",
    [
        replace(CONSUMER, amount_minor=0),
        replace(CONSUMER, currency="USD"),
        replace(CONSUMER, term_months=0),
        replace(CONSUMER, purpose="moon_flight"),
        replace(CONSUMER, product_code="moon_loan"),
        replace(CONSUMER, method="never"),
        replace(CAR, collateral_value_minor=0),
    ],
)
def test_a_need_that_cannot_be_answered_starts_nothing(scene: Scene, need: object) -> None:
    customer = person(scene)
    with pytest.raises(InvalidInput) as raised:
        services.start(scene.officer, customer_id=customer.id, need=need, on=ON)  # type: ignore[arg-type]
    assert raised.value.field
    assert raised.value.remedy_text()
    assert not Application.objects.exists()


def test_an_unknown_customer_or_channel_starts_nothing(scene: Scene) -> None:
    with pytest.raises(NotFound):
        services.start(scene.officer, customer_id=0, need=CONSUMER, on=ON)
    with pytest.raises(InvalidInput):
        services.start(scene.officer, customer_id=person(scene).id, need=CONSUMER, on=ON, channel="pigeon")
    assert not Application.objects.exists()


def test_somebody_elses_asset_secures_nothing(scene: Scene) -> None:
    asset = record_asset(
        scene.officer,
        owner_no="CU24-999999-0",
        branch_id=scene.branch.pk,
        kind="vehicle",
        description="car",
        value_minor=20_000_00,
        currency="CNY",
        valued_on=ON,
        valuer="dealer",
    )
    with pytest.raises(InvalidInput) as raised:
        services.start(scene.officer, customer_id=person(scene).id, need=CAR, on=ON, asset_id=asset.pk)
    assert raised.value.field == "asset_id"


def test_a_step_out_of_turn_is_refused_and_changes_nothing(scene: Scene) -> None:
    application = services.start(scene.officer, customer_id=person(scene).id, need=CONSUMER, on=ON)
    with pytest.raises(StateConflict):
        services.request_offer(scene.officer, application_no=application.no, on=ON)
    services.submit(scene.officer, application_no=application.no, on=ON)
    with pytest.raises(StateConflict):
        services.submit(scene.officer, application_no=application.no, on=ON)
    with pytest.raises(StateConflict):
        services.request_offer(scene.officer, application_no=application.no, on=ON)
    assert not Offer.objects.exists()


def test_the_state_cannot_be_written_past_its_transitions(scene: Scene) -> None:
    application = answered(scene)
    with pytest.raises(AttributeError):
        application.state = State.APPROVED


def test_a_customer_may_withdraw_until_there_is_a_contract(scene: Scene) -> None:
    application = answered(scene)
    withdrawn = services.withdraw(scene.officer, application_no=application.no, reason="found cheaper money", on=ON)
    assert withdrawn.state == State.WITHDRAWN
    with pytest.raises(StateConflict):
        services.withdraw(scene.officer, application_no=application.no, reason="again", on=ON)


def test_another_branch_sees_and_touches_nothing(scene: Scene) -> None:
    application = answered(scene)
    outsider = actor(Role.LOAN_OFFICER, make_branch("B02"))
    assert not queries.visible(outsider).exists()
    with pytest.raises(NotFound):
        services.withdraw(outsider, application_no=application.no, reason="mine", on=ON)


def test_another_branch_touches_nothing_within_a_whole_that_holds_it_either(scene: Scene) -> None:
    outsider = actor(Role.LOAN_OFFICER, make_branch("B02"))
    with pytest.raises(NotFound), together():
        services.start(outsider, customer_id=person(scene).id, need=CONSUMER, on=ON)
    with pytest.raises(NotFound):
        _start_and_withdraw(scene, outsider)
    assert not Application.objects.exists()


@together()
def _start_and_withdraw(scene: Scene, other: Actor) -> None:
    application = services.start(scene.officer, customer_id=person(scene).id, need=CONSUMER, on=ON)
    assert services.submit(scene.officer, application_no=application.no, on=ON) is application
    services.withdraw(other, application_no=application.no, reason="mine", on=ON)


def test_a_borrower_starts_no_application_of_somebody_else(scene: Scene) -> None:
    with pytest.raises(NotFound):
        services.start(actor(Role.BORROWER), customer_id=person(scene).id, need=CONSUMER, on=ON)
    assert not Application.objects.exists()


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.ACCOUNTANT, Role.AUDITOR])
def test_of_the_lender_only_loan_officers_start_applications(scene: Scene, role: Role) -> None:
    with pytest.raises(NotPermitted):
        services.start(actor(role, scene.branch), customer_id=person(scene).id, need=CONSUMER, on=ON)
