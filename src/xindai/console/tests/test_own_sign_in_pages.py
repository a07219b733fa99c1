"""The way in with a second factor: led to set one up, asked for it, refused without it; passkeys; sessions; resets."""

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xindai.customers import services as customers
from xindai.customers.testing import make_person
from xindai.identity import second_factor
from xindai.identity.actors import Actor
from xindai.identity.models import CodeApp, FactorReset, Passkey, SignIn, User
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD, Device, actor, app_code, make_bank, make_user
from xindai.kernel import clock
from xindai.notices import queries as notices
from xindai.notices.models import Message
from xindai.servicing.testing import open_bank

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
ORIGIN = "http://localhost"


@pytest.fixture(autouse=True)
def _bank() -> Iterator[None]:
    """A bank whose clock stands: no test runs across the end of a code's 30 seconds."""
    make_bank()
    open_bank()
    with clock.simulated(clock.now()):
        yield


@pytest.fixture
def officer() -> User:
    user = make_user(Role.LOAN_OFFICER)
    User.objects.filter(pk=user.pk).update(language="en")
    return user


def browser() -> Client:
    return Client(headers={"accept-language": "en", "host": "localhost", "user-agent": "Firefox/140.0 (Windows)"})


def password(client: Client, user: User, **more: str) -> Any:
    return client.post(reverse("sign-in"), {"username": user.username, "password": PASSWORD, **more})


def is_in(client: Client) -> bool:
    return client.get(reverse("work")).status_code == 200


