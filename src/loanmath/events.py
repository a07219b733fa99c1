"""What happens to a loan after its terms are agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from loanmath.errors import LoanMathError


class EventKind(StrEnum):
    """The kinds of events."""

    DISBURSE = "disburse"
    REPAY = "repay"
    """A payment: what is due first, the excess is kept and meets the next due row."""
    PREPAY = "prepay"
    """What is due, then principal ahead of time; the remaining rows are planned anew, same term."""
    SETTLE = "settle"
    """Everything, ahead of time, with interest up to the day."""
    WRITE_OFF = "write_off"
    RECOVER = "recover"
    """Money received after the write-off."""
    REVERSE = "reverse"
    """An earlier event did not happen after all; ``reverses`` holds its key."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event.  ``key`` is unique in the loan; events of one day apply in the order given."""

    key: str
    kind: EventKind
    on: date
    amount_minor: int = 0
    reverses: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", _read_kind(self.kind))
        needs_amount = self.kind not in {
            EventKind.WRITE_OFF,
            EventKind.REVERSE,
            EventKind.SETTLE,
        }
        if self.amount_minor < 0 or (needs_amount and self.amount_minor == 0):
            raise LoanMathError(
                "amount_not_positive",
                "amount_minor",
                "The amount of an event must be above zero",
            )
        if (self.kind is EventKind.REVERSE) != bool(self.reverses):
            raise LoanMathError(
                "reverses_missing",
                "reverses",
                "A reversal, and only it, names the event it reverses",
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "key": self.key,
            "kind": str(self.kind),
            "on": self.on.isoformat(),
            "amount_minor": self.amount_minor,
            "reverses": self.reverses,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The event that :meth:`to_json` wrote."""
        return cls(
            data["key"],
            EventKind(data["kind"]),
            date.fromisoformat(data["on"]),
            data["amount_minor"],
            data.get("reverses", ""),
        )


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


def _read_kind(word: str) -> EventKind:
    try:
        return EventKind(word)
    except ValueError:
        raise LoanMathError(
            "unknown_choice",
            "kind",
            "“{value}” is no {name}: choose {choices}",
            value=word,
            name="kind",
            choices=", ".join(EventKind),
        ) from None
