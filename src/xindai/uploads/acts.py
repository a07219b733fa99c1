"""What a row does: the verb that a page or an operation would call for it, once however often the row comes."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, cast

from django.utils.translation import gettext_lazy as _

from xindai.applications import services as applications
from xindai.applications.queries import channel_of
from xindai.customers import queries as customers
from xindai.customers import services as customer_acts
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.kernel import business_date, idempotency
from xindai.kernel.errors import IdempotencyConflict, InvalidInput
from xindai.offers.need import Need
from xindai.servicing import services as loans
from xindai.uploads.models import Kind
from xindai.uploads.shapes import ApplicationRow, CustomerRow, RepaymentRow, Row

RIGHTS: Final[dict[str, str]] = {
    Kind.PERSONS: "customer.record_person",
    Kind.COMPANIES: "customer.record_company",
    Kind.APPLICATIONS: "application.start",
    Kind.REPAYMENTS: "loan.record_repayment",
}
"""The right that every row of a kind needs."""

SCOPES: Final[dict[str, Scope]] = {
    Kind.PERSONS: Scope.CUSTOMERS_WRITE,
    Kind.COMPANIES: Scope.CUSTOMERS_WRITE,
    Kind.APPLICATIONS: Scope.APPLICATIONS_WRITE,
    Kind.REPAYMENTS: Scope.REPAYMENTS_WRITE,
}
"""The scope that the same act needs when a program asks for it alone."""


def do(actor: Actor, kind: str, row: Row) -> str:
    """Do what a row asks for; the number of what was made or found.

    Raises what the verb raises; a key that was used for another act is told as the row names it.
    """
    try:
        return _ACTS[kind](actor, row)
    except IdempotencyConflict as error:
        if not isinstance(row, ApplicationRow | RepaymentRow):
            raise
        raise IdempotencyConflict(row.key, field="key") from error


def _person(actor: Actor, row: Row) -> str:
    return _customer(actor, cast("CustomerRow", row), customer_acts.record_person)


def _company(actor: Actor, row: Row) -> str:
    return _customer(actor, cast("CustomerRow", row), customer_acts.record_company)


def _customer(actor: Actor, row: CustomerRow, record: Callable[..., Any]) -> str:
    found = record(
        actor,
        branch_id=_branch_of(actor, row.branch_code),
        name=row.name,
        identity_number=row.identity_number,
        facts={name: (value, row.source) for name, value in row.facts.items()},
        on=business_date.current(),
        consents=row.consents,
        mobile=row.mobile,
    )
    return str(found.no)


def _application(actor: Actor, row: Row) -> str:
    asked = cast("ApplicationRow", row)

    def start() -> str:
        need = asked.model_dump(
            include={
                "product_code",
                "amount_minor",
                "currency",
                "term_months",
                "purpose",
                "method",
                "collateral_value_minor",
            }
        )
        started = applications.start(
            actor,
            customer_id=customers.by_number(actor, asked.customer_no).id,
            need=Need(**need),
            on=business_date.current(),
            channel=channel_of(actor),
            purpose_statement=asked.purpose_statement,
            asset_id=asked.asset_id,
        )
        return str(started.no)

    content = idempotency.fingerprint(asked.model_dump(mode="json"))
    return idempotency.once(f"upload {actor.label}", asked.key, content, start)


def _repayment(actor: Actor, row: Row) -> str:
    paid = cast("RepaymentRow", row)
    event = loans.record_repayment(
        actor,
        loan_no=paid.loan_no,
        amount_minor=paid.amount_minor,
        currency=paid.currency,
        on=paid.on,
        source=paid.source,
        idempotency_key=f"upload/{sha256(f'{actor.label} {paid.key}'.encode()).hexdigest()}",
    )
    return event.key


def _branch_of(actor: Actor, code: str | None) -> int:
    """The branch that the row names, or the one in which the sender works.  Raises NotFound, InvalidInput."""
    if code is not None:
        return identity.branch(code).pk
    if actor.branch_ids is None or len(actor.branch_ids) != 1:
        raise InvalidInput(
            "branch_code",
            _("The branch is missing."),
            _("Name the branch: this caller works in more than one."),
        )
    return next(iter(actor.branch_ids))


_ACTS: Final[dict[str, Callable[[Actor, Row], str]]] = {
    Kind.PERSONS: _person,
    Kind.COMPANIES: _company,
    Kind.APPLICATIONS: _application,
    Kind.REPAYMENTS: _repayment,
}
