"""What becomes of a loan whose borrower keeps every date: instalments, fees, and money paid ahead of time.

A quotation and a comparison are this: the loan replayed with payments that nobody has made yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from loanmath.apr.regimes import DatedFlow
from loanmath.calendar import NO_REST_DAYS, Calendar
from loanmath.charges import Charge
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.grading import UNGRADED
from loanmath.planned import Schedule
from loanmath.replay import Moment, Replay, replay
from loanmath.rows import FEE, Standings
from loanmath.schedule import schedule
from loanmath.terms import Prepaid, Terms


@dataclass(frozen=True, slots=True)
class Prepayment:
    """Money to be paid ahead of time, its fee included, and what becomes of the rows ahead; ``prepaid`` None: all is settled."""

    on: date
    amount_minor: int = 0
    prepaid: Prepaid | None = Prepaid.LOWER


class PaidAhead(NamedTuple):
    """A prepayment as it was used; what a settlement pays stands in the last row, but for the fee."""

    on: date
    principal_minor: int
    fee_minor: int

    @property
    def total_minor(self) -> int:
        """Principal and fee."""
        return self.principal_minor + self.fee_minor


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A loan kept to the day, amounts in minor units.

    ``plan`` is what was agreed; ``rows`` are what is paid, given the money ``ahead`` of time; ``upfront_minor`` is
    kept back from what is paid out.
    """

    terms: Terms
    plan: Schedule
    rows: tuple[Standings, ...]
    ahead: tuple[PaidAhead, ...]
    upfront_minor: int

    @property
    def lent_minor(self) -> int:
        """All that is lent, tranches included, before anything is kept back."""
        return self.terms.principal_minor + sum(tranche.amount_minor for tranche in self.terms.tranches)

    @property
    def fees_minor(self) -> int:
        """Fees kept back, asked for with the instalments, and taken for paying ahead of time."""
        asked = sum(row.asked[FEE] for row in self.rows)
        return self.upfront_minor + asked + sum(one.fee_minor for one in self.ahead)

    @property
    def paid_minor(self) -> int:
        """All that the borrower pays, what was kept back included."""
        return (
            self.upfront_minor + sum(sum(row.asked) for row in self.rows) + sum(one.total_minor for one in self.ahead)
        )

    @property
    def cost_minor(self) -> int:
        """What the loan costs: all that is paid less what is lent."""
        return self.paid_minor - self.lent_minor

    @property
    def interest_minor(self) -> int:
        """Interest, also where it was first added to the principal."""
        return self.cost_minor - self.fees_minor

    @property
    def saved_minor(self) -> int:
        """How much less interest than planned the money paid ahead of time leaves."""
        return sum(row.total_minor for row in self.plan) - self.lent_minor - self.interest_minor

    @property
    def ends_on(self) -> date:
        """The day of the last payment."""
        return _last_day(self.rows)

    def flows(self) -> list[DatedFlow]:
        """Money between lender and borrower, + to the lender, by which annual rates go; instalments on nominal dates."""
        out = [DatedFlow(self.terms.disbursed_on, self.upfront_minor - self.terms.principal_minor)]
        out += [DatedFlow(tranche.on, -tranche.amount_minor) for tranche in self.terms.tranches]
        out += [DatedFlow(row.plan.accrual_to, sum(row.asked)) for row in self.rows if any(row.asked)]
        return out + [DatedFlow(one.on, one.total_minor) for one in self.ahead if one.total_minor]


def _last_day(rows: Sequence[Standings]) -> date:
    """The day of the last row that asks for anything; a plan may repay everything before its last row."""
    return max(row.plan.due_on for row in rows if any(row.asked))


def foresee(
    terms: Terms,
    charges: Iterable[Charge] = (),
    prepayments: Iterable[Prepayment] = (),
    calendar: Calendar = NO_REST_DAYS,
) -> Foreseen:
    """The loan of a borrower who pays every row on its day, and ``prepayments`` besides.

    ``charges`` are agreed from the beginning.  Raises LoanMathError where one of these has no meaning.
    """
    course = _Course(terms, tuple(charges), calendar)
    upfront = terms.fee_minor + sum(one.fee_minor for one in course.seen.trail if one.kind is EventKind.CHARGE)
    upfront -= sum(row.asked[FEE] for row in course.seen.standings)
    for prepayment in sorted(prepayments, key=lambda one: one.on):
        course.pay_ahead(prepayment)
    return Foreseen(terms, schedule(terms, calendar), course.seen.standings, tuple(course.ahead), upfront)


class _Course:
    """The loan on its way: what has happened so far, and how it stands after that."""

    def __init__(self, terms: Terms, charges: Sequence[Charge], calendar: Calendar) -> None:
        self.terms, self.calendar = terms, calendar
        out, on = EventKind.DISBURSE, terms.disbursed_on
        self.events = [Event("out", out, on, terms.principal_minor)]
        self.events += [Event(f"fee{place}", EventKind.CHARGE, on, charge=one) for place, one in enumerate(charges)]
        self.events += [
            Event(f"out{place}", out, tranche.on, tranche.amount_minor) for place, tranche in enumerate(terms.tranches)
        ]
        self.ahead: list[PaidAhead] = []
        self.paid_until = date.min
        self.seen = self._look(on)

    def pay_ahead(self, prepayment: Prepayment) -> None:
        """What is due up to the day is paid, then the prepayment."""
        on, last = prepayment.on, _last_day(self.seen.standings)
        if not self.terms.disbursed_on < on < last:
            raise LoanMathError(
                "prepayment_out_of_time",
                "prepayments.on",
                "Money is paid ahead of time after {first} and before {last}, the day of the last payment",
                first=self.terms.disbursed_on.isoformat(),
                last=last.isoformat(),
            )
        self._pay_rows(on)
        key = f"ahead{len(self.ahead)}"
        if prepayment.prepaid is None:
            before = self._look(on, "open")
            self.events.append(Event(key, EventKind.SETTLE, on, before.settlement_minor))
            self.ahead.append(PaidAhead(on, 0, before.early_fee_minor))
            self.seen = self._look(on)
            return
        self.events.append(Event(key, EventKind.PREPAY, on, prepayment.amount_minor, prepaid=prepayment.prepaid))
        self.seen = self._look(on)
        applied = self.seen.trail[-1]
        self.ahead.append(PaidAhead(on, applied.principal_minor, applied.fee_minor))

    def _pay_rows(self, until: date) -> None:
        """Rows that fall due after those already paid, up to a day, are paid."""
        for row in self.seen.standings:
            due_on = row.plan.due_on
            if self.paid_until < due_on <= until and any(row.asked):
                self.events.append(Event(f"row{row.plan.number}", EventKind.REPAY, due_on, sum(row.asked)))
        self.paid_until = until

    def _look(self, on: date, at: Moment = "close") -> Replay:
        return replay(self.terms, self.events, on, policy=UNGRADED, calendar=self.calendar, at=at)
