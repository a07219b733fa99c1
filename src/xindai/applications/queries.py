"""Applications as others see them."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.applications.models import Application, Channel, State
from xindai.customers import queries as customers
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.kernel.errors import NotFound


def visible(actor: Actor) -> "QuerySet[Application]":
    """The applications of the actor's branches with their offers, the latest first."""
    return scope.rows(actor, Application.objects.select_related("offer").order_by("-pk"))


def application(actor: Actor, application_no: str) -> Application:
    """One application by its number.  Raises NotFound, for another branch's too."""
    found = visible(actor).filter(no=application_no).first()
    if found is None:
        raise NotFound(_("application"), application_no)
    return found


def applications_of(actor: Actor, customer_id: int) -> list[Application]:
    """All applications of a customer, the latest first."""
    return list(visible(actor).filter(customer_id=customer_id))


def channel_of(actor: Actor) -> Channel:
    """How an application comes in that the actor starts: staff take it at their branch, programs and borrowers send it."""
    is_staff = actor.kind == "person" and Role.BORROWER not in actor.roles
    return Channel.BRANCH if is_staff else Channel.ONLINE


def waits_online(application_no: str) -> bool:
    """Whether an application came in online and nobody has made an offer yet."""
    waiting = Application.objects.filter(channel=Channel.ONLINE, state=State.SUBMITTED, offer=None)
    return waiting.filter(no=application_no).exists()


def own(actor: Actor, application_no: str) -> Application:
    """One application of the borrower's own.  Raises NotFound, for anybody else's too."""
    mine = Application.objects.filter(customer_id=customers.customer_of_user(actor.user_id) or 0)
    found = mine.select_related("offer").filter(no=application_no).first()
    if found is None:
        raise NotFound(_("application"), application_no)
    return found
