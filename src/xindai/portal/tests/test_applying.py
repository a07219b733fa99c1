"""Applying online: every answer kept at once and by its owner alone, handed in once, and answered by the same verbs as at a branch."""

from collections.abc import Mapping

import pytest
from django.test import Client

from xindai.applications import services as acts
from xindai.applications.models import Application, Channel, Draft, State
from xindai.applications.testing import answered
from xindai.customers.facts import SELF_STATED
from xindai.customers.models import Consent, Customer, CustomerFact
from xindai.customers.services import Recorded, give_consents, state_facts
from xindai.customers.testing import GOOD_FACTS
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.identity.testing import make_user
from xindai.kernel import business_date, outbox, vault
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted
from xindai.offers.testing import CONSUMER, POOR_FACTS, Scene, company, make_scene, person
from xindai.portal.applying import views
from xindai.portal.applying.consents import CONSENTS
from xindai.portal.applying.questions import tasks_for
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.products.testing import ON
from xindai.underwriting.models import Decision

pytestmark = pytest.mark.django_db

WISH = {"purpose": "consumer:furniture", "amount": "5,000.00", "months": "24", "method": "level", "statement": "A sofa"}
SITUATION = {
    "income": "8000", "instalments": "0", "employment": "from_7_years", "housing": "own", "property": "real_estate",
    "savings": "from_1000", "plans": "none", "others": "none",
}  # fmt: skip
ALL = WISH | SITUATION
TICKED = {f"consent-{asked.kind}": asked.version for asked in CONSENTS}


@pytest.fixture
def scene(db: None) -> Scene:
    made = make_scene()
    business_date.open_day(ON)
    return made


class Applicant:
    """A customer with a login and a browser."""

    def __init__(self, customer: Recorded, language: str = "en") -> None:
        self.customer = customer
        self.user: User = borrower_of(customer.id)
        self.client: Client = browser_of(self.user, language)
        self.actor = Actor.of(self.user)

    def answer(self, answers: Mapping[str, str]) -> None:
        for slug, value in answers.items():
            told = self.client.post(f"/me/applications/new/{slug}/", {"answer": value})
            assert told.status_code == 302, (slug, told.content.decode()[-900:])

    def hand_in(self, **consents: str) -> str:
        told = self.client.post("/me/applications/new/check/", consents or TICKED)
        assert told.status_code == 302, told.content.decode()
        return str(told["Location"])

    def page(self, path: str) -> str:
        told = self.client.get(path)
        assert told.status_code == 200, path
        return told.content.decode()


@pytest.fixture
def applicant(scene: Scene) -> Applicant:
    return Applicant(person(scene))


def test_answers_lead_to_an_application_that_the_rules_answer_at_once(applicant: Applicant) -> None:
    applicant.answer(ALL)
    place = applicant.hand_in()
    application = Application.objects.get()
    assert place == f"/me/applications/{application.no}/"
    assert (application.channel, application.state) == (Channel.ONLINE, State.APPROVED)
    assert application.purpose_statement == "A sofa"
    assert application.promised_by is not None
    assert Decision.objects.get(application=application).is_automatic
    page = applicant.page(place)
    for text in ("Granted", "Who acts next", "We lend", "CNY 5,000.00", "A sofa"):
        assert text in page
    assert application.no in applicant.page("/me/")


def test_facts_and_consents_are_kept_with_their_source_and_text(applicant: Applicant) -> None:
    applicant.answer(ALL)
    applicant.hand_in()
    stated = CustomerFact.objects.filter(customer=applicant.customer.id, source="online")
    assert dict(stated.values_list("name", "value"))["housing"] == "own"
    given = Consent.objects.filter(customer=applicant.customer.id, source="online")
    assert dict(given.values_list("kind", "text_version")) == {"sensitive_data": "2026-1", "credit_report": "2026-1"}
    assert Consent.objects.get(customer=applicant.customer.id, kind="personal_data").source == "application"


def test_without_consent_to_the_rules_the_application_waits_for_people_with_its_promise(applicant: Applicant) -> None:
    Consent.objects.filter(kind="automated_decision").delete()
    applicant.answer(ALL)
    place = applicant.hand_in(**{name: value for name, value in TICKED.items() if "automated" not in name})
    application = Application.objects.get()
    assert application.state == State.SUBMITTED
    assert application.offer_id
    assert not Decision.objects.exists()
    page = applicant.page(place)
    assert "By when" in page
    assert "We look at what you told us" in page


