"""Messages as others see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity import queries as identity
from xindai.kernel import vault
from xindai.kernel.errors import NotFound
from xindai.kernel.masking import mask_mobile
from xindai.notices.carriers import SANDBOX
from xindai.notices.models import Message


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it was sent, its address masked."""

    sent_at: datetime | None
    channel: str
    kind: str
    address: str
    text: str
    language: str
    state: str


def sandbox_messages() -> "QuerySet[Message]":
    """What the demonstration's own carrier has taken, the latest first.  Raises NotFound in a bank with real money."""
    if not identity.is_demonstration():
        raise NotFound(
            _("page"),
            "messages",
            _("This bank is no demonstration: its messages reach those to whom they are addressed, and nobody else."),
            _("Ask the carrier of the messages what became of one."),
        )
    return Message.objects.filter(carrier=SANDBOX).order_by("-sent_at", "-pk")


def shown(messages: "QuerySet[Message]") -> Iterator[Shown]:
    """The messages unsealed; those of deleted customers are left out."""
    for message in messages:
        try:
            address = vault.unseal(message.subject_id, message.sealed_address)
            text = vault.unseal(message.subject_id, message.sealed_text)
        except NotFound:
            continue
        yield Shown(
            message.sent_at, message.channel, message.kind, mask_mobile(address), text, message.language, message.state
        )


def messages_to(subject_id: UUID) -> "QuerySet[Message]":
    """Everything that was written to a customer, the latest first."""
    return Message.objects.filter(subject_id=subject_id).order_by("-pk")
