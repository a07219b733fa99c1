"""A loan in motion: its open book, its rows and the days on which they move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from loanmath.allocation import Allotment, Component, Due, Share
from loanmath.calendar import Calendar
from loanmath.events import Event, EventKind
from loanmath.level import Level
from loanmath.periods import Period
from loanmath.postings import Movements, Posting, lines_of
from loanmath.reckoning import arrears_of, reckon, rest_of
from loanmath.rounding import first_remainder
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Row, Standings, open_rows
from loanmath.schedule import PlanRow, Schedule, Segment, agreed, next_row
from loanmath.state import ACTIVE, CLOSED, Book, pending_book
from loanmath.steps import Falling, NextRow, close_row, fall_due, finish_if_paid
from loanmath.terms import Terms, Tranche


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
    outstanding_minor: int = 0
    """Principal outstanding after it."""


class Account:
    """One loan while its history is replayed.

    Rows are closed (their accrual period is over) from the front, and of these the first ``fallen`` have fallen
    due.  ``passed`` are the segments of the current row on earlier balances, ``since`` the start of the last one.
    """

    def __init__(self, terms: Terms, calendar: Calendar) -> None:
        self.terms, self.calendar = terms, calendar
        found, made = _as_agreed(terms, calendar)
        self.periods, self.level, self.relevelled = list(found), made.level, made.relevelled
        self.rows = [
            Row(row, instalment_of(made.level, made.relevelled, period, row))
            for period, row in zip(found, made.rows, strict=True)
        ]
        self.grid = (terms.disbursed_on, terms.first_due_on)
        """From when and with which first date the dates of its rows run."""
        self.closed = self.fallen = 0
        self.book: Book = pending_book(terms)
        self.passed: tuple[Segment, ...] = ()
        self.since = terms.disbursed_on
        self.rate_ppb = terms.rate_ppb
        self.moves: list[tuple[date, int, int]] = []
        """Payments in the current row: from when on they count, early and overdue principal (see ``reckoning``)."""
        self.opening_minor = terms.principal_minor
        self.arrears: list[tuple[date, int]] = []
        """What was overdue at the first payment in the current row, or fell due later in it, each since when."""
        self.carried_minor = 0
        """Interest of fallen rows that is asked for with the next one."""
        self.charges: dict[str, list[tuple[Row, Component, int]]] = {}
        """By the key of its event, the rows that carry a charge."""
        self.coming: list[Tranche] = list(terms.tranches)
        """Tranches that were agreed and have not been paid out."""
        self.charged_overdue: list[Row] = []
        self.overpayments: list[tuple[int, date]] = []
        """Places in the trail of payments that were more than what was owed, and their days."""
        self.set_free: list[tuple[int, int]] = []
        """Interest that was paid ahead and is no longer asked for, by row, until its lines in the trail follow."""
        self.postings: list[Posting] = []
        self.trail: list[Applied] = []
        self.pass_down_payments()

    # --- days -----------------------------------------------------------------------------------------------

    def next_row_day(self) -> int | None:
        """The next day (ordinal) on which a row closes, falls due or changes its rate, or a tranche is to be paid out."""
        days = [tranche.on for tranche in self.coming] if self.coming else []
        status = self.book.status
        if status == ACTIVE:
            if self.closed < len(self.rows):
                row = self.rows[self.closed].plan
                days += [row.accrual_to, *[one.start for one in row.turns_after(self.since)]]
            if self.fallen < len(self.rows):
                days.append(self.rows[self.fallen].plan.due_on)
        elif status != CLOSED:
            return None
        return min(days).toordinal() if days else None

    def open_day(self, on: date) -> None:
        """Rows whose period ends today close, rows due today fall due."""
        if self.book.status == ACTIVE:
            self._roll(on)

    def revive(self, on: date) -> None:
        """A loan of which nothing was owed is owed again."""
        self.catch_up(on)
        self.book.status = ACTIVE

    def catch_up(self, on: date) -> None:
        """Rows whose day has passed while nothing was owed close and fall due."""
        if self.book.status == CLOSED:
            self._roll(on)

    def _roll(self, on: date) -> None:
        while self.closed < len(self.rows) and self.rows[self.closed].plan.accrual_to <= on:
            self._close_row(on)
        self._turn_rate(on)
        self.let_fall(on)

    def let_fall(self, on: date) -> None:
        """Rows whose period is over and whose day has come fall due."""
        while self.fallen < self.closed and self.rows[self.fallen].plan.due_on <= on:
            self.fall_due(self.rows[self.fallen], on)

    def pass_down_payments(self) -> None:
        """Rows without days have no period to be over: they wait for their day while the next row accrues."""
        while self.closed < len(self.rows) and self.rows[self.closed].plan.is_down_payment:
            self.closed += 1

    def _close_row(self, on: date) -> None:
        """The current row ends: its interest is what its working says."""
        row = self.rows[self.closed].plan
        if self.terms.bears_on_outstanding:
            reckon(self, row.accrual_to)
            row = self.rows[self.closed].plan
        self.closed += 1
        self.match_periods()
        self.pass_down_payments()
        following = self.rows[self.closed].plan if self.closed < len(self.rows) else None
        start = self._begin(following)
        movements = close_row(self.book, start, row.accrued_minor, row.capitalised_minor)
        self.passed, self.since = (), row.accrual_to
        self.moves = []
        self.opening_minor = int(start.base_minor)
        self.record("close_row", "", on, movements)

    def match_periods(self) -> None:
        """Every row that is over has a period, also one for charges alone, which has none while it is to come."""
        for row in self.rows[len(self.periods) : self.closed]:
            plan, year = row.plan, self.terms.year_units
            self.periods.append(
                Period(plan.number, plan.accrual_from, plan.accrual_to, plan.due_on, (), year, weight=0)
            )

    def _begin(self, row: PlanRow | None) -> NextRow:
        """What a row accrues on from its first day; nothing after the last one."""
        segments = row.segments if row else ()
        self.rate_ppb = segments[0].rate_ppb if segments else 0
        if row is None or not segments:
            return NextRow(0, 0, self.book.accrual_divisor, 0)
        return next_row(row, segments[0])

    def _turn_rate(self, on: date) -> None:
        """Another rate holds, or another base bears interest, within the current row."""
        if self.closed == len(self.rows):
            return
        row = self.rows[self.closed].plan
        # A turn of today counts also where an event of today has ended the stretch before it; one of an earlier day
        # where nothing was owed then.
        for segment in row.turns_after(row.accrual_from):
            if segment.start == on or self.since < segment.start < on:
                base = self.book.accrual_base_minor if self.book.bears_on_outstanding else segment.base_minor
                self.turn(segment.start, base, segment.rate_ppb)

    def turn(self, on: date, base_minor: int, rate_ppb: int | None = None) -> None:
        """From today on the current row accrues on another base, or at another rate."""
        if self.closed < min(len(self.periods), len(self.rows)) and on > self.since:
            row = self.rows[self.closed].plan
            base = int(self.book.accrual_base_minor)
            passed = Segment(base, self.since, on, self.count(self.since, on), self.rate_ppb)
            self.passed = (*self.passed, passed)
            self.since = max(on, row.accrual_from)
        self.book.accrual_base_minor = base_minor
        if rate_ppb is not None and self.closed < len(self.periods):
            self.rate_ppb = rate_ppb
            self.book.accrual_rate_ppb = rate_ppb * self.periods[self.closed].units_of_day

    def count(self, start: date, end: date) -> int:
        """Units between two days of the current row."""
        return self.periods[self.closed].units(start, end)

    def fall_due(self, row: Row, on: date) -> None:
        """A row falls due; an overpayment meets what is left of it."""
        self._ask_no_more_than_out(row)
        asked = Falling(
            row.unpaid(PRINCIPAL),
            row.unpaid(INTEREST),
            row.paid[INTEREST],
            row.unpaid(FEE),
            row.unpaid(PENALTY),
        )
        self.fallen += 1
        meets_kept = bool(self.book.bears_on_outstanding) and self.book.overpaid_minor > 0
        if meets_kept:
            # What the money that was kept repays today has borne interest until now.
            self.turn(on, int(self.book.accrual_base_minor))
        oldest_due_on = self.book.oldest_due_on
        left, movements = fall_due(self.book, asked, on.toordinal())
        self.carried_minor += row.plan.accrued_minor - row.plan.capitalised_minor - row.asked[INTEREST]
        for place, had, has in (
            (PENALTY, asked.penalty_minor, left.penalty_minor),
            (FEE, asked.fee_minor, left.fee_minor),
            (INTEREST, asked.interest_minor, left.interest_minor),
            (PRINCIPAL, asked.principal_minor, left.principal_minor),
        ):
            if had != has:
                row.take(place, had - has, on)
        row.settle(on)
        if self.moves:
            self.arrears += arrears_of([row], self.terms.recalculation, row.plan.due_on)
        # Of what fell due before nothing has changed.
        self.book.oldest_due_on = oldest_due_on or (row.plan.due_on.toordinal() if row.is_open else 0)
        self.record("fall_due", "", on, movements)
        if meets_kept:
            reckon(self, on)

    def _ask_no_more_than_out(self, row: Row) -> None:
        """What a row asks for before an agreed tranche is paid out, beyond what is out, the next instalment asks for, if any."""
        excess = row.unpaid(PRINCIPAL) - int(self.book.principal_not_due_minor)
        if excess > 0:
            row.ask_principal(-excess)
            instalments = [one for one in self.rows[row.plan.number :] if not one.plan.is_down_payment]
            for following in instalments[:1]:
                following.ask_principal(excess)

    # --- what events need -------------------------------------------------------------------------------------

    @property
    def dues(self) -> tuple[Due, ...]:
        """The unpaid instalments that have fallen due, oldest first."""
        return tuple([row.due() for row in self.unpaid_rows()])

    def unpaid_rows(self) -> list[Row]:
        """The rows that have fallen due and of which something is left, oldest first."""
        return open_rows(self.rows[: self.fallen])

    def age(self) -> None:
        """The oldest instalment that is not fully paid."""
        unpaid = self.unpaid_rows()
        self.book.oldest_due_on = unpaid[0].plan.due_on.toordinal() if unpaid else 0

    def begin_row(self) -> None:
        """The row that has not closed begins to accrue, after the principal was paid out or the dates changed."""
        first, book = self.rows[self.closed].plan, self.book
        start = self._begin(first)
        book.accrual_base_minor, book.accrual_rate_ppb, book.accrual_divisor, book.accrual_code = start
        if book.bears_on_outstanding:
            book.accrual_base_minor = book.principal_not_due_minor + book.principal_due_minor
        book.interest_remainder = first_remainder(book.accrual_divisor, book.rounding_code)
        self.opening_minor = int(start.base_minor)

    def carry_row(self, on: date) -> None:
        """The current row ends early: what it has accrued is asked for with the next one, which begins today."""
        self.carried_minor += int(self.book.interest_row_minor)
        self.book.interest_row_minor = 0
        self.passed, self.since, self.moves = (), on, []

    def set_base(self, on: date) -> None:
        """The current row accrues on what its working says of today."""
        if self.since == on and not self.passed:
            self.begin_row()
        elif not self.book.bears_on_outstanding:
            segments = self.rows[self.closed].plan.segments
            self.turn(on, next((one.base_minor for one in segments if one.end > on), segments[-1].base_minor))

    def reckoned_balance(self) -> int:
        """The planned balance of the current row after what was paid early in it."""
        return self.opening_minor - sum(early for _, early, _ in self.moves)

    def move_balance(self, on: date, less_minor: int) -> None:
        """The balance on which the current row is reckoned becomes smaller, or larger, by other than a payment."""
        again = self.terms.recalculation
        if again and less_minor:
            self.moves.append((rest_of(self, again, on), less_minor, 0))

    def bear_more(self, on: date, more_minor: int) -> None:
        """A sum that is paid out bears interest from its day on, whatever the rest: that is of payments alone."""
        if self.terms.recalculation and more_minor:
            self.moves.append((on, -more_minor, 0))

    def pay_besides(self, on: date, amount_minor: int) -> None:
        """Principal that today's instalment takes besides leaves the balance of the current row, from its start if that is today."""
        if self.closed < len(self.rows) and self.rows[self.closed].plan.accrual_from < on:
            self.move_balance(on, amount_minor)
        else:
            self.opening_minor -= amount_minor

    def is_agreed_tranche(self, event: Event) -> bool:
        """Whether the event pays out a further sum that was agreed beforehand."""
        return event.kind is EventKind.DISBURSE and Tranche(event.on, event.amount_minor) in self.coming

    def record(self, kind: str, key: str, on: date, movements: Movements) -> None:
        """Keep the movements as a posting, if there are any."""
        if not movements:
            return
        lines = lines_of(movements)
        if lines:
            assert sum([line.amount_minor for line in lines]) == 0, lines
            self.postings.append(Posting(kind, key, on, lines))

    def row_of(self, number: int) -> Row:
        """The row of this number."""
        return self.rows[number - 1]

    def penalty_of_loan(self, unpaid: Sequence[Row]) -> int:
        """The unpaid penalty that has accrued day by day, beside that of the rows that are due and unpaid."""
        due = int(self.book.penalty_due_minor)
        return due - sum([row.unpaid(PENALTY) for row in unpaid]) if due else 0

    def finish(self, event: Event, movements: Movements, applied: Applied) -> None:
        """Close a loan that is paid, keep the posting and the trail."""
        finish_if_paid(self.book)
        self.record(str(event.kind), event.key, event.on, movements)
        outstanding = self.book.principal_not_due_minor + self.book.principal_due_minor
        self.trail.append(Applied(*applied[:-1], int(outstanding)))

    def standings(self) -> tuple[Standings, ...]:
        """All rows as they stand."""
        return tuple(row.standing() for row in self.rows)

    def renumber(self) -> None:
        """Rows and periods count from one, whatever has been put in or has fallen away; the trail tells of them so."""
        freed = {number for number, _ in self.set_free}
        moved = {
            row.told: number
            for number, row in enumerate(self.rows, start=1)
            if row.told != number and (any(row.paid) or row.told in freed)
        }
        if moved:
            self.retell(moved)
        for number, row in enumerate(self.rows, start=1):
            row.told = number
            if row.plan.number != number:
                row.plan = row.plan._replace(number=number)
        self.periods = [
            period if period.number == number else period._replace(number=number)
            for number, period in enumerate(self.periods, start=1)
        ]

    def retell(self, numbers: Mapping[int, int]) -> None:
        """What was paid on rows of the old numbers is told of the new ones."""
        self.set_free = [(numbers.get(number, number), amount) for number, amount in self.set_free]
        for place, entry in enumerate(self.trail):
            shares = [share._replace(number=numbers.get(share.number, share.number)) for share in entry.shares]
            self.trail[place] = entry._replace(shares=tuple(shares))


@lru_cache(maxsize=4096)
def _as_agreed(terms: Terms, calendar: Calendar) -> tuple[Sequence[Period], Schedule]:
    """The plan with which every replay of the loan begins; a loan is replayed at each of its events."""
    return agreed(terms, calendar)


def instalment_of(
    level: Level | None, relevelled: Sequence[tuple[date, Level]], period: Period, planned: PlanRow
) -> int:
    """What a row is to ask for in all, whatever becomes of its parts: its level, or what is planned."""
    has_level = period.weight and period.is_interest_due and not (period.is_capitalised or period.is_down_payment)
    if level is None or not has_level:
        return planned.total_minor
    for since, other in relevelled:
        if since <= period.start:
            level = other
    return level.of(period.weight)


def head(event: Event) -> tuple[str, EventKind, date, int]:
    """What every entry of the trail starts with."""
    return event.key, event.kind, event.on, event.amount_minor


def applied_of(event: Event, allotment: Allotment, overpaid_minor: int = 0) -> Applied:
    """The trail of an event that was allocated."""
    penalty, fee, interest, principal = allotment.parts()
    return Applied(*head(event), penalty, interest, principal, fee, overpaid_minor, allotment.shares)
