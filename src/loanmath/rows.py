"""The rows of a loan in motion: what each asks for and what has been done about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import sub
from typing import Final, NamedTuple

from loanmath.allocation import Allocation, Claim, Component, Due, Standing
from loanmath.schedule import PlanRow

PENALTY, FEE, INTEREST, PRINCIPAL = range(4)
PLACES: Final = {
    Component.PENALTY: PENALTY,
    Component.FEE: FEE,
    Component.INTEREST: INTEREST,
    Component.PRINCIPAL: PRINCIPAL,
}
Amounts = tuple[int, int, int, int]
"""Penalty, fee, interest, principal."""


class Standings(NamedTuple):
    """One row as it stands: asked for, paid, waived (each: penalty, fee, interest, principal), and when."""

    plan: PlanRow
    asked: Amounts
    paid: Amounts
    waived: Amounts
    paid_ahead_minor: int
    """Paid before the due date."""
    paid_late_minor: int
    settled_on: date | None
    """The day on which nothing was left of it."""

    @property
    def unpaid_minor(self) -> int:
        """All that is left of it."""
        return sum(self.asked) - sum(self.paid) - sum(self.waived)


def open_rows(rows: Iterable[Row]) -> list[Row]:
    """Those of which something is left.  Most rows that are looked at have been paid as they were asked."""
    return [row for row in rows if row.asked != row.paid and row.unpaid_minor]


class Row:
    """A row in motion.  ``instalment_minor`` is the level it was planned with, from which its parts follow."""

    __slots__ = (
        "ahead_minor",
        "asked",
        "dated",
        "instalment_minor",
        "is_extra",
        "is_remade",
        "late_minor",
        "paid",
        "plan",
        "planned_minor",
        "reckoned_until",
        "settled_on",
        "told",
        "waived",
    )

    def __init__(self, plan: PlanRow, instalment_minor: int, *, is_extra: bool = False) -> None:
        self.plan = plan
        self.instalment_minor = instalment_minor
        self.planned_minor = plan.principal_minor
        """Principal as it was planned when the instalment was found."""
        self.is_extra = is_extra
        self.is_remade = False
        self.reckoned_until: date | None = None
        """Until when its interest counts what was overdue when it began; None while it does not."""
        self.asked = [0, 0, plan.interest_minor, plan.principal_minor]
        self.paid = [0, 0, 0, 0]
        self.waived = [0, 0, 0, 0]
        self.dated: list[tuple[date, int, int]] = []
        """Charges with their own dates: date, component, amount."""
        self.ahead_minor = self.late_minor = 0
        self.settled_on: date | None = None
        self.told = plan.number
        """The number under which the trail tells of it."""

    def unpaid(self, place: int) -> int:
        """What is left of one component."""
        return self.asked[place] - self.paid[place] - self.waived[place]

    @property
    def unpaid_minor(self) -> int:
        """What is left of all of them."""
        return sum(self.asked) - sum(self.paid) - sum(self.waived)

    @property
    def is_open(self) -> bool:
        """Whether something is left."""
        return self.asked != self.paid and bool(self.unpaid_minor)

    def follow(self, plan: PlanRow, instalment_minor: int) -> None:
        """Take over a new plan; what was paid stays paid."""
        self.plan, self.instalment_minor = plan, instalment_minor
        self.asked[INTEREST], self.asked[PRINCIPAL] = plan.interest_minor, plan.principal_minor
        if self.unpaid_minor:
            self.settled_on = None

    def ask_principal(self, more_minor: int) -> None:
        """Ask for more principal than planned, or less."""
        principal = self.plan.principal_minor + more_minor
        self.follow(self.plan._replace(principal_minor=principal), self.instalment_minor)

    def take(self, place: int, amount_minor: int, on: date) -> None:
        """A payment of the day pays so much of a component."""
        self.paid[place] += amount_minor
        if on < self.plan.due_on:
            self.ahead_minor += amount_minor
        elif on > self.plan.due_on:
            self.late_minor += amount_minor

    def pass_on(self, other: Row, amount_minor: int) -> None:
        """Principal paid ahead here counts for another row."""
        for row, amount in ((self, -amount_minor), (other, amount_minor)):
            row.paid[PRINCIPAL] += amount
            row.ahead_minor += amount

    def settle(self, on: date) -> None:
        """Keep the day on which nothing is left; forget it when something is."""
        if self.is_open:
            self.settled_on = None
        elif self.settled_on is None:
            self.settled_on = on

    def claim(self, standing: Standing) -> Claim:
        """What it can take of a payment."""
        left = map(sub, map(sub, self.asked, self.paid), self.waived)
        return Claim(self.plan.number, standing, *[max(0, minor) for minor in left])

    def claims_ahead(self, on: date, allocation: Allocation) -> list[Claim]:
        """What it can take before it falls due; charges of an own date that has come may go first."""
        whole = self.claim(Standing.AHEAD)
        if not allocation.dated_charges_first:
            return [whole]
        come = [0, 0]
        for due_on, place, amount in self.dated:
            come[place] += amount if due_on <= on else 0
        penalty = max(0, min(come[PENALTY] - self.paid[PENALTY], whole.penalty_minor))
        fee = max(0, min(come[FEE] - self.paid[FEE], whole.fee_minor))
        first = whole._replace(penalty_minor=penalty, fee_minor=fee, interest_minor=0, principal_minor=0)
        return [first, whole._replace(penalty_minor=whole.penalty_minor - penalty, fee_minor=whole.fee_minor - fee)]

    def due(self) -> Due:
        """What is unpaid of it."""
        return Due(
            self.plan.number,
            self.plan.due_on.toordinal(),
            self.unpaid(PRINCIPAL),
            self.unpaid(INTEREST),
            self.unpaid(FEE),
            self.unpaid(PENALTY),
        )

    def standing(self) -> Standings:
        """The row, frozen."""
        return Standings(
            self.plan,
            _amounts(self.asked),
            _amounts(self.paid),
            _amounts(self.waived),
            self.ahead_minor,
            self.late_minor,
            self.settled_on,
        )


def _amounts(values: list[int]) -> Amounts:
    penalty, fee, interest, principal = values
    return penalty, fee, interest, principal
