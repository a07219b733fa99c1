"""An offer by whoever may make one: the customer is classified by what is known, and what is not known is told."""

from dataclasses import replace

import pytest

from xindai.applications import services as applications
from xindai.applications.models import Application
from xindai.applications.testing import answered
from xindai.classification import queries as classes
from xindai.customers.services import state_facts
from xindai.customers.testing import GOOD_FACTS, make_company
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel.errors import NotPermitted, StateConflict
from xindai.offers.testing import CONSUMER, WORKING_CAPITAL, Scene, make_scene, person
from xindai.products.testing import ON
from xindai.underwriting.offering import Unknown, unknown_facts
from xindai.underwriting.services import make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def started(scene: Scene, facts: dict[str, object]) -> Application:
    return applications.start(scene.officer, customer_id=person(scene, facts).id, need=CONSUMER, on=ON)


def submitted(scene: Scene, facts: dict[str, object]) -> Application:
    return applications.submit(scene.officer, application_no=started(scene, facts).no, on=ON)


def test_an_officer_s_offer_to_somebody_new_classifies_them_by_this_request(scene: Scene) -> None:
    application = submitted(scene, GOOD_FACTS)
    assert classes.current(application.customer_id, ON) is None
    offer = make_offer(scene.officer, application_no=application.no, on=ON)
    found = classes.current(application.customer_id, ON)
    assert found is not None
    assert (found.tier, offer.tier) == ("premium", "premium")
    assert found.request == {"term_months": 24, "amount_minor": 5_000_00, "instalment_rate_band": "below_20"}


def test_an_offer_made_again_after_new_facts_rests_on_the_new_class(scene: Scene) -> None:
    application = submitted(
        scene, {**GOOD_FACTS, "savings_band": "none_or_unknown", "credit_history": "critical_elsewhere"}
    )
    before = make_offer(scene.officer, application_no=application.no, on=ON)
    state_facts(
        scene.officer,
        customer_id=application.customer_id,
        facts={name: (GOOD_FACTS[name], "declared") for name in ("savings_band", "credit_history")},
        on=ON,
    )
    after = make_offer(scene.officer, application_no=application.no, on=ON)
    assert before.standing["score"] < after.standing["score"]


def test_what_the_rating_counts_as_the_worst_is_told_until_it_is_stated(scene: Scene) -> None:
    application = started(scene, {"disposable_income_minor": 800_000, "credit_history": "all_here_repaid"})
    told = unknown_facts(application, ON)
    assert told.of_means == ()
    assert "savings_band" in told.of_class
    assert {"credit_history", "term_months", "instalment_rate_band"}.isdisjoint(told.of_class)
    assert unknown_facts(started(scene, GOOD_FACTS), ON) == Unknown()
    assert not unknown_facts(started(scene, GOOD_FACTS), ON)


def test_an_income_that_was_stated_after_the_submission_does_not_help_this_application(scene: Scene) -> None:
    facts = {name: value for name, value in GOOD_FACTS.items() if name != "disposable_income_minor"}
    draft, handed_in = started(scene, facts), submitted(scene, facts)
    assert unknown_facts(draft, ON).of_means == ("disposable_income_minor",)
    for application in (draft, handed_in):
        income = {"disposable_income_minor": (800_000, "declared")}
        state_facts(scene.officer, customer_id=application.customer_id, facts=income, on=ON)
    assert not unknown_facts(draft, ON)
    assert unknown_facts(handed_in, ON).of_means == ("disposable_income_minor",)


def test_of_a_company_the_figure_is_told_by_which_the_product_measures(scene: Scene) -> None:
    customer = make_company(scene.officer, branch=scene.branch, facts={"industry_code": "C26"})
    application = applications.start(scene.officer, customer_id=customer.id, need=WORKING_CAPITAL, on=ON)
    told = unknown_facts(application, ON)
    assert told.of_means == ("revenue_minor",)
    assert "years_in_business" in told.of_class


def test_an_offer_is_made_by_officers_of_the_branch_on_what_was_submitted(scene: Scene) -> None:
    application = submitted(scene, GOOD_FACTS)
    with pytest.raises(NotPermitted):
        make_offer(actor(Role.APPROVER, scene.branch), application_no=application.no, on=ON)
    for no in (started(scene, GOOD_FACTS).no, decided(scene).no):
        with pytest.raises(StateConflict):
            make_offer(scene.officer, application_no=no, on=ON)


def decided(scene: Scene) -> Application:
    application = answered(scene, replace(CONSUMER, term_months=12))
    application.to_approved()
    application.save()
    return application
