"""What borrowers see and settle of themselves: tier, profile, number, consents, questions, data - their own alone."""

import io
import json
import zipfile

import pytest
from django.test import Client

from xindai.applications.models import Application
from xindai.applications.testing import answered
from xindai.classification import queries as classes
from xindai.classification.models import CustomerClass
from xindai.customers.mobiles import hash_of
from xindai.customers.models import Consent, Customer, DataExport
from xindai.customers.services import change_own_mobile, record_mobile, withdraw_consent
from xindai.enquiries import services as enquiries
from xindai.enquiries.models import Enquiry
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.kernel import business_date, clock, vault
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.notices.models import Message
from xindai.offers.testing import Scene, make_scene, person
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.products.testing import ON
from xindai.underwriting import services as underwriting
from xindai.underwriting.models import Decision
from xindai.workbench import queries as workbench

pytestmark = pytest.mark.django_db
LOST = {
    "dimension": "rating", "code": "points", "fact": "savings_band", "value": "none_or_unknown", "points": 0, "best_points": 48
}  # fmt: skip
NUMBER, OTHER = "13900001111", "13900002222"


@pytest.fixture
def scene(db: None) -> Scene:
    made = make_scene()
    business_date.open_day(ON)
    return made


@pytest.fixture
def application(scene: Scene) -> Application:
    made = answered(scene)
    underwriting.decide_automatically(scene.officer, application_no=made.no, on=ON)
    made.refresh_from_db()
    return made


@pytest.fixture
def user(scene: Scene, application: Application) -> User:
    record_mobile(scene.officer, customer_id=application.customer_id, mobile=NUMBER)
    return borrower_of(application.customer_id)


@pytest.fixture
def client(user: User) -> Client:
    return browser_of(user)


def page(client: Client, path: str) -> str:
    told = client.get(path)
    assert told.status_code == 200, path
    return told.content.decode()


def last_message(kind: str) -> str:
    found = Message.objects.filter(kind=kind).latest("pk")
    return vault.unseal(found.subject_id, found.sealed_text)


def test_the_tier_is_shown_with_the_reasons_of_its_classification_and_what_points_are_missing(
    client: Client, application: Application
) -> None:
    found = classes.current(application.customer_id, ON)
    assert found is not None
    shown = page(client, "/me/profile/class/")
    tiers = [one for one in found.reasons if one.dimension == "tier"]
    assert tiers
    for reason in tiers:
        assert reason.text["en"] in shown
    CustomerClass.objects.create(
        customer_id=application.customer_id,
        effective_from=ON,
        **{**found.dimensions(), "tier": "standard"},
        score=found.score,
        reasons=[*found.stored_reasons, LOST],
        request={},
        policy_version=found.policy_version,
        trigger="application",
        decided_at=clock.now(),
    )
    lower = page(client, "/me/profile/class/")
    assert "0 of at most 48 points for savings" in lower
    assert "cannot yet work out beforehand" in lower


def test_who_has_no_class_is_told_when_one_is_made(scene: Scene) -> None:
    fresh = browser_of(borrower_of(person(scene).id))
    assert "You have no tier yet." in page(fresh, "/me/profile/class/")


def test_the_decision_is_explained_by_every_finding_and_names_nobody(client: Client, application: Application) -> None:
    made = Decision.objects.get(application=application)
    shown = page(client, f"/me/applications/{application.no}/decision/")
    for finding in made.findings:
        assert finding["text"]["en"].split("“")[0] in shown
    assert "without people" in shown
    assert f"/me/questions/?about={application.no}" in shown
    assert f"/me/applications/{application.no}/decision/" in page(client, f"/me/applications/{application.no}/")


