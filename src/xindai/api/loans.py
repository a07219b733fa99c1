"""Loans: the list, one with its plan, its transactions and journal, what settles it, and the payments on it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.callers import actor_of
from xindai.api.operations import key_of, operation
from xindai.api.paging import Paged, page
from xindai.api.schemas import Day
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.kernel import business_date
from xindai.reporting import loans as loan_lists
from xindai.reporting.loans import LoanLine
from xindai.reporting.names import people
from xindai.servicing import queries as servicing
from xindai.servicing import services as loan_acts
from xindai.servicing import sharing
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.services import LARGEST_AMOUNT_MINOR

router = Router(tags=["Loans"])

SORTS: Final = {
    "no": "no",
    "disbursed_on": "disbursed_on",
    "days_past_due": "days_past_due",
    "principal_minor": "outstanding_minor",
}
STATES: Final = {word: state for state, word in loan_lists.STATES.items()}


class LoansAsked(Paged):
    """Which loans, in which order."""

    sort: Literal[
        "no", "-no", "disbursed_on", "-disbursed_on", "days_past_due", "-days_past_due",
        "principal_minor", "-principal_minor",
    ] = "no"  # fmt: skip
    state: Literal["active", "closed", "written_off"] | None = None
    loan_class: Annotated[int, Field(ge=1, le=5)] | None = None
    overdue_from: Annotated[int, Field(ge=0, le=100_000, description="Days past due at least.")] | None = None
    product_code: Annotated[str, Field(max_length=40)] | None = None
    customer_no: Annotated[str, Field(max_length=20)] | None = None


class Transaction(Schema):
    """Something that happened to a loan; `reverses` is the key of the payment that it takes back."""

    key: str
    kind: Literal["disburse", "repay", "prepay", "settle", "write_off", "recover", "reverse"]
    on: date
    amount_minor: int
    currency: str
    source: str
    applied: dict[str, int] = Field(description="How the money was used, in minor units.")
    reverses: str
    note: str
    made_by: str
    recorded_at: str = Field(examples=["2026-03-02T08:15:00+00:00"])


class Transactions(Schema):
    """A page of transactions, the latest first."""

    items: list[Transaction]
    next: str | None


class JournalLine(Schema):
    """A line posted for a loan: + is debit.  `role` names the account."""

    on: date
    kind: str
    key: str
    role: str
    amount_minor: int
    currency: str


class Journal(Schema):
    """All that has been posted for a loan, the earliest first."""

    items: list[JournalLine]


class PlannedInstalment(Schema):
    """An instalment of the plan in force with what is unpaid of it."""

    number: int
    accrual_from: date
    accrual_to: date
    due_on: date
    opening_minor: int
    principal_minor: int
    interest_minor: int
    unpaid_principal_minor: int
    unpaid_interest_minor: int
    is_due: bool


class Schedule(Schema):
    """The plan in force."""

    loan_no: str
    currency: str
    items: list[PlannedInstalment]


class Settlement(Schema):
    """What must be paid on the day to end the loan, if nothing else is paid until then."""

    loan_no: str
    currency: str
    on: date
    principal_minor: int
    interest_minor: int
    penalty_minor: int
    overpaid_minor: int
    amount_minor: int


class LoanShare(Schema):
    """A running loan and what of the payment goes to it."""

    loan_no: str
    due_minor: int
    not_due_minor: int = Field(description="What would end the loan besides what is due.")
    secured_minor: int = Field(description="The value of what secures the loan.")
    amount_minor: int


class LoanShares(Schema):
    """How a payment is shared; `left_minor` is left when everything is paid."""

    currency: str
    items: list[LoanShare]
    left_minor: int


class SharesAsked(Schema):
    """How much comes (all that is due when no amount is given), and which loans the customer names to be paid first."""

    amount_minor: Annotated[int, Field(gt=0, le=LARGEST_AMOUNT_MINOR)] | None = None
    first: list[str] = Field(default_factory=list, max_length=20, description="Numbers of loans, in their order.")


class SettlementAsked(Schema):
    """For which day; the open business date when none is given."""

    on: Day | None = None


class Reversal(schemas.Asked):
    """A payment that did not happen after all; `key` is that of the transaction, `on` the open business date."""

    key: str = Field(min_length=1, max_length=120, examples=["repay/api/0197a1c2"])
    on: Day = Field(examples=["2026-03-02"])
    reason: str = Field(min_length=1, max_length=400, examples=["The transfer was called back."])


class RecordedReversal(Schema):
    """The reversal as it was recorded."""

    loan_no: str
    key: str
    reverses: str
    amount_minor: int
    currency: str
    on: date


@operation(router, "GET", "/loans", name="list_loans", route="loans", scope=Scope.LOANS_READ, answer=schemas.Loans)
def loans(request: HttpRequest, asked: Query[LoansAsked]) -> dict[str, Any]:
    """Return a page of the loans that the caller may see, with their figures at the last close."""
    actor = actor_of(request)
    rows = _chosen(loan_lists.loans(actor), asked)
    if asked.after and ":" not in asked.after and asked.sort == "no":  # a number, as the first release gave it
        rows, asked = rows.filter(no__gt=asked.after), asked.model_copy(update={"after": ""})
    found, following = page(rows, asked, asked.sort, SORTS)
    return {"items": [_loan(line) for line in loan_lists.lines(actor, found)], "next": following}


def _chosen(rows: Any, asked: LoansAsked) -> Any:
    if asked.state is not None:
        rows = rows.filter(state=STATES[asked.state])
    if asked.loan_class is not None:
        rows = rows.filter(loan_class=asked.loan_class)
    if asked.overdue_from is not None:
        rows = rows.filter(days_past_due__gte=asked.overdue_from)
    if asked.product_code is not None:
        rows = rows.filter(product_code=asked.product_code)
    if asked.customer_no is not None:
        rows = rows.filter(contract__customer__no=asked.customer_no)
    return rows


@operation(
    router, "GET", "/loans/{no}", name="get_loan", route="loan", scope=Scope.LOANS_READ,
    answer=schemas.LoanWithSchedule,
)  # fmt: skip
def loan(request: HttpRequest, no: str) -> dict[str, Any]:
    """Return one loan with its plan in force."""
    actor = actor_of(request)
    row = loan_lists.loan(actor, no)
    now = servicing.replayed(row, business_date.current_or_none() or business_date.last_closed())
    plan = [
        {
            "number": planned.number,
            "due_on": planned.due_on,
            "principal_minor": planned.principal_minor,
            "interest_minor": planned.interest_minor,
            "unpaid_minor": sum(now.unpaid(planned)),
        }
        for planned in now.rows
    ]
    return {**_loan(loan_lists.lines(actor, [row])[0]), "schedule": plan}


@operation(
    router, "GET", "/loans/{no}/schedule", name="get_loan_schedule", route="loan-schedule", scope=Scope.LOANS_READ,
    answer=Schedule,
)  # fmt: skip
def schedule(request: HttpRequest, no: str) -> dict[str, Any]:
    """Return the plan in force, each instalment with the days that it accrues on and what is unpaid of it."""
    found = servicing.loan(actor_of(request), no)
    names = list(PlannedInstalment.model_fields)
    rows = [{name: getattr(row, name) for name in names} for row in servicing.schedule(found)]
    return {"loan_no": found.no, "currency": found.currency, "items": rows}


@operation(
    router, "GET", "/loans/{no}/transactions", name="list_loan_transactions", route="loan-transactions",
    scope=Scope.LOANS_READ, answer=Transactions,
)  # fmt: skip
def transactions(request: HttpRequest, no: str, asked: Query[Paged]) -> dict[str, Any]:
    """Return what happened to a loan, the latest first."""
    found = servicing.loan(actor_of(request), no)
    rows, following = page(servicing.events(found), asked, "-sequence", {"sequence": "sequence"})
    names = people(row.made_by for row in rows)
    return {"items": [_transaction(found, row, names[row.made_by]) for row in rows], "next": following}


def _transaction(found: Loan, row: LoanEvent, made_by: str) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": row.kind,
        "on": row.on,
        "amount_minor": row.amount_minor,
        "currency": found.currency,
        "source": row.source,
        "applied": {part: minor for part, minor in row.applied.items() if isinstance(minor, int)},
        "reverses": row.reverses,
        "note": row.note,
        "made_by": made_by,
        "recorded_at": row.recorded_at.isoformat(),
    }


@operation(
    router, "GET", "/loans/{no}/journal", name="get_loan_journal", route="loan-journal", scope=Scope.LOANS_READ,
    answer=Journal,
)  # fmt: skip
def journal(request: HttpRequest, no: str) -> dict[str, Any]:
    """Return all that has been posted for a loan, the earliest first."""
    found = servicing.loan(actor_of(request), no)
    names = list(JournalLine.model_fields)
    return {"items": [{name: getattr(row, name) for name in names} for row in servicing.journal_lines(found)]}


@operation(
    router, "GET", "/loans/{no}/settlement", name="get_loan_settlement", route="loan-settlement",
    scope=Scope.LOANS_READ, answer=Settlement,
)  # fmt: skip
def settlement(request: HttpRequest, no: str, asked: Query[SettlementAsked]) -> dict[str, Any]:
    """Return what settles a loan today or on a later day."""
    found = servicing.loan(actor_of(request), no)
    figure = servicing.quote_settlement(found, asked.on)
    parts = ("on", "principal_minor", "interest_minor", "penalty_minor", "overpaid_minor", "amount_minor")
    return {"loan_no": found.no, "currency": found.currency, **{name: getattr(figure, name) for name in parts}}


@operation(
    router, "POST", "/loans/{no}/repayments", name="record_repayment", route="repayments",
    scope=Scope.REPAYMENTS_WRITE, answer=schemas.RecordedRepayment, status=201, moves_money=True,
)  # fmt: skip
def record_repayment(request: HttpRequest, no: str, payload: schemas.Repayment) -> dict[str, Any]:
    """Record a payment: penalty, interest and principal that are due, oldest first; the excess is kept."""
    return _paid(request, loan_acts.record_repayment, no, payload)


@operation(
    router, "POST", "/loans/{no}/prepayments", name="record_prepayment", route="prepayments",
    scope=Scope.REPAYMENTS_WRITE, answer=schemas.RecordedRepayment, status=201, moves_money=True,
)  # fmt: skip
def record_prepayment(request: HttpRequest, no: str, payload: schemas.Repayment) -> dict[str, Any]:
    """Record an early repayment of principal: first what is due, then principal; the rest is planned anew."""
    return _paid(request, loan_acts.prepay, no, payload)


@operation(
    router, "POST", "/loans/{no}/settlements", name="record_settlement", route="settlements",
    scope=Scope.REPAYMENTS_WRITE, answer=schemas.RecordedRepayment, status=201, moves_money=True,
)  # fmt: skip
def record_settlement(request: HttpRequest, no: str, payload: schemas.Repayment) -> dict[str, Any]:
    """Record the payment of everything that is owed today (see the settlement figure) and end the loan."""
    return _paid(request, loan_acts.settle_early, no, payload)


@operation(
    router, "POST", "/loans/{no}/recoveries", name="record_recovery", route="recoveries",
    scope=Scope.REPAYMENTS_WRITE, answer=schemas.RecordedRepayment, status=201, moves_money=True,
)  # fmt: skip
def record_recovery(request: HttpRequest, no: str, payload: schemas.Repayment) -> dict[str, Any]:
    """Record money that came for a loan after its write-off."""
    return _paid(request, loan_acts.record_recovery, no, payload)


@operation(
    router, "POST", "/loans/{no}/reversals", name="reverse_payment", route="reversals",
    scope=Scope.REPAYMENTS_WRITE, answer=RecordedReversal, status=201, moves_money=True,
)  # fmt: skip
def reverse_payment(request: HttpRequest, no: str, payload: Reversal) -> dict[str, Any]:
    """Take a payment back that did not happen: nothing is edited, the difference is posted today."""
    actor = actor_of(request)
    event = loan_acts.reverse_repayment(
        actor,
        loan_no=no,
        event_key=payload.key,
        on=payload.on,
        reason=payload.reason,
        idempotency_key=key_of(request),
    )
    currency = servicing.loan(actor, no).currency
    return {"loan_no": no, "currency": currency} | {
        name: getattr(event, name) for name in ("key", "reverses", "amount_minor", "on")
    }


@operation(
    router, "GET", "/loans/{no}/shares", name="share_payment", route="loan-shares", scope=Scope.LOANS_READ,
    answer=LoanShares,
)  # fmt: skip
def shares(request: HttpRequest, no: str, asked: Query[SharesAsked]) -> dict[str, Any]:
    """Return how a payment is shared by the running loans that the customer of this one has in its currency.

    The customer's word counts first, then the law: what is due, the least secured, the dearest, the oldest. Nothing
    is recorded; record each share as a repayment of its loan.
    """
    actor = actor_of(request)
    found = servicing.loan(actor, no)
    shared = sharing.shares(actor, found, asked.amount_minor, asked.first)
    items = [{name: getattr(one, name) for name in LoanShare.model_fields} for one in shared.shares]
    return {"currency": found.currency, "items": items, "left_minor": shared.left_minor}


Pay = Callable[..., LoanEvent]


def _paid(request: HttpRequest, pay: Pay, no: str, payload: schemas.Repayment) -> dict[str, Any]:
    """Let the verb record the payment, and tell how the money was used."""
    actor: Actor = actor_of(request)
    event = pay(
        actor,
        loan_no=no,
        amount_minor=payload.amount_minor,
        currency=payload.currency,
        on=payload.on,
        source=payload.source,
        idempotency_key=key_of(request),
    )
    used = {
        name: event.applied.get(name, 0)
        for name in ("penalty_minor", "interest_minor", "principal_minor", "overpaid_minor")
    }
    return {
        "loan_no": no, "amount_minor": event.amount_minor, "currency": payload.currency, "on": event.on, **used
    }  # fmt: skip


def _loan(line: LoanLine) -> dict[str, Any]:
    return {
        "no": line.no,
        "customer_no": line.customer.no,
        "product_code": line.product_code,
        "currency": line.currency,
        "principal_minor": line.principal_minor,
        "rate_ppb": line.rate_ppb,
        "loan_class": line.loan_class,
        "days_past_due": line.days_past_due,
        "next_due_on": line.next_due_on,
        "state": line.state,
    }
