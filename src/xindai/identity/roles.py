"""The roles that people - and the system itself - can have."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do is the sum of their roles."""

    BORROWER = "borrower", _("borrower")
    LOAN_OFFICER = "loan_officer", _("loan officer")
    APPROVER = "approver", _("approver")
    RISK_MANAGER = "risk_manager", _("risk manager")
    POLICY_MANAGER = "policy_manager", _("policy manager")
    COLLECTOR = "collector", _("collector")
    ACCOUNTANT = "accountant", _("accountant")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")
    SYSTEM = "system", _("system")


STAFF = frozenset(Role) - {Role.BORROWER, Role.SYSTEM}
"""Everybody who works for the lender."""
