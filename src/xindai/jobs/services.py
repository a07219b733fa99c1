"""What people do about a job: the step at which an end of day has stopped is done again."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.jobs import end_of_day, queries
from xindai.kernel.errors import StateConflict


@verb("day.retry_step")
def retry_step(actor: Actor, *, on: date, step: str) -> str:
    """Do one step of the end of a date as its job does it: a part, or proof, seal and the next date.

    Raises StateConflict when the end of the day has not begun, is done, or waits for another step; DayDoesNotAgree,
    BooksDoNotBalance and the like from the step itself.
    """
    waiting = queries.next_step(on)
    if step != waiting:
        raise StateConflict(
            _("The end of day of {on} waits for another step."), remedy=_("Load the page again."), on=on
        )
    end_of_day.do_step(on, step)
    return step
