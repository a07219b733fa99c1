"""The offer and the contract: their figures are those of the engine, and only their own customer accepts and signs."""

import pytest
from django.test import Client

from xindai.applications.models import Application, State
from xindai.applications.testing import answered
from xindai.contracts import queries as contracts
from xindai.contracts import services as acts
from xindai.contracts.clauses import text_of
from xindai.contracts.models import Contract
from xindai.contracts.models import State as ContractState
from xindai.identity.actors import Actor
from xindai.kernel import business_date, formatting
from xindai.kernel.errors import NotFound, NotPermitted
from xindai.offers.queries import preview
from xindai.offers.testing import Scene, make_scene, person
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.products.testing import ON
from xindai.underwriting import services as underwriting

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    made = make_scene()
    business_date.open_day(ON)
    return made


@pytest.fixture
def approved(scene: Scene) -> Application:
    application = answered(scene)
    underwriting.decide_automatically(scene.officer, application_no=application.no, on=ON)
    application.refresh_from_db()
    assert application.state == State.APPROVED
    return application


@pytest.fixture
def client(approved: Application) -> Client:
    return browser_of(borrower_of(approved.customer_id))


def page(client: Client, path: str) -> str:
    told = client.get(path)
    assert told.status_code == 200, path
    return told.content.decode()


def test_the_offer_shows_plan_rates_and_cost_as_the_engine_has_them(approved: Application, client: Client) -> None:
    offer = approved.offer
    assert offer is not None
    shown = page(client, f"/me/applications/{approved.no}/offer/")
    plan = preview(offer)
    assert plan is not None
    for row in plan.rows:
        assert formatting.plain_amount(row.total_minor, "CNY") in shown
    assert formatting.plain_amount(offer.quote["cost"]["total_minor"], "CNY") in shown
    assert f"{formatting.annual_percent(offer.annual_rate_ppb or 0)}%" in shown
    assert "Identity document" in shown
    assert "Read our offer" in page(client, f"/me/applications/{approved.no}/")


def test_accepting_draws_up_the_contract_and_signing_signs_what_was_read(approved: Application, client: Client) -> None:
    told = client.post(f"/me/applications/{approved.no}/offer/")
    assert told["Location"] == f"/me/applications/{approved.no}/contract/"
    drawn = Contract.objects.get()
    assert (drawn.state, drawn.customer_id) == (ContractState.DRAWN_UP, approved.customer_id)
    shown = page(client, told["Location"])
    assert drawn.terms_hash in shown
    assert "penalty interest" in shown
    assert formatting.plain_amount(contracts.terms_of(drawn).principal_minor, "CNY") in shown
    assert client.post(told["Location"], {"terms": drawn.terms_hash}).status_code == 422, "not without having read it"
    assert client.post(told["Location"], {"terms": "other", "read": "yes"}).status_code == 409
    assert client.post(told["Location"], {"terms": drawn.terms_hash, "read": "yes"}).status_code == 302
    drawn.refresh_from_db()
    assert (drawn.state, drawn.signed_on) == (ContractState.SIGNED, ON)
    again = client.post(told["Location"], {"terms": drawn.terms_hash, "read": "yes"})
    assert again.status_code == 409
    assert "We close the conditions" in page(client, f"/me/applications/{approved.no}/")
    assert "Sign the contract" not in page(client, told["Location"])


def test_an_offer_is_accepted_once(approved: Application, client: Client) -> None:
    path = f"/me/applications/{approved.no}/offer/"
    assert [client.post(path).status_code for _time in range(2)] == [302, 409]
    assert Contract.objects.count() == 1
    assert "Accept the offer" not in page(client, path)


def test_declining_takes_the_application_back(approved: Application, client: Client) -> None:
    assert f"/me/applications/{approved.no}/withdraw/" in page(client, f"/me/applications/{approved.no}/offer/")
    client.post(f"/me/applications/{approved.no}/withdraw/")
    approved.refresh_from_db()
    assert approved.state == State.WITHDRAWN
    assert client.get(f"/me/applications/{approved.no}/offer/").status_code == 404


def test_nobody_else_sees_accepts_or_signs(scene: Scene, approved: Application, client: Client) -> None:
    other = borrower_of(person(scene).id)
    stranger = browser_of(other)
    for path in ("offer", "contract"):
        for method in (stranger.get, stranger.post):
            assert method(f"/me/applications/{approved.no}/{path}/").status_code == 404
    with pytest.raises(NotFound):
        acts.draw_up(Actor.of(other), application_no=approved.no, disburse_on=ON, on=ON)
    client.post(f"/me/applications/{approved.no}/offer/")
    drawn = Contract.objects.get()
    with pytest.raises(NotFound):
        acts.sign(Actor.of(other), contract_no=drawn.no, on=ON)
    with pytest.raises(NotPermitted):
        acts.cancel(Actor.of(other), contract_no=drawn.no)
    drawn.refresh_from_db()
    assert drawn.state == ContractState.DRAWN_UP
    assert stranger.get(f"/me/applications/{approved.no}/contract/").status_code == 404


def test_there_is_no_offer_before_the_decision_and_no_contract_before_the_offer_is_accepted(scene: Scene) -> None:
    waiting = answered(scene)
    client = browser_of(borrower_of(waiting.customer_id))
    for path in ("offer", "contract"):
        assert client.get(f"/me/applications/{waiting.no}/{path}/").status_code == 404
        assert client.post(f"/me/applications/{waiting.no}/{path}/").status_code == 404


def test_the_contract_prints_the_text_of_every_clause_as_agreed_in_the_readers_language(
    approved: Application, client: Client
) -> None:
    client.post(f"/me/applications/{approved.no}/offer/")
    drawn = Contract.objects.get()
    path = f"/me/applications/{approved.no}/contract/"
    english, chinese = page(client, path), page(browser_of(borrower_of(approved.customer_id), "zh-hans"), path)
    for clause in drawn.clauses:
        text = text_of(clause["code"], clause["version"])
        assert text["en"].replace("'", "&#x27;") in english
        assert text["zh"] in chinese
