"""Contracts as others see them."""

from dataclasses import replace
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from loanmath.calendar import add_months
from loanmath.terms import Terms
from xindai.contracts.models import Contract
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel.errors import NotFound


def visible(actor: Actor) -> "QuerySet[Contract]":
    """The contracts of the actor's branches, the latest first."""
    return scope.rows(actor, Contract.objects.select_related("application").order_by("-pk"))


def contract(actor: Actor, contract_no: str) -> Contract:
    """One contract by its number.  Raises NotFound, for another branch's too."""
    found = visible(actor).filter(no=contract_no).first()
    if found is None:
        raise NotFound(_("contract"), contract_no)
    return found


def contract_of(application_id: int) -> Contract | None:
    """The contract that came of an application, if there is one."""
    return Contract.objects.filter(application_id=application_id).first()


def terms_of(drawn: Contract) -> Terms:
    """The frozen terms as the loan engine takes them."""
    return Terms.from_json(drawn.terms)


def terms_if_paid_on(drawn: Contract, on: date) -> Terms:
    """The frozen terms with their dates moved to the day on which the money is really paid.

    Amount, rate, method, number of instalments and their spacing stay as signed.
    """
    terms = terms_of(drawn)
    if terms.disbursed_on == on:
        return terms
    start, first = terms.disbursed_on, terms.first_due_on
    if first is None:
        return replace(terms, disbursed_on=on)
    months = (first.year - start.year) * 12 + first.month - start.month
    return replace(terms, disbursed_on=on, first_due_on=add_months(on, months))