def shown_secret(page: str) -> str:
    found = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found.group(1).replace(" ", "")


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set up an app in a browser that is in; its secret and the recovery codes."""
    assert client.post(reverse("second-factor"), {"act": "begin"}).status_code == 302
    secret = shown_secret(client.get(reverse("second-factor")).content.decode())
    done = client.post(reverse("second-factor"), {"act": "confirm", "code": app_code(secret, -1)})
    codes = re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", done.content.decode())
    assert len(codes) == second_factor.RECOVERY_CODES
    return secret, codes


def options(page: Any) -> str:
    found = re.search(r'data-xd-options="([^"]+)"', page.content.decode())
    assert found is not None
    return html.unescape(found.group(1))


def add_passkey(client: Client, device: Device, name: str = "Phone") -> Any:
    answer = device.create(options(client.get(reverse("passkey-add"))))
    return client.post(reverse("passkey-add"), {"name": name, "credential": answer})


def enter_by_passkey(client: Client, device: Device, **more: str) -> Any:
    answer = device.get(options(client.get(reverse("passkey-sign-in"))))
    return client.post(reverse("passkey-sign-in"), {"credential": answer, **more})


def bind(role: Role) -> None:
    second_factor.set_duty(SYSTEM, role=role, since=clock.today(), reason="policy")


# --- the app ----------------------------------------------------------------------------------------------------------


def test_whoever_needs_no_second_factor_comes_in_by_password(officer: User) -> None:
    client = browser()
    assert password(client, officer)["Location"] == reverse("work")
    assert is_in(client)


def test_after_the_password_the_code_is_asked_and_nothing_opens_before(officer: User) -> None:
    first = browser()
    password(first, officer)
    secret, _codes = set_up(first)
    client = browser()
    assert password(client, officer, next=reverse("loans"))["Location"] == reverse("sign-in-code")
    assert not is_in(client)
    assert client.get("/api/v1/loans").status_code == 401
    wrong = client.post(reverse("sign-in-code"), {"code": app_code(secret, -1)})
    assert wrong.status_code == 422
    assert not is_in(client)
    assert client.post(reverse("sign-in-code"), {"code": app_code(secret)})["Location"] == reverse("loans")
    assert is_in(client)
    assert SignIn.objects.latest("pk").way == "app"
    again = browser()
    password(again, officer)
    assert again.post(reverse("sign-in-code"), {"code": app_code(secret)}).status_code == 422, "taken already"


def test_the_second_step_alone_opens_nothing_and_lapses_after_ten_minutes(officer: User) -> None:
    first = browser()
    password(first, officer)
    secret, _codes = set_up(first)
    stranger = browser()
    assert stranger.post(reverse("sign-in-code"), {"code": app_code(secret)})["Location"] == reverse("sign-in")
    late = browser()
    password(late, officer)
    with clock.simulated(clock.now() + timedelta(minutes=10)):
        assert late.post(reverse("sign-in-code"), {"code": app_code(secret)})["Location"] == reverse("sign-in")
    assert not is_in(late)


def test_somebody_whose_access_ended_between_the_steps_does_not_come_in(officer: User) -> None:
    first, client = browser(), browser()
    password(first, officer)
    secret, _codes = set_up(first)
    password(client, officer)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.post(reverse("sign-in-code"), {"code": app_code(secret)})["Location"] == reverse("sign-in")


def test_too_many_wrong_codes_lock_and_say_so(officer: User) -> None:
    first, client = browser(), browser()
    password(first, officer)
    secret, _codes = set_up(first)
    password(client, officer)
    for _time in range(second_factor.MOST_WRONG):
        assert client.post(reverse("sign-in-code"), {"code": "12"}).status_code == 422
    locked = client.post(reverse("sign-in-code"), {"code": app_code(secret)})
    assert locked.status_code == 429
    assert "Wait a quarter of an hour" in locked.content.decode()


def test_tries_of_codes_count_with_those_of_passwords_from_one_address(officer: User, settings: Any) -> None:
    client = browser()
    password(client, officer)
    set_up(client)
    settings.SIGN_IN_ATTEMPTS_A_MINUTE = 3
    guessing = browser()
    assert password(guessing, officer).status_code == 302
    tries = [guessing.post(reverse("sign-in-code"), {"code": "12"}).status_code for _time in range(2)]
    assert tries == [422, 429]


def test_a_recovery_code_opens_in_place_of_the_app(officer: User) -> None:
    first, client = browser(), browser()
    password(first, officer)
    _secret, codes = set_up(first)
    password(client, officer)
    assert client.post(reverse("sign-in-code"), {"code": codes[0]}).status_code == 302
    assert is_in(client)
    assert SignIn.objects.latest("pk").way == "recovery"


def test_recovery_codes_and_the_secret_are_shown_once(officer: User) -> None:
    client = browser()
    password(client, officer)
    secret, codes = set_up(client)
    for route in ("second-factor", "security"):
        page = client.get(reverse(route)).content.decode()
        assert not [text for text in (*codes, secret[:16]) if text in page]
        assert "data:image" not in page


def test_the_square_is_a_picture_within_the_page_that_the_content_policy_allows(officer: User) -> None:
    client = browser()
    password(client, officer)
    client.post(reverse("second-factor"), {"act": "begin"})
    answer = client.get(reverse("second-factor"))
    assert re.search(r'<img class="xd-square" src="data:image/svg\+xml[^"]+" alt="[^"]+">', answer.content.decode())
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]


def test_an_app_is_ended_on_the_page_with_a_code(officer: User) -> None:
    client = browser()
    password(client, officer)
    _secret, codes = set_up(client)
    assert client.post(reverse("second-factor"), {"act": "end", "code": "12"}).status_code == 422
    assert client.post(reverse("second-factor"), {"act": "end", "code": codes[0]}).status_code == 302
    assert not CodeApp.objects.exists()
    assert password(browser(), officer)["Location"] == reverse("work")


# --- the duty ---------------------------------------------------------------------------------------------------------


def test_whoever_needs_one_is_led_to_set_it_up_and_nothing_else_opens_before(officer: User) -> None:
    bind(Role.LOAN_OFFICER)
    client = browser()
    assert password(client, officer, next=reverse("loans"))["Location"] == reverse("second-factor")
    for route in ("work", "loans", "home", "search"):
        assert client.get(reverse(route))["Location"] == reverse("second-factor")
    refused = client.get("/api/v1/loans")
    assert refused.status_code == 403
    assert "second factor" in refused.json()["title"]
    page = client.get(reverse("second-factor")).content.decode()
    assert 'class="xd-nav"' not in page
    set_up(client)
    assert is_in(client)
    assert client.get("/api/v1/loans").status_code == 200
    assert password(browser(), officer)["Location"] == reverse("sign-in-code")


def test_a_passkey_fulfils_the_duty(officer: User) -> None:
    bind(Role.LOAN_OFFICER)
    client = browser()
    password(client, officer)
    assert add_passkey(client, Device(ORIGIN)).status_code == 302
    assert is_in(client)


def test_a_duty_of_another_role_holds_nobody_up(officer: User) -> None:
    bind(Role.APPROVER)
    client = browser()
    password(client, officer)
    assert is_in(client)


def test_an_administrator_sets_the_duty_and_an_auditor_only_reads_it() -> None:
    admin, auditor = make_user(Role.ADMINISTRATOR), make_user(Role.AUDITOR)
    client = browser()
    password(client, admin)
    given = {"role": "collector", "since": clock.today().isoformat(), "reason": "Policy 12"}
    assert client.post(reverse("factor-duties"), {**given, "reason": ""}).status_code == 422
    assert client.post(reverse("factor-duties"), given).status_code == 302
    assert second_factor.duty_since({Role.COLLECTOR}) == clock.today()
    reading = browser()
    password(reading, auditor)
    assert "Policy 12" in reading.get(reverse("factor-duties")).content.decode()
    assert reading.post(reverse("factor-duties"), {**given, "since": ""}).status_code == 403
    assert second_factor.duty_since({Role.COLLECTOR}) == clock.today()


# --- passkeys ---------------------------------------------------------------------------------------------------------


def test_a_passkey_signs_in_without_a_password_and_leads_where_one_wanted_to_go(officer: User) -> None:
    first, client, device = browser(), browser(), Device(ORIGIN)
    password(first, officer)
    assert add_passkey(first, device)["Location"] == reverse("security")
    assert enter_by_passkey(client, device, next=reverse("loans"))["Location"] == reverse("loans")
    assert is_in(client)
    assert SignIn.objects.latest("pk").way == "passkey"
    away = browser()
    assert enter_by_passkey(away, device, next="https://evil.example/")["Location"] == reverse("work")


def test_a_password_alone_opens_no_more_once_there_is_a_passkey(officer: User) -> None:
    first, client = browser(), browser()
    password(first, officer)
    add_passkey(first, Device(ORIGIN))
    assert password(client, officer)["Location"] == reverse("sign-in-code")
    assert not is_in(client)
    assert reverse("passkey-sign-in") in client.get(reverse("sign-in-code")).content.decode()


def test_the_page_for_signing_in_asks_for_no_names_of_passkeys(officer: User) -> None:
    first = browser()
    password(first, officer)
    add_passkey(first, Device(ORIGIN))
    asked = json.loads(options(browser().get(reverse("passkey-sign-in"))))
    assert asked["allowCredentials"] == []
    assert asked["userVerification"] == "required"


def test_an_answer_is_taken_once_and_only_in_the_browser_that_asked(officer: User) -> None:
    first, client, device = browser(), browser(), Device(ORIGIN)
    password(first, officer)
    add_passkey(first, device)
    answer = device.get(options(client.get(reverse("passkey-sign-in"))))
    assert browser().post(reverse("passkey-sign-in"), {"credential": answer}).status_code == 422
    assert client.post(reverse("passkey-sign-in"), {"credential": ""}).status_code == 422
    assert client.post(reverse("passkey-sign-in"), {"credential": answer}).status_code == 422, "the try used it up"
    assert not is_in(client)


def test_a_passkey_of_somebody_deactivated_is_refused_like_an_unknown_one(officer: User) -> None:
    first, device = browser(), Device(ORIGIN)
    password(first, officer)
    add_passkey(first, device)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    said = [
        re.findall(r'<div class="xd-summary".*?</div>', enter_by_passkey(browser(), one).content.decode(), re.DOTALL)
        for one in (device, Device(ORIGIN))
    ]
    assert said[0] == said[1] != []


@pytest.mark.parametrize("route", ["passkey-add", "passkey-sign-in", "second-factor", "sign-in-code"])
def test_an_empty_form_is_answered_in_words(officer: User, route: str) -> None:
    client = browser()
    password(client, officer)
    if route == "sign-in-code":
        set_up(client)
        client = browser()
        password(client, officer)
    assert client.post(reverse(route)).status_code == 422


def test_passkeys_are_renamed_and_removed_by_their_owner_alone(officer: User) -> None:
    client, other = browser(), browser()
    password(client, officer)
    add_passkey(client, Device(ORIGIN), "Old")
    key = Passkey.objects.get()
    other.force_login(make_user(Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend")
    change = reverse("passkey-change")
    for act in ("rename", "remove"):
        assert other.post(change, {"act": act, "passkey": key.pk, "name": "Mine"}).status_code == 404
    assert client.post(change, {"act": "rename", "passkey": key.pk, "name": "Blue key"}).status_code == 302
    assert "Blue key" in client.get(reverse("security")).content.decode()
    assert client.post(change, {"act": "sell", "passkey": key.pk}).status_code == 422
    assert client.post(change, {"act": "remove", "passkey": key.pk}).status_code == 302
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_under_a_bare_number_the_pages_say_under_which_address_passkeys_work(officer: User, host: str) -> None:
    client = Client(headers={"host": host, "accept-language": "en"})
    password(client, officer)
    assert "localhost" in client.get(reverse("passkey-add")).content.decode()
    assert client.post(reverse("passkey-add"), {"name": "x"}).status_code == 503
    assert browser().get(reverse("passkey-sign-in")).status_code == 200
    assert Client(headers={"host": host}).get(reverse("passkey-sign-in")).status_code == 503


def test_a_borrower_adds_a_passkey_gets_a_message_and_comes_in_by_it(officer: User) -> None:
    recorded = make_person(SYSTEM)
    customers.record_mobile(actor(Role.LOAN_OFFICER), customer_id=recorded.id, mobile="13800006027")
    user = make_user(Role.BORROWER)
    customers.give_portal_access(SYSTEM, customer_id=recorded.id, username=user.username)
    client, device = browser(), Device(ORIGIN)
    password(client, user)
    assert add_passkey(client, device, "http://evil.example")["Location"] == reverse("my-security")
    message = Message.objects.get()
    assert (message.kind, message.state) == ("passkey_added", "sent")
    text = next(notices.shown(notices.sandbox_messages())).text
    assert "passkey" in text
    assert "evil" not in text
    other = browser()
    assert enter_by_passkey(other, device)["Location"] == reverse("my")
    assert other.get(reverse("my-security")).status_code == 200
    assert password(browser(), user)["Location"] == reverse("my"), "their other ways stay open"


# --- sessions and resets ----------------------------------------------------------------------------------------------


def test_sessions_of_ones_own_are_seen_and_ended_and_those_of_others_not(officer: User) -> None:
    here, there, other = browser(), browser(), browser()
    for client in (here, there):
        password(client, officer)
    password(other, make_user(Role.APPROVER))
    page = here.get(reverse("security")).content.decode()
    assert page.count("Firefox, Windows") >= 2
    rows = {row.session_key: row.pk for row in SignIn.objects.all()}
    end = reverse("session-end")
    assert here.post(end, {"session": rows[str(other.session.session_key)]}).status_code == 404
    assert here.post(end, {"session": "x"}).status_code == 404
    assert here.post(end, {"session": rows[str(there.session.session_key)]})["Location"] == reverse("security")
    assert not is_in(there)
    assert is_in(other)
    assert here.post(end, {"session": rows[str(here.session.session_key)]})["Location"] == reverse("sign-in")
    assert not is_in(here)


def test_an_administrator_resets_with_a_reason_and_the_person_is_out(officer: User) -> None:
    client, chief = browser(), browser()
    password(client, officer)
    set_up(client)
    add_passkey(client, Device(ORIGIN))
    admin = make_user(Role.ADMINISTRATOR)
    password(chief, admin)
    page = reverse("user", args=[officer.username])
    assert chief.post(page, {"act": "reset", "reason": ""}).status_code == 422
    assert CodeApp.objects.exists()
    assert chief.post(page, {"act": "reset", "reason": "Phone stolen, seen in person"}).status_code == 302
    assert not is_in(client)
    assert not CodeApp.objects.exists()
    assert not Passkey.objects.exists()
    assert "Phone stolen, seen in person" in chief.get(page).content.decode()
    assert FactorReset.objects.get().by == f"person:{admin.pk}"


def test_an_auditor_reads_resets_and_makes_none(officer: User) -> None:
    client, auditor = browser(), browser()
    password(client, officer)
    set_up(client)
    password(auditor, make_user(Role.AUDITOR))
    page = reverse("user", args=[officer.username])
    assert "Reset the second factor" not in auditor.get(page).content.decode()
    assert auditor.post(page, {"act": "reset", "reason": "Curious"}).status_code == 403
    assert CodeApp.objects.exists()
