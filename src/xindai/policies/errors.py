"""What can be wrong with a policy, said so that its owner knows where to look and what to do."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput, NotFound, StateConflict, Text


class PolicyFileInvalid(InvalidInput):
    """A policy file cannot be used; the message names the file and the key."""

    def __init__(self, *, file: str, key: str, problem: Text, remedy: Text) -> None:
        where = f"{file}, {key}" if key else file
        super().__init__(where, f"{where}: {problem}", remedy)
        self.file = file
        self.key = key


class NoPolicyInForce(NotFound):
    """No pack is live on the date asked for."""

    def __init__(self, on: date) -> None:
        super().__init__(
            _("policy in force on"),
            on.isoformat(),
            remedy=_("Import a policy pack, have it reviewed and let it go live from this date or before."),
        )


class UnconfirmedFigures(StateConflict):
    """Figures of law that nobody has confirmed keep a pack from going live."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(
            _("The policy has figures that nobody has confirmed: {keys}."),
            remedy=_("Read the source of each figure, set it to confirmed and import the pack again."),
            keys=", ".join(keys),
        )


class WrongPolicyState(StateConflict):
    """The version is not in the state that the step needs."""

    def __init__(self, version: str, state: str, needed: str) -> None:
        super().__init__(
            _("The policy {version} is {state}; this step needs one that is {needed}."),
            remedy=_("A policy goes from draft to reviewed to live; a change is a new version."),
            version=version,
            state=state,
            needed=needed,
        )
