"""Sending a code: done after the answer has gone out, so that its time tells nothing about whose number is known."""

from uuid import UUID

from django.http import HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _

from xindai.customers import queries as customers
from xindai.identity import sign_ins
from xindai.identity.actors import Actor
from xindai.kernel import logging
from xindai.kernel.errors import XindaiError
from xindai.kernel.transactions import together
from xindai.notices import services as notices
from xindai.notices.models import Channel
from xindai.notices.services import Recipient

DOOR = Actor.system("sign_in")
KIND = "sign_in_code"


class SentAfterwards(HttpResponseRedirect):
    """Leads to the next page; when it has been sent, the code is made and carried to whoever has the number."""

    def __init__(self, redirect_to: str, *, code_id: UUID, number_hash: str, language: str) -> None:
        super().__init__(redirect_to)
        self._asked = code_id, number_hash, language

    def close(self) -> None:
        """Send the code, then end the request; a failure is logged and told to nobody."""
        try:
            send_code(*self._asked)
        except XindaiError as error:
            logging.get().info("code not sent", code=error.code)
        finally:
            super().close()


def send_code(code_id: UUID, number_hash: str, language: str) -> None:
    """Make a code and send it to the person with the number; nothing where nobody has it.  Raises XindaiError."""
    customer_id = customers.customer_of_mobile(number_hash)
    reach = None if customer_id is None else customers.reach(customer_id)
    if reach is None:
        return
    with together():
        made = sign_ins.set_code(DOOR, code_id=code_id)
        to = Recipient(reach.subject_id, reach.branch_id, Channel.SMS, reach.mobile, language)
        text = _wording(made.code, language)
        message = notices.send(DOOR, to=to, kind=KIND, text=text, valid_until=made.valid_until)
    notices.carry(DOOR, message_id=message.pk)


def _wording(code: str, language: str) -> str:
    with translation.override(language):
        text = _(
            "%(code)s is your code for signing in. It is valid for 10 minutes. Nobody of ours ever asks you for it."
        )
        return text % {"code": code}
