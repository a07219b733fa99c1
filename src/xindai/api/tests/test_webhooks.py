"""Webhooks over the interface: a program registers, changes and rotates its own, and sends again what it has missed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from xindai.api.tests.conftest import Program, SignIn
from xindai.identity.models import ApiClient, Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.kernel import clock
from xindai.kernel.ids import uuid7
from xindai.webhooks.models import AllowedHost, Delivery, Endpoint

ENDPOINTS = "/api/v1/webhook-endpoints"
DELIVERIES = "/api/v1/webhook-deliveries"
NEW = {"url": "https://hooks.example.com/xindai", "events": ["loan.disbursed"]}


@pytest.fixture(autouse=True)
def _host(branch: Branch) -> None:
    AllowedHost.objects.create(host="hooks.example.com", allowed_at=clock.now())


def post(client: Client, path: str, body: Any = None, etag: str = "") -> Any:
    headers = {"If-Match": etag} if etag else {}
    return client.post(path, body or {}, content_type="application/json", headers=headers)


def sent(endpoint: Endpoint, **changes: Any) -> Delivery:
    now = clock.now()
    values = {
        "event_id": uuid7(), "event_name": "loan.disbursed", "subject": "LN25-000001-7", "occurred_at": now, "body": "{}",
        "made_at": now, "next_at": now, "state": "failed", "status": 503, "error": "refused", "attempts": 10,
    }  # fmt: skip
    return Delivery.objects.create(endpoint=endpoint, **{**values, **changes})


def test_a_program_registers_reads_changes_and_ends_its_endpoint(program: Program) -> None:
    client = program(Role.ACCOUNTANT)
    made = post(client, ENDPOINTS, NEW)
    address = f"{ENDPOINTS}/{made.json()['endpoint_id']}"

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in client.get(address).json()
    changed = client.patch(
        address,
        {"events": ["loan.closed", "loan.disbursed"]},
        content_type="application/json",
        headers={"If-Match": made["ETag"]},
    )
    assert (changed.status_code, changed.json()["events"]) == (200, ["loan.closed", "loan.disbursed"])
    assert post(client, f"{address}/pause", etag=made["ETag"]).status_code == 412
    assert post(client, f"{address}/pause").status_code == 428
    paused = post(client, f"{address}/pause", etag=changed["ETag"])
    assert (paused.json()["state"], paused.json()["reason"]) == ("disabled", "by_hand")
    resumed = post(client, f"{address}/resumption", etag=paused["ETag"])
    rotated = post(client, f"{address}/secret", {"overlap_hours": 1}, resumed["ETag"])
    assert rotated.status_code == 201
    assert rotated.json()["secret"] != made.json()["secret"]
    assert post(client, f"{address}/end", etag=rotated["ETag"]).json()["state"] == "ended"
    assert [row["state"] for row in client.get(ENDPOINTS).json()["items"]] == ["ended"]


def test_endpoints_of_another_client_do_not_exist_for_a_program(program: Program) -> None:
    theirs, client = program(Role.ACCOUNTANT), program(Role.ACCOUNTANT)
    made = post(theirs, ENDPOINTS, NEW)
    row = sent(Endpoint.objects.get())
    address = f"{ENDPOINTS}/{made.json()['endpoint_id']}"

    assert client.get(ENDPOINTS).json()["items"] == []
    for path in (address, f"{address}/deliveries", f"{DELIVERIES}/{row.delivery_id}"):
        assert client.get(path).status_code == 404
    assert post(client, f"{address}/end", etag="*").status_code == 404
    assert post(client, f"{DELIVERIES}/{row.delivery_id}/resending").status_code == 404
    for_them = NEW | {"client_id": made.json()["client_id"]}
    assert post(client, ENDPOINTS, for_them).status_code == 404
    assert Endpoint.objects.get().state == "active"


def test_what_failed_is_listed_read_and_sent_again(program: Program) -> None:
    client = program(Role.ACCOUNTANT)
    made = post(client, ENDPOINTS, NEW).json()
    endpoint, now = Endpoint.objects.get(), clock.now()
    rows = [sent(endpoint, occurred_at=now - timedelta(hours=hours)) for hours in (1, 2, 30)]
    done = sent(endpoint, state="delivered", delivered_at=now, occurred_at=now - timedelta(hours=1))
    listed = client.get(f"{ENDPOINTS}/{made['endpoint_id']}/deliveries?state=failed&limit=2").json()

    assert [one["delivery_id"] for one in listed["items"]] == [str(row.delivery_id) for row in rows[:2]]
    assert listed["next"]
    told = client.get(f"{DELIVERIES}/{rows[0].delivery_id}").json()
    assert (told["webhook_id"], told["body"], told["status"]) == (rows[0].webhook_id, "{}", 503)
    span = {"since": (now - timedelta(days=1)).isoformat(), "until": now.isoformat()}
    again = post(client, f"{ENDPOINTS}/{made['endpoint_id']}/resending", span)
    assert again.json() == {"deliveries": 2}
    assert post(client, f"{DELIVERIES}/{done.delivery_id}/resending").json()["state"] == "waiting"
    assert [Delivery.objects.get(pk=row.pk).state for row in rows] == ["waiting", "waiting", "failed"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://hooks.example.com/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["loan.flew_away"]}, "events"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_a_wrong_endpoint_is_refused_at_its_field(program: Program, changes: dict[str, Any], field: str) -> None:
    answer = post(program(Role.ACCOUNTANT), ENDPOINTS, NEW | changes)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["remedy"]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "since", ["yesterday", "2026-03-02", "2026-03-02T00:00:00", 1_700_000_000, "2026-02-30T00:00:00Z"]
)
def test_a_moment_without_its_zone_is_none(program: Program, since: Any) -> None:
    client = program(Role.ACCOUNTANT)
    made = post(client, ENDPOINTS, NEW).json()

    answer = post(
        client, f"{ENDPOINTS}/{made['endpoint_id']}/resending", {"since": since, "until": "2026-03-03T00:00:00Z"}
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "since")
    assert "moment with its time zone" in answer.json()["title"]


def test_the_administrator_registers_for_a_client_that_is_named_and_nobody_else_does(
    program: Program, sign_in: SignIn
) -> None:
    program(Role.ACCOUNTANT)
    named = NEW | {"client_id": ApiClient.objects.get().client_id}

    def ask(role: Role, body: Any) -> Any:
        client = sign_in(role)
        client.get("/sign-in/")
        token = client.cookies["csrftoken"].value
        return client.post(ENDPOINTS, body, content_type="application/json", headers={"X-CSRFToken": token})

    assert ask(Role.ADMINISTRATOR, NEW).json()["field"] == "client_id"
    assert ask(Role.ACCOUNTANT, named).status_code == 403
    assert ask(Role.ADMINISTRATOR, named).status_code == 201


def test_a_token_without_the_scope_registers_nothing(program: Program) -> None:
    answer = post(program(Role.ACCOUNTANT, Scope.WEBHOOKS_READ), ENDPOINTS, NEW)

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert not Endpoint.objects.exists()
