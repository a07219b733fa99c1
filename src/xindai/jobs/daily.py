"""What belongs to the turn of a business date, in its order."""

from datetime import date
from typing import Final

from xindai.identity.actors import Actor
from xindai.jobs.end_of_day import DateClosed, close_date
from xindai.kernel import outbox
from xindai.recovery import services as recovery
from xindai.reporting import services as reporting
from xindai.servicing import queries as servicing

_ACTOR: Final = Actor.system("end_of_day")


def turn(on: date) -> DateClosed:
    """Close the business date, let the floors above follow, and plan the collection steps that it asks for.

    Repeated, it does what a kill has left undone and nothing else.
    """
    closed = close_date(on)
    catch_up()
    return closed


def catch_up() -> None:
    """Deliver what waits in the outbox, keep the figures of the closes, and plan the steps of the latest close; to be repeated at will."""
    while outbox.deliver_pending():
        pass
    while reporting.keep_figures(_ACTOR):
        pass
    latest = servicing.latest_close()
    if latest is not None:
        recovery.plan_steps(_ACTOR, on=latest)
