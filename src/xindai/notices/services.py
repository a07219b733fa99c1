"""Messages are written with the act that causes them and carried afterwards; each step may be repeated without harm."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, NotFound, Unavailable
from xindai.kernel.texts import is_prose
from xindai.notices import carriers
from xindai.notices.carriers import CannotCarry, Carrier, Parcel
from xindai.notices.models import Channel, Message, State

MOST_ATTEMPTS: Final = 8
"""After so many failures a message is given up."""
LONGEST_TEXT: Final = 2000


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message concerns and where it goes: the customer's key, the branch, the channel, address and language."""

    subject_id: UUID
    branch_id: int
    channel: str
    address: str
    language: str


@verb("notice.send")
def send(actor: Actor, *, to: Recipient, kind: str, text: str, valid_until: datetime | None = None) -> Message:
    """Write a message, sealed under the recipient's key; it goes out when messages are next carried.

    After ``valid_until`` it is no longer sent.  Raises InvalidInput, NotFound for a customer whose data were deleted.
    """
    if to.channel not in Channel.values:
        raise InvalidInput(
            "channel",
            _("“{value}” is no channel for messages."),
            _("Choose one of: {codes}."),
            value=to.channel,
            codes=", ".join(Channel.values),
        )
    if not text.strip() or len(text) > LONGEST_TEXT or not is_prose(text):
        raise InvalidInput("text", _("The message is empty or too long."), _("Write it again, shorter."))
    seal = vault.sealer(to.subject_id)
    return Message.objects.create(
        subject_id=to.subject_id,
        branch_id=to.branch_id,
        channel=to.channel,
        kind=kind,
        language=to.language,
        sealed_address=seal(to.address),
        sealed_text=seal(text),
        written_at=clock.now(),
        valid_until=valid_until,
    )


@verb("notice.carry")
def carry(actor: Actor, *, limit: int = 100, message_id: int | None = None) -> int:
    """Hand waiting messages, or one of them, to the carrier; how many of them no longer wait.

    Several workers may do so at once: each takes messages that no other one holds.  Raises Unavailable without a carrier
    for messages that wait.
    """
    waiting = Message.objects.select_for_update(skip_locked=True).filter(state=State.WAITING).order_by("pk")
    if message_id is not None:
        waiting = waiting.filter(pk=message_id)
    messages = list(waiting[:limit])
    if not messages:
        return 0
    carrier = carriers.in_use()
    return sum(_carry_one(message, carrier) for message in messages)


def _carry_one(message: Message, carrier: Carrier) -> bool:
    """Carry one message and keep what came of it; False when it waits on."""
    now = clock.now()
    if message.valid_until is not None and message.valid_until <= now:
        message.state = State.LAPSED
    else:
        _hand_over(message, carrier, now)
    message.save()
    return message.state != State.WAITING


def _hand_over(message: Message, carrier: Carrier, now: datetime) -> None:
    message.attempts += 1
    try:
        message.carrier_no = carrier.carry(_parcel(message))
    except Unavailable as error:
        message.reason = error.code
        if message.attempts >= MOST_ATTEMPTS:
            message.state = State.FAILED
        return
    except (CannotCarry, NotFound) as error:
        message.state = State.FAILED
        message.reason = error.reason[:80] if isinstance(error, CannotCarry) else "deleted"
        return
    message.state, message.sent_at = State.SENT, now
    message.carrier, message.reason = carrier.name, ""


def _parcel(message: Message) -> Parcel:
    """The message as it is carried.  Raises NotFound when its customer's key has been destroyed."""
    return Parcel(
        key=str(message.message_id),
        channel=message.channel,
        address=vault.unseal(message.subject_id, message.sealed_address),
        text=vault.unseal(message.subject_id, message.sealed_text),
        language=message.language,
    )
