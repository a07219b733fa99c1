"""Refusals of impairment."""

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import StateConflict


class NotYetLost(StateConflict):
    """The policy does not allow the write-off yet; ``missing`` tells the codes of what is not fulfilled."""

    def __init__(self, loan_no: str, missing: list[str]) -> None:
        super().__init__(
            _("Loan {loan} may not be written off yet: {missing}."),
            field="loan_no",
            remedy=_("Fulfil the conditions of the write-off policy first."),
            loan=loan_no,
            missing=", ".join(missing),
        )
        self.missing = missing
