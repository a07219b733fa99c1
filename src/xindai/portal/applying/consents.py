"""The consents that an application asks for: each text has a version, each is ticked on its own, none is ticked before."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.customers.models import ConsentKind


@dataclass(frozen=True, slots=True)
class Asked:
    """A consent as it is asked for; without one that is required there is no application."""

    kind: str
    title: Promise
    text: Promise
    version: str
    refusal: Promise | None = None
    """What is said when it is required and not ticked; None where people may do without."""


CONSENTS: Final = (
    Asked(
        ConsentKind.PERSONAL_DATA,
        _("Use of my data"),
        _("I agree that my data are used to decide on this application and to run the loan."),
        "2026-1",
        _("Without your consent to the use of your data nobody can look at the application. Tick it, or leave."),
    ),
    Asked(
        ConsentKind.SENSITIVE_DATA,
        _("Use of my income and accounts"),
        _("I agree that facts on my income, property and accounts, which are sensitive data, are used for it."),
        "2026-1",
        _(
            "Without your consent to the use of income and accounts nobody can see what you can repay. Tick it, or leave."
        ),
    ),
    Asked(
        ConsentKind.CREDIT_REPORT,
        _("Query of my credit report"),
        _(
            "I agree that my credit report is queried for my applications and loans. Each query can be seen in the report."
        ),
        "2026-1",
        _("Without the credit report no loan is granted. Tick it, or leave."),
    ),
    Asked(
        ConsentKind.AUTOMATED_DECISION,
        _("Decision by the rules"),
        _(
            "I agree that rules decide at once, without people. I may always ask that people look at it. Not ticked: people decide, which takes longer."
        ),
        "2026-1",
    ),
)
