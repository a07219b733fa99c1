"""Events: written with the act, delivered once to each handler, in their order, whatever one of them does."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
import structlog
from django.db import connection, transaction
from pydantic import ValidationError

from xindai.kernel import business_date, outbox
from xindai.kernel.models import HandledEvent, OutboxEvent
from xindai.kernel.testing import at_once

ON = date(2026, 3, 2)

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events and handlers of this test alone."""
    monkeypatch.setattr(outbox, "_events", {})
    monkeypatch.setattr(outbox, "_handlers", {})


@pytest.fixture
def lamp_lit() -> Callable[[int], outbox.Event]:
    """An event of the test."""

    class LampLit(outbox.Event):
        name: ClassVar[str] = "lamp.lit"
        number: int

    return lambda number: LampLit(number=number)


Lit = Callable[[int], outbox.Event]


def emit(event: outbox.Event) -> OutboxEvent:
    return outbox.emit(event, aggregate_id="lamp", on=ON)


def test_an_event_keeps_its_name_version_subject_and_content(lamp_lit: Lit) -> None:
    row = outbox.emit(lamp_lit(7), aggregate_id=12, on=ON)
    row.refresh_from_db()
    assert (row.name, row.schema_version, row.aggregate_id, row.business_date) == ("lamp.lit", 1, "12", ON)
    assert row.payload == {"number": 7}
    assert row.delivered_at is None


def test_its_date_is_the_open_business_date_when_none_is_given(lamp_lit: Lit) -> None:
    assert outbox.emit(lamp_lit(1), aggregate_id=1).business_date is None
    business_date.open_day(ON)
    assert outbox.emit(lamp_lit(1), aggregate_id=1).business_date == ON


def test_an_event_of_an_act_that_failed_was_never_written(lamp_lit: Lit) -> None:
    def fail() -> None:
        with transaction.atomic():
            emit(lamp_lit(1))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert not OutboxEvent.objects.exists()


def test_a_handler_gets_the_event_as_it_was_emitted(lamp_lit: Lit) -> None:
    got: list[outbox.Event] = []
    outbox.handles(type(lamp_lit(0)))(got.append)
    emit(lamp_lit(7))
    assert outbox.deliver_pending() == 1
    assert got == [lamp_lit(7)]


def test_each_event_is_delivered_once(lamp_lit: Lit) -> None:
    got: list[outbox.Event] = []
    outbox.handles(type(lamp_lit(0)))(got.append)
    emit(lamp_lit(1))
    assert [outbox.deliver_pending(), outbox.deliver_pending()] == [1, 0]
    assert got == [lamp_lit(1)]


def test_events_come_in_their_order(lamp_lit: Lit) -> None:
    got: list[outbox.Event] = []
    outbox.handles(type(lamp_lit(0)))(got.append)
    emit(lamp_lit(1))
    outbox.emit_all([(lamp_lit(2), "a"), (lamp_lit(3), "b")], on=ON)
    emit(lamp_lit(4))
    assert [outbox.deliver_pending(limit=3), outbox.deliver_pending()] == [3, 1]
    assert got == [lamp_lit(number) for number in (1, 2, 3, 4)]


def test_an_event_that_nobody_handles_is_done(lamp_lit: Lit) -> None:
    emit(lamp_lit(1))
    assert outbox.deliver_pending() == 1
    assert OutboxEvent.objects.get().delivered_at is not None


