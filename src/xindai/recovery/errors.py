"""Refusals of collections."""

from xindai.kernel.errors import StateConflict
from xindai.recovery.policy import Refusal


class ContactNotAllowed(StateConflict):
    """A contact rule forbids this now; nothing has been recorded."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__(refused.message, field=None, remedy=refused.remedy)
        self.params = refused.params
        self.rule = refused.code
