"""How applications stand, in plain words: a refusal with its reasons and what would help."""

import re

import pytest

from xindai.applications.models import Application, State
from xindai.applications.testing import answered
from xindai.identity.roles import Role
from xindai.identity.testing import make_limit
from xindai.offers.testing import MIDDLING_FACTS, POOR_FACTS, Scene, make_scene
from xindai.portal import words
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.products.testing import ON, shipped_pack
from xindai.underwriting import services as underwriting
from xindai.underwriting.models import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    make_limit(Role.APPROVER, underwriting.CHECK_KIND, 100_000_00)
    return make_scene()


def page_of(application: Application, language: str = "en") -> str:
    answer = browser_of(borrower_of(application.customer_id), language).get("/me/")
    assert answer.status_code == 200
    return answer.content.decode()


def decided(scene: Scene, facts: dict[str, object] | None = None) -> Application:
    application = answered(scene, facts=facts)
    underwriting.decide_automatically(scene.officer, application_no=application.no, on=ON)
    application.refresh_from_db()
    return application


def test_an_application_that_waits_tells_until_when(scene: Scene) -> None:
    application = answered(scene)
    page = page_of(application)
    assert application.no in page
    assert "CNY 5,000.00, 24 months" in page
    assert "Received" in page
    assert "You have our answer by" in page


def test_an_approval_tells_what_is_lent(scene: Scene) -> None:
    page = page_of(decided(scene))
    assert "Granted" in page
    assert "We lend" in page
    assert "Not granted" not in page


def test_a_refusal_by_rules_tells_the_reasons_with_their_figures_and_what_would_help(scene: Scene) -> None:
    application = decided(scene, POOR_FACTS)
    decision = Decision.objects.get(application=application)
    (finding,) = [one for one in decision.findings if one["rule"] in decision.reason_codes]
    for language, key, plain in (("en", "en", "The credit score is too low"), ("zh-hans", "zh", "信用评分达不到")):
        page = page_of(application, language)
        assert plain in page
        assert finding["text"][key] in page
    assert "let people look at the decision again" in page_of(application)
    assert "有助于提高评分" in page_of(application, "zh-hans")


def test_a_refusal_by_people_does_not_say_that_people_will_decide(scene: Scene) -> None:
    application = decided(scene, MIDDLING_FACTS)
    check = underwriting.recommend(
        scene.officer,
        application_no=application.no,
        outcome="refuse",
        reason_codes=["score"],
        words="inner note",
        on=ON,
    )
    assert "People, not a computer, decide" in page_of(application)
    underwriting.confirm(scene.approver, check_id=check.pk, approve=True, reason="", on=ON)
    application.refresh_from_db()
    assert application.state == State.REFUSED
    page = page_of(application)
    assert "The credit score is too low for this loan." in page
    assert "a person decides" not in page
    assert "inner note" not in page


def test_every_state_of_an_application_has_plain_words() -> None:
    assert set(words.STANDINGS) == set(State.values)


def test_every_finding_that_can_speak_against_has_plain_words_and_advice() -> None:
    texts = shipped_pack().section("decision_reasons")["texts"]
    rules = {re.sub("_(pass|refer|refuse)$", "", name) for name in texts}
    kind = {rule for rule in rules if rule.startswith(("amount_reduced", "term_reduced", "purpose_lawful"))}
    assert set(words.REASONS) == set(words.ADVICE) == rules - kind
