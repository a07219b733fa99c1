"""What can be wrong with a contract."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from xindai.contracts.models import State
from xindai.kernel.errors import StateConflict


class WrongState(StateConflict):
    """The contract is not where this step begins."""

    def __init__(self, no: str, state: str, needed: Sequence[str]) -> None:
        super().__init__(
            _("Contract {no} is {state}; this step needs it to be {needed}."),
            field="contract_no",
            remedy=_("Look at the contract again: somebody may have gone on with it."),
            no=no,
            state=State(state).label,
            needed=" / ".join(str(State(name).label) for name in needed),
        )


class ConditionsOpen(StateConflict):
    """Money cannot be paid while conditions precedent are open."""

    def __init__(self, no: str, codes: list[str]) -> None:
        super().__init__(
            _("Contract {no} has open conditions: {codes}."),
            field="contract_no",
            remedy=_("Satisfy each of them with its evidence."),
            no=no,
            codes=", ".join(codes),
        )
