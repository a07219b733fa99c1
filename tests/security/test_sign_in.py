"""The door: tries are counted, nothing is given away, nobody is led elsewhere."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.outsiders.conftest import Staffed
from xindai.identity.testing import PASSWORD

pytestmark = pytest.mark.django_db

NAME = "outsider.auditor"
WRONG = "wrong password, quite long"


def knock(client: Client, username: str, password: str, **more: str) -> object:
    return client.post(reverse("sign-in"), {"username": username, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_the_right_password_opens_and_signing_out_closes(bank: Staffed) -> None:
    client = Client()
    knock(client, NAME, PASSWORD)
    assert is_in(client)
    client.post(reverse("sign-out"))
    assert not is_in(client)


def test_after_five_wrong_tries_the_right_password_opens_no_longer(bank: Staffed) -> None:
    client = Client()
    for _time in range(settings.AXES_FAILURE_LIMIT):
        knock(client, NAME, WRONG)
    knock(client, NAME, PASSWORD)
    assert not is_in(client)
    other = Client()
    knock(other, "outsider.accountant", PASSWORD)
    assert is_in(other), "only the name that was tried is locked"


def test_one_address_may_only_try_so_often_in_a_minute_whoever_it_names(bank: Staffed, settings: Settings) -> None:
    settings.SIGN_IN_ATTEMPTS_A_MINUTE = 4
    client = Client()
    codes = [getattr(knock(client, f"nobody{number}", WRONG), "status_code", 0) for number in range(6)]
    assert codes == [422, 422, 422, 422, 429, 429]
    refused = client.post(reverse("sign-in"), {"username": NAME, "password": PASSWORD})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(bank: Staffed) -> None:
    pages = []
    for name in (NAME, "outsider.missing"):
        client = Client(headers={"accept-language": "en"})
        answer = client.post(reverse("sign-in"), {"username": name, "password": WRONG})
        assert answer.status_code == 422
        pages.append([str(error) for error in answer.context["form"].non_field_errors()])
    assert pages[0] == pages[1] != []


def test_somebody_deactivated_gets_no_other_answer_and_does_not_come_in(bank: Staffed) -> None:
    from xindai.identity.models import User

    user = User.objects.get(username=NAME)
    user.is_active = False
    user.save()
    client = Client()
    knock(client, NAME, PASSWORD)
    assert not is_in(client)


def test_the_session_gets_a_new_key_at_sign_in(bank: Staffed) -> None:
    client = Client()
    client.get(reverse("sign-in"))
    client.session["seen"] = True
    before = client.session.session_key
    knock(client, NAME, PASSWORD)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example"],
)
def test_nobody_is_led_to_another_host(bank: Staffed, wanted: str) -> None:
    client = Client()
    answer = client.post(reverse("sign-in"), {"username": NAME, "password": PASSWORD, "next": wanted})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("work")
    for route in ("language", "theme"):
        led = client.post(reverse(route), {"language": "en", "theme": "dark", "next": wanted})
        assert led["Location"] == reverse("home")


def test_the_page_that_was_asked_for_opens_after_signing_in(bank: Staffed) -> None:
    client = Client()
    asked = client.get(reverse("loans"))
    answer = client.post(asked["Location"], {"username": NAME, "password": PASSWORD, "next": reverse("loans")})
    assert answer["Location"] == reverse("loans")


def test_the_password_stands_in_no_answer_and_no_address(bank: Staffed) -> None:
    answer = Client().post(reverse("sign-in"), {"username": NAME, "password": WRONG})
    assert WRONG not in answer.content.decode()
    assert Client().get(reverse("sign-in"), {"username": NAME, "password": PASSWORD}).status_code == 200
    assert not is_in(Client())


def test_a_write_without_the_token_against_forgery_is_refused(bank: Staffed) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bank.people[next(iter(bank.people))], backend="django.contrib.auth.backends.ModelBackend")
    for route in ("sign-in", "sign-out", "language", "theme", "search"):
        assert client.post(reverse(route)).status_code == 403, route
