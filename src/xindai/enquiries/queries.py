"""Questions and answers as their customer and the staff of the branch read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.customers import queries as customers
from xindai.enquiries.models import Enquiry
from xindai.identity.actors import Actor
from xindai.kernel import vault
from xindai.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with its answer, unsealed."""

    key: UUID
    customer_id: int
    about: str
    about_no: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    answered_by: str


def enquiry(actor: Actor, key: UUID) -> Shown:
    """One question of the actor's branches, or of the borrower's own.  Raises NotFound."""
    return shown(row(actor, key))


def row(actor: Actor, key: UUID) -> Enquiry:
    """The row of a question.  Raises NotFound, also for another branch's and another customer's."""
    rows = Enquiry.objects.select_related("customer")
    found: Enquiry | None = customers.reachable(actor, rows.filter(key=key)).first()
    if found is None:
        raise NotFound(_("question"), key)
    return found


def own(actor: Actor) -> list[Shown]:
    """The borrower's own questions, the latest first."""
    customer_id = customers.customer_of_user(actor.user_id) or 0
    rows = Enquiry.objects.filter(customer_id=customer_id).select_related("customer").order_by("-pk")
    return [shown(one) for one in rows]


def shown(one: Enquiry) -> Shown:
    """A question unsealed.  Raises NotFound when its customer's data have been deleted."""
    subject = one.customer.subject_id
    answer = "" if one.sealed_answer is None else vault.unseal(subject, one.sealed_answer)
    return Shown(
        one.key,
        one.customer_id,
        one.about,
        one.about_no,
        vault.unseal(subject, one.sealed_question),
        one.asked_at,
        answer,
        one.answered_at,
        one.answered_by,
    )
