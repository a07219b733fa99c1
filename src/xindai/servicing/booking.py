"""The one way in which events enter loans: lock, replay, append, post, tell.

It takes one booking or a thousand: the loans are locked in one order, their histories are read at once,
each is replayed by the loan engine, and all events, postings and messages are written together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loanmath import (
    Applied,
    Calendar,
    Event,
    EventKind,
    GradingPolicy,
    Line,
    LoanMathError,
    Replay,
    Status,
    Terms,
    difference,
    replay,
)
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel import business_date, clock, outbox
from xindai.kernel.errors import IdempotencyConflict, InvalidInput, XindaiError
from xindai.kernel.transactions import held, hold
from xindai.ledger.posting import Posting, post_all
from xindai.servicing import messages, plans
from xindai.servicing.calendars import calendar_of
from xindai.servicing.errors import LaterEventStands, LoanHasEnded, LoanNotFound, NotTheBusinessDate, in_words
from xindai.servicing.grading import policy_on
from xindai.servicing.journal import posting_of_event
from xindai.servicing.models import Loan, LoanEvent

PLAN_CHANGES: Final = frozenset({EventKind.PREPAY, EventKind.SETTLE, EventKind.WRITE_OFF, EventKind.REVERSE})
"""Kinds of events after which the plan may be another one."""


@dataclass(frozen=True, slots=True)
class Booking:
    """An event to be recorded.  The same key with the same content is the same event, recorded once."""

    loan_no: str
    kind: EventKind
    key: str
    amount_minor: int
    source: str
    currency: str = ""
    reverses: str = ""
    note: str = ""

    def is_told_by(self, event: LoanEvent, on: date) -> bool:
        """Whether the recorded event is this very one."""
        told = (event.loan.no, event.kind, event.amount_minor, event.reverses, event.on)
        return told == (self.loan_no, str(self.kind), self.amount_minor, self.reverses, on)


@dataclass(slots=True)
class Account:
    """A locked loan with its history, which grows while bookings are appended."""

    loan: Loan
    terms: Terms
    calendar: Calendar
    history: list[Event] = field(default_factory=list)

    @classmethod
    def of(cls, loan: Loan) -> "Account":
        """The account of a loan, its history still to be read."""
        return cls(loan, Terms.from_json(loan.terms), calendar_of(loan.calendar_id))

    def replay(self, as_of: date, policy: GradingPolicy, *more: Event) -> Replay:
        """The loan after its events of the day, and some more, before the end of that day."""
        return replay(self.terms, [*self.history, *more], as_of, policy=policy, calendar=self.calendar, at="open")


@dataclass(frozen=True, slots=True)
class Appended:
    """What one booking came to, still to be written."""

    event: LoanEvent
    posting: Posting
    messages: list[outbox.Event]


def book(actor: Actor, bookings: Sequence[Booking], on: date) -> list[LoanEvent]:
    """Record the bookings, in order, on the open business date; returns their events.

    What has been recorded before is answered the same also after its date has closed.  Raises LoanNotFound, NotTheBusinessDate, IdempotencyConflict, and the engine's refusals in words.
    """
    try:
        require_business_date(on)
    except XindaiError:
        told = _told_before(actor, bookings, on)
        if told is None:
            raise
        return told
    accounts = lock(actor, {booking.loan_no for booking in bookings})
    known = read_histories(accounts.values(), {booking.key for booking in bookings})
    policy = policy_on(on)
    appended: list[Appended] = []
    for booking in bookings:
        if booking.key not in known:
            appended.append(_append(actor, accounts[booking.loan_no], booking, on, policy))
            known[booking.key] = appended[-1].event
        elif not booking.is_told_by(known[booking.key], on):
            raise IdempotencyConflict(booking.key)
    _write(actor, appended, on)
    return [known[booking.key] for booking in bookings]


def _told_before(actor: Actor, bookings: Sequence[Booking], on: date) -> list[LoanEvent] | None:
    """The events of the bookings if these very ones are all in the books already, else None."""
    rows = LoanEvent.objects.filter(key__in={booking.key for booking in bookings}).select_related("loan")
    known = {event.key: event for event in rows if scope.covers(actor, event.loan.branch_id)}
    are_told = all(booking.key in known and booking.is_told_by(known[booking.key], on) for booking in bookings)
    return [known[booking.key] for booking in bookings] if are_told else None


def require_business_date(on: date) -> None:
    """Hold the business date open until the transaction ends.  Raises NotTheBusinessDate."""
    current = business_date.hold_open()
    if on != current:
        raise NotTheBusinessDate(on, current)


def lock(actor: Actor, numbers: Iterable[str]) -> dict[str, Account]:
    """The loans, locked in the order of their ids so that no two workers wait for each other.

    Raises LoanNotFound, also for a loan outside the actor's branches, and NotPermitted where the actor
    has the verb's right only in another branch.
    """
    wanted = set(numbers)
    loans = [loan for number in wanted if (loan := held(("loan", number))) and scope.covers(actor, loan.branch_id)]
    missing = wanted - {loan.no for loan in loans}
    if missing:
        rows = scope.rows(actor, Loan.objects.select_for_update()).filter(no__in=missing).order_by("pk")
        loans += [hold(("loan", loan.no), loan) for loan in rows]
    accounts = {loan.no: Account.of(loan) for loan in loans}
    for number in wanted:
        if number not in accounts:
            raise LoanNotFound(number)
        scope.require(actor, accounts[number].loan.branch_id)
    return accounts


def read_histories(accounts: Iterable[Account], keys: Iterable[str] = ()) -> dict[str, LoanEvent]:
    """Fill in the histories; returns the events recorded under the keys, whichever loan they belong to."""
    by_id = {account.loan.pk: account for account in accounts}
    wanted = set(keys)
    recorded: dict[str, LoanEvent] = {}
    of_these = LoanEvent.objects.filter(Q(loan__in=by_id) | Q(key__in=wanted))
    for event in of_these.order_by("loan", "sequence"):
        if event.loan_id in by_id:
            event.loan = by_id[event.loan_id].loan
            by_id[event.loan_id].history.append(engine_event(event))
        if event.key in wanted:
            recorded[event.key] = event
    return recorded


def engine_event(event: LoanEvent) -> Event:
    """The event as the engine knows it."""
    return Event(event.key, EventKind(event.kind), event.on, event.amount_minor, event.reverses)


def _append(actor: Actor, account: Account, booking: Booking, on: date, policy: GradingPolicy) -> Appended:
    """Let one event happen to a locked loan; nothing is written yet but the loan's row and a changed plan."""
    loan = account.loan
    _check(loan, booking)
    try:
        event = Event(booking.key, booking.kind, on, booking.amount_minor, booking.reverses)
        after = account.replay(on, policy, event)
        lines = _lines(account, event, after, policy)
    except LoanMathError as error:
        if error.event_key not in ("", booking.key):
            later = LoanEvent.objects.get(loan=loan, key=error.event_key)
            raise LaterEventStands(later.get_kind_display(), later.on) from error
        raise in_words(error) from error
    applied = next((entry for entry in after.trail if entry.key == event.key), None)
    told = [
        messages.of_event(loan, event, booking.source, applied),
        *messages.of_status(loan, after.state.status, on),
    ]
    account.history.append(event)
    _follow(loan, event, after)
    record = LoanEvent(
        loan=loan,
        sequence=len(account.history),
        key=event.key,
        kind=str(event.kind),
        on=on,
        amount_minor=event.amount_minor,
        reverses=event.reverses,
        source=booking.source,
        note=booking.note,
        made_by=actor.label,
        recorded_at=clock.now(),
        applied=_plain(applied),
        state_after=after.state.to_json(),
    )
    return Appended(record, posting_of_event(loan, event, lines), told)


