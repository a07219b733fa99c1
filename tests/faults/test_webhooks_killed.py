"""kill -9 between the answer of a receiver and its mark: the event comes again under the same identity."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests import processes
from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import actor
from xindai.jobs import webhooks
from xindai.kernel import http
from xindai.kernel.testing import at_once
from xindai.servicing import services as servicing
from xindai.servicing.testing import MONDAY, make_loan, open_bank
from xindai.webhooks import services
from xindai.webhooks.models import Attempt, Delivery
from xindai.webhooks.testing import Receiver, listening

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = Actor.system("test")
LOOPBACK = "127.0.0.0/8"
RUN = "from xindai.jobs import webhooks\nwebhooks.run()\n"


@pytest.fixture
def receiver(transactional_db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that is told of repayments, of which three have come."""
    settings.WEBHOOK_NETWORKS = http.networks_of([LOOPBACK])
    monkeypatch.setenv("XINDAI_WEBHOOK_NETWORKS", LOOPBACK)
    loan = make_loan(open_bank())
    client = clients.register(SYSTEM, name="Core", roles=[Role.ACCOUNTANT], scopes=[Scope.LOANS_READ]).client
    with listening() as found:
        services.allow_host(actor(Role.ADMINISTRATOR), host="127.0.0.1")
        issued = services.register(
            actor(Role.ADMINISTRATOR),
            client_id=client.client_id,
            url=found.url,
            event_names=["loan.repayment_recorded"],
        )
        found.secret = issued.secret
        for number in range(3):
            servicing.record_repayment(
                SYSTEM, loan_no=loan.no, amount_minor=100, on=MONDAY, source="transfer", idempotency_key=f"k{number}"
            )
        yield found


def test_killed_after_the_answer_it_sends_again_under_the_same_identity(receiver: Receiver) -> None:
    processes.kill_at("webhooks_attempt", RUN)
    assert len(receiver.took) == 1
    assert not Attempt.objects.exists()

    assert webhooks.run() == 3

    told = receiver.told()
    assert len(told) == 4
    assert receiver.ids()[0] in receiver.ids()[1:]
    assert len(set(receiver.ids())) == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_killed_while_planning_it_leaves_out_nothing_and_plans_nothing_twice(receiver: Receiver) -> None:
    processes.kill_at("webhooks_delivery", RUN)
    assert not Delivery.objects.exists()

    assert [webhooks.run(), webhooks.run()] == [3, 0]
    assert len(set(receiver.ids())) == len(receiver.took) == 3


def test_two_workers_at_once_send_each_event_once(receiver: Receiver) -> None:
    webhooks.plan()

    assert sum(at_once([webhooks.deliver] * 2)) == 3
    assert len(set(receiver.ids())) == len(receiver.took) == 3