class Clumsy:
    """Handlers of one event: the first always succeeds, the second fails as often as it is told to."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.first: list[outbox.Event] = []
        self.second: list[outbox.Event] = []

    def do_first(self, event: outbox.Event) -> None:
        self.first.append(event)

    def do_second(self, event: outbox.Event) -> None:
        if self.failures:
            self.failures -= 1
            raise ArithmeticError("王建国 110105198506150019")
        self.second.append(event)

    def subscribe(self, event: outbox.Event) -> None:
        outbox.handles(type(event))(self.do_first)
        outbox.handles(type(event))(self.do_second)


def test_a_handler_that_failed_is_tried_again_and_the_others_are_not(lamp_lit: Lit) -> None:
    clumsy = Clumsy(failures=2)
    clumsy.subscribe(lamp_lit(0))
    emit(lamp_lit(1))
    assert [outbox.deliver_pending() for _time in range(3)] == [0, 0, 1]
    assert clumsy.first == clumsy.second == [lamp_lit(1)]
    row = OutboxEvent.objects.get()
    assert (row.attempts, row.last_error) == (2, "ArithmeticError")
    assert HandledEvent.objects.filter(event=row).count() == 2


def test_a_failure_does_not_hold_up_other_events(lamp_lit: Lit) -> None:
    clumsy = Clumsy(failures=1)
    clumsy.subscribe(lamp_lit(0))
    emit(lamp_lit(1))
    emit(lamp_lit(2))
    assert outbox.deliver_pending() == 1
    assert clumsy.second == [lamp_lit(2)]
    assert outbox.deliver_pending() == 1
    assert clumsy.second == [lamp_lit(2), lamp_lit(1)]


def test_what_a_handler_wrote_before_it_failed_is_undone(lamp_lit: Lit) -> None:
    def write_and_fail(event: outbox.Event) -> None:
        business_date.open_day(ON)
        raise ArithmeticError

    outbox.handles(type(lamp_lit(0)))(write_and_fail)
    emit(lamp_lit(1))
    assert outbox.deliver_pending() == 0
    assert business_date.current_or_none() is None
    assert not HandledEvent.objects.exists()


def test_an_event_that_always_fails_waits_for_a_person(lamp_lit: Lit) -> None:
    clumsy = Clumsy(failures=1000)
    clumsy.subscribe(lamp_lit(0))
    emit(lamp_lit(1))
    for _time in range(outbox.MAX_ATTEMPTS + 2):
        outbox.deliver_pending()
    assert 1000 - clumsy.failures == outbox.MAX_ATTEMPTS
    assert OutboxEvent.objects.get().delivered_at is None


def test_a_failure_is_logged_without_what_the_error_says(lamp_lit: Lit) -> None:
    clumsy = Clumsy(failures=1)
    clumsy.subscribe(lamp_lit(0))
    row = emit(lamp_lit(1))
    with structlog.testing.capture_logs() as lines:
        outbox.deliver_pending()
    assert [(line["event"], line["event_id"], line["error_type"]) for line in lines] == [
        ("event not handled", str(row.event_id), "ArithmeticError")
    ]
    assert "王建国" not in json.dumps(lines, ensure_ascii=False) + OutboxEvent.objects.get().last_error


def test_subscribing_twice_is_subscribing_once(lamp_lit: Lit) -> None:
    got: list[outbox.Event] = []

    def handle(event: outbox.Event) -> None:
        got.append(event)

    outbox.handles(type(lamp_lit(0)))(handle)
    outbox.handles(type(lamp_lit(0)))(handle)
    emit(lamp_lit(1))
    outbox.deliver_pending()
    assert len(got) == 1


def test_an_event_takes_no_field_that_it_does_not_declare(lamp_lit: Lit) -> None:
    with pytest.raises(ValidationError):
        type(lamp_lit(0)).model_validate({"number": 1, "name_of_borrower": "王建国"})


def test_the_schema_of_every_event_is_given_by_name_and_version(lamp_lit: Lit) -> None:
    schema = outbox.schemas()["lamp.lit.v1.json"]
    assert schema["properties"]["number"]["type"] == "integer"
    assert schema["additionalProperties"] is False


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_deliver_each_event_once(lamp_lit: Lit, tmp_path: Path) -> None:
    heard = tmp_path / "heard"

    def write_down(event: outbox.Event) -> None:
        with heard.open("a") as file:
            file.write(f"{event.model_dump()['number']}\n")

    outbox.handles(type(lamp_lit(0)))(write_down)
    outbox.emit_all([(lamp_lit(number), number) for number in range(60)], on=ON)
    done = at_once([lambda: outbox.deliver_pending(limit=25)] * 4)
    while count := outbox.deliver_pending():
        done.append(count)
    assert sum(done) == 60
    assert sorted(map(int, heard.read_text().split())) == list(range(60))


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_not_wait_for_what_another_one_holds(lamp_lit: Lit) -> None:
    held = emit(lamp_lit(1))
    emit(lamp_lit(2))

    def deliver() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        return outbox.deliver_pending()

    with transaction.atomic():
        OutboxEvent.objects.select_for_update().get(pk=held.pk)
        assert at_once([deliver]) == [1]
    assert OutboxEvent.objects.get(delivered_at=None).pk == held.pk
