"""Messages: kept so that only the customer's key reads them, carried once, and seen by nobody whom they do not concern."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from xindai.identity.actors import Actor
from xindai.identity.models import Bank
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_bank, make_branch, make_user
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, Unavailable
from xindai.notices import queries, services
from xindai.notices.carriers import CannotCarry, Parcel
from xindai.notices.models import Channel, Message, State
from xindai.notices.services import MOST_ATTEMPTS, Recipient

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
ADDRESS = "13800006027"
TEXT = "Your appointment is at noon"


class Broken:
    """A carrier that is away."""

    name = "broken"

    def carry(self, parcel: Parcel) -> str:
        """Take nothing now."""
        raise Unavailable("away")


class Refusing:
    """A carrier that does not know the address."""

    name = "refusing"

    def carry(self, parcel: Parcel) -> str:
        """Take nothing ever."""
        raise CannotCarry("no_such_number")


def write(**more: object) -> Message:
    make_bank()
    to = Recipient(uuid4(), make_branch().pk, Channel.SMS, ADDRESS, "en")
    return services.send(SYSTEM, to=to, kind="appointment", text=TEXT, **more)  # type: ignore[arg-type]


def test_neither_address_nor_text_stands_in_clear_and_both_are_gone_with_the_key() -> None:
    message = write()
    for sealed, text in ((message.sealed_address, ADDRESS), (message.sealed_text, TEXT)):
        assert text.encode() not in bytes(sealed)
        assert vault.unseal(message.subject_id, sealed) == text
    services.carry(SYSTEM)
    assert [one.text for one in queries.shown(queries.sandbox_messages())] == [TEXT]
    vault.destroy(message.subject_id)
    assert list(queries.shown(queries.sandbox_messages())) == []


def test_a_message_is_carried_once() -> None:
    write()
    assert [services.carry(SYSTEM), services.carry(SYSTEM)] == [1, 0]
    message = Message.objects.get()
    assert (message.state, message.carrier, message.attempts) == (State.SENT, "sandbox", 1)
    assert message.carrier_no == f"sandbox-{message.message_id}"


def test_a_message_is_not_sent_after_its_time() -> None:
    now = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    with clock.simulated(now):
        write(valid_until=now + timedelta(minutes=10))
    with clock.simulated(now + timedelta(minutes=10)):
        services.carry(SYSTEM)
    message = Message.objects.get()
    assert (message.state, message.sent_at, message.carrier) == (State.LAPSED, None, "")


def test_what_a_carrier_cannot_take_now_is_tried_again_and_given_up_in_the_end(settings: Settings) -> None:
    write()
    settings.MESSAGE_CARRIER = f"{__name__}.Broken"
    counts = [services.carry(SYSTEM) for _time in range(MOST_ATTEMPTS)]
    assert counts == [0] * (MOST_ATTEMPTS - 1) + [1]
    assert Message.objects.get().state == State.FAILED


def test_what_can_never_be_delivered_is_not_tried_again(settings: Settings) -> None:
    write()
    settings.MESSAGE_CARRIER = f"{__name__}.Refusing"
    services.carry(SYSTEM)
    message = Message.objects.get()
    assert (message.state, message.reason, message.attempts) == (State.FAILED, "no_such_number", 1)


def test_a_message_to_a_deleted_customer_goes_nowhere() -> None:
    message = write()
    vault.destroy(message.subject_id)
    services.carry(SYSTEM)
    assert Message.objects.get().reason == "deleted"


@pytest.mark.parametrize(
    ("channel", "text", "field"), [("pigeon", TEXT, "channel"), ("sms", " ", "text"), ("sms", "x" * 2001, "text"), ("sms", "\x07", "text")]
)  # fmt: skip
def test_what_is_no_message_is_refused(channel: str, text: str, field: str) -> None:
    to = Recipient(uuid4(), make_branch().pk, channel, ADDRESS, "en")
    with pytest.raises(InvalidInput) as told:
        services.send(SYSTEM, to=to, kind="appointment", text=text)
    assert told.value.field == field
    assert not Message.objects.exists()


def test_a_bank_with_real_money_has_no_sandbox() -> None:
    write()
    Bank.objects.update(is_demonstration=False)
    with pytest.raises(Unavailable) as told:
        services.carry(SYSTEM)
    assert "XINDAI_MESSAGE_CARRIER" in told.value.remedy_text()
    with pytest.raises(NotFound):
        queries.sandbox_messages()


def test_a_carrier_that_is_not_there_is_named(settings: Settings) -> None:
    write()
    settings.MESSAGE_CARRIER = "nowhere.Carrier"
    with pytest.raises(Unavailable) as told:
        services.carry(SYSTEM)
    assert "nowhere.Carrier" in str(told.value)


def test_no_person_sends_messages_past_the_acts_that_cause_them() -> None:
    message = write()
    for role in set(Role) - {Role.SYSTEM}:
        with pytest.raises(NotPermitted):
            services.carry(actor(role), message_id=message.pk)


def test_the_administrator_of_a_demonstration_alone_reads_what_would_have_been_sent() -> None:
    write()
    services.carry(SYSTEM)
    answers = {}
    for role in set(Role) - {Role.SYSTEM}:
        client = Client(headers={"accept-language": "en"})
        client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
        answers[role] = client.get("/demonstration/messages/")
    page = answers[Role.ADMINISTRATOR].content.decode()
    assert TEXT in page
    assert "138****6027" in page
    assert ADDRESS not in page
    assert {role for role, answer in answers.items() if answer.status_code != 403} == {Role.ADMINISTRATOR}
    Bank.objects.update(is_demonstration=False)
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/demonstration/messages/").status_code == 404
    assert "demonstration/messages" not in client.get("/end-of-day/").content.decode()
