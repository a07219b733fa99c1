"""A loan kept on paper, evening by evening: what is due, what has accrued, and what each payment meets.

Of the ways in which a plan is reckoned (``reference``) it takes the parts of principal; interest and penalty are added
up day by day in exact fractions and rounded when they are asked for.  It knows the usual order of allocation and the
kinds of events in ``KINDS``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.golden.reference import Paper, Period, Words, months_on, number, periods, rounded, year_part

NONE = Fraction(0)
NIGHT = timedelta(days=1)


@dataclass
class Due:
    """What is unpaid of an instalment that has fallen due."""

    on: date
    interest: Fraction
    principal: Fraction


class Account:
    """One loan on paper."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.mode = words.get("rounding", "half_up")
        self.ahead: list[Period] = periods(words)
        self.parts: list[Fraction] = []
        self.dues: list[Due] = []
        self.balance = self.accrued = self.overpaid = self.repaid = self.penalty = self.penalty_met = NONE
        self.months = int(words["months"])
        self.is_settled = False

    # --- a day -----------------------------------------------------------------------------------------------

    def morning(self, day: date) -> None:
        """The row that ends today falls due, and takes what was paid before it."""
        if not self.ahead or self.ahead[0].end != day or self.is_settled:
            return
        self.ahead = self.ahead[1:]
        principal = self.parts.pop(0)
        self.dues.append(Due(day, rounded(self.accrued, self.mode), principal))
        self.balance, self.accrued = self.balance - principal, NONE
        waiting, self.overpaid = self.overpaid, NONE
        self.overpaid = self.meet_dues(waiting)

    def evening(self, day: date) -> None:
        """Interest of the night on what is not due, penalty on what is."""
        if self.dues:
            overdue = sum((due.interest + due.principal for due in self.dues), NONE)
            self.penalty += overdue * number(self.words.get("penalty_rate", 0)) * self.calendar_part(day)
        elif not self.penalty_due:
            self.penalty = self.penalty_met = NONE
        if self.ahead:
            rate = next(rate for start, end, rate in self.ahead[0].stretches if start <= day < end)
            self.accrued += self.balance * rate * year_part(self.words["day_count"], day, day + NIGHT)

    def calendar_part(self, day: date) -> Fraction:
        """A night of penalty, which always counts calendar days."""
        day_count = "act/360" if self.words["day_count"] == "30E/360" else self.words["day_count"]
        return year_part(day_count, day, day + NIGHT)

    @property
    def penalty_due(self) -> Fraction:
        return rounded(self.penalty, self.mode) - self.penalty_met

    # --- money -----------------------------------------------------------------------------------------------

    def meet(self, amount: Fraction) -> Fraction:
        """Penalty, then the oldest instalment first, its interest before its principal; what is left comes back."""
        used = min(amount, self.penalty_due)
        self.penalty_met += used
        return self.meet_dues(amount - used)

    def meet_dues(self, amount: Fraction) -> Fraction:
        for due in self.dues:
            interest = min(amount, due.interest)
            principal = min(amount - interest, due.principal)
            due.interest, due.principal = due.interest - interest, due.principal - principal
            self.repaid += principal
            amount -= interest + principal
        self.dues = [due for due in self.dues if due.interest or due.principal]
        return amount

    def plan(self) -> None:
        """The parts of principal over the rows ahead, as if the balance had stood from the current row's start."""
        paper = Paper(self.words, [replace(one, place=nth) for nth, one in enumerate(self.ahead)], self.balance)
        self.parts = [row.principal for row in paper.rows(paper.part())]

    # --- events ----------------------------------------------------------------------------------------------

    def disburse(self, event: Words) -> None:
        self.balance = number(event["amount"])
        self.plan()

    def repay(self, event: Words) -> None:
        self.overpaid += self.meet(number(event["amount"]))

    def prepay(self, event: Words) -> None:
        prepaid = self.meet(number(event["amount"]))
        self.balance, self.repaid = self.balance - prepaid, self.repaid + prepaid
        self.plan()

    def forgive(self, event: Words) -> None:
        self.balance -= number(event["amount"])
        self.plan()

    def settle(self, event: Words) -> None:
        principal, interest = self.balance, rounded(self.accrued, self.mode)
        left = self.meet(number(event["amount"]) + self.overpaid)
        self.overpaid, self.repaid = left - principal - interest, self.repaid + principal
        self.balance = self.accrued = NONE
        self.ahead, self.parts, self.is_settled = [], [], True

    def rate_change(self, event: Words) -> None:
        """From today on another rate: the current row is cut in two."""
        on, rate = event["on"], number(event["rate"])
        first, *later = self.ahead
        passed = [(start, min(end, on), old) for start, end, old in first.stretches if start < on]
        coming = [(max(start, on), end, rate) for start, end, _ in first.stretches if end > on]
        later = [replace(one, stretches=tuple((start, end, rate) for start, end, _ in one.stretches)) for one in later]
        self.ahead = [replace(first, stretches=(*passed, *coming)), *later]
        self.plan()

    def extend(self, event: Words) -> None:
        """More rows of a month like the last one."""
        start, last = self.words["disbursed_on"], self.ahead[-1]
        for _ in range(event["rows"]):
            since, self.months = self.ahead[-1].end, self.months + 1
            until = months_on(start, self.months)
            stretches = ((since, until, last.stretches[-1][2]),)
            self.ahead.append(replace(last, start=since, end=until, stretches=stretches))
        self.plan()

    def re_amortise(self, _event: Words) -> None:
        """Principal that is overdue joins the rows ahead."""
        self.balance += sum((due.principal for due in self.dues), NONE)
        self.dues = [replace(due, principal=NONE) for due in self.dues if due.interest]
        self.plan()

    def waive(self, event: Words) -> None:
        """All penalty, or as much of it as is said."""
        self.penalty_met += min(number(event["amount"]), self.penalty_due) if "amount" in event else self.penalty_due

    def refund(self, event: Words) -> None:
        self.overpaid -= number(event["amount"])

    # --- what an auditor asks --------------------------------------------------------------------------------

    def state(self, day: date) -> dict[str, Any]:
        return {
            "penalty_due": self.penalty_due,
            "interest_due": sum((due.interest for due in self.dues), NONE),
            "principal_due": sum((due.principal for due in self.dues), NONE),
            "principal_not_due": self.balance,
            "interest_accrued": rounded(self.accrued, self.mode),
            "overpaid": self.overpaid,
            "repaid": self.repaid,
            "overdue_days": (day - self.dues[0].on).days if self.dues else 0,
        }

    @property
    def quote(self) -> Fraction:
        """What settles the loan now."""
        owed = sum((due.interest + due.principal for due in self.dues), self.penalty_due)
        return owed + self.balance + rounded(self.accrued, self.mode) - self.overpaid


DEEDS: dict[str, Callable[[Account, Words], None]] = {
    "disburse": Account.disburse,
    "repay": Account.repay,
    "credit": Account.repay,
    "goodwill": Account.repay,
    "prepay": Account.prepay,
    "forgive": Account.forgive,
    "settle": Account.settle,
    "rate_change": Account.rate_change,
    "extend": Account.extend,
    "re_amortise": Account.re_amortise,
    "waive": Account.waive,
    "refund": Account.refund,
}
KINDS = frozenset(DEEDS)


def kept(words: Words, events: list[Words], as_of: date, at: str = "close") -> Account:
    """The account of a loan on the evening of a day, or (``at="open"``) after the day's events."""
    account, day = Account(words), words["disbursed_on"]
    while day <= as_of:
        account.morning(day)
        for event in events:
            if event["on"] == day:
                DEEDS[event["kind"]](account, event)
        if day < as_of or at == "close":
            account.evening(day)
        day += NIGHT
    return account
