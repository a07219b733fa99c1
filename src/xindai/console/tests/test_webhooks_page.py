"""The administrator's pages of webhooks: hosts, endpoints with a secret shown once, deliveries, and sending once more."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, User
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_branch, make_user
from xindai.kernel import clock
from xindai.kernel.ids import uuid7
from xindai.kernel.outbox import last_place
from xindai.webhooks.models import AllowedHost, Attempt, Delivery, Endpoint, EndpointSecret

pytestmark = pytest.mark.django_db

NEW: dict[str, Any] = {"url": "https://hooks.example.com/xindai", "event_names": ["loan.disbursed", "loan.closed"]}


@pytest.fixture
def client_id() -> str:
    make_branch()
    AllowedHost.objects.create(host="hooks.example.com", allowed_at=clock.now())
    issued = clients.register(Actor.system("test"), name="Core", roles=[Role.ACCOUNTANT], scopes=[Scope.LOANS_READ])
    return issued.client.client_id


@pytest.fixture
def administrator(client_id: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    user: User = make_user(Role.ADMINISTRATOR)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def secret_in(answer: Any) -> str:
    found = re.search(r'id="secret">(whsec_[\w+/=]+)<', answer.content.decode())
    assert found is not None
    return found.group(1)


def made(administrator: Client, client_id: str) -> Endpoint:
    administrator.post(f"/integrations/{client_id}/endpoints/new/", NEW)
    return Endpoint.objects.get()


def delivered(endpoint: Endpoint, **changes: Any) -> Delivery:
    now = clock.now()
    values = {
        "event_id": uuid7(), "event_name": "loan.disbursed", "subject": "LN25-000001-7", "occurred_at": now, "body": "{}",
        "made_at": now, "next_at": now, "state": "failed", "status": 503, "error": "refused", "attempts": 10,
    }  # fmt: skip
    row = Delivery.objects.create(endpoint=endpoint, **{**values, **changes})
    Attempt.objects.create(delivery=row, at=now, status=row.status, error=row.error, milliseconds=12)
    return row


def test_a_host_is_allowed_and_taken_off_again(administrator: Client) -> None:
    administrator.post("/integrations/hosts/", {"host": "Other.Example.com"})
    assert "other.example.com" in administrator.get("/integrations/hosts/").content.decode()
    assert administrator.post("/integrations/hosts/", {"host": "https://x"}).status_code == 422

    administrator.post("/integrations/hosts/", {"remove": "other.example.com"})
    assert list(AllowedHost.objects.values_list("host", flat=True)) == ["hooks.example.com"]
    assert administrator.post("/integrations/hosts/", {"remove": "other.example.com"}).status_code == 404


def test_an_endpoint_is_registered_and_its_secret_is_shown_once(administrator: Client, client_id: str) -> None:
    answer = administrator.post(f"/integrations/{client_id}/endpoints/new/", NEW)

    row, secret = Endpoint.objects.get(), secret_in(answer)
    assert (row.url, row.event_names, row.read_to) == (NEW["url"], ["loan.closed", "loan.disbursed"], last_place())
    for path in (f"/integrations/endpoints/{row.endpoint_id}/", f"/integrations/{client_id}/"):
        assert secret not in administrator.get(path).content.decode()
    assert NEW["url"] in administrator.get(f"/integrations/{client_id}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": ""}, "Enter the address."),
        ({"url": "http://hooks.example.com/"}, "Events are sent over https only."),
        ({"url": "https://elsewhere.example.com/"}, "Nothing may be sent to the host elsewhere.example.com."),
        ({"event_names": []}, "Choose at least one event."),
        ({"event_names": ["contract.signed"]}, "contract.signed"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused_at_its_field(
    administrator: Client, client_id: str, changes: dict[str, Any], words: str
) -> None:
    answer = administrator.post(f"/integrations/{client_id}/endpoints/new/", {**NEW, **changes})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_it_is_disabled_with_a_notice_and_enabled_again(administrator: Client, client_id: str) -> None:
    address = f"/integrations/endpoints/{made(administrator, client_id).endpoint_id}/"

    administrator.post(address, {"act": "disable"})
    assert "Core has not been told of events since" in administrator.get("/integrations/").content.decode()
    assert "Nothing has been sent since" in administrator.get(address).content.decode()

    administrator.post(address, {"act": "enable"})
    assert Endpoint.objects.get().state == "active"
    assert "has not been told" not in administrator.get("/integrations/").content.decode()
    assert administrator.post(address, {"act": "fly"}).status_code == 422


def test_another_secret_is_made_and_shown_once(administrator: Client, client_id: str) -> None:
    address = f"/integrations/endpoints/{made(administrator, client_id).endpoint_id}/"

    secret = secret_in(administrator.post(address, {"act": "rotate", "overlap": "24"}))

    assert EndpointSecret.objects.count() == 2
    assert EndpointSecret.objects.exclude(ends_at=None).count() == 1
    assert secret not in administrator.get(address).content.decode()


def test_what_was_given_up_is_seen_with_its_attempts_and_sent_once_more(administrator: Client, client_id: str) -> None:
    row = delivered(made(administrator, client_id))
    listed = administrator.get(f"/integrations/endpoints/{row.endpoint.endpoint_id}/deliveries/", {"state": "failed"})
    told = administrator.get(f"/integrations/deliveries/{row.delivery_id}/").content.decode()

    assert "LN25-000001-7" in listed.content.decode()
    assert row.webhook_id in told
    assert "refused by the receiver" in told
    assert administrator.post(f"/integrations/deliveries/{row.delivery_id}/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)


def test_a_span_of_events_is_sent_once_more_by_the_clocks_of_the_bank(administrator: Client, client_id: str) -> None:
    endpoint = made(administrator, client_id)
    now = clock.now()
    within = delivered(endpoint, occurred_at=now - timedelta(hours=2))
    before = delivered(endpoint, occurred_at=now - timedelta(hours=6))
    address = f"/integrations/endpoints/{endpoint.endpoint_id}/"
    at = {
        name: moment.astimezone(clock.bank_zone()).strftime("%Y-%m-%dT%H:%M")
        for name, moment in (("since", now - timedelta(hours=3)), ("until", now))
    }

    administrator.post(address, {"act": "resend", "states": ["failed"], **at})

    assert [Delivery.objects.get(pk=row.pk).state for row in (within, before)] == ["waiting", "failed"]
    wrong = administrator.post(
        address, {"act": "resend", "states": ["failed"], "since": at["until"], "until": at["since"]}
    )
    assert wrong.status_code == 422
    assert "The span ends before it begins." in wrong.content.decode()


def test_ending_asks_once_more_and_then_ends(administrator: Client, client_id: str) -> None:
    row = made(administrator, client_id)
    waiting = delivered(row, state="waiting")
    address = f"/integrations/endpoints/{row.endpoint_id}/end/"

    assert "End it" in administrator.get(address).content.decode()
    assert Endpoint.objects.get().state == "active"
    assert administrator.post(address).status_code == 302
    waiting.refresh_from_db()
    assert (Endpoint.objects.get().state, waiting.state, waiting.error) == ("ended", "failed", "ended")
    assert administrator.post(address).status_code == 409


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.SYSTEM}))
def test_nobody_but_the_administrator_comes_here(client_id: str, role: Role) -> None:
    client = Client()
    client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(f"/integrations/{client_id}/endpoints/new/", NEW).status_code == 403
    assert client.post("/integrations/hosts/", {"host": "evil.example.com"}).status_code == 403
    assert ApiClient.objects.count() == AllowedHost.objects.count() == 1
    assert not Endpoint.objects.exists()
