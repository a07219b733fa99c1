"""In which order a payment extinguishes what is owed.

Art. 561 of the Civil Code has costs, then interest, then principal, unless the parties agree otherwise: the order is
data.  That of the law is the preset ``costs_first``; the usual one of lenders takes the penalty before the fees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any, Final, NamedTuple, Self

from loanmath.errors import LoanMathError
from loanmath.kinds import choice, listed, require_all, require_flags, values_of, word
from loanmath.rounding import Rounding, divide


class Component(StrEnum):
    """What a debt consists of."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class Direction(StrEnum):
    """Which comes first: the instalment or the component."""

    HORIZONTAL = "horizontal"
    """The oldest instalment with all its components, then the next instalment."""
    VERTICAL = "vertical"
    """One component over all instalments, then the next component."""


class Ahead(StrEnum):
    """What becomes of money that is more than what is due."""

    KEEP = "keep"
    """It is kept, and meets the next instalment when that falls due."""
    NEXT = "next"
    """It pays the instalments to come, the next one first."""
    LAST = "last"
    """It pays the instalments to come, the last one first."""
    SPREAD = "spread"
    """It pays an equal part of each instalment to come."""
    CURRENT = "current"
    """It pays principal of the current instalment, which becomes larger; the plan ahead follows."""


class Standing(IntEnum):
    """Where an instalment stands on the day of a payment."""

    PAST_DUE = 0
    DUE = 1
    AHEAD = 2


Order = tuple[Component, ...]
_COMPONENT: Final = frozenset({Component})
_EVERY: Final = sorted(Component)
_USUAL: Final[Order] = (Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL)