def test_a_new_number_counts_once_the_code_that_came_to_it_is_entered_and_the_old_one_is_told(
    client: Client, application: Application
) -> None:
    assert client.post("/me/profile/mobile/", {"mobile": "12"}).status_code == 422
    assert client.post("/me/profile/mobile/", {"mobile": OTHER})["Location"] == "/me/profile/mobile/code/"
    assert OTHER not in str(dict(client.session.items())), "the session keeps it sealed"
    sent = Message.objects.get(kind="sign_in_code")
    assert vault.unseal(sent.subject_id, sent.sealed_address) == OTHER
    code = last_message("sign_in_code").split(" ")[0]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert client.post("/me/profile/mobile/code/", {"code": wrong}).status_code == 422
    customer = Customer.objects.get(pk=application.customer_id)
    assert customer.mobile_hash == hash_of(NUMBER)
    assert client.post("/me/profile/mobile/code/", {"code": code})["Location"] == "/me/profile/"
    customer.refresh_from_db()
    assert customer.mobile_hash == hash_of(OTHER)
    told = Message.objects.get(kind="mobile_changed")
    assert vault.unseal(told.subject_id, told.sealed_address) == NUMBER
    assert "What is your new mobile number?" in page(client, "/me/profile/mobile/code/"), "the code is used up"
    assert "2222" in page(client, "/me/profile/")


def test_a_number_that_was_not_proven_or_is_anothers_is_not_taken(scene: Scene, user: User) -> None:
    with pytest.raises(StateConflict):
        change_own_mobile(Actor.of(user), mobile=OTHER, proven_hash=hash_of(NUMBER))
    record_mobile(scene.officer, customer_id=person(scene).id, mobile=OTHER)
    with pytest.raises(StateConflict):
        change_own_mobile(Actor.of(user), mobile=OTHER, proven_hash=hash_of(OTHER))
    with pytest.raises(NotPermitted):
        change_own_mobile(scene.officer, mobile=OTHER, proven_hash=hash_of(OTHER))


def test_a_consent_is_given_and_withdrawn_on_its_own(
    client: Client, user: User, scene: Scene, application: Application
) -> None:
    Consent.objects.filter(customer=application.customer_id).delete()
    kind = "credit_report"
    client.post("/me/profile/consents/", {"kind": kind, "act": "give"})
    standing = Consent.objects.get(customer=application.customer_id, kind=kind)
    assert (standing.withdrawn_on, standing.text_version) == (None, "2026-1")
    assert page(client, "/me/profile/consents/").count('value="withdraw"') == 1
    client.post("/me/profile/consents/", {"kind": kind, "act": "withdraw"})
    standing.refresh_from_db()
    assert standing.withdrawn_on == ON
    assert client.post("/me/profile/consents/", {"kind": kind, "act": "withdraw"}).status_code == 404
    assert client.post("/me/profile/consents/", {"kind": "anything", "act": "give"}).status_code == 404
    other = person(scene)
    with pytest.raises(NotFound):
        withdraw_consent(Actor.of(user), customer_id=other.id, kind=kind, on=ON)


def test_a_question_waits_at_the_branch_until_it_is_answered_and_the_answer_comes_back(
    client: Client, user: User, scene: Scene, application: Application
) -> None:
    assert client.post("/me/questions/", {"about": application.no, "text": " "}).status_code == 422
    assert client.post("/me/questions/", {"about": "AP00-000000-0", "text": "?"}).status_code == 422
    assert client.post("/me/questions/", {"about": application.no, "text": "Why 36 months?"}).status_code == 302
    asked = Enquiry.objects.get()
    assert (asked.about, asked.about_no, asked.branch_id) == ("application", application.no, application.branch_id)
    assert b"36 months" not in bytes(asked.sealed_question)
    items = [item for item in workbench.items(scene.officer) if item.kind.code == "enquiry.answer"]
    assert [item.subject for item in items] == [application.no]
    staff = browser_of(User.objects.get(username=scene.officer.name))
    path = f"/enquiries/{asked.key}/"
    assert "Why 36 months?" in page(staff, path)
    assert path in page(staff, "/work/?tab=unassigned")
    assert staff.post(path, {"text": ""}).status_code == 422
    assert staff.post(path, {"text": "The longest of this product."}).status_code == 302
    assert "The longest of this product." in page(client, "/me/questions/")
    assert "answered your question" in last_message("enquiry_answered")
    assert not [item for item in workbench.items(scene.officer) if item.kind.code == "enquiry.answer"]
    with pytest.raises(StateConflict):
        enquiries.answer(scene.officer, key=asked.key, text="Again")


