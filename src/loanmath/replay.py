"""The one meaning of a loan: its terms and events replayed to a date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from loanmath.account import Account, Applied
from loanmath.calendar import NO_REST_DAYS, Calendar
from loanmath.deeds import apply, meet_with_set_free
from loanmath.errors import LoanMathError
from loanmath.events import Event, standing
from loanmath.grading import FiveTier, GradingPolicy, upgrade_day
from loanmath.kinds import require_kind
from loanmath.paying import open_day_of_tranche
from loanmath.postings import Posting
from loanmath.reckoning import reckon
from loanmath.rows import Standings
from loanmath.schedule import PlanRow
from loanmath.state import ACTIVE, PENDING, State
from loanmath.steps import close_days
from loanmath.terms import Terms
from loanmath.tranches import forgo

Moment = Literal["open", "close"]
"""``open``: the day's rows have fallen due and its events happened; ``close``: after its end of day."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A loan at one moment, and how it came there."""

    state: State
    rows: tuple[PlanRow, ...]
    """The plan in force, with the rows that have passed as they were."""
    postings: tuple[Posting, ...]
    """In order; days without rows, events or thresholds share one posting."""
    trail: tuple[Applied, ...]
    """One entry for each event that stands."""
    fallen: int = 0
    """How many rows have fallen due."""
    closed: int = 0
    """How many rows' accrual periods are over."""
    standings: tuple[Standings, ...] = ()
    """Each row with what has been asked, paid and waived."""
    early_fee_minor: int = 0
    """What ending the loan ahead of time costs besides."""

    @property
    def settlement_minor(self) -> int:
        """What settles the loan at this moment: all that is owed, and what doing so ahead of time costs."""
        return self.state.settlement_minor + self.early_fee_minor

    def unpaid(self, row: PlanRow) -> tuple[int, int]:
        """Principal and interest of the row that are not paid (fallen due or not)."""
        if self.state.status != ACTIVE:
            return 0, 0
        standing = self.standings[row.number - 1]
        _, _, interest, principal = (
            asked - paid - waived
            for asked, paid, waived in zip(standing.asked, standing.paid, standing.waived, strict=True)
        )
        return principal, interest


def replay(
    terms: Terms,
    events: Sequence[Event],
    as_of: date,
    *,
    policy: GradingPolicy,
    calendar: Calendar = NO_REST_DAYS,
    at: Moment = "close",
) -> Replay:
    """Replay a loan's history up to a moment of the day ``as_of``.

    Each business date opens (rows close and fall due), its events apply in the order given, and it
    closes (ageing, accrual, class, provision).  Reversed events are left out from the day of
    their reversal on.  Between days on which something happens whole spans are closed at once;
    the result equals the daily step taken day by day.
    Raises LoanMathError where an event cannot happen (``event_key``), and ``wrong_kind`` about what is no terms, event, day or policy.
    """
    _require_kinds(terms, events, as_of, policy, at)
    account = Account(terms, calendar)
    to_close = terms.disbursed_on.toordinal()
    history = groupby(standing(events, as_of), key=lambda event: event.on)
    for on, todays in _days(account, history, as_of):
        to_close = _close_until(account, to_close, on.toordinal() - 1, policy)
        is_begun = account.book.status != PENDING
        agreed = [event for event in todays if is_begun and account.is_agreed_tranche(event)]
        for event in agreed:
            _apply(account, event)
        if account.coming:
            forgo(account, on, agreed)
            meet_with_set_free(account, on)
        if agreed:
            open_day_of_tranche(account, on)
            meet_with_set_free(account, on)
        else:
            account.open_day(on)
        for event in todays:
            if not agreed or event not in agreed:
                _apply(account, event)
    last_closed = as_of.toordinal() if at == "close" else as_of.toordinal() - 1
    _close_until(account, to_close, last_closed, policy)
    if terms.bears_on_outstanding and account.book.status == ACTIVE:
        reckon(account, as_of)
    state = account.book.close_state(account.dues)
    return Replay(
        state,
        tuple(row.plan for row in account.rows),
        tuple(account.postings),
        tuple(account.trail),
        account.fallen,
        account.closed,
        account.standings(),
        terms.early_fee(state.principal_not_due_minor),
    )


def _apply(account: Account, event: Event) -> None:
    """Let an event happen; an error names it."""
    try:
        apply(account, event)
    except LoanMathError as error:
        error.event_key = event.key
        raise


def _require_kinds(terms: Terms, events: Sequence[Event], as_of: date, policy: GradingPolicy, at: Moment) -> None:
    require_kind("terms", terms, Terms)
    require_kind("as_of", as_of, date)
    require_kind("policy", policy, GradingPolicy)
    for place, event in enumerate(events):
        if type(event) is not Event:
            require_kind(f"events[{place}]", event, Event)
    if at not in ("open", "close"):
        raise LoanMathError("unknown_choice", "at", "“{value}” is no moment: choose open or close", value=at)


def _days(
    account: Account, history: Iterator[tuple[date, Iterator[Event]]], as_of: date
) -> Iterator[tuple[date, list[Event]]]:
    """The days up to ``as_of`` on which a row moves or an event happens, with their events."""
    on, events = next(history, (None, iter(())))
    while True:
        row_day = account.next_row_day()
        days = [day for day in (row_day, on.toordinal() if on else None) if day is not None]
        if not days or min(days) > as_of.toordinal():
            return
        today = date.fromordinal(min(days))
        if today == on:
            yield today, list(events)
            on, events = next(history, (None, iter(())))
        else:
            yield today, []


def _close_until(account: Account, first: int, last: int, policy: GradingPolicy) -> int:
    """Close the days ``first`` to ``last`` in as few spans as the thresholds allow.

    Returns the next day to close.
    """
    if account.book.status == PENDING:
        return first if last < first else last + 1
    while first <= last:
        end = min(
            (day - 1 for day in _thresholds(account, policy) if first < day <= last),
            default=last,
        )
        movements = close_days(account.book, first, end, policy)
        account.record("close", "", date.fromordinal(end), movements)
        first = end + 1
    return first


def _thresholds(account: Account, policy: GradingPolicy) -> list[int]:
    """Days at whose close a rule changes: lateness counts, accrual stops, an upgrade is earned."""
    book, days = account.book, []
    if book.oldest_due_on > 0:
        days.append(book.oldest_due_on + policy.technical_lateness_days + 1)
        days.append(book.oldest_due_on + book.non_accrual_after_days + 1)
    if book.cured_on > 0 and book.five_tier >= FiveTier.SUBSTANDARD:
        days.append(upgrade_day(book.cured_on, policy.good_conduct_months))
    return days
