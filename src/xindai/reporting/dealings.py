"""What a customer's page shows besides applications and loans: the offers that were made, and the collection cases."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.offers.models import Offer
from xindai.reporting import cases


@dataclass(frozen=True, slots=True)
class CaseOfCustomer:
    """A collection case of a customer's loan; amounts in minor units."""

    loan_no: str
    currency: str
    state: str
    opened_on: date
    closed_on: date | None
    days_past_due: int
    arrears_minor: int


def offers_of(actor: Actor, customer_id: int) -> "QuerySet[Offer, Any]":
    """Return the offers to a customer, the latest first, with `product_code`."""
    made = scope.rows(actor, Offer.objects.filter(customer=customer_id))
    return made.annotate(product_code=F("product_version__code")).order_by("-made_on", "-pk")


def cases_of(actor: Actor, customer_id: int) -> list[CaseOfCustomer]:
    """Return the collection cases of a customer's loans, the latest first, with their arrears at the last close."""
    rows: Any = (
        cases.cases(actor).filter(loan__customer=customer_id).select_related("loan").order_by("-opened_on", "-pk")
    )
    return [
        CaseOfCustomer(
            loan_no=row.loan.no,
            currency=row.loan.currency,
            state=row.state,
            opened_on=row.opened_on,
            closed_on=row.closed_on,
            days_past_due=row.days_past_due,
            arrears_minor=row.arrears_minor,
        )
        for row in rows
    ]
