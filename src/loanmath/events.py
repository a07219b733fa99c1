"""What happens to a loan after its terms are agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from loanmath.allocation import Allocation, Component
from loanmath.charges import Charge
from loanmath.errors import LoanMathError
from loanmath.kinds import Reader, choice, day, optional, require_kind, values_of, word
from loanmath.rates import LARGEST_RATE_PPB
from loanmath.shape import MOST_ROWS, require_range
from loanmath.terms import Prepaid


class EventKind(StrEnum):
    """The kinds of events."""

    DISBURSE = "disburse"
    """The principal, or a tranche of it, is paid out."""
    REPAY = "repay"
    """A payment: what is due first; the excess is kept or pays ahead, as the allocation says."""
    CREDIT = "credit"
    """A merchant's or another third party's refund: allocated like a payment."""
    GOODWILL = "goodwill"
    """A credit without money, at the lender's cost: allocated like a payment."""
    PREPAY = "prepay"
    """What is due, then principal ahead of time; the rows ahead are planned anew (``prepaid`` says how)."""
    SETTLE = "settle"
    """Everything, ahead of time, with interest up to the day."""
    COMPROMISE = "compromise"
    """An agreed sum settles the loan; the rest is forgiven."""
    CHARGE = "charge"
    """A fee or a penalty, as ``charge`` says."""
    WAIVE = "waive"
    """Penalty, fees or interest are not asked for: up to the amount (0: all) of the ``component``, or the charge of
    the event named in ``of``."""
    FORGIVE = "forgive"
    """Part of the principal is not asked for; the rows ahead follow as after a prepayment (``prepaid``)."""
    REFUND = "refund"
    """An overpayment is paid back."""
    CHARGEBACK = "chargeback"
    """Principal that was repaid is taken back: it is owed again, today.  A payment that bounces as a whole is reversed."""
    RATE_CHANGE = "rate_change"
    """Another rate holds from today on (``rate_ppb``); the rows ahead are planned anew (``prepaid`` says how)."""
    EXTEND = "extend"
    """``rows`` more rows; the rows ahead are planned anew."""
    RE_AMORTISE = "re_amortise"
    """Principal that is overdue joins the rows ahead, which are planned anew."""
    RE_AGE = "re_age"
    """All principal is owed in ``rows`` new rows from ``due_on`` on; interest and charges that are due stay due."""
    HOLIDAY = "holiday"
    """The next ``rows`` rows ask for nothing; interest is added to the principal."""
    STOP_ACCRUAL = "stop_accrual"
    CHARGE_OFF = "charge_off"
    """The loan leaves the balance sheet, its instalments are claimed as before."""
    WRITE_OFF = "write_off"
    RECOVER = "recover"
    """Money received after the write-off."""
    MISUSE = "misuse"
    """The money serves another purpose than agreed, from today on; amount 0 ends it."""
    REVERSE = "reverse"
    """An earlier event did not happen after all; ``reverses`` holds its key."""


