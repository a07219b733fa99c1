"""The names of conditions and clauses, for screens and documents."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.contracts.conditions import LIEN, PAYEE

CONDITIONS: Final[dict[str, Promise]] = {
    LIEN: _("lien on the collateral registered"),
    PAYEE: _("payee named for entrusted payment"),
}

CLAUSES: Final[dict[str, Promise]] = {
    "parties": _("the parties"),
    "amount_and_purpose": _("amount and purpose"),
    "term_and_repayment": _("term and repayment"),
    "rate_and_annual_rate": _("interest rate and annual rate"),
    "penalty_interest": _("penalty interest"),
    "early_repayment": _("early repayment"),
    "allocation_of_payments": _("what a payment pays first"),
    "data_protection": _("protection of personal data"),
    "governing_law": _("governing law"),
    "collateral": _("collateral"),
    "entrusted_payment": _("payment to the payee"),
}
