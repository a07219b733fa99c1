"""What can be wrong with an application."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from xindai.applications.models import State
from xindai.kernel.errors import StateConflict


class WrongState(StateConflict):
    """The application is not where this step begins."""

    def __init__(self, no: str, state: str, needed: Sequence[str]) -> None:
        super().__init__(
            _("Application {no} is {state}; this step needs it to be {needed}."),
            field="application_no",
            remedy=_("Look at the application again: somebody may have gone on with it."),
            no=no,
            state=State(state).label,
            needed=" / ".join(str(State(name).label) for name in needed),
        )
