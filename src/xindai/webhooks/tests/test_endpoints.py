"""Endpoints: who may register them, where they may lie, and what a wrong one is told."""

from datetime import timedelta
from typing import Any

import pytest

from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import actor, make_bank
from xindai.identity.tokens import actor_of
from xindai.kernel import audit, http
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.webhooks import queries, services
from xindai.webhooks.models import AllowedHost, Endpoint, EndpointSecret, EndpointState

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
HOST = "hooks.example.com"
URL = f"https://{HOST}/xindai"
PAID = ["loan.repayment_recorded"]


@pytest.fixture
def administrator() -> Actor:
    make_bank()
    found = actor(Role.ADMINISTRATOR)
    services.allow_host(found, host=HOST)
    return found


def make_client() -> ApiClient:
    return clients.register(SYSTEM, name="Core", roles=[Role.ACCOUNTANT], scopes=list(Scope)).client


def register(who: Actor, client: ApiClient, url: str = URL, **changes: Any) -> services.Issued:
    return services.register(who, **{"client_id": client.client_id, "url": url, "event_names": PAID, **changes})


def test_a_program_registers_for_itself_and_sees_only_its_own(administrator: Actor) -> None:
    one, other = make_client(), make_client()
    own, theirs = register(actor_of(one), one).endpoint, register(administrator, other).endpoint

    assert list(queries.endpoints(actor_of(one))) == [own]
    assert list(queries.endpoints(administrator)) == [own, theirs]
    with pytest.raises(NotFound):
        register(actor_of(one), other)
    for act in (services.disable, services.end):
        with pytest.raises(NotFound):
            act(actor_of(one), endpoint_id=theirs.endpoint_id)


def test_a_person_who_is_no_administrator_registers_nothing_and_sees_nothing(administrator: Actor) -> None:
    client, officer = make_client(), actor(Role.LOAN_OFFICER)
    made = register(administrator, client).endpoint

    with pytest.raises(NotPermitted):
        register(officer, client)
    with pytest.raises(NotFound):
        services.rotate_secret(officer, endpoint_id=made.endpoint_id, overlap=timedelta(0))
    assert not queries.endpoints(officer).exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com/xindai",
        f"http://{HOST}/xindai",
        "https://elsewhere.example.com/",
        f"https://name:password@{HOST}/",
        f"https://{HOST}/#part",
        f"https://{HOST}:99999/",
        f"https://{HOST}.elsewhere.example/",
        f"https://elsewhere.example@{HOST}.example/",
        "https://127.0.0.1/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "ftp://hooks.example.com/",
        "https://hooks.example.com/\u4e2d",
        "https://" + HOST + "/" + "a" * 500,
    ],
)
def test_an_address_that_may_not_be_is_refused_at_its_field(administrator: Actor, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(administrator, make_client(), url)

    assert refused.value.field == "url"
    assert refused.value.remedy_text()
    assert not Endpoint.objects.exists()


def test_the_loopback_can_be_registered_only_when_the_operator_names_it(administrator: Actor, settings: Any) -> None:
    services.allow_host(administrator, host="127.0.0.1")
    settings.WEBHOOK_NETWORKS = http.networks_of(["127.0.0.0/8"])

    assert register(administrator, make_client(), "http://127.0.0.1:8001/hooks").endpoint.url


@pytest.mark.parametrize("host", ["", "https://hooks.example.com", "hooks.example.com/x", "*", "a" * 300, "-x.example"])
def test_a_host_that_is_none_cannot_be_allowed(administrator: Actor, host: str) -> None:
    with pytest.raises(InvalidInput):
        services.allow_host(administrator, host=host)

    assert list(AllowedHost.objects.values_list("host", flat=True)) == [HOST]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.SYSTEM}))
def test_nobody_but_the_administrator_allows_hosts(administrator: Actor, role: Role) -> None:
    with pytest.raises(NotPermitted):
        services.allow_host(actor(role), host="evil.example.com")


@pytest.mark.parametrize("names", [[], ["loan.flew_away"], ["webhook.endpoint_disabled"]])
def test_events_that_there_are_not_cannot_be_chosen(administrator: Actor, names: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(administrator, make_client(), event_names=names)

    assert refused.value.field == "events"


def test_an_ended_endpoint_stays_ended(administrator: Actor) -> None:
    row = services.end(administrator, endpoint_id=register(administrator, make_client()).endpoint.endpoint_id)

    assert row.state == EndpointState.ENDED
    assert not EndpointSecret.objects.filter(ends_at=None).exists()
    for act in (services.enable, services.disable, services.end):
        with pytest.raises(StateConflict):
            act(administrator, endpoint_id=row.endpoint_id)


def test_disabled_by_hand_it_can_be_enabled_again(administrator: Actor) -> None:
    made = register(administrator, make_client()).endpoint.endpoint_id

    assert services.disable(administrator, endpoint_id=made).reason == "by_hand"
    with pytest.raises(StateConflict):
        services.disable(administrator, endpoint_id=made)
    assert services.enable(administrator, endpoint_id=made).state == EndpointState.ACTIVE
    with pytest.raises(StateConflict):
        services.enable(administrator, endpoint_id=made)


def test_a_client_has_a_bounded_number_of_endpoints(administrator: Actor) -> None:
    client = make_client()
    for _number in range(services.MOST_ENDPOINTS):
        register(administrator, client)

    with pytest.raises(StateConflict):
        register(administrator, client)


def test_who_registered_and_changed_an_endpoint_stands_in_the_audit_trail_without_its_secret(
    administrator: Actor,
) -> None:
    client = make_client()
    issued = register(actor_of(client), client)
    services.change(administrator, endpoint_id=issued.endpoint.endpoint_id, url=f"{URL}/other")

    changes = audit.history(issued.endpoint)
    secrets = audit.history(EndpointSecret.objects.get())

    assert [change.verb for change in changes] == ["webhook.register", "webhook.change"]
    assert str(changes[0].actor) == f"client:{client.client_id}"
    assert "sealed" not in secrets[0].after
