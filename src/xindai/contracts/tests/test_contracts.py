"""Contracts: frozen terms, conditions precedent, signing - and nothing paid before its time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from loanmath.schedule import schedule
from xindai.applications import services as applications
from xindai.applications.models import State as ApplicationState
from xindai.applications.testing import offer_of
from xindai.classification.services import classify
from xindai.collateral.services import register_lien
from xindai.contracts import queries, services
from xindai.contracts.conditions import open_codes
from xindai.contracts.errors import ConditionsOpen
from xindai.contracts.models import Contract, State
from xindai.contracts.testing import approved, drawn_up, ready_to_pay, vehicle
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.kernel.models import OutboxEvent
from xindai.kernel.transactions import together
from xindai.offers.testing import CAR, CONSUMER, Scene, make_scene, person
from xindai.products.testing import ON
from xindai.underwriting.services import decide_automatically

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def drawn_up_on_a_car(scene: Scene) -> Contract:
    """A contract that a car secures."""
    customer = person(scene)
    asset = vehicle(scene, customer.no)
    application = applications.start(scene.officer, customer_id=customer.id, need=CAR, on=ON, asset_id=asset.pk)
    applications.submit(scene.officer, application_no=application.no, on=ON)
    classify(scene.officer, customer_id=customer.id, on=ON, request_facts={"term_months": 36})
    applications.request_offer(scene.officer, application_no=application.no, on=ON)
    decide_automatically(scene.officer, application_no=application.no, on=ON)
    return services.draw_up(scene.officer, application_no=application.no, disburse_on=ON, on=ON)


def test_the_approved_offer_is_frozen_as_terms_with_their_hash(scene: Scene) -> None:
    application = approved(scene)
    contract = services.draw_up(scene.officer, application_no=application.no, disburse_on=ON, on=ON)
    terms = queries.terms_of(contract)
    assert terms.principal_minor == offer_of(application).amount_minor
    assert terms.rate_ppb == offer_of(application).rate_ppb
    assert terms.penalty_rate_ppb == terms.rate_ppb * 3 // 2
    assert len(schedule(terms)) == offer_of(application).term_months
    assert contract.terms_hash == services.hash_of(contract.terms)
    application.refresh_from_db()
    assert application.state == ApplicationState.CONTRACTED


def test_documents_of_tier_and_product_become_conditions(scene: Scene) -> None:
    contract = drawn_up(scene)
    codes = [condition["code"] for condition in contract.conditions]
    assert codes == ["document:identity", "document:purpose_statement"]
    assert contract.open_conditions == 2


def test_clauses_name_what_was_agreed(scene: Scene) -> None:
    assert "collateral" not in [clause["code"] for clause in drawn_up(scene).clauses]
    assert "collateral" in [clause["code"] for clause in drawn_up_on_a_car(scene).clauses]


def test_nothing_is_paid_while_a_condition_is_open(scene: Scene) -> None:
    contract = drawn_up(scene)
    services.sign(scene.officer, contract_no=contract.no, on=ON)
    with pytest.raises(ConditionsOpen) as raised:
        services.locked_for_payment(scene.officer, contract.no)
    assert "document:identity" in str(raised.value)


def test_the_database_refuses_a_payment_while_a_condition_is_open(scene: Scene) -> None:
    contract = drawn_up(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(state=State.DISBURSED, signed_on=ON)


def test_a_signed_contract_without_open_conditions_may_be_paid_once(scene: Scene) -> None:
    contract = ready_to_pay(scene)
    locked = services.locked_for_payment(scene.officer, contract.no)
    services.note_disbursed(locked, ON)
    with pytest.raises(StateConflict):
        services.locked_for_payment(scene.officer, contract.no)


def test_an_unsigned_contract_is_not_paid(scene: Scene) -> None:
    contract = drawn_up(scene)
    with pytest.raises(StateConflict):
        services.locked_for_payment(scene.officer, contract.no)


def test_tampered_terms_are_noticed(scene: Scene) -> None:
    contract = ready_to_pay(scene)
    Contract.objects.filter(pk=contract.pk).update(terms={**contract.terms, "rate_ppb": 1})
    with translation.override("en"), pytest.raises(StateConflict, match="not those that were signed"):
        services.locked_for_payment(scene.officer, contract.no)


def test_a_lien_counts_only_once_it_is_registered(scene: Scene) -> None:
    contract = drawn_up_on_a_car(scene)
    evidence = {"lien_registered": "R-1"}
    with pytest.raises(StateConflict):
        services.satisfy_conditions(scene.officer, contract_no=contract.no, evidence=evidence, on=ON)
    register_lien(
        scene.officer,
        asset_id=contract.asset_id or 0,
        contract_no=contract.no,
        registry_reference="R-1",
        registered_on=ON,
    )
    satisfied = services.satisfy_conditions(scene.officer, contract_no=contract.no, evidence=evidence, on=ON)
    assert "lien_registered" not in open_codes(satisfied.conditions)


@pytest.mark.parametrize("evidence", [{"document:moon_map": "seen"}, {"document:identity": " "}])
def test_unknown_conditions_and_missing_evidence_change_nothing(scene: Scene, evidence: dict[str, str]) -> None:
    contract = drawn_up(scene)
    with pytest.raises(InvalidInput) as raised:
        services.satisfy_conditions(scene.officer, contract_no=contract.no, evidence=evidence, on=ON)
    assert raised.value.field == "evidence"
    contract.refresh_from_db()
    assert contract.open_conditions == 2


def test_a_lapsed_offer_makes_no_contract(scene: Scene) -> None:
    application = approved(scene)
    later = ON + timedelta(days=31)
    with pytest.raises(StateConflict):
        services.draw_up(scene.officer, application_no=application.no, disburse_on=later, on=later)
    assert not Contract.objects.exists()


def test_a_payment_before_the_contract_is_refused(scene: Scene) -> None:
    application = approved(scene)
    with pytest.raises(InvalidInput) as raised:
        services.draw_up(scene.officer, application_no=application.no, disburse_on=date(2024, 6, 30), on=ON)
    assert raised.value.field == "disburse_on"


def test_an_application_becomes_one_contract(scene: Scene) -> None:
    contract = drawn_up(scene)
    with pytest.raises(StateConflict):
        services.draw_up(scene.officer, application_no=contract.application.no, disburse_on=ON, on=ON)


def test_signing_is_told_and_happens_once(scene: Scene) -> None:
    contract = drawn_up(scene)
    services.sign(scene.officer, contract_no=contract.no, on=ON)
    assert OutboxEvent.objects.filter(name="contract.signed", aggregate_id=contract.no).count() == 1
    with pytest.raises(StateConflict):
        services.sign(scene.officer, contract_no=contract.no, on=ON)


def test_a_cancelled_contract_goes_nowhere(scene: Scene) -> None:
    contract = services.cancel(scene.officer, contract_no=drawn_up(scene).no)
    assert contract.state == State.CANCELLED
    with pytest.raises(StateConflict):
        services.sign(scene.officer, contract_no=contract.no, on=ON)


def test_paying_on_another_day_moves_the_dates_and_nothing_else(scene: Scene) -> None:
    contract = drawn_up(scene, CONSUMER)
    planned = queries.terms_of(contract)
    moved = queries.terms_if_paid_on(contract, ON + timedelta(days=3))
    assert queries.terms_if_paid_on(contract, ON) == planned
    assert (moved.disbursed_on, moved.first_due_on) == (date(2024, 7, 4), date(2024, 8, 4))
    assert (moved.principal_minor, moved.rate_ppb, moved.instalments) == (
        planned.principal_minor,
        planned.rate_ppb,
        planned.instalments,
    )


def test_another_branch_does_not_see_the_contract(scene: Scene) -> None:
    contract = drawn_up(scene)
    outsider = actor(Role.LOAN_OFFICER, make_branch("B02"))
    with pytest.raises(NotFound):
        queries.contract(outsider, contract.no)
    with pytest.raises(NotFound):
        services.sign(outsider, contract_no=contract.no, on=ON)


def test_a_contract_that_a_whole_holds_is_not_another_branchs_either(scene: Scene) -> None:
    application = approved(scene)
    with pytest.raises(NotFound):
        _draw_up_and_sign(scene, application.no)
    assert not Contract.objects.exists()


@together()
def _draw_up_and_sign(scene: Scene, application_no: str) -> None:
    contract = services.draw_up(scene.officer, application_no=application_no, disburse_on=ON, on=ON)
    services.sign(actor(Role.LOAN_OFFICER, make_branch("B99")), contract_no=contract.no, on=ON)
