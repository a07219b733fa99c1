"""What is known of loans: their state, plan, history and journal, and what falls due."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext_lazy as _

from loanmath import Event, EventKind, Line, LoanMathError, Replay, State, Status
from xindai.customers import queries as customers
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.kernel.errors import NotFound
from xindai.payments import queries as payments
from xindai.payments.models import PayIn
from xindai.servicing.booking import Account, read_histories
from xindai.servicing.checking import require_amount
from xindai.servicing.errors import LoanNotFound, in_words
from xindai.servicing.grading import policy_on
from xindai.servicing.journal import JournalLine, journal_lines
from xindai.servicing.models import Loan, LoanDay, LoanEvent
from xindai.servicing.opening import open_part

__all__ = ["JournalLine", "journal_lines"]

MONEY_IN: Final = (EventKind.REPAY, EventKind.PREPAY, EventKind.SETTLE, EventKind.RECOVER)
"""Kinds of events by which money comes."""


def loans(actor: Actor) -> QuerySet[Loan]:
    """The loans of the actor's branches."""
    return scope.rows(actor, Loan.objects.all())


def loan(actor: Actor, loan_no: str) -> Loan:
    """One loan.  Raises LoanNotFound, also for a loan of another branch."""
    found = loans(actor).filter(no=loan_no).first()
    if found is None:
        raise LoanNotFound(loan_no)
    return found


def own_loan(actor: Actor, loan_no: str) -> Loan:
    """A loan of the borrower's own, or of the actor's branches.  Raises LoanNotFound."""
    found = customers.reachable(actor, Loan.objects.filter(no=loan_no)).first()
    if found is None:
        raise LoanNotFound(loan_no)
    return found


def loan_of_contract(contract_no: str) -> Loan | None:
    """The loan that a contract has become, if it has been disbursed."""
    return Loan.objects.filter(contract__no=contract_no).first()


def replayed(loan: Loan, as_of: date | None = None) -> Replay:
    """The loan with its plan, postings and trail, after the events of a date (default: the business date)."""
    return replayed_all([loan], as_of)[0]


def replayed_all(loans: Iterable[Loan], as_of: date | None = None) -> list[Replay]:
    """The same for several loans, their histories read at once; in the order given."""
    on = as_of or business_date.current()
    accounts = [Account.of(loan) for loan in loans]
    read_histories(accounts)
    policy = policy_on(on)
    return [account.replay(on, policy) for account in accounts]


def current_state(loan: Loan) -> State:
    """What the loan owes now, the events of the open business date included."""
    return replayed(loan).state


def repayment_preview(loan: Loan, amount_minor: int, on: date) -> tuple[State, State, tuple[Line, ...]]:
    """What a repayment would do: the state before it, the state after it, and what it would post.

    Nothing is recorded.  Raises InvalidInput as recording it would, and the engine's refusals in words.
    """
    require_amount(amount_minor)
    account = Account.of(loan)
    read_histories([account])
    policy = policy_on(on)
    payment = Event("preview", EventKind.REPAY, on, amount_minor)
    try:
        before, after = account.replay(on, policy), account.replay(on, policy, payment)
    except LoanMathError as error:
        raise in_words(error) from error
    lines = next((posting.lines for posting in after.postings if posting.key == payment.key), ())
    return before.state, after.state, lines


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """An instalment as planned, and what is still unpaid of it; amounts in minor units."""

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

    @property
    def total_minor(self) -> int:
        """Principal and interest together."""
        return self.principal_minor + self.interest_minor

    @property
    def unpaid_minor(self) -> int:
        """What is left of the two."""
        return self.unpaid_principal_minor + self.unpaid_interest_minor


def schedule(loan: Loan) -> list[ScheduleRow]:
    """The plan in force with the rows that have passed."""
    now = replayed(loan)
    return [
        ScheduleRow(
            row.number,
            row.accrual_from,
            row.accrual_to,
            row.due_on,
            row.opening_minor,
            row.principal_minor,
            row.interest_minor,
            *now.unpaid(row),
            is_due=row.number <= now.fallen,
        )
        for row in now.rows
    ]


