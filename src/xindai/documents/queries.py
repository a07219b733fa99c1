"""Documents as their owner and the staff of the branch see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.customers import queries as customers
from xindai.documents import store
from xindai.documents.kinds import ENDINGS
from xindai.documents.models import Document
from xindai.identity.actors import Actor
from xindai.kernel import logging, vault
from xindai.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Shown:
    """A document without its content; the name is unsealed, the size in bytes."""

    key: UUID
    kind: str
    name: str
    media_type: str
    size: int
    handed_in_at: datetime


def of_application(actor: Actor, application_id: int) -> list[Shown]:
    """The documents of an application, the latest first; none where the actor reaches neither customer nor branch."""
    rows = Document.objects.filter(application_id=application_id).select_related("customer").order_by("-pk")
    return [_shown(one) for one in customers.reachable(actor, rows)]


def content(actor: Actor, key: UUID) -> tuple[Shown, bytes]:
    """A document with what it holds; who reads it is logged.  Raises NotFound for anybody who may not."""
    rows = Document.objects.filter(key=key).select_related("customer")
    found: Document | None = customers.reachable(actor, rows).first()
    if found is None:
        raise NotFound(_("document"), key)
    held = store.read(found.customer.subject_id, found.stored, found.sha256)
    logging.get().info("document read", document=str(key), actor=actor.label)
    return _shown(found), held


def contents_of(actor: Actor, customer_id: int) -> dict[str, bytes]:
    """Everything that the borrower has handed in, by a name of its own for each."""
    rows = Document.objects.filter(customer_id=customer_id).select_related("customer").order_by("pk")
    return {
        f"{one.key}{ENDINGS[one.media_type]}": store.read(one.customer.subject_id, one.stored, one.sha256)
        for one in customers.reachable(actor, rows)
    }


def _shown(one: Document) -> Shown:
    name = vault.unseal(one.customer.subject_id, one.sealed_name)
    return Shown(one.key, one.kind, name, one.media_type, one.size, one.handed_in_at)
