"""The feed of events: every event once, in an order that never changes, as far as the token opens it."""

import threading
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from xindai.api.tests.conftest import Program
from xindai.applications.events import ApplicationWithdrawn
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_branch
from xindai.kernel import outbox
from xindai.kernel.models import OutboxEvent
from xindai.servicing.testing import make_loan, pay

EVENTS = "/api/v1/events"
FEED = (Scope.EVENTS_READ, Scope.LOANS_READ)


def follow(client: Client, after: str = "", limit: str = "2") -> tuple[list[dict[str, Any]], str]:
    """Read on until nothing comes; what came, and the place at which to go on."""
    seen: list[dict[str, Any]] = []
    while True:
        told = client.get(EVENTS, {"after": after, "limit": limit}).json()
        if not told["items"]:
            return seen, told["next"]
        seen, after = seen + told["items"], told["next"]


def test_a_follower_sees_every_event_once_and_goes_on_where_it_stopped(branch: Branch, program: Program) -> None:
    loan, client = make_loan(branch), program(Role.AUDITOR, *FEED)
    first, place = follow(client)
    pay(loan, 1_000_00)
    second, _place = follow(client, place)

    assert [event["name"] for event in first] == ["loan.disbursed"]
    assert [event["name"] for event in second] == ["loan.repayment_recorded"]
    assert second[0]["subject"] == second[0]["data"]["loan_no"] == loan.no
    assert len({event["id"] for event in [*first, *second]}) == 2
    assert follow(client)[0] == [*first, *second]


def test_only_kinds_are_told_whose_scope_the_token_holds(branch: Branch, program: Program) -> None:
    make_loan(branch)

    assert follow(program(Role.AUDITOR, Scope.EVENTS_READ, Scope.CUSTOMERS_READ))[0] == []
    assert program(Role.AUDITOR, Scope.LOANS_READ).get(EVENTS).json()["code"] == "insufficient_scope"


def test_events_of_another_branch_are_not_told(branch: Branch, program: Program) -> None:
    own, _other = make_loan(branch), make_loan(make_branch("B02"))

    assert [event["subject"] for event in follow(program(Role.AUDITOR, *FEED, branch=branch))[0]] == [own.no]
    assert len(follow(program(Role.AUDITOR, *FEED))[0]) == 2


def test_one_name_can_be_followed(branch: Branch, program: Program) -> None:
    pay(make_loan(branch), 1_000_00)

    told = program(Role.AUDITOR, *FEED).get(EVENTS, {"name": "loan.repayment_recorded"}).json()

    assert [event["name"] for event in told["items"]] == ["loan.repayment_recorded"]


@pytest.mark.parametrize("after", ["x", "a:b:c", "LN25-000001-1"])
def test_a_place_that_nobody_has_given_is_refused(branch: Branch, program: Program, after: str) -> None:
    answer = program(Role.AUDITOR, *FEED).get(EVENTS, {"after": after})

    assert (answer.status_code, answer.json()["field"]) == (422, "after")


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_committed_late_comes_after_those_that_could_be_read_before() -> None:
    written, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            outbox.emit(ApplicationWithdrawn(application_no="slow", customer_id=1), aggregate_id="slow")
            written.set()
            finish.wait(20)
        connections.close_all()

    worker = threading.Thread(target=slow)
    worker.start()
    try:
        assert written.wait(20)
        with transaction.atomic():
            outbox.emit(ApplicationWithdrawn(application_no="quick", customer_id=1), aggregate_id="quick")
        assert outbox.give_places() == 1
    finally:
        finish.set()
        worker.join(20)
    outbox.give_places()

    by_place = list(OutboxEvent.objects.order_by("place").values_list("aggregate_id", flat=True))
    by_id = list(OutboxEvent.objects.order_by("id").values_list("aggregate_id", flat=True))
    assert (by_place, by_id) == (["quick", "slow"], ["slow", "quick"])
