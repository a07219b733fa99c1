"""What a client of the interface may be allowed to ask for.  A scope opens operations; roles decide what they may do."""

from collections.abc import Collection, Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """One kind of operation of the interface."""

    APPLICATIONS_READ = "applications:read", _("read applications, offers and decisions")
    APPLICATIONS_WRITE = "applications:write", _("start, submit, decide and withdraw applications")
    BOOKS_READ = "books:read", _("read the trial balance and the end of day")
    CHECKS_READ = "checks:read", _("read what waits for a second person")
    COLLECTIONS_READ = "collections:read", _("read collection cases")
    COLLECTIONS_WRITE = "collections:write", _("record what came of collection steps")
    CONTRACTS_READ = "contracts:read", _("read contracts")
    CONTRACTS_WRITE = "contracts:write", _("draw up, complete, sign and cancel contracts")
    CUSTOMERS_READ = "customers:read", _("read customers, masked")
    CUSTOMERS_WRITE = "customers:write", _("record customers, their facts and their class")
    DISBURSEMENTS_WRITE = "disbursements:write", _("ask for disbursement")
    EVENTS_READ = "events:read", _("follow the feed of events")
    LOANS_READ = "loans:read", _("read loans and the portfolio")
    POLICIES_READ = "policies:read", _("read the policy and the products in force")
    REPAYMENTS_WRITE = "repayments:write", _("record and reverse payments on loans")
    UPLOADS_READ = "uploads:read", _("read what came of files that it has sent")
    UPLOADS_WRITE = "uploads:write", _("send files of many acts; each row needs its own scope besides")
    WEBHOOKS_READ = "webhooks:read", _("read endpoints of webhooks and what was sent to them")
    WEBHOOKS_WRITE = "webhooks:write", _("register endpoints of webhooks, change them, and send again")


EVENTS: Final[Mapping[str, Scope]] = {
    "application": Scope.APPLICATIONS_READ,
    "classification": Scope.CUSTOMERS_READ,
    "contract": Scope.CONTRACTS_READ,
    "loan": Scope.LOANS_READ,
}
"""What must be readable for events of a kind to be told: the first word of an event's name is its kind."""


def opens_event(name: str, scopes: Collection[str]) -> bool:
    """Whether events of a name may be told to somebody with these scopes."""
    return EVENTS.get(name.partition(".")[0]) in scopes
