"""A neutral case while its events happen: what has been booked, and the loan that it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple

from loanmath.charges import Basis, Charge, Moment
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.grading import UNGRADED
from loanmath.neutral.happenings import Calc, ChargeAsked, Deed, Happening
from loanmath.neutral.loan import ROUNDING, Loan, PaidOut
from loanmath.rates import PPB
from loanmath.replay import Replay, replay
from loanmath.rounding import divide
from loanmath.rows import Standings
from loanmath.terms import Terms

_MOST_TRIES: Final = 3


class _Payment(NamedTuple):
    """How a payment is called in the list of transactions, what it is to the engine, whose allocation it takes."""

    word: str
    kind: EventKind
    rule: str | None = None


_BEFORE_PAID_OUT: Final = (
    *(Deed.APPROVE, Deed.DISBURSE, Deed.ADD_CHARGE, Deed.SET_FRAUD_FLAG, Deed.CLOSE_OF_BUSINESS, Deed.UNDO_TRANSACTION),
)
"""What may happen before the loan is paid out."""
_PAYMENTS: Final = {
    Deed.REPAYMENT: _Payment("Repayment", EventKind.REPAY),
    Deed.MERCHANT_ISSUED_REFUND: _Payment("Merchant Issued Refund", EventKind.CREDIT, "MERCHANT_ISSUED_REFUND"),
    Deed.PAYOUT_REFUND: _Payment("Payout Refund", EventKind.CREDIT, "PAYOUT_REFUND"),
    Deed.GOODWILL_CREDIT: _Payment("Goodwill Credit", EventKind.GOODWILL, "GOODWILL_CREDIT"),
}


class Shown(NamedTuple):
    """A line of the transactions: its parts, and the principal outstanding after it."""

    word: str
    on: date
    amount_minor: int
    parts: tuple[int, int, int, int]
    """Penalty, fee, interest, principal."""
    balance_minor: int
    entry: Entry


@dataclass(slots=True, eq=False)
class Entry:
    """A transaction or a charge of the case, and the event of the engine that stands for it."""

    word: str
    event: Event
    booked_on: date
    order: int
    shown_on: date
    """Under which date it shows: a waiver under that of its charge, all others under their own."""
    is_overdue_charge: bool = False
    frozen: Shown | None = None
    """How it showed when it was undone."""

    @property
    def stands(self) -> bool:
        """Whether it has not been undone."""
        return self.frozen is None

    @property
    def key(self) -> tuple[date, date, int]:
        """When it takes effect, when it was booked, in which order."""
        return self.event.on, self.booked_on, self.order


@dataclass(slots=True)
class Story:
    """A case while its events happen.  Nothing is carried on: each look replays what stands from the beginning."""

    loan: Loan
    today: date = field(init=False)
    approved_minor: int = field(init=False)
    is_approved: bool = False
    paid_out: list[Entry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    """Payments, charge-offs and waivers: with ``paid_out`` all transactions."""
    charges: list[Entry] = field(default_factory=list)
    at_disbursement: list[ChargeAsked] = field(default_factory=list)
    order: int = 0

    def __post_init__(self) -> None:
        self.today = self.loan.starts_on
        self.approved_minor = self.loan.principal_minor

    # --- what happens ---------------------------------------------------------------------------------------------

    def happen(self, one: Happening) -> None:
        """One event of the case.  Raises LoanMathError where it cannot happen."""
        self.order += 1
        self.today = one.booked_on
        if one.deed not in _BEFORE_PAID_OUT and not self.paid_out:
            raise LoanMathError(
                "not_paid_out", "type", "nothing has been paid out yet: give the event “disburse” before it"
            )
        deeds: dict[Deed, Callable[[Happening], None]] = {
            Deed.APPROVE: self._approve,
            Deed.DISBURSE: self._disburse,
            Deed.PAY_OFF: self._pay_off,
            Deed.ADD_CHARGE: self._add_charge,
            Deed.WAIVE_CHARGE: self._waive_charge,
            Deed.UNDO_TRANSACTION: self._undo,
            Deed.CHARGE_OFF: self._charge_off,
            Deed.CLOSE_OF_BUSINESS: self._close_of_business,
        }
        deeds.get(one.deed, self._nothing)(one)
        if one.deed in _PAYMENTS:
            self._pay(one)

    def _nothing(self, one: Happening) -> None:
        """An event that changes no figure, or a payment."""

    def _approve(self, one: Happening) -> None:
        self.is_approved = True
        self.approved_minor = one.amount_minor or self.approved_minor

    def _disburse(self, one: Happening) -> None:
        """A sum is paid out; its down payment is taken the same day if the loan says so, less what was overpaid."""
        overpaid = 0
        if self.paid_out:
            overpaid = self.seen().state.overpaid_minor
            last = self.terms().due_dates()[-1]
            if one.on > last or (one.on == last and self.loan.is_progressive):
                raise LoanMathError(
                    "tranche_too_late",
                    "date",
                    "no instalment is left to repay it: pay it out before the last one is due",
                )
            if not self.loan.has_tranches:
                raise LoanMathError(
                    "no_tranches",
                    "type",
                    "the loan is paid out at once: say “multi_disbursal”: true, or take this event out",
                )
        self._book(self.paid_out, "Disbursement", Event(self._key(), EventKind.DISBURSE, one.on, one.amount_minor))
        down = self.terms().down_payment(one.amount_minor) - overpaid
        if self.loan.pays_down_by_itself and down > 0:
            self._book(self.entries, "Down Payment", Event(self._key("down"), EventKind.REPAY, one.on, down))

    def _pay(self, one: Happening) -> None:
        payment = _PAYMENTS[one.deed]
        allocation = self.loan.allocations[payment.rule] if payment.rule else None
        paid = Event(self._key(), payment.kind, one.on, one.amount_minor, allocation=allocation)
        self._book(self.entries, payment.word, paid)

    def _pay_off(self, one: Happening) -> None:
        """All that is owed: with recalculated interest up to the day, else with all the interest of the plan.

        Paying may itself make overdue principal bear interest, so what a first try leaves is added.
        """
        seen = self.seen(one.on)
        amount = sum(row.unpaid_minor for row in seen.standings) - seen.state.overpaid_minor
        if self.loan.recalculation:
            amount = seen.state.settlement_minor
            for _ in range(_MOST_TRIES):
                amount += self._left_after(one.on, amount)
        if amount > 0:
            self._book(self.entries, "Repayment", Event(self._key(), EventKind.REPAY, one.on, amount))

    def _left_after(self, on: date, amount_minor: int) -> int:
        """What is owed, or below zero paid too much, after such a payment."""
        tried = [Event("probe", EventKind.REPAY, on, amount_minor)] if amount_minor > 0 else []
        after = self.seen(on, last=tried)
        return sum(row.unpaid_minor for row in after.standings) - after.state.overpaid_minor

    def _charge_off(self, one: Happening) -> None:
        self._book(self.entries, "Charge-off", Event(self._key(), EventKind.CHARGE_OFF, one.on))

    def _undo(self, one: Happening) -> None:
        """A transaction did not happen after all; it goes on showing as it did."""
        undone = one.undone
        assert undone is not None
        same = [
            entry
            for entry in self.listed()
            if entry.word == undone.word and undone.on in (entry.event.on, entry.shown_on)
        ]
        if len(same) < undone.nth:
            raise LoanMathError(
                "no_such_transaction",
                "transaction_type",
                "there is no such transaction to undo: check its type, its date and nth",
            )
        target = same[undone.nth - 1]
        if not target.stands:
            raise LoanMathError(
                "undone_before",
                "transaction_type",
                "it has been undone before: name another one, or take this event out",
            )
        target.frozen = next(shown for shown in self.transactions(self.seen()) if shown.entry is target)

    # --- charges --------------------------------------------------------------------------------------------------

    def _add_charge(self, one: Happening) -> None:
        asked = one.charge
        assert asked is not None
        if self.charged_off_on():
            raise LoanMathError(
                "charged_off", "type", "Nothing can be charged to a loan that has been charged off: take this event out"
            )
        if asked.calc is Calc.OF_PRINCIPAL:
            self.at_disbursement.append(asked)
        elif asked.calc is Calc.OF_EACH_INSTALMENT:
            share = Charge(
                component=asked.component,
                basis=Basis.ROW_PRINCIPAL_AND_INTEREST,
                moment=Moment.EACH_INSTALMENT,
                rate_ppb=asked.rate_ppb,
            )
            self._charge(share, one.on)
        else:
            amount = asked.amount_minor
            if asked.calc is Calc.OF_ALL:
                plan = self.seen().rows
                amount = _share(sum(row.principal_minor + row.interest_minor for row in plan), asked.rate_ppb)
            self._charge(Charge(component=asked.component, amount_minor=amount, due_on=asked.due_on), asked.due_on)

    def _charge(self, charge: Charge, due_on: date) -> Entry:
        """A charge takes effect on its due date where that has passed, else when it is booked."""
        event = Event(self._key(str(len(self.charges))), EventKind.CHARGE, min(due_on, self.today), charge=charge)
        return self._book(self.charges, "Charge", event, shown_on=due_on)

    def _waive_charge(self, one: Happening) -> None:
        """What is unpaid of the charge that was added last; it shows on the day on which that was due."""
        if not self.charges:
            raise LoanMathError("nothing_to_waive", "which", "no charge has been added: take this event out")
        last, today = self.charges[-1], one.booked_on
        of_each = last.event.charge is not None and last.event.charge.due_on is None
        probe = Event("probe", EventKind.WAIVE, today, of=last.event.key)
        unpaid = next(done.amount_minor for done in self.seen(last=[probe]).trail if done.key == "probe")
        waived = Event(self._key(), EventKind.WAIVE, today, unpaid, of=last.event.key)
        self._book(self.entries, "Waive loan charges", waived, shown_on=today if of_each else last.shown_on)

    def _close_of_business(self, one: Happening) -> None:
        """A charge on each instalment that is found overdue for the first time, if the loan asks for one.

        A loan that has been charged off is charged nothing more.
        """
        rule = self.loan.overdue_charge
        if rule is None or not self.paid_out or self.charged_off_on():
            return
        today = one.booked_on
        charged = {entry.shown_on for entry in self.charges if entry.is_overdue_charge}
        for row in self.seen().standings:
            due_on = row.plan.due_on
            if due_on < today and row.unpaid_minor and due_on not in charged:
                interest = row.plan.interest_minor if rule.basis is Basis.ROW_PRINCIPAL_AND_INTEREST else 0
                amount = _share(row.plan.principal_minor + interest, rule.rate_ppb)
                if amount:
                    share = Charge(component=rule.component, amount_minor=amount, due_on=due_on)
                    self._charge(share, due_on).is_overdue_charge = True

    # --- what is seen ---------------------------------------------------------------------------------------------

    def terms(self) -> Terms:
        """The terms with what has been paid out; before that, with what is to be paid out."""
        in_turn = sorted(self.paid_out, key=lambda entry: entry.key)
        paid_out = [PaidOut(entry.event.on, entry.event.amount_minor) for entry in in_turn]
        if not paid_out:
            paid_out = [PaidOut(self.loan.starts_on, self.approved_minor)]
        return self.loan.terms(paid_out, self.approved_minor, self.fee_of(paid_out[0].amount_minor))

    def fee_of(self, paid_out_minor: int) -> int:
        """What is kept back of the first sum that is paid out."""
        return sum(_share(paid_out_minor, asked.rate_ppb) for asked in self.at_disbursement)

    def seen(self, on: date | None = None, last: Sequence[Event] = ()) -> Replay:
        """The loan as of today, or of another day, after everything that has happened, and ``last``."""
        events = [*self._events(), *last] if self.paid_out else []
        return replay(self.terms(), events, on or self.today, policy=UNGRADED, at="open")

    def _events(self) -> list[Event]:
        """What the engine replays.

        Progressive loans: everything by effective date, then as booked.  Cumulative ones: all charges and waivers
        stand from the beginning, and come before payments.  No charge takes effect before the first sum is paid out.
        """
        first, *more = sorted(self.paid_out, key=lambda entry: entry.key)
        start = first.event.on
        if self.loan.is_progressive:
            others = [entry for entry in (*more, *self.charges, *self.entries) if entry.stands]
            found = [entry.event for entry in sorted(others, key=lambda entry: entry.key)]
            return [first.event, *(_not_before(start, event) for event in found)]
        asked = sorted([*self.charges, *self.waivers()], key=lambda entry: entry.order)
        paid = [entry for entry in self.entries if entry.event.kind is not EventKind.WAIVE]
        return [
            *(entry.event for entry in (first, *more)),
            *(replace(entry.event, on=start) for entry in asked if entry.stands),
            *(entry.event for entry in sorted(paid, key=lambda entry: entry.key) if entry.stands),
        ]

    def listed(self) -> list[Entry]:
        """The transactions, in the order in which they were booked."""
        return sorted([*self.paid_out, *self.entries], key=lambda entry: (entry.booked_on, entry.order))

    def transactions(self, seen: Replay) -> list[Shown]:
        """The transactions by date, then as booked; those undone as they showed when they were undone."""
        applied = {one.key: one for one in seen.trail}
        running = 0
        found: list[Shown] = []
        for entry in sorted(self.listed(), key=lambda entry: (entry.shown_on, entry.order)):
            if entry.frozen is not None:
                found.append(entry.frozen)
                continue
            event, kind = entry.event, entry.event.kind
            one = applied[event.key]
            amount = one.amount_minor or event.amount_minor
            parts = (one.penalty_minor, one.fee_minor, one.interest_minor, one.principal_minor)
            if kind is EventKind.DISBURSE:
                running += amount
                found += self._fee_kept_back(entry, running)
            elif kind in _REDUCING:
                running -= one.principal_minor + one.overpaid_minor
            shown = Shown(
                entry.word,
                entry.shown_on,
                amount,
                parts if kind in (*_REDUCING, EventKind.CHARGE_OFF) else (0, 0, 0, 0),
                0 if kind is EventKind.CHARGE_OFF else max(0, running),
                entry,
            )
            found.append(shown)
        return found

    def _fee_kept_back(self, entry: Entry, balance_minor: int) -> list[Shown]:
        """The fee that is kept back of the first sum, as a transaction of its own before it."""
        fee = self.fee_of(entry.event.amount_minor)
        if not fee or entry is not min(self.paid_out, key=lambda one: one.key):
            return []
        return [Shown("Repayment (at time of disbursement)", entry.shown_on, fee, (0, fee, 0, 0), balance_minor, entry)]

    def waivers(self) -> list[Entry]:
        """All waivers, also those undone: once there is one, rows tell what is waived."""
        return [entry for entry in self.entries if entry.event.kind is EventKind.WAIVE]

    def charged_off_on(self) -> date | None:
        """The day of the charge-off that stands, if there is one."""
        days = [entry.event.on for entry in self.entries if entry.event.kind is EventKind.CHARGE_OFF and entry.stands]
        return days[0] if days else None

    def waived_on(self, row: Standings) -> date | None:
        """The day under which the waiver shows that left nothing of the row; None where it was paid."""
        if not sum(row.waived):
            return None
        days = [one.shown_on for one in self.waivers() if one.stands and self._effective(one) == row.settled_on]
        return days[-1] if days else None

    def _effective(self, entry: Entry) -> date:
        start = min(self.paid_out, key=lambda one: one.key).event.on
        return max(start, entry.event.on) if self.loan.is_progressive else start

    # --- booking --------------------------------------------------------------------------------------------------

    def _book(self, into: list[Entry], word: str, event: Event, shown_on: date | None = None) -> Entry:
        entry = Entry(word, event, self.today, self.order, shown_on or event.on)
        into.append(entry)
        return entry

    def _key(self, more: str = "") -> str:
        """A key for an event of the engine."""
        return f"{self.order}.{more}" if more else str(self.order)


_REDUCING: Final = (EventKind.REPAY, EventKind.CREDIT, EventKind.GOODWILL)
"""What reduces the principal."""


def _share(of_minor: int, rate_ppb: int) -> int:
    """So much of an amount, rounded as the format rounds."""
    return divide(of_minor * rate_ppb, PPB, ROUNDING)


def _not_before(start: date, event: Event) -> Event:
    """A charge or a waiver, at the earliest on the first day of the loan."""
    is_early = event.kind in (EventKind.CHARGE, EventKind.WAIVE) and event.on < start
    return replace(event, on=start) if is_early else event
