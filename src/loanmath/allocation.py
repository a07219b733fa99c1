"""In which order a payment extinguishes what is due.

The default follows art. 561 of the Civil Code (costs, then interest, then principal), with the
oldest instalment first; the order is data, because parties may agree otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from loanmath.errors import LoanMathError


class Component(StrEnum):
    """What a debt consists of."""

    PENALTY = "penalty"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class Direction(StrEnum):
    """Which comes first: the instalment or the component."""

    HORIZONTAL = "horizontal"
    """The oldest instalment with all its components, then the next instalment."""
    VERTICAL = "vertical"
    """One component over all instalments, then the next component."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """The agreed order.  Each component must stand in it exactly once.

    The penalty is kept for the loan as a whole and is asked for together with the oldest instalment.
    """

    order: tuple[Component, ...] = (
        Component.PENALTY,
        Component.INTEREST,
        Component.PRINCIPAL,
    )
    direction: Direction = Direction.HORIZONTAL

    def __post_init__(self) -> None:
        if sorted(self.order) != sorted(Component):
            raise LoanMathError(
                "allocation_incomplete",
                "allocation",
                "The order of allocation must name penalty, interest and principal once each",
            )

    @property
    def is_principal_first(self) -> bool:
        """Whether principal is paid before interest."""
        return self.order.index(Component.PRINCIPAL) < self.order.index(Component.INTEREST)

    def to_json(self) -> dict[str, Any]:
        """Plain lists and words."""
        return {
            "order": [str(component) for component in self.order],
            "direction": str(self.direction),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The order that :meth:`to_json` wrote."""
        return cls(
            tuple(Component(word) for word in data["order"]),
            Direction(data["direction"]),
        )


USUAL_ORDER: Final = Allocation()
"""Penalty, interest, principal, the oldest instalment first."""


class Due(NamedTuple):
    """What is still unpaid of an instalment that has fallen due, in minor units."""

    number: int
    due_on: int
    """Day ordinal of the adjusted due date."""
    principal_minor: int
    interest_minor: int

    @property
    def is_paid(self) -> bool:
        """Whether nothing of it is left."""
        return self.principal_minor == 0 and self.interest_minor == 0


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
    dues: tuple[Due, ...]
    """What stays unpaid, oldest first."""
    excess_minor: int

    def paid(self, component: Component) -> int:
        """The part of the payment that went to this component."""
        return sum(share.amount_minor for share in self.shares if share.component is component)


def allocate(amount_minor: int, penalty_minor: int, dues: tuple[Due, ...], allocation: Allocation) -> Allotment:
    """Spread a payment over the penalty and the unpaid instalments (oldest first)."""
    principal = {due.number: due.principal_minor for due in dues}
    interest = {due.number: due.interest_minor for due in dues}
    unpaid = {
        Component.PENALTY: {0: penalty_minor},
        Component.INTEREST: interest,
        Component.PRINCIPAL: principal,
    }
    shares = []
    left_minor = amount_minor
    for component, number in _sequence(dues, allocation):
        taken = min(left_minor, unpaid[component][number])
        if taken > 0:
            unpaid[component][number] -= taken
            left_minor -= taken
            shares.append(Share(component, number, taken))
    remaining = (Due(due.number, due.due_on, principal[due.number], interest[due.number]) for due in dues)
    return Allotment(tuple(shares), tuple(due for due in remaining if not due.is_paid), left_minor)


def _sequence(dues: tuple[Due, ...], allocation: Allocation) -> Iterable[tuple[Component, int]]:
    """The pairs of component and instalment in the order in which they are paid."""
    order, numbers = allocation.order, [due.number for due in dues]
    if allocation.direction is Direction.VERTICAL:
        for component in order:
            for number in [0] if component is Component.PENALTY else numbers:
                yield component, number
        return
    for position, number in enumerate(numbers or [0]):
        for component in order:
            if component is Component.PENALTY:
                if position == 0:
                    yield component, 0
            elif numbers:
                yield component, number