def test_nobody_else_asks_about_reads_or_answers(scene: Scene, user: User, application: Application) -> None:
    enquiries.ask(Actor.of(user), about="application", about_no=application.no, text="Mine", language="en")
    asked = Enquiry.objects.get()
    stranger = borrower_of(person(scene).id)
    with pytest.raises(NotFound):
        enquiries.ask(Actor.of(stranger), about="application", about_no=application.no, text="Not mine", language="en")
    with pytest.raises(NotPermitted):
        enquiries.answer(Actor.of(stranger), key=asked.key, text="no")
    assert "Mine" not in page(browser_of(stranger), "/me/questions/")
    elsewhere = make_user(Role.LOAN_OFFICER, make_branch("B99"))
    assert browser_of(elsewhere).get(f"/enquiries/{asked.key}/").status_code == 404
    with pytest.raises(NotFound):
        enquiries.answer(Actor.of(elsewhere), key=asked.key, text="no")
    with pytest.raises(InvalidInput):
        enquiries.answer(scene.officer, key=asked.key, text="x" * 3000)
    assert browser_of(stranger).get(f"/me/applications/{application.no}/decision/").status_code == 404


def test_everything_that_is_kept_of_a_person_goes_into_one_file_and_that_is_noted(
    client: Client, user: User, scene: Scene, application: Application
) -> None:
    other = person(scene)
    enquiries.ask(Actor.of(user), about="anything", about_no="", text="What else?", language="en")
    assert "Make the file" in page(client, "/me/profile/export/")
    assert DataExport.objects.count() == 0, "looking at the page takes nothing"
    answer = client.post("/me/profile/export/", {"take": "yes"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    zipped = zipfile.ZipFile(io.BytesIO(answer.content))
    told = json.loads(zipped.read("data.json"))
    customer = Customer.objects.get(pk=application.customer_id)
    assert told["customer"][0]["identity_number"] == vault.unseal(customer.subject_id, customer.sealed_identity_number)
    assert told["customer"][0]["mobile"] == NUMBER
    assert [one["no"] for one in told["applications"]] == [application.no]
    assert told["decisions"][0]["findings"]
    assert told["questions"][0]["question"] == "What else?"
    assert told["facts"]
    whole = json.dumps(told)
    assert Customer.objects.get(pk=other.id).no not in whole
    for house in (customer.identity_hash, customer.mobile_hash, "maker"):
        assert house not in whole
    noted = DataExport.objects.get()
    assert (noted.customer_id, noted.made_by) == (customer.pk, Actor.of(user).label)
    assert noted.sha256[:16] in page(client, "/me/profile/export/")


def test_the_pages_of_oneself_speak_chinese(user: User, application: Application) -> None:
    chinese = browser_of(user, "zh-hans")
    for path, zh, en in (
        ("profile/", "个人资料", "My profile"),
        ("profile/class/", "我的服务层级", "My service tier"),
        ("profile/consents/", "撤回", "Withdraw"),
        ("profile/export/", "导出我的数据", "Take my data"),
        ("profile/mobile/", "新手机号", "new mobile"),
        ("questions/", "人工咨询", "Ask a person"),
        (f"applications/{application.no}/decision/", "审批结论说明", "Why it was"),
        (f"applications/{application.no}/documents/", "提交材料", "Hand in"),
    ):
        told = page(chinese, f"/me/{path}")
        assert (zh in told, en in told) == (True, False), path


def test_a_staff_member_of_another_role_does_not_answer(user: User) -> None:
    asked = enquiries.ask(Actor.of(user), about="anything", about_no="", text="Hello?", language="en")
    with pytest.raises(NotPermitted):
        enquiries.answer(actor(Role.AUDITOR), key=asked.key, text="Hello")