def _check(loan: Loan, booking: Booking) -> None:
    """What the engine does not ask: the right currency, and no payment into an account that has ended."""
    if booking.currency and booking.currency != loan.currency:
        raise InvalidInput(
            "currency",
            _("Loan {loan} is kept in {currency}."),
            _("Exchange the money first and record the amount in {currency}."),
            loan=loan.no,
            currency=loan.currency,
        )
    if booking.kind is EventKind.REPAY and loan.state != Status.ACTIVE:
        raise LoanHasEnded(
            _("Loan {loan} is no longer running."),
            remedy=_("Pay the money back, or record a recovery if the loan has been written off."),
            loan=loan.no,
        )


def _lines(account: Account, event: Event, after: Replay, policy: GradingPolicy) -> tuple[Line, ...]:
    """The event's own posting; for a reversal the difference that it makes to all that was posted."""
    if event.kind is EventKind.REVERSE:
        return difference(account.replay(event.on, policy).postings, after.postings)
    return next((posting.lines for posting in after.postings if posting.key == event.key), ())


def _follow(loan: Loan, event: Event, after: Replay) -> None:
    """Let the loan's row and its plan follow the engine, where they have changed."""
    if event.kind in PLAN_CHANGES:
        plans.replace(loan, after.rows, event.on)
    if loan.state != after.state.status:
        loan.state = after.state.status
        loan.ended_on = None if loan.state == Status.ACTIVE else event.on
        loan.save_versioned()


def _plain(applied: Applied | None) -> dict[str, Any]:
    """How the amount was used, as plain values for the page that explains it."""
    if applied is None:
        return {}
    return {
        "penalty_minor": applied.penalty_minor,
        "interest_minor": applied.interest_minor,
        "principal_minor": applied.principal_minor,
        "fee_minor": applied.fee_minor,
        "overpaid_minor": applied.overpaid_minor,
        "shares": [[str(share.component), share.number, share.amount_minor] for share in applied.shares],
    }


def _write(actor: Actor, appended: Sequence[Appended], on: date) -> None:
    """Postings, events and messages of all bookings, each kind with one statement."""
    transactions = post_all(actor, [item.posting for item in appended])
    for item, transaction in zip(appended, transactions, strict=True):
        item.event.transaction = transaction
    LoanEvent.objects.bulk_create([item.event for item in appended])
    outbox.emit_all([(message, item.event.loan.no) for item in appended for message in item.messages], on=on)
