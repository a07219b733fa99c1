"""Another try of an end of day that has stopped; what fails again is kept, although the step itself is undone."""

from datetime import date

from xindai.identity.actors import Actor
from xindai.jobs import end_of_day, queries
from xindai.jobs.services import retry_step


def retry(actor: Actor, *, on: date) -> str:
    """Do the first step of an end of day again that is not done, and keep what went wrong if it fails again.

    Returns the step's code.  Raises what the verb and the step raise.
    """
    step = queries.next_step(on)
    return end_of_day.attempt(on, step, lambda: retry_step(actor, on=on, step=step))