def events(loan: Loan) -> QuerySet[LoanEvent]:
    """What happened to the loan, the latest first."""
    return LoanEvent.objects.filter(loan=loan).order_by("-sequence")


def event_of_receipt(loan: Loan, channel: str, provider_no: str) -> LoanEvent | None:
    """What the money that a channel brought under a number has become, if it has paid the loan."""
    keys = [f"{kind}/{channel}/{provider_no}" for kind in MONEY_IN]
    return LoanEvent.objects.filter(loan=loan, key__in=keys).first()


def own_payment(actor: Actor, key: UUID) -> tuple[PayIn, Loan]:
    """A payment for a loan of the borrower's own, with the loan.  Raises NotFound for anybody else's."""
    payment = payments.pay_in(key)
    loan = customers.reachable(actor, Loan.objects.filter(no=payment.loan_no)).first()
    if loan is None:
        raise NotFound(_("payment"), key)
    return payment, loan


def event_word(kind: str) -> str:
    """The kind of an event in the reader's language."""
    return str(LoanEvent.Kind(kind).label)


@dataclass(frozen=True, slots=True)
class SettlementQuote:
    """What settles a loan on a date, and what it consists of; amounts in minor units."""

    on: date
    principal_minor: int
    interest_minor: int
    penalty_minor: int
    overpaid_minor: int
    amount_minor: int


def quote_settlement(loan: Loan, on: date | None = None) -> SettlementQuote:
    """What must be paid on the date to end the loan, if nothing else is paid until then."""
    day = on or business_date.current()
    now = replayed(loan, day)
    state = now.state
    is_running = state.status == Status.ACTIVE
    return SettlementQuote(
        on=day,
        principal_minor=state.outstanding_minor,
        interest_minor=(state.interest_accrued_minor + state.interest_due_minor) * is_running,
        penalty_minor=state.penalty_due_minor * is_running,
        overpaid_minor=state.overpaid_minor * is_running,
        amount_minor=max(0, now.settlement_minor) * is_running,
    )


@dataclass(frozen=True, slots=True)
class Dues:
    """What a borrower is asked for on a date; amounts in minor units."""

    loan_no: str
    currency: str
    amount_minor: int
    falls_due_today: bool
    overdue_days: int


def dues(on: date, part: int) -> list[Dues]:
    """What is unpaid and has fallen due by the date, loan by loan: today's instalments and older arrears.

    ``overdue_days`` counts to the date itself.
    """
    opened = open_part(part, on)
    book = opened.columns
    amounts = book.penalty_due_minor + book.interest_due_minor + book.principal_due_minor
    owing = np.flatnonzero((amounts > 0) & (book.status == Status.ACTIVE)).tolist()
    names = dict(_names(opened.loan_ids[owing].tolist()))
    newly_due = book.interest_due_minor + book.principal_due_minor > (
        opened.was.interest_due_minor + opened.was.principal_due_minor
    )
    return [
        Dues(
            *names[int(opened.loan_ids[place])],
            amount_minor=int(amounts[place]),
            falls_due_today=bool(newly_due[place]),
            overdue_days=on.toordinal() - int(book.oldest_due_on[place]) if book.oldest_due_on[place] else 0,
        )
        for place in owing
    ]