WITHOUT_AMOUNT: Final = frozenset(
    {
        EventKind.SETTLE,
        EventKind.CHARGE,
        EventKind.WAIVE,
        EventKind.RATE_CHANGE,
        EventKind.EXTEND,
        EventKind.RE_AMORTISE,
        EventKind.RE_AGE,
        EventKind.HOLIDAY,
        EventKind.STOP_ACCRUAL,
        EventKind.CHARGE_OFF,
        EventKind.WRITE_OFF,
        EventKind.MISUSE,
        EventKind.REVERSE,
    }
)
"""Kinds that may come with no amount."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event.  ``key`` is unique in the loan; events of one day apply in the order given.

    What the fields after ``reverses`` mean is said at the kinds that use them; ``allocation`` stands in for the
    terms' order for this one payment.
    """

    key: str
    kind: EventKind
    on: date
    amount_minor: int = 0
    reverses: str = ""
    charge: Charge | None = None
    of: str = ""
    component: Component | None = None
    rate_ppb: int | None = None
    rows: int = 0
    due_on: date | None = None
    prepaid: Prepaid = Prepaid.LOWER
    allocation: Allocation | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", choice("kind", EventKind, self.kind))
        self._require_kinds()
        require_range("amount_minor", self.amount_minor, -_LARGEST_MINOR, _LARGEST_MINOR)
        if self.amount_minor < 0 or (self.kind not in WITHOUT_AMOUNT and self.amount_minor == 0):
            raise LoanMathError(
                "amount_not_positive",
                "amount_minor",
                "The amount of an event must be above zero",
            )
        require_range("rows", self.rows, 0, MOST_ROWS)
        if self.rate_ppb is not None:
            require_range("rate_ppb", self.rate_ppb, 0, LARGEST_RATE_PPB)
        if self.kind is EventKind.WAIVE and self.component is Component.PRINCIPAL:
            raise LoanMathError("waiver_of_principal", "component", "Principal is not waived: forgive it")
        for kind, field, remedy in _NEEDED:
            if self.kind is kind and not getattr(self, field) and getattr(self, field) != 0:
                raise LoanMathError("event_incomplete", field, remedy)
        if (self.kind is EventKind.REVERSE) != bool(self.reverses):
            raise LoanMathError(
                "reverses_missing",
                "reverses",
                "A reversal, and only it, names the event it reverses",
            )

    def _require_kinds(self) -> None:
        """Raise LoanMathError ``wrong_kind`` or ``unknown_choice`` for a value of another kind than its field has."""
        for name, kind in _KINDS.items():
            value = getattr(self, name)
            if type(value) is not kind:
                require_kind(name, value, kind)
        for name, kind in _OPTIONAL_KINDS.items():
            value = getattr(self, name)
            if value is not None and type(value) is not kind:
                require_kind(name, value, kind)
        object.__setattr__(self, "prepaid", choice("prepaid", Prepaid, self.prepaid))
        if self.component is not None:
            object.__setattr__(self, "component", choice("component", Component, self.component))

    def to_json(self) -> dict[str, Any]:
        """Plain values; what the kind does not use is left out."""
        values: dict[str, Any] = {
            "key": self.key,
            "kind": str(self.kind),
            "on": self.on.isoformat(),
            "amount_minor": self.amount_minor,
            "reverses": self.reverses,
        }
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name not in values and value != item.default:
                values[item.name] = _plain(value)
        return values

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The event that :meth:`to_json` wrote.  Raises LoanMathError that names the field with its path."""
        return cls(**values_of(cls, data, _READERS))


_LARGEST_MINOR: Final = 10**18
_NEEDED: Final = (
    (EventKind.CHARGE, "charge", "Say what is charged"),
    (EventKind.RATE_CHANGE, "rate_ppb", "Give the new rate"),
    (EventKind.RE_AGE, "due_on", "Give the first new due date"),
)
_KINDS: Final[dict[str, type]] = {"key": str, "on": date, "reverses": str, "of": str}
_OPTIONAL_KINDS: Final[dict[str, type]] = {"charge": Charge, "due_on": date, "allocation": Allocation}
_READERS: Final[dict[str, Reader]] = {
    "kind": word(EventKind),
    "on": day,
    "due_on": optional(day),
    "charge": optional(Charge.from_json),
    "component": optional(word(Component)),
    "prepaid": word(Prepaid),
    "allocation": optional(Allocation.from_json),
}


def _plain(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def standing(events: Sequence[Event], as_of: date) -> list[Event]:
    """The events up to ``as_of`` that have not been reversed by then, by date.

    Raises LoanMathError ``key_twice``, ``reverses_unknown`` or ``reversed_before``.
    """
    known = [event for event in events if event.on <= as_of]
    by_key = {event.key: event for event in known}
    if len(by_key) != len(known):
        raise LoanMathError("key_twice", "key", "Two events have the same key: record each event once")
    gone: set[str] = set()
    for event in known:
        if event.kind is EventKind.REVERSE:
            _check_reversal(event, by_key, gone)
            gone |= {event.key, event.reverses}
    return sorted((event for event in known if event.key not in gone), key=lambda event: event.on)


def _check_reversal(event: Event, by_key: dict[str, Event], gone: set[str]) -> None:
    target = by_key.get(event.reverses)
    if target is None or target.kind is EventKind.REVERSE or target.on > event.on:
        raise LoanMathError(
            "reverses_unknown",
            "reverses",
            "There is no earlier event {key} to reverse",
            key=event.reverses,
        )
    if target.key in gone:
        raise LoanMathError(
            "reversed_before",
            "reverses",
            "Event {key} has been reversed before",
            key=event.reverses,
        )