def test_an_application_that_was_not_answered_at_once_is_answered_later_and_once(
    applicant: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the server dies after the application was handed in."""
    monkeypatch.setattr(views, "answer_online", lambda *_args, **_more: None)
    applicant.answer(ALL)
    applicant.hand_in()
    assert Application.objects.get().state == State.SUBMITTED
    outbox.deliver_pending()
    outbox.deliver_pending()
    assert Application.objects.get().state == State.APPROVED
    assert Decision.objects.count() == 1


def test_handed_in_twice_it_is_one_application(applicant: Applicant) -> None:
    applicant.answer(ALL)
    assert applicant.hand_in() == applicant.hand_in()
    assert Application.objects.count() == 1


def test_answers_are_kept_at_once_and_resumed_on_another_device(applicant: Applicant) -> None:
    applicant.answer({name: WISH[name] for name in ("purpose", "amount")})
    other = browser_of(applicant.user)
    tasks = other.get("/me/applications/new/").content.decode()
    assert "Partly answered" in tasks
    assert 'href="/me/applications/new/months/"' in tasks
    assert 'value="5,000.00"' in other.get("/me/applications/new/amount/").content.decode()


def test_what_is_known_already_is_not_asked_again(applicant: Applicant) -> None:
    """GOOD_FACTS say work, savings, debtors, plans and income; housing and property are not known."""
    applicant.answer(WISH | {"instalments": "0", "housing": "own", "property": "real_estate"})
    assert "8,000.00" in applicant.page("/me/applications/new/check/")
    applicant.hand_in()
    assert not CustomerFact.objects.filter(source="online", name="savings_band").exists()


def test_a_draft_is_ciphertext_under_the_customers_key(applicant: Applicant) -> None:
    applicant.answer(WISH | {"statement": "canary statement"})
    (draft,) = Draft.objects.all()
    assert b"canary" not in bytes(draft.sealed_answers)
    assert "canary" in vault.unseal(applicant.customer.subject_id, draft.sealed_answers)


def test_nobody_sees_or_changes_what_is_anothers(scene: Scene, applicant: Applicant) -> None:
    applicant.answer(ALL | {"statement": "canary statement"})
    other = Applicant(person(scene))
    other.answer({"purpose": WISH["purpose"]})
    for path in ("/me/applications/new/", "/me/applications/new/statement/", "/me/applications/new/check/"):
        assert "canary" not in other.page(path)
    other.client.post("/me/applications/new/discard/")
    assert "canary statement" in applicant.page("/me/applications/new/statement/")
    applicant.hand_in()
    application = Application.objects.get()
    for path in (f"/me/applications/{application.no}/", f"/me/applications/{application.no}/withdraw/"):
        assert other.client.get(path).status_code == 404
        assert other.client.post(path).status_code in {404, 405}
    assert Application.objects.get().state == State.APPROVED


def test_the_verbs_open_to_a_borrower_reach_their_own_customer_alone(scene: Scene, applicant: Applicant) -> None:
    other = person(scene)
    mine, theirs = applicant.actor, answered(scene)
    with pytest.raises(NotFound):
        acts.start(mine, customer_id=other.id, need=CONSUMER, on=ON)
    with pytest.raises(NotFound):
        acts.withdraw(mine, application_no=theirs.no, reason="", on=ON)
    with pytest.raises(NotFound):
        state_facts(mine, customer_id=other.id, facts={"housing": ("own", "online")}, on=ON)
    with pytest.raises(NotFound):
        give_consents(mine, customer_id=other.id, kinds={"personal_data": "1"}, on=ON)
    for name in ("credit_history", "current_overdue_days", "existing_credits", "gender"):
        with pytest.raises(InvalidInput):
            state_facts(mine, customer_id=applicant.customer.id, facts={name: ("all_here_repaid", "online")}, on=ON)
    for verb in (acts.request_offer,):
        with pytest.raises(NotPermitted):
            verb(mine, application_no=theirs.no, on=ON)


def test_a_borrower_without_customer_is_told_so(scene: Scene) -> None:
    client = browser_of(make_user(Role.BORROWER))
    assert client.get("/me/applications/new/").status_code == 404
    assert client.post("/me/applications/new/purpose/", {"answer": "consumer:furniture"}).status_code == 404


@pytest.mark.parametrize(
    ("slug", "value", "en", "zh"),
    [
        ("purpose", "", "Choose what the money is for.", "请选择借款用途。"),
        ("purpose", "car:car_new", "from the list", "请从列表中选择借款用途。"),
        ("purpose", "consumer:gambling", "from the list", "请从列表中选择借款用途。"),
        ("amount", "", "Enter the amount that you need.", "请填写需要的金额。"),
        ("amount", "100", "at least 200", "200"),
        ("amount", "much", "in figures", "1,234.56"),
        ("months", "2", "between 3 and 60 months", "60"),
        ("months", "1e9", "whole number", "整数"),
        ("method", "flat", "Choose how you want to repay.", "请选择还款方式。"),
        ("statement", " ", "Say in a sentence", "请用一句话"),
        ("statement", "x" * 501, "at most 500 characters", "500"),
        ("income", "-5", "in figures", "1,234.56"),
        ("housing", "castle", "Choose the answer", "请选择最符合的一项。"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_with_what_to_do(
    scene: Scene, slug: str, value: str, en: str, zh: str
) -> None:
    for language, text in (("en", en), ("zh-hans", zh)):
        applicant = Applicant(person(scene), language)
        applicant.answer({"purpose": WISH["purpose"]})
        told = applicant.client.post(f"/me/applications/new/{slug}/", {"answer": value})
        page = told.content.decode()
        assert told.status_code == 422
        assert text in page
        assert "xd-summary" in page
        assert 'href="#answer' in page


def test_questions_that_do_not_exist_and_those_before_their_time(applicant: Applicant) -> None:
    assert applicant.client.get("/me/applications/new/nothing/").status_code == 404
    assert applicant.client.get("/me/applications/new/amount/")["Location"] == "/me/applications/new/purpose/"


def test_another_purpose_of_another_product_asks_again_how_to_repay(applicant: Applicant) -> None:
    applicant.answer(ALL)
    applicant.answer({"purpose": "personal_business:business"})
    assert 'href="/me/applications/new/method/"' in applicant.page("/me/applications/new/")


def test_no_consent_is_ticked_before_and_each_that_is_required_is_asked_for(applicant: Applicant) -> None:
    applicant.answer(ALL)
    page = applicant.page("/me/applications/new/check/")
    assert page.count('type="checkbox"') == 2, "two stand already"
    assert "checked" not in page
    told = applicant.client.post("/me/applications/new/check/", {"consent-credit_report": "2026-1"})
    assert told.status_code == 422
    assert 'href="#consent-sensitive_data"' in told.content.decode()
    assert not Application.objects.exists()
    old = applicant.client.post("/me/applications/new/check/", dict.fromkeys(TICKED, "2020-1"))
    assert old.status_code == 422, "a consent to another text is none"


def test_what_is_missing_is_linked_and_cannot_be_handed_in(applicant: Applicant) -> None:
    applicant.answer({name: value for name, value in ALL.items() if name != "statement"})
    assert "Cannot start yet" in applicant.page("/me/applications/new/")
    told = applicant.client.post("/me/applications/new/check/", TICKED)
    assert told.status_code == 422
    assert 'href="/me/applications/new/statement/?from=check"' in told.content.decode()
    assert not Application.objects.exists()


def test_a_changed_answer_leads_back_to_the_check(applicant: Applicant) -> None:
    applicant.answer(ALL)
    told = applicant.client.post("/me/applications/new/amount/?from=check", {"answer": "6000"})
    assert told["Location"] == "/me/applications/new/check/"
    assert "CNY 6,000.00" in applicant.page("/me/applications/new/check/")


def test_a_draft_can_be_thrown_away(applicant: Applicant) -> None:
    applicant.answer(ALL)
    applicant.client.post("/me/applications/new/discard/")
    assert "A sofa" not in applicant.page("/me/applications/new/check/")
    told = applicant.client.post("/me/applications/new/check/", TICKED)
    assert told.status_code == 422
    assert not Application.objects.exists()


def test_an_application_is_taken_back_after_a_page_that_asks(applicant: Applicant) -> None:
    applicant.answer(ALL)
    place = applicant.hand_in()
    assert "Take the application back?" in applicant.page(f"{place}withdraw/")
    assert applicant.client.post(f"{place}withdraw/").status_code == 302
    assert Application.objects.get().state == State.WITHDRAWN
    page = applicant.page(place)
    assert "Taken back" in page
    assert "Who acts next" not in page
    assert "can no longer be taken back" in applicant.page(f"{place}withdraw/")
    assert applicant.client.post(f"{place}withdraw/").status_code == 409


def test_a_refusal_tells_its_reasons_and_what_would_help(scene: Scene) -> None:
    applicant = Applicant(person(scene, POOR_FACTS))
    poor = {"employment": "unemployed", "plans": "bank", "savings": "none_or_unknown", "housing": "rent", "property": "none_or_unknown"}  # fmt: skip
    applicant.answer(WISH | {"instalments": "0"} | poor)
    page = applicant.page(applicant.hand_in())
    assert Application.objects.get().state == State.REFUSED
    assert "Why it was not granted" in page
    assert "The credit score is too low" in page
    assert "What would help" in page


def test_a_company_is_asked_for_its_figures(scene: Scene) -> None:
    applicant = Applicant(company(scene))
    assert "The company" in applicant.page("/me/applications/new/")
    applicant.answer({"purpose": "working_capital:stock", "amount": "500000", "months": "12", "statement": "Goods"})
    method = applicant.client.get("/me/applications/new/method/").content.decode()
    first = method.split('name="answer" value="')[1].split('"')[0]
    applicant.answer({"method": first})
    applicant.hand_in()
    application = Application.objects.get()
    assert (application.product_code, application.channel) == ("working_capital", "online")
    assert application.offer_id


def test_an_application_made_at_a_branch_has_the_same_page(scene: Scene) -> None:
    application = answered(scene)
    applicant = Applicant(Recorded(application.customer_id, "", Customer.objects.get().subject_id, is_new=False))
    page = applicant.page(f"/me/applications/{application.no}/")
    assert "By when" in page
    assert "You may take the application back" in page


def test_every_question_states_something_that_customers_may_state() -> None:
    asked = {
        one.key for kind in ("person", "company") for task in tasks_for(kind) for one in task.questions if one.is_fact
    }
    assert asked <= SELF_STATED
    assert asked.isdisjoint({"gender", "marital_status", "age_years"})
    assert GOOD_FACTS.keys() - asked == {"checking_account_band", "credit_history"}
