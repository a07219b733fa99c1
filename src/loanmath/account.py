"""A loan in motion: its open book, its plan and what each event does to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from loanmath.allocation import Allotment, Component, Due, Share, allocate
from loanmath.calendar import Calendar
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.postings import Movements, Posting, Role, add, lines_of
from loanmath.schedule import Period, PlanRow, Schedule, Segment, Working, periods, plan
from loanmath.state import Book, Status, pending_book
from loanmath.steps import close_row, extinguish, fall_due, finish_if_paid
from loanmath.terms import Terms


class Applied(NamedTuple):
    """What one event came to: how its amount was used."""

    key: str
    kind: EventKind
    on: date
    amount_minor: int
    penalty_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0
    fee_minor: int = 0
    overpaid_minor: int = 0
    """Kept for later; below zero where an earlier overpayment was used."""
    shares: tuple[Share, ...] = ()
    """The steps of the allocation, instalment by instalment."""


class Account:
    """One loan while its history is replayed.

    Rows are closed (their accrual period is over) from the front, and of these the first
    ``fallen`` have fallen due.
    """

    def __init__(self, terms: Terms, calendar: Calendar) -> None:
        self.terms = terms
        self.periods, self.plan = _as_agreed(terms, calendar)
        self.rows: list[PlanRow] = list(self.plan.rows)
        self.closed = 0
        self.fallen = 0
        self.book: Book = pending_book(terms)
        self.dues: tuple[Due, ...] = ()
        self.postings: list[Posting] = []
        self.trail: list[Applied] = []

    def next_row_day(self) -> int | None:
        """The next day (ordinal) on which a row closes or falls due."""
        if self.book.status != Status.ACTIVE:
            return None
        days = []
        if self.closed < len(self.rows):
            days.append(self.rows[self.closed].accrual_to.toordinal())
        if self.fallen < len(self.rows):
            days.append(self.rows[self.fallen].due_on.toordinal())
        return min(days, default=None)

    def open_day(self, on: date) -> None:
        """Rows whose period ends today close, rows due today fall due."""
        if self.book.status != Status.ACTIVE:
            return
        while self.closed < len(self.rows) and self.rows[self.closed].accrual_to <= on:
            row = self.rows[self.closed]
            assert self.book.interest_row_minor == row.interest_minor, row
            close_row(self.book, row.principal_minor)
            self.closed += 1
        while self.fallen < self.closed and self.rows[self.fallen].due_on <= on:
            self._fall_due(self.rows[self.fallen], on)

    def _fall_due(self, row: PlanRow, on: date) -> None:
        """A row falls due; what an overpayment leaves of it joins the dues."""
        day = on.toordinal()
        principal, interest, movements = fall_due(self.book, row.principal_minor, row.interest_minor, day)
        due = Due(row.number, day, principal, interest)
        if not due.is_paid:
            self.dues = (*self.dues, due)
        self.fallen += 1
        self.record("fall_due", "", on, movements)

    def record(self, kind: str, key: str, on: date, movements: Movements) -> None:
        """Keep the movements as a posting, if there are any."""
        lines = lines_of(movements)
        if lines:
            assert sum(line.amount_minor for line in lines) == 0, lines
            self.postings.append(Posting(kind, key, on, lines))

    def apply(self, event: Event) -> None:
        """Let an event happen.  Raises LoanMathError where it cannot happen in this state."""
        needed = _STATUS_NEEDED.get(event.kind)
        if needed is not None and self.book.status != needed:
            raise LoanMathError(
                "wrong_status",
                "kind",
                "{event} is possible only while the loan is {needed}, but it is {status} on {on}",
                event=str(event.kind),
                needed=needed.name.lower(),
                status=Status(self.book.status).name.lower(),
                on=event.on.isoformat(),
            )
        _APPLY[event.kind](self, event)

    def disburse(self, event: Event) -> None:
        """The principal is paid out, the fee is taken."""
        terms, book = self.terms, self.book
        if event.amount_minor != terms.principal_minor or event.on != terms.disbursed_on:
            raise LoanMathError(
                "disbursement_differs",
                "amount_minor",
                "The disbursement must be of the amount and on the day of the terms",
            )
        book.status = int(Status.ACTIVE)
        book.disbursed_minor = book.principal_not_due_minor = book.accrual_base_minor = event.amount_minor
        cash = terms.fee_minor - event.amount_minor
        movements: Movements = {
            Role.LOAN_PRINCIPAL: event.amount_minor,
            Role.CASH: cash,
            Role.FEE_INCOME: -terms.fee_minor,
        }
        self._finish(event, movements, Applied(*_head(event), fee_minor=terms.fee_minor))

    def repay(self, event: Event) -> None:
        """A payment meets what is due; the excess waits for the next row."""
        if self.book.status in (Status.PENDING, Status.WRITTEN_OFF):
            raise LoanMathError(
                "cannot_repay",
                "kind",
                "A loan that is not disbursed takes no payment; one written off takes a recovery",
            )
        allotment, movements = self._pay_dues(event.amount_minor)
        excess = allotment.excess_minor
        self.book.overpaid_minor += excess
        add(movements, {Role.CASH: event.amount_minor, Role.OVERPAYMENT: -excess})
        self._finish(event, movements, _applied(event, allotment, overpaid_minor=excess))

    def prepay(self, event: Event) -> None:
        """After what is due, principal ahead of time; the rows ahead are planned anew."""
        allotment, movements = self._pay_dues(event.amount_minor)
        prepaid = allotment.excess_minor
        base = self.book.accrual_base_minor
        if prepaid <= 0 or prepaid >= base:
            raise LoanMathError(
                "prepayment_out_of_range",
                "amount_minor",
                "{prepaid} would be prepaid: pay more than {due} (what is due) and less than {most}, or settle the loan",
                prepaid=prepaid,
                due=event.amount_minor - prepaid,
                most=event.amount_minor - prepaid + base,
            )
        self._make_due(principal_minor=prepaid, interest_minor=0)
        add(movements, extinguish(self.book, 0, 0, prepaid))
        add(movements, {Role.CASH: event.amount_minor})
        self._plan_anew(event.on, base - prepaid)
        share = Share(Component.PRINCIPAL, 0, prepaid)
        applied = _applied(event, allotment)
        applied = applied._replace(
            principal_minor=applied.principal_minor + prepaid,
            shares=(*applied.shares, share),
        )
        self._finish(event, movements, applied)

    def _plan_anew(self, on: date, balance_minor: int) -> None:
        """The rows from the current one on, for a new balance and the same dates."""
        self.book.accrual_base_minor = balance_minor
        before = _passed(self.rows[self.closed], on)
        anew = plan(self.terms, self.periods[self.closed :], balance_minor, before)
        self.rows[self.closed :] = anew.rows
        self.plan = anew

    def settle(self, event: Event) -> None:
        """Everything owed is paid; an excess is kept as overpayment."""
        book = self.book
        needed = book.close_state(self.dues).settlement_minor
        if event.amount_minor < needed:
            raise LoanMathError(
                "settlement_short",
                "amount_minor",
                "{amount} does not settle the loan on {on}: {needed} is needed",
                amount=event.amount_minor,
                needed=needed,
                on=event.on.isoformat(),
            )
        self._end_plan(event.on)
        self._make_due(
            principal_minor=book.principal_not_due_minor,
            interest_minor=book.interest_accrued_minor,
        )
        parts = (
            book.penalty_due_minor,
            book.interest_due_minor,
            book.principal_due_minor,
        )
        movements = extinguish(book, *parts)
        kept = event.amount_minor - sum(parts)
        book.overpaid_minor += kept
        self._clear_arrears()
        add(movements, {Role.CASH: event.amount_minor, Role.OVERPAYMENT: -kept})
        applied = Applied(*_head(event), *parts, overpaid_minor=kept)
        self._finish(event, movements, applied)

    def write_off(self, event: Event) -> None:
        """The principal leaves the books against the allowance; all claims are kept in memo."""
        book = self.book
        outstanding = book.principal_not_due_minor + book.principal_due_minor
        interest = book.interest_accrued_minor + book.interest_due_minor
        on_balance = 1 - book.is_non_accrual
        movements: Movements = {
            Role.LOAN_PRINCIPAL: -outstanding,
            Role.LOAN_LOSS_ALLOWANCE: book.provision_minor,
            Role.IMPAIRMENT_LOSS: outstanding - book.provision_minor,
            Role.INTEREST_RECEIVABLE: -interest * on_balance,
            Role.INTEREST_INCOME: interest * on_balance,
            Role.PENALTY_RECEIVABLE: -book.penalty_due_minor * on_balance,
            Role.PENALTY_INCOME: book.penalty_due_minor * on_balance,
            Role.MEMO_INTEREST: (interest + book.penalty_due_minor) * on_balance,
            Role.MEMO_WRITTEN_OFF: outstanding,
            Role.MEMO_CONTRA: -outstanding - (interest + book.penalty_due_minor) * on_balance,
        }
        applied = Applied(
            *_head(event),
            book.penalty_due_minor,
            interest_minor=interest,
            principal_minor=outstanding,
        )
        self._end_plan(event.on)
        self._become_memo(outstanding, interest + book.penalty_due_minor)
        self._finish(event, movements, applied)

    def _become_memo(self, principal_minor: int, interest_minor: int) -> None:
        """Nothing is left in the book but the claims in memo."""
        book = self.book
        book.status = int(Status.WRITTEN_OFF)
        book.written_off_minor = book.memo_written_off_minor = principal_minor
        book.memo_interest_minor = interest_minor
        book.principal_not_due_minor = book.principal_due_minor = book.accrual_base_minor = 0
        book.interest_accrued_minor = book.interest_row_minor = book.interest_due_minor = 0
        book.penalty_due_minor = book.penalty_run_minor = book.provision_minor = 0
        book.is_non_accrual = book.overdue_days = book.cured_on = 0
        self._clear_arrears()

    def recover(self, event: Event) -> None:
        """Money after the write-off: income, and the claim shrinks, principal first."""
        book = self.book
        principal = min(event.amount_minor, book.memo_written_off_minor)
        interest = min(event.amount_minor - principal, book.memo_interest_minor)
        claimed = principal + interest
        excess = event.amount_minor - claimed
        book.memo_written_off_minor -= principal
        book.memo_interest_minor -= interest
        book.recovered_minor += claimed
        book.overpaid_minor += excess
        movements: Movements = {
            Role.CASH: event.amount_minor,
            Role.RECOVERY_INCOME: -claimed,
            Role.OVERPAYMENT: -excess,
            Role.MEMO_WRITTEN_OFF: -principal,
            Role.MEMO_INTEREST: -interest,
            Role.MEMO_CONTRA: claimed,
        }
        applied = Applied(
            *_head(event),
            interest_minor=interest,
            principal_minor=principal,
            overpaid_minor=excess,
        )
        self._finish(event, movements, applied)

    def _pay_dues(self, amount_minor: int) -> tuple[Allotment, Movements]:
        """Allocate a payment to what is due; the money's own side is still to be added."""
        allotment = allocate(amount_minor, self.book.penalty_due_minor, self.dues, self.terms.allocation)
        paid = (
            allotment.paid(component)
            for component in (
                Component.PENALTY,
                Component.INTEREST,
                Component.PRINCIPAL,
            )
        )
        movements = extinguish(self.book, *paid)
        self.dues = allotment.dues
        self.book.oldest_due_on = self.dues[0].due_on if self.dues else 0
        return allotment, movements

    def _make_due(self, principal_minor: int, interest_minor: int) -> None:
        """Move what is paid ahead of time to what is due, whence it is extinguished."""
        book = self.book
        book.principal_not_due_minor -= principal_minor
        book.principal_due_minor += principal_minor
        book.interest_accrued_minor -= interest_minor
        book.interest_due_minor += interest_minor

    def _end_plan(self, on: date) -> None:
        """The plan ends today: the current row is cut short, the rows ahead are dropped."""
        if self.closed < len(self.rows):
            row = self.rows[self.closed]
            working = Working(
                _passed(row, on),
                row.working.rate_ppb,
                row.working.day_count,
                row.working.year_units,
                row.working.rounding,
            )
            end = max(on, row.accrual_from)
            opening = self.book.accrual_base_minor
            last = PlanRow(
                row.number,
                row.accrual_from,
                end,
                end,
                opening,
                opening,
                self.book.interest_row_minor,
                working,
            )
            assert working.amount_minor == last.interest_minor, last
            self.rows[self.closed :] = [last]
        self.closed = self.fallen = len(self.rows)
        self.book.accrual_base_minor = 0
        self.book.interest_row_minor = 0

    def _clear_arrears(self) -> None:
        self.dues = ()
        self.book.oldest_due_on = 0

    def _finish(self, event: Event, movements: Movements, applied: Applied) -> None:
        """Close a loan that is paid, keep the posting and the trail."""
        finish_if_paid(self.book)
        self.record(str(event.kind), event.key, event.on, movements)
        self.trail.append(applied)


