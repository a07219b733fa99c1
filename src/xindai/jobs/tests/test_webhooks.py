"""Other machines are told what happens: signed, at least once, by a schedule, and never where nobody allowed it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import actor, make_branch
from xindai.jobs import webhooks
from xindai.kernel import clock, http
from xindai.kernel.errors import InvalidInput
from xindai.kernel.models import OutboxEvent
from xindai.servicing import services as servicing
from xindai.servicing.testing import MONDAY, make_loan
from xindai.webhooks import queries, services
from xindai.webhooks.models import Attempt, Delivery, DeliveryState, Endpoint, EndpointSecret, EndpointState
from xindai.webhooks.testing import Receiver, listening

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
PAID = "loan.repayment_recorded"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS = http.networks_of(["127.0.0.0/8"])
    with listening() as found:
        yield found


def make_client(branch: Branch | None = None, scopes: tuple[Scope, ...] = tuple(Scope)) -> str:
    issued = clients.register(
        SYSTEM, name="Core", roles=[Role.ACCOUNTANT], scopes=scopes, branch_code=branch.code if branch else None
    )
    return issued.client.client_id


def endpoint_for(receiver: Receiver, client_id: str, *names: str) -> Endpoint:
    services.allow_host(actor(Role.ADMINISTRATOR), host="127.0.0.1")
    issued = services.register(
        actor(Role.ADMINISTRATOR), client_id=client_id, url=receiver.url, event_names=names or [PAID]
    )
    receiver.secret = issued.secret
    return issued.endpoint


def pay(loan: Any, times: int = 1) -> None:
    for number in range(times):
        servicing.record_repayment(
            SYSTEM, loan_no=loan.no, amount_minor=100 + number, currency="CNY", on=MONDAY, source="transfer",
            idempotency_key=f"{loan.no} {number}",
        )  # fmt: skip


def later(seconds: float) -> Any:
    return clock.simulated(clock.now() + timedelta(seconds=seconds))


def test_what_happens_is_told_signed_with_type_moment_and_data(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)

    assert webhooks.run() == 1

    told, event = receiver.told()[0], OutboxEvent.objects.get(name=PAID)
    assert (told["type"], told["data"], told["subject"]) == (PAID, event.payload, loan.no)
    assert told["timestamp"] == event.occurred_at.isoformat()
    assert receiver.ids() == [f"msg_{event.event_id.hex}"]
    row = Delivery.objects.get()
    assert (row.state, row.status, row.attempts) == (DeliveryState.DELIVERED, 204, 1)
    assert Attempt.objects.get().status == 204


def test_told_once_it_is_not_told_again(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan, 3)

    assert [webhooks.run(), webhooks.run()] == [3, 0]
    assert len(set(receiver.ids())) == len(receiver.took) == 3


def test_only_what_happens_after_it_was_registered_of_its_names_branch_and_scopes_is_told(
    branch: Branch, receiver: Receiver
) -> None:
    before, own, other = make_loan(branch), make_loan(branch), make_loan(make_branch("B02"))
    pay(before)
    endpoint_for(receiver, make_client(branch, (Scope.LOANS_READ, Scope.WEBHOOKS_WRITE)))
    make_loan(branch)
    for loan in (own, other):
        pay(loan)

    webhooks.run()

    assert [told["subject"] for told in receiver.told()] == [own.no]


def test_events_that_the_client_could_not_read_cannot_be_chosen(branch: Branch, receiver: Receiver) -> None:
    client_id = make_client(branch, (Scope.BOOKS_READ, Scope.WEBHOOKS_WRITE))

    with pytest.raises(InvalidInput) as refused:
        endpoint_for(receiver, client_id)

    assert refused.value.field == "events"
    assert not Endpoint.objects.exists()


def test_a_failure_is_tried_again_by_the_schedule_of_the_policy_and_then_given_up(
    branch: Branch, receiver: Receiver
) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)
    receiver.answers = [500]

    waits = []
    with clock.simulated(clock.now()):
        webhooks.run()
    row = Delivery.objects.get()
    while row.state == DeliveryState.WAITING:
        waits.append(round((row.next_at - Attempt.objects.latest("pk").at).total_seconds()))
        with clock.simulated(row.next_at - timedelta(seconds=1)):
            webhooks.run()
        assert Attempt.objects.count() == len(waits)
        with clock.simulated(row.next_at):
            webhooks.run()
        row.refresh_from_db()
        Endpoint.objects.update(failing_since=clock.now())

    schedule = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert all(by <= wait <= by * 11 // 10 + 1 for by, wait in zip(schedule, waits, strict=True))
    assert (row.state, row.status, row.error, row.attempts) == (DeliveryState.FAILED, 500, "refused", 10)
    assert set(receiver.ids()) == {row.webhook_id}


@pytest.mark.parametrize(
    ("status", "asked", "shortest"),
    [
        (429, "120", 120),
        (503, "Thu, 01 Jan 2099 00:00:00 GMT", 86_400),
        (503, "9" * 40, 86_400),
        (503, "-5", 5),
        (429, "soon", 5),
        (500, "120", 5),
    ],
)
def test_a_receiver_that_asks_to_wait_is_left_alone_so_long_but_no_longer_than_the_schedule_ever_waits(
    branch: Branch, receiver: Receiver, status: int, asked: str, shortest: int
) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)
    receiver.answers, receiver.headers = [status], {"retry-after": asked}

    with clock.simulated(clock.now()):
        webhooks.run()
        wait = Delivery.objects.get().next_at - clock.now()

    assert timedelta(seconds=shortest) <= wait <= timedelta(seconds=shortest * 1.1)


def test_what_failed_together_does_not_come_back_together(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan, 3)
    receiver.answers = [500]
    webhooks.plan()

    with clock.simulated(clock.now()):
        for _number in range(3):
            services.deliver_next(Actor.system("webhooks"))

    assert len(set(Delivery.objects.values_list("next_at", flat=True))) == 3


def test_what_has_been_kept_long_enough_is_removed_and_what_waits_is_not(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan, 2)
    webhooks.run()
    pay(make_loan(branch))
    receiver.answers = [500]
    with later(90 * 24 * 3600 - 60):
        webhooks.run()
        assert webhooks.purge() == 0
    with later(90 * 24 * 3600 + 60):
        assert (webhooks.purge(), webhooks.purge()) == (2, 0)

    left = Delivery.objects.get()
    assert left.state == DeliveryState.WAITING
    assert set(Attempt.objects.values_list("delivery", flat=True)) == {left.pk}
    with later(91 * 24 * 3600):
        webhooks.plan()
    assert Delivery.objects.count() == 1


def test_an_attempt_is_never_changed(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)
    webhooks.run()

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.update(status=200)


def test_an_endpoint_that_fails_for_too_long_is_disabled_with_a_notice_and_nothing_is_lost(
    branch: Branch, receiver: Receiver
) -> None:
    loan, client_id = make_loan(branch), make_client()
    endpoint = endpoint_for(receiver, client_id)
    pay(loan)
    receiver.answers = [503, 503, 204]

    webhooks.run()
    with later(119 * 3600):
        Delivery.objects.update(next_at=clock.now() + timedelta(hours=1))
    with later(120 * 3600 + 1):
        webhooks.run()
    endpoint.refresh_from_db()
    notice = OutboxEvent.objects.get(name="webhook.endpoint_disabled")
    pay_more = make_loan(branch)
    pay(pay_more)
    webhooks.run()

    assert (endpoint.state, endpoint.reason) == (EndpointState.DISABLED, "failing")
    assert notice.payload == {"endpoint_id": endpoint.endpoint_id, "client_id": client_id, "reason": "failing"}
    assert len(receiver.took) == 2
    assert [row.pk for row in queries.disabled()] == [endpoint.pk]
    services.enable(actor(Role.ADMINISTRATOR), endpoint_id=endpoint.endpoint_id)
    with later(10 * 24 * 3600):
        assert webhooks.run() == 2


def test_an_endpoint_that_says_it_is_gone_is_disabled_at_once(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint = endpoint_for(receiver, make_client())
    pay(loan)
    receiver.answers = [410]

    webhooks.run()

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.reason) == (EndpointState.DISABLED, "gone")


def test_a_good_answer_ends_the_time_of_failure(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint = endpoint_for(receiver, make_client())
    pay(loan)
    receiver.answers = [500, 200]

    webhooks.run()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    with later(6):
        webhooks.run()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_an_endpoint_that_fails_holds_up_no_other(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    broken = endpoint_for(receiver, make_client())
    Endpoint.objects.filter(pk=broken.pk).update(url="http://127.0.0.1:9/hooks")
    endpoint_for(receiver, make_client())
    pay(loan, 3)

    assert webhooks.run() == 3
    assert Attempt.objects.filter(delivery__endpoint=broken).count() == 1
    assert Delivery.objects.filter(endpoint=broken, error="no_answer", status=None).count() == 1


def test_while_the_secret_is_changed_both_sign_and_afterwards_only_the_new_one(
    branch: Branch, receiver: Receiver
) -> None:
    loan = make_loan(branch)
    endpoint, old = endpoint_for(receiver, make_client()), receiver.secret
    new = services.rotate_secret(
        actor(Role.ADMINISTRATOR), endpoint_id=endpoint.endpoint_id, overlap=timedelta(hours=1)
    ).secret
    pay(loan)
    webhooks.run()
    assert [receiver.is_signed_by(one) for one in (old, new)] == [True, True]

    EndpointSecret.objects.exclude(ends_at=None).update(ends_at=clock.now())
    services.resend(actor(Role.ADMINISTRATOR), delivery_id=Delivery.objects.get().delivery_id)
    webhooks.run()
    assert [receiver.is_signed_by(one) for one in (old, new)] == [False, True]


def test_the_secret_is_kept_sealed(branch: Branch, receiver: Receiver) -> None:
    endpoint_for(receiver, make_client())

    kept = bytes(EndpointSecret.objects.get().sealed)

    assert receiver.secret.startswith("whsec_")
    assert receiver.secret.encode() not in kept
    assert receiver.secret.removeprefix("whsec_").encode() not in kept


def test_sent_again_by_hand_it_keeps_its_identity_and_body(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint = endpoint_for(receiver, make_client())
    pay(loan, 2)
    webhooks.run()
    first = receiver.took[0]

    services.resend(actor(Role.ADMINISTRATOR), delivery_id=Delivery.objects.earliest("pk").delivery_id)
    assert webhooks.run() == 1
    assert (receiver.took[2][0]["webhook-id"], receiver.took[2][1]) == (first[0]["webhook-id"], first[1])

    span = {"since": clock.now() - timedelta(hours=1), "until": clock.now() + timedelta(hours=1)}
    again = services.resend_range(
        actor(Role.ADMINISTRATOR), endpoint_id=endpoint.endpoint_id, states=["delivered"], **span
    )
    assert (again, webhooks.run()) == (2, 2)


def test_an_ended_client_is_told_nothing_more(branch: Branch, receiver: Receiver) -> None:
    loan, client_id = make_loan(branch), make_client()
    endpoint_for(receiver, client_id)
    pay(loan)
    clients.end(SYSTEM, client_id=client_id)

    assert webhooks.run() == 0
    assert receiver.took == []


@pytest.mark.parametrize("networks", [[], ["10.0.0.0/8"]])
def test_the_loopback_is_reached_only_when_the_operator_names_it(
    branch: Branch, receiver: Receiver, settings: Any, networks: list[str]
) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)
    settings.WEBHOOK_NETWORKS = http.networks_of(networks)

    webhooks.run()

    assert receiver.took == []
    assert Delivery.objects.get().error == "not_allowed"


def test_a_host_that_is_no_longer_allowed_is_told_nothing(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)
    services.disallow_host(actor(Role.ADMINISTRATOR), host="127.0.0.1")

    webhooks.run()

    assert receiver.took == []
    assert Delivery.objects.get().error == "not_allowed"


def test_the_answer_leads_nowhere_else(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)
    receiver.answers, receiver.headers = [302], {"location": receiver.url}

    webhooks.run()

    assert len(receiver.took) == 1
    assert Delivery.objects.get().error == "refused"


def test_no_personal_data_and_no_secret_stands_in_what_is_kept(branch: Branch, receiver: Receiver) -> None:
    loan = make_loan(branch)
    endpoint_for(receiver, make_client())
    pay(loan)
    webhooks.run()

    assert set(json.loads(Delivery.objects.get().body)["data"]) == set(OutboxEvent.objects.get(name=PAID).payload)
    assert receiver.secret not in str(list(Delivery.objects.values()) + list(Attempt.objects.values()))
