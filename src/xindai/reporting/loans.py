"""Loans as pages show them: the loan, its figures at the close of a day, its borrower and the tier it was lent to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from loanmath import PlanRow, Replay, Status
from xindai.customers.queries import Shown, display, learn
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.models import Check
from xindai.impairment.services import CHECK_KIND as WRITE_OFF
from xindai.kernel import business_date
from xindai.reporting.names import Words, branch_names, product_names
from xindai.servicing import queries
from xindai.servicing.errors import LoanNotFound
from xindai.servicing.models import Instalment, Loan, LoanDay

STATES = {Status.ACTIVE: "active", Status.CLOSED: "closed", Status.WRITTEN_OFF: "written_off"}
"""Words for the states of a loan."""


@dataclass(frozen=True, slots=True)
class LoanLine:
    """A loan in a list; amounts in minor units, `loan_class` 1 (normal) to 5 (loss)."""

    no: str
    customer: Shown
    branch_name: Words
    tier: str
    product_code: str
    product_name: Words
    currency: str
    principal_minor: int
    rate_ppb: int
    loan_class: int
    days_past_due: int
    next_due_on: date | None
    state: str


def loans(actor: Actor, as_of: date | None = None) -> "QuerySet[Loan]":
    """Return the loans that the actor may see, with their figures at the close of `as_of` (default: the last one).

    Adds `outstanding_minor`, `loan_class`, `days_past_due`, `next_due_on`, `tier`, `contract_no` and `application_no`.
    A loan paid out after that close shows its principal, class 1 and no arrears.
    """
    day = as_of or business_date.last_closed() or date.min
    closing = at_close("pk", day)
    due = Instalment.objects.filter(loan=OuterRef("pk"), in_force_until=None, due_on__gt=day).order_by("due_on")
    return queries.loans(actor).annotate(
        outstanding_minor=Case(
            When(disbursed_on__gt=day, then=F("principal_minor")),
            default=of_close(closing, F("principal_not_due_minor") + F("principal_due_minor"), missing=0),
            output_field=BigIntegerField(),
        ),
        loan_class=of_close(closing, F("five_tier"), missing=1),
        days_past_due=of_close(closing, F("overdue_days"), missing=0),
        next_due_on=Subquery(due.values("due_on")[:1]),
        tier=F("contract__application__offer__tier"),
        contract_no=F("contract__no"),
        application_no=F("contract__application__no"),
    )


def lines(actor: Actor, found: Iterable[Any]) -> list[LoanLine]:
    """Return rows of `loans` with the names that a page shows; customers in one query."""
    rows = list(found)
    customers = display(actor, (row.customer_id for row in rows))
    products, branches = product_names(), branch_names()
    return [
        LoanLine(
            no=row.no,
            customer=customers[row.customer_id],
            branch_name=branches[row.branch_id],
            tier=row.tier,
            product_code=row.product_code,
            product_name=products[row.product_code],
            currency=row.currency,
            principal_minor=row.outstanding_minor,
            rate_ppb=row.rate_ppb,
            loan_class=row.loan_class,
            days_past_due=row.days_past_due,
            next_due_on=row.next_due_on if row.state == Status.ACTIVE else None,
            state=STATES[Status(row.state)],
        )
        for row in rows
    ]


def loan(actor: Actor, no: str) -> Any:
    """Return one row of `loans`.  Raises LoanNotFound, also for a loan of another branch."""
    return _only(actor, loans(actor), no)


def loan_in_collection(actor: Actor, no: str) -> Any:
    """Return one row of `loans` with the proposal to write it off, if one waits: `write_off_check`, `write_off_asked_at`.

    Raises LoanNotFound, also for a loan of another branch.
    """
    waiting = Check.objects.filter(kind=WRITE_OFF, state="waiting", subject_no=OuterRef("no"))
    rows = loans(actor).annotate(
        write_off_check=Subquery(waiting.values("pk")[:1]),
        write_off_asked_at=Subquery(waiting.values("requested_at")[:1]),
    )
    return _only(actor, rows, no)


def _only(actor: Actor, rows: "QuerySet[Loan]", no: str) -> Any:
    """Return the row of this number together with its customer, whom the page then need not read."""
    found = rows.select_related("customer").filter(no=no).first()
    if found is None:
        raise LoanNotFound(no)
    if scope.covers(actor, found.customer.branch_id):
        learn(actor, found.customer)
    return found


def at_close(loan: str, day: date) -> "QuerySet[LoanDay]":
    """Return the day row of the loan that the outer query's column `loan` names, for `of_close`."""
    return LoanDay.objects.filter(business_date=day, loan=OuterRef(loan))


def of_close(closing: "QuerySet[LoanDay]", value: Any, *, missing: int) -> Coalesce:
    """Return a figure of the day row, or `missing` where there is none."""
    figure = closing.annotate(figure=value).values("figure")[:1]
    return Coalesce(Subquery(figure, output_field=BigIntegerField()), Value(missing, output_field=BigIntegerField()))


def instalment_state(now: Replay, row: PlanRow, on: date) -> str:
    """Say how an instalment stands on a date: paid, due, overdue, later, or written off with the rest of the loan."""
    if now.state.status == Status.WRITTEN_OFF and row.due_on >= on:
        return "written_off"
    if not sum(now.unpaid(row)):
        return "paid"
    if row.number > now.fallen:
        return "later"
    return "due" if row.due_on == on else "overdue"