@lru_cache(maxsize=4096)
def _as_agreed(terms: Terms, calendar: Calendar) -> tuple[tuple[Period, ...], Schedule]:
    """The plan with which every replay of the loan begins; a loan is replayed at each of its events."""
    found = periods(terms, calendar)
    return found, plan(terms, found, terms.principal_minor)


def _head(event: Event) -> tuple[str, EventKind, date, int]:
    return event.key, event.kind, event.on, event.amount_minor


def _applied(event: Event, allotment: Allotment, overpaid_minor: int = 0) -> Applied:
    """The trail of an event that was allocated."""
    return Applied(
        *_head(event),
        penalty_minor=allotment.paid(Component.PENALTY),
        interest_minor=allotment.paid(Component.INTEREST),
        principal_minor=allotment.paid(Component.PRINCIPAL),
        overpaid_minor=overpaid_minor,
        shares=allotment.shares,
    )


def _passed(row: PlanRow, on: date) -> tuple[Segment, ...]:
    """The segments of the current row up to today."""
    whole = tuple(segment for segment in row.working.segments if segment.end <= on)
    cut = [segment for segment in row.working.segments if segment.start < on < segment.end]
    day_count = row.working.day_count
    return whole + tuple(Segment(base, start, on, day_count.units(start, on)) for base, start, _, _ in cut)


_STATUS_NEEDED: Final = {
    EventKind.DISBURSE: Status.PENDING,
    EventKind.PREPAY: Status.ACTIVE,
    EventKind.SETTLE: Status.ACTIVE,
    EventKind.WRITE_OFF: Status.ACTIVE,
    EventKind.RECOVER: Status.WRITTEN_OFF,
}
_APPLY: Final[dict[EventKind, Callable[[Account, Event], None]]] = {
    EventKind.DISBURSE: Account.disburse,
    EventKind.REPAY: Account.repay,
    EventKind.PREPAY: Account.prepay,
    EventKind.SETTLE: Account.settle,
    EventKind.WRITE_OFF: Account.write_off,
    EventKind.RECOVER: Account.recover,
}