@dataclass(frozen=True, slots=True)
class Allocation:
    """The agreed order.  Each component must stand in it exactly once.

    ``order`` holds for what is past due; ``due_order`` for what falls due today and ``ahead_order`` for what is to
    come, both the same unless said; ``dated_charges_first`` lets charges whose own date has come go before the rest
    of an instalment to come.  The penalty that accrues day by day is kept for the loan as a whole and is
    asked for together with the oldest instalment.
    """

    order: Order = _USUAL
    direction: Direction = Direction.HORIZONTAL
    ahead: Ahead = Ahead.KEEP
    due_order: Order = ()
    ahead_order: Order = ()
    dated_charges_first: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", choice("direction", Direction, self.direction))
        object.__setattr__(self, "ahead", choice("ahead", Ahead, self.ahead))
        require_flags(self, ("dated_charges_first",))
        for name in ("order", "due_order", "ahead_order"):
            words = getattr(self, name)
            if type(words) is not tuple or not _COMPONENT.issuperset(map(type, words)):
                words = tuple(choice(name, Component, word) for word in require_all(name, words, str))
                object.__setattr__(self, name, words)
            if sorted(words) != _EVERY and (words or name == "order"):
                raise LoanMathError(
                    "allocation_incomplete",
                    "allocation",
                    "The order of allocation must name penalty, fee, interest and principal once each",
                )

    def order_of(self, standing: Standing) -> Order:
        """The order for instalments that stand so."""
        return (self.order, self.due_order or self.order, self.ahead_order or self.order)[standing]

    def for_dues(self) -> Self:
        """The same order for what is due, and the rest kept."""
        return replace(self, ahead=Ahead.KEEP, ahead_order=(), dated_charges_first=False)

    @property
    def is_principal_first(self) -> bool:
        """Whether principal is paid before interest."""
        return self.order.index(Component.PRINCIPAL) < self.order.index(Component.INTEREST)

    def to_json(self) -> dict[str, Any]:
        """Plain lists and words."""
        return {
            "order": list(map(str, self.order)),
            "direction": str(self.direction),
            "ahead": str(self.ahead),
            "due_order": list(map(str, self.due_order)),
            "ahead_order": list(map(str, self.ahead_order)),
            "dated_charges_first": self.dated_charges_first,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The order that :meth:`to_json` wrote; one from before there were fees has them after the penalty.

        Raises LoanMathError that names the field.
        """
        return cls(**values_of(cls, data, _READERS))


def _order(words: Any) -> Order:
    order: Order = _READ_ORDER(words)
    if Component.FEE not in order and Component.PENALTY in order:
        after = order.index(Component.PENALTY) + 1
        order = (*order[:after], Component.FEE, *order[after:])
    return order


_READ_ORDER: Final = listed(word(Component))
_READERS: Final = {
    "order": _order,
    "direction": word(Direction),
    "ahead": word(Ahead),
    "due_order": _order,
    "ahead_order": _order,
}

USUAL_ORDER: Final = Allocation()
"""Penalty, fee, interest, principal, the oldest instalment first; more is kept."""

PRESETS: Final = {
    "usual": USUAL_ORDER,
    "principal_first": Allocation(
        (Component.PRINCIPAL, Component.PENALTY, Component.FEE, Component.INTEREST),
    ),
    "oldest_first_ahead": Allocation(ahead=Ahead.NEXT),
    "due_then_principal_ahead": Allocation(
        ahead=Ahead.NEXT,
        ahead_order=(Component.PRINCIPAL, Component.PENALTY, Component.FEE, Component.INTEREST),
    ),
    "interest_before_fees": Allocation(
        (Component.PENALTY, Component.INTEREST, Component.PRINCIPAL, Component.FEE), ahead=Ahead.NEXT
    ),
    "principal_before_interest": Allocation(
        (Component.PENALTY, Component.FEE, Component.PRINCIPAL, Component.INTEREST), ahead=Ahead.NEXT
    ),
    "costs_first": Allocation(
        (Component.FEE, Component.PENALTY, Component.INTEREST, Component.PRINCIPAL),
    ),
    "vertical": Allocation(direction=Direction.VERTICAL, ahead=Ahead.NEXT),
}
"""The usual orders by name.  ``principal_first`` is what many lenders use once a loan no longer accrues (先本后息)."""


class Due(NamedTuple):
    """What is still unpaid of an instalment that has fallen due, in minor units."""

    number: int
    due_on: int
    """Day ordinal of the adjusted due date."""
    principal_minor: int
    interest_minor: int
    fee_minor: int = 0
    penalty_minor: int = 0
    """Penalties charged at once; what accrues day by day is kept for the loan."""


class Claim(NamedTuple):
    """What an instalment can still take of a payment."""

    number: int
    standing: Standing
    penalty_minor: int = 0
    fee_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0

    def of(self, component: Component) -> int:
        """The unpaid amount of a component."""
        return self[_PLACE[component]]


_PLACE: Final = {Component.PENALTY: 2, Component.FEE: 3, Component.INTEREST: 4, Component.PRINCIPAL: 5}


class Share(NamedTuple):
    """One step of an allocation: how much went to which component of which instalment."""

    component: Component
    number: int
    """The instalment; 0 for the penalty, which belongs to the loan."""
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """The result of allocating a payment, with its steps in the order in which they were made."""

    shares: tuple[Share, ...]
    excess_minor: int

    def parts(self) -> tuple[int, int, int, int]:
        """What of the payment went to penalty, fee, interest and principal."""
        parts = dict.fromkeys(_USUAL, 0)
        for component, _, amount_minor in self.shares:
            parts[component] += amount_minor
        penalty, fee, interest, principal = parts.values()
        return penalty, fee, interest, principal


NONE_AHEAD: Final = (Ahead.KEEP, Ahead.CURRENT)
"""What takes no money for instalments to come."""
_DUE, _VERTICAL, _PENALTY = Standing.DUE, Direction.VERTICAL, Component.PENALTY


def allocate(amount_minor: int, penalty_minor: int, claims: Sequence[Claim], allocation: Allocation) -> Allotment:
    """Spread a payment over the loan's penalty and the instalments (oldest first; those ahead where it pays ahead)."""
    shares: list[Share] = []
    by_standing: tuple[list[Claim], ...] = ([], [], [])
    for claim in claims:
        by_standing[claim.standing].append(claim)
    past_due, due, ahead = by_standing
    # The loan's own penalty stands with the oldest instalment.
    is_own_due = bool(due) and not past_due
    asked = _sequence(past_due, allocation, allocation.order, 0 if is_own_due else penalty_minor)
    asked += _sequence(due, allocation, allocation.order_of(_DUE), penalty_minor if is_own_due else 0)
    left_minor = _take(amount_minor, asked, shares)
    if not left_minor or allocation.ahead in NONE_AHEAD:
        return Allotment(tuple(shares), left_minor)
    if allocation.ahead is Ahead.SPREAD:
        left_minor = _spread(left_minor, ahead, allocation, shares)
    else:
        in_turn = ahead[::-1] if allocation.ahead is Ahead.LAST else ahead
        left_minor = _take(left_minor, _sequence(in_turn, allocation, allocation.order_of(Standing.AHEAD)), shares)
    return Allotment(tuple(shares), left_minor)


def _sequence(
    claims: Sequence[Claim], allocation: Allocation, order: Order, loans_own_minor: int = 0
) -> list[tuple[Component, int, int]]:
    """Component, number of the instalment and amount of all steps, in the order in which they are paid.

    The loan's own penalty comes before a penalty of the first instalment.
    """
    if not claims and not loans_own_minor:
        return []
    places = [(component, _PLACE[component]) for component in order]
    if allocation.direction is _VERTICAL:
        found = [(component, claim.number, claim[place]) for component, place in places for claim in claims]
    else:
        found = [(component, claim.number, claim[place]) for claim in claims for component, place in places]
    if loans_own_minor:
        first = next((at for at, step in enumerate(found) if step[0] is _PENALTY), 0)
        found.insert(first, (_PENALTY, 0, loans_own_minor))
    return found


def _take(left_minor: int, sequence: Sequence[tuple[Component, int, int]], shares: list[Share]) -> int:
    """Pay one after the other; returns what is left."""
    for component, number, amount_minor in sequence:
        if amount_minor >= left_minor:
            if left_minor:
                shares.append(Share(component, number, left_minor))
            return 0
        if amount_minor > 0:
            left_minor -= amount_minor
            shares.append(Share(component, number, amount_minor))
    return left_minor


def _spread(left_minor: int, ahead: Sequence[Claim], allocation: Allocation, shares: list[Share]) -> int:
    """An equal part for each instalment to come, component by component.

    The last one takes what rounding leaves, and what one cannot take goes round again.
    """
    for component in allocation.order_of(Standing.AHEAD):
        unpaid = {claim.number: claim.of(component) for claim in ahead if claim.of(component)}
        while left_minor and unpaid:
            part = divide(left_minor, len(unpaid), Rounding.HALF_EVEN)
            shared = left_minor
            for place, number in enumerate(list(unpaid), start=1):
                # Parts rounded up may come to more than there is.
                own = min(part, shared) if place < len(unpaid) else shared
                shared -= own
                taken = min(own, unpaid[number], left_minor)
                unpaid[number] -= taken
                left_minor -= taken
                if taken:
                    shares.append(Share(component, number, taken))
            unpaid = {number: amount for number, amount in unpaid.items() if amount}
    return left_minor
