"""A customer asks, somebody of the branch answers; that there is an answer is told by a message."""

from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xindai.applications import queries as applications
from xindai.customers import queries as customers
from xindai.enquiries import queries
from xindai.enquiries.models import About, Enquiry
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, StateConflict
from xindai.kernel.texts import is_prose
from xindai.notices import services as notices
from xindai.notices.models import Channel
from xindai.notices.services import Recipient
from xindai.servicing import queries as servicing

LONGEST: Final = 2000
"""Characters of a question or an answer."""
KIND: Final = "enquiry_answered"
_ROBOT: Final = Actor.system("enquiries")


@verb("enquiry.ask")
def ask(actor: Actor, *, about: str, about_no: str, text: str, language: str) -> Enquiry:
    """Keep a question of the borrower's own for somebody of their branch.

    Raises InvalidInput for a text that is empty or too long, NotFound for a loan or application that is not theirs.
    """
    _check(text, "text")
    customer = customers.reached(actor, customers.own(actor.user_id).id)
    branch_id = _branch(actor, about, about_no) or customer.branch_id
    return Enquiry.objects.create(
        customer=customer,
        branch_id=branch_id,
        about=about,
        about_no=about_no,
        language=language,
        sealed_question=vault.seal(customer.subject_id, text.strip()),
        asked_at=clock.now(),
    )


def _branch(actor: Actor, about: str, about_no: str) -> int | None:
    """The branch of what a question is about, None where it is about nothing in particular.  Raises NotFound."""
    if about == About.APPLICATION:
        return int(applications.own(actor, about_no).branch_id)
    if about == About.LOAN:
        return int(servicing.own_loan(actor, about_no).branch_id)
    return None


def _check(text: str, field: str) -> None:
    if not text.strip() or len(text) > LONGEST or not is_prose(text):
        raise InvalidInput(
            field,
            _("There is no text, or it is too long."),
            _("Write it in at most {longest} characters."),
            longest=LONGEST,
        )


@verb("enquiry.answer")
def answer(actor: Actor, *, key: UUID, text: str) -> Enquiry:
    """Answer a question, once; the customer is told by a text message that there is an answer, not what it says.

    Raises NotFound, NotPermitted, InvalidInput, StateConflict for one that has been answered.
    """
    _check(text, "text")
    asked = queries.row(actor, key)
    scope.require(actor, asked.branch_id)
    locked = Enquiry.objects.select_for_update().get(pk=asked.pk)
    if locked.answered_at is not None:
        raise StateConflict(
            _("This question has been answered before."), remedy=_("Read the answer; the customer may ask again.")
        )
    locked.sealed_answer = vault.seal(asked.customer.subject_id, text.strip())
    locked.answered_at, locked.answered_by = clock.now(), actor.label
    locked.save()
    _tell(locked)
    return locked


def _tell(answered: Enquiry) -> None:
    """Write the message; nothing to somebody who has no number."""
    reach = customers.reach(answered.customer_id)
    if reach is None:
        return
    with translation.override(answered.language):
        text = gettext("Your bank has answered your question. Sign in to your own pages to read it.")
    to = Recipient(reach.subject_id, reach.branch_id, Channel.SMS, reach.mobile, answered.language)
    notices.send(_ROBOT, to=to, kind=KIND, text=text)