def _names(loan_ids: list[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    for pk, no, currency in Loan.objects.filter(pk__in=loan_ids).values_list("pk", "no", "currency"):
        yield pk, (no, currency)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A loan in arrears at the close of a date."""

    loan_id: int
    loan_no: str
    customer_id: int
    branch_id: int
    currency: str
    overdue_days: int
    arrears_minor: int
    outstanding_minor: int
    five_tier: int


def overdue(on: date) -> Iterator[Overdue]:
    """All loans that were overdue at the close of the date."""
    days = LoanDay.objects.filter(business_date=on, overdue_days__gt=0, status=Status.ACTIVE)
    arrears = F("penalty_due_minor") + F("interest_due_minor") + F("principal_due_minor")
    outstanding = F("principal_not_due_minor") + F("principal_due_minor")
    rows = days.order_by("loan").values_list(
        "loan",
        "loan__no",
        "loan__customer",
        "loan__branch",
        "loan__currency",
        "overdue_days",
        arrears,
        outstanding,
        "five_tier",
    )
    return (Overdue(*row) for row in rows)


def paid_within(spans: Sequence[tuple[int, date, date]]) -> list[int]:
    """What came for each loan (by id) from one date to another, both included, payments taken back left out.

    In the order of the spans; one loan may have several.
    """
    if not spans:
        return []
    earliest = min(first for _loan, first, _last in spans)
    loans = {loan_id for loan_id, _first, _last in spans}
    events = LoanEvent.objects.filter(Q(kind__in=MONEY_IN) | ~Q(reverses=""), loan__in=loans, on__gte=earliest)
    rows = list(events.values_list("loan", "key", "on", "amount_minor", "reverses"))
    taken_back = {(loan_id, reverses) for loan_id, _key, _on, _amount, reverses in rows if reverses}
    came: dict[int, list[tuple[date, int]]] = {}
    for loan_id, key, on, amount_minor, reverses in rows:
        if not reverses and (loan_id, key) not in taken_back:
            came.setdefault(loan_id, []).append((on, amount_minor))
    return [
        sum(amount_minor for on, amount_minor in came.get(loan_id, ()) if first <= on <= last)
        for loan_id, first, last in spans
    ]


def days(loan: Loan) -> QuerySet[LoanDay]:
    """The loan at the close of every date, the latest first."""
    return LoanDay.objects.filter(loan=loan).order_by("-business_date")


def last_day(loan: Loan) -> LoanDay | None:
    """The loan at its latest close."""
    return days(loan).first()


def overdue_closes(loan: Loan) -> list[tuple[date, int]]:
    """The closes since the arrears of today began, each with the principal and interest overdue at it, day by day."""
    rows = LoanDay.objects.filter(loan=loan)
    is_late = Q(oldest_due_on__gt=0) | Q(penalty_due_minor__gt=0)
    clean = rows.exclude(is_late).order_by("-business_date").values_list("business_date", flat=True).first()
    since = rows.filter(is_late) if clean is None else rows.filter(business_date__gt=clean)
    overdue = F("principal_due_minor") + F("interest_due_minor")
    return list(since.order_by("business_date").values_list("business_date", overdue))


def class_changes(loan: Loan) -> list[LoanDay]:
    """The days at whose close the loan got another class (the first close counts), the earliest first."""
    before = Window(Lag("five_tier", default=0), order_by="business_date")
    rows = LoanDay.objects.filter(loan=loan).annotate(before=before)
    return list(rows.exclude(before=F("five_tier")).order_by("business_date"))


def latest_close() -> date | None:
    """The latest date of which there are day rows."""
    return LoanDay.objects.order_by("-business_date").values_list("business_date", flat=True).first()


def basis_of_disbursement(contract: Any) -> dict[str, Any]:
    """What a request to pay a contract out stands on."""
    return {
        "state": str(contract.state),
        "amount_minor": contract.principal_minor,
        "terms_hash": contract.terms_hash,
    }


def basis_of_claim(loan: Loan) -> dict[str, Any]:
    """What a proposal to give a loan up stands on: its state, what it owes, its class and what happened last."""
    close, last = last_day(loan), events(loan).first()
    return {
        "state": int(loan.state),
        "outstanding_minor": close.outstanding_minor if close else 0,
        "five_tier": close.five_tier if close else 1,
        "last_event": f"{last.kind} {last.on.isoformat()} {last.amount_minor}" if last else "",
    }


def write_off_of(loan: Loan) -> LoanEvent | None:
    """The event by which the loan was written off, if it was."""
    return LoanEvent.objects.filter(loan=loan, kind=EventKind.WRITE_OFF).first()


def recorded_keys(keys: Iterable[str]) -> set[str]:
    """Those of the keys under which an event has been recorded."""
    return set(LoanEvent.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def claims() -> QuerySet[Loan]:
    """All loans on which something can still be paid, running or written off, each with its contract."""
    states = (Status.ACTIVE, Status.WRITTEN_OFF)
    return Loan.objects.filter(state__in=states).select_related("contract").order_by("pk")
