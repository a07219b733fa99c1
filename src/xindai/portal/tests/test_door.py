"""Signing in by a code: it opens once and in time, it cannot be guessed, and it tells nobody whose number is known."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xindai.customers import services as customers
from xindai.customers.models import Customer, PortalAccess
from xindai.customers.testing import make_company, make_person
from xindai.identity.actors import Actor
from xindai.identity.models import Bank, SignIn, SignInCode
from xindai.identity.roles import Role
from xindai.identity.sign_ins import _hash_of
from xindai.identity.testing import actor, make_bank, make_branch, make_user
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.notices import queries as notices
from xindai.notices.models import Message
from xindai.portal.door import views
from xindai.portal.door.sending import send_code
from xindai.servicing.testing import open_bank

pytestmark = pytest.mark.django_db

KNOWN = "13800006027"
UNKNOWN = "13900000000"
SYSTEM = Actor.system("test")
WRONG = "000000"


@pytest.fixture
def person(db: None) -> Customer:
    """A customer whose number was recorded; nobody has given them a login."""
    make_bank()
    open_bank()
    recorded = make_person(SYSTEM)
    return customers.record_mobile(actor(Role.LOAN_OFFICER), customer_id=recorded.id, mobile="138 0000 6027")


def browser() -> Client:
    return Client(headers={"accept-language": "en", "user-agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0"})


def ask(client: Client, mobile: str = KNOWN, **more: str) -> int:
    return client.post(reverse("my-sign-in"), {"mobile": mobile, **more}).status_code


def sent_code() -> str:
    """The latest code, as the phone shows it."""
    text = next(notices.shown(notices.sandbox_messages())).text
    found = re.match(r"\d{6}", text)
    assert found is not None, text
    return found.group()


def enter(client: Client, code: str) -> int:
    return client.post(reverse("my-code"), {"code": code}).status_code


def is_in(client: Client) -> bool:
    return client.get("/me/security/").status_code == 200


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_that_came_opens_the_persons_own_pages(person: Customer) -> None:
    client = browser()
    assert ask(client) == 302
    assert enter(client, f" {sent_code()[:3]} {sent_code()[3:]} ") == 302
    page = client.get("/me/").content.decode()
    assert person.no in page
    access = PortalAccess.objects.get()
    assert access.customer_id == person.pk
    assert not access.user.has_usable_password()
    assert Actor.of(access.user).roles == {Role.BORROWER}


def test_a_second_time_leads_to_the_same_login(person: Customer) -> None:
    for _time in range(2):
        client = browser()
        ask(client)
        enter(client, sent_code())
        assert is_in(client)
    assert PortalAccess.objects.count() == 1


def test_a_login_that_an_officer_has_given_is_the_one_that_opens(person: Customer) -> None:
    user = make_user(Role.BORROWER)
    customers.give_portal_access(SYSTEM, customer_id=person.pk, username=user.username)
    client = browser()
    ask(client)
    enter(client, sent_code())
    assert client.session["_auth_user_id"] == str(user.pk)


def test_nobody_comes_in_by_code_whose_access_was_ended(person: Customer) -> None:
    user = make_user(Role.BORROWER)
    customers.give_portal_access(SYSTEM, customer_id=person.pk, username=user.username)
    customers.end_portal_access(SYSTEM, customer_id=person.pk, username=user.username)
    assert ask(browser()) == 302
    assert not Message.objects.exists()
    with pytest.raises(NotFound):
        customers.open_own_pages(SYSTEM, mobile_hash=person.mobile_hash)


def test_a_code_opens_once_in_the_browser_that_asked_and_for_ten_minutes(person: Customer) -> None:
    now = clock.now()
    with clock.simulated(now):
        first, other = browser(), browser()
        ask(first)
        code = sent_code()
        assert enter(other, code) == 302, "a browser that has asked for nothing is led back"
        assert not is_in(other)
    with clock.simulated(now + timedelta(minutes=10)):
        assert enter(first, code) == 422
        ask(first)
        code = sent_code()
        assert enter(first, code) == 302
    used = SignInCode.objects.order_by("pk").last()
    assert used is not None
    assert used.used_at is not None
    late = browser()
    session = late.session
    session["sign_in_code"] = {"code_id": str(used.code_id), "to": "", "until": "", "next": ""}
    session.save()
    assert enter(late, code) == 422
    assert not is_in(late)


def test_after_five_wrong_tries_the_right_code_opens_no_longer(person: Customer) -> None:
    client = browser()
    ask(client)
    code = sent_code()
    assert [enter(client, wrong(code)) for _time in range(5)] == [422] * 5
    assert enter(client, code) == 422
    assert not is_in(client)


@pytest.mark.parametrize("mobile", [KNOWN, UNKNOWN])
def test_ten_wrong_tries_lock_a_number_for_an_hour_whether_it_is_known_or_not(person: Customer, mobile: str) -> None:
    now = clock.now()
    client = browser()
    with clock.simulated(now):
        for _code in range(2):
            ask(client, mobile)
            for _time in range(5):
                enter(client, WRONG if mobile == UNKNOWN else wrong(sent_code()))
        assert enter(client, WRONG) == 429
        assert ask(browser(), mobile) == 429
    with clock.simulated(now + timedelta(hours=1, seconds=1)):
        assert ask(browser(), mobile) == 302


def test_no_answer_tells_whether_a_number_is_known(person: Customer) -> None:
    told = []
    for mobile in (KNOWN, UNKNOWN):
        client = browser()
        with CaptureQueriesContext(connection) as asked:
            answers = [client.post(reverse("my-sign-in"), {"mobile": mobile}, follow=True)]
        answers += [client.post(reverse("my-code"), {"code": wrong(sent_code())}) for _time in range(6)]
        shown = f"{mobile[:3]}****{mobile[-4:]}"
        pages = [re.sub(r'value="[A-Za-z0-9]{64}"', "", a.content.decode()).replace(shown, "N") for a in answers]
        rows = sum('INTO "identity_signincode"' in query["sql"] for query in asked)
        told.append((pages, [a.status_code for a in answers], rows))
    assert told[0] == told[1]


def test_the_work_that_depends_on_whose_number_it_is_begins_after_the_answer(person: Customer) -> None:
    """Until its answer is closed - which the server does when it is sent - a request does the same for every number."""
    work = []
    for mobile in (KNOWN, UNKNOWN):
        request = RequestFactory().post("/me/sign-in/", {"mobile": mobile})
        request.session = browser().session
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        with CaptureQueriesContext(connection) as asked:
            answer = views.ask(request)
        work.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked])
        assert not Message.objects.exists()
        if mobile == UNKNOWN:
            send_code(*answer._asked)  # type: ignore[attr-defined]
            assert not Message.objects.exists()
    assert work[0] == work[1]


def test_at_most_three_codes_in_ten_minutes_for_a_number_and_ten_from_an_address(person: Customer) -> None:
    assert [ask(browser()) for _time in range(4)] == [302, 302, 302, 429]
    others = [ask(browser(), f"1370000{serial:04d}") for serial in range(8)]
    assert others == [302] * 7 + [429], "the refused one counts for the number alone"


def test_neither_the_code_nor_the_number_is_kept_in_clear(person: Customer) -> None:
    client = browser()
    ask(client)
    code = sent_code()
    row = SignInCode.objects.get()
    kept = " ".join(str(getattr(row, field.attname)) for field in SignInCode._meta.fields)
    session = str(dict(client.session))
    assert len(row.code_hash) == 64
    for secret in (code, KNOWN):
        assert secret not in kept
        assert secret not in session


def test_the_same_code_has_another_hash_in_every_row(person: Customer) -> None:
    hashes = {_hash_of(UUID(int=number), "123456") for number in range(20)}
    assert len(hashes) == 20


@pytest.mark.parametrize("mobile", ["", "12345", "abc", "+", "138000060271", "１２", "0" * 40, "'; drop table"])
def test_what_is_no_number_is_told_at_the_field(person: Customer, mobile: str) -> None:
    client = browser()
    answer = client.post(reverse("my-sign-in"), {"mobile": mobile})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not SignInCode.objects.exists()


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567", "12 34 5x"])
def test_what_is_no_code_is_no_try(person: Customer, code: str) -> None:
    client = browser()
    ask(client)
    assert enter(client, code) == 422
    assert SignInCode.objects.get().tries == 0


@pytest.mark.parametrize(
    "written", ["138-0000-6027", "+86 13800006027", "0086 138 0000 6027", "１３８００００６０２７"]
)
def test_a_number_may_be_written_in_many_ways(person: Customer, written: str) -> None:
    client = browser()
    assert ask(client, written) == 302
    assert enter(client, sent_code()) == 302


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/me/security/", "/me/security/"), ("https://evil.example/me/", "/me/"), ("//evil.example/", "/me/"),
        ("/loans/", "/me/"), ("/me/../loans/", "/me/"), ("/me\\evil", "/me/"),
    ],
)  # fmt: skip
def test_after_signing_in_one_is_led_to_an_own_page_only(person: Customer, wanted: str, led: str) -> None:
    client = browser()
    ask(client, next=wanted)
    assert client.post(reverse("my-code"), {"code": sent_code()})["Location"] == led


def test_who_works_for_the_lender_or_was_deactivated_has_no_way_in_by_code(person: Customer) -> None:
    client = browser()
    ask(client)
    enter(client, sent_code())
    user = PortalAccess.objects.get().user
    user.is_active = False
    user.save()
    later = browser()
    ask(later)
    assert enter(later, sent_code()) == 422
    assert not is_in(later)


def test_a_number_is_one_persons_and_no_companys(person: Customer) -> None:
    other, company = make_person(SYSTEM), make_company(SYSTEM)
    with pytest.raises(StateConflict) as told:
        customers.record_mobile(SYSTEM, customer_id=other.id, mobile=KNOWN)
    assert told.value.field == "mobile"
    with pytest.raises(InvalidInput):
        customers.record_mobile(SYSTEM, customer_id=company.id, mobile=UNKNOWN)
    foreign = actor(Role.LOAN_OFFICER, make_branch("B02"))
    with pytest.raises(NotPermitted):
        customers.record_mobile(foreign, customer_id=other.id, mobile=UNKNOWN)


def test_the_session_gets_a_new_key_and_the_code_is_forgotten(person: Customer) -> None:
    client = browser()
    ask(client)
    before = client.session.session_key
    enter(client, sent_code())
    assert client.session.session_key != before
    assert "sign_in_code" not in client.session


def test_sessions_are_listed_and_each_can_be_ended(person: Customer) -> None:
    here, there = browser(), browser()
    for client in (here, there):
        ask(client)
        enter(client, sent_code())
    page = here.get("/me/security/").content.decode()
    assert page.count("Chrome, Android") >= 2
    assert page.count("this one") == 1
    other = SignIn.objects.exclude(session_key=here.session.session_key).get()
    assert here.post(reverse("my-session-end"), {"session": other.pk}).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    own = SignIn.objects.get(session_key=here.session.session_key)
    assert here.post(reverse("my-session-end"), {"session": own.pk})["Location"] == "/me/sign-in/"
    assert not is_in(here)


def test_nobody_ends_or_sees_anothers_session(person: Customer) -> None:
    mine = browser()
    ask(mine)
    enter(mine, sent_code())
    stranger = Client()
    stranger.force_login(make_user(Role.BORROWER), backend="django.contrib.auth.backends.ModelBackend")
    own = SignIn.objects.get()
    for chosen in (str(own.pk), "", "x", "999999"):
        assert stranger.post(reverse("my-session-end"), {"session": chosen}).status_code == 404
    assert is_in(mine)
    assert "Chrome" not in stranger.get("/me/security/").content.decode()


def test_without_a_carrier_the_door_says_what_to_do_and_borrowers_are_led_to_the_other(person: Customer) -> None:
    Bank.objects.update(is_demonstration=False)
    client = browser()
    assert ask(client) == 503
    assert "name and password" in client.get(reverse("my-sign-in")).content.decode()
    assert client.get("/me/")["Location"].startswith("/sign-in/?")
    assert reverse("my-sign-in") not in client.get("/sign-in/").content.decode()
