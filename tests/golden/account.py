"""A loan kept on paper, evening by evening: what is due, what has accrued, and what each payment meets.

Of the ways in which a plan is reckoned (``reference``) it takes the parts of principal; interest and penalty are added
up day by day in exact fractions and rounded when they are asked for.  It knows the usual order of allocation and the
kinds of events in ``KINDS``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.golden.reference import Paper, Period, Words, months_on, number, periods, rounded, year_part

NONE = Fraction(0)
NIGHT = timedelta(days=1)


@dataclass
class Due:
    """What is unpaid of an instalment that has fallen due."""

    on: date
    fee: Fraction
    interest: Fraction
    principal: Fraction

    @property
    def unpaid(self) -> Fraction:
        return self.fee + self.interest + self.principal


class Account:
    """One loan on paper."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.mode = words.get("rounding", "half_up")
        self.ahead: list[Period] = periods(words)
        self.today = words["disbursed_on"]
        self.last = self.ahead[0]
        """The row that ended last."""
        self.parts: list[Fraction] = []
        self.dues: list[Due] = []
        self.balance = self.accrued = self.overpaid = self.repaid = self.penalty = self.penalty_met = NONE
        self.carried = NONE
        """Interest of a row that was given up, asked for with the next one."""
        self.fees: dict[date, Fraction] = {}
        """What is charged with the rows ahead, by the end of the row."""
        self.anchor, self.months = words["disbursed_on"], int(words["months"])
        """The last row ends so many months after the anchor."""
        self.is_settled = self.is_stopped = False

    # --- a day -----------------------------------------------------------------------------------------------

    def morning(self, day: date) -> None:
        """The row that ends today falls due, and takes what was paid before it."""
        self.today = day
        if not self.ahead and day in self.fees:
            self.fall_due(Due(day, self.fees.pop(day), NONE, NONE))
        if not self.ahead or self.ahead[0].end != day:
            return
        row, *self.ahead = self.ahead
        self.last = row
        principal, interest = self.parts.pop(0), self.interest_accrued
        self.accrued = self.carried = NONE
        if row.is_capitalised and self.ahead:
            self.balance, interest = self.balance + interest, NONE
        self.balance -= principal
        self.fall_due(Due(day, self.fees.pop(day, NONE), interest, principal))

    def fall_due(self, due: Due) -> None:
        """What was paid before meets it at once."""
        self.dues.append(due)
        waiting, self.overpaid = self.overpaid, NONE
        self.overpaid = self.meet_dues(waiting)

    def evening(self, day: date) -> None:
        """Interest of the night on what is not due, penalty on what is."""
        if self.is_stopped:
            return
        if self.dues:
            overdue = sum((due.interest + due.principal for due in self.dues), NONE)
            self.penalty += overdue * number(self.words.get("penalty_rate", 0)) * self.calendar_part(day)
        elif not self.penalty_due:  # the fraction lives as long as the arrears
            self.penalty = self.penalty_met = NONE
        if self.ahead:
            rate = next(rate for start, end, rate in self.ahead[0].stretches if start <= day < end)
            self.accrued += self.balance * rate * year_part(self.words["day_count"], day, day + NIGHT)

    def calendar_part(self, day: date) -> Fraction:
        """A night of penalty, which always counts calendar days."""
        day_count = "act/360" if self.words["day_count"] == "30E/360" else self.words["day_count"]
        return year_part(day_count, day, day + NIGHT)

    @property
    def interest_accrued(self) -> Fraction:
        return self.carried + rounded(self.accrued, self.mode)

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
            fee = min(amount, due.fee)
            interest = min(amount - fee, due.interest)
            principal = min(amount - fee - interest, due.principal)
            due.fee, due.interest, due.principal = due.fee - fee, due.interest - interest, due.principal - principal
            self.repaid += principal
            amount -= fee + interest + principal
        self.dues = [due for due in self.dues if due.unpaid]
        return amount

    def plan(self) -> None:
        """The parts of principal over the rows ahead, as if the balance had stood from the current row's start.

        The interest of that row is what has accrued and will: it matters where it is added to the principal.
        """
        paper = Paper(self.words, [replace(one, place=nth) for nth, one in enumerate(self.ahead)], self.balance)
        coming = [
            (max(start, self.today), end, rate) for start, end, rate in self.ahead[0].stretches if end > self.today
        ]
        rest = replace(self.ahead[0], stretches=tuple(coming)).growth * self.balance
        interest = self.carried + rounded(self.accrued + rest, self.mode)
        rows = paper.rows(paper.part(), apart=interest - paper.interest(self.ahead[0], self.balance))
        self.parts = [row.principal for row in rows]

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
        left = self.meet(number(event["amount"]) + self.overpaid)
        self.overpaid = left - self.balance - self.interest_accrued - sum(self.fees.values(), NONE)
        self.repaid += self.balance
        self.balance = self.accrued = self.carried = NONE
        self.ahead, self.parts, self.fees, self.is_settled = [], [], {}, True

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
        last = self.ahead[-1]
        for _ in range(event["rows"]):
            since, self.months = self.ahead[-1].end, self.months + 1
            until = months_on(self.anchor, self.months)
            stretches = ((since, until, last.stretches[-1][2]),)
            self.ahead.append(replace(last, start=since, end=until, stretches=stretches))
        self.plan()

    def re_amortise(self, _event: Words) -> None:
        """Principal that is overdue joins the rows ahead."""
        self.take_back()
        self.plan()

    def take_back(self) -> None:
        self.balance += sum((due.principal for due in self.dues), NONE)
        self.dues = [replace(due, principal=NONE) for due in self.dues if due.fee + due.interest]

    def re_age(self, event: Words) -> None:
        """New rows from today on; what has accrued is asked for with the first of them."""
        self.take_back()
        self.carried, self.accrued = self.interest_accrued, NONE
        row = self.ahead[0] if self.ahead else self.last
        rate = row.stretches[-1][2]
        ends = [months_on(event["due_on"], nth) for nth in range(event["rows"])]
        first = replace(row, weight=Fraction(1), is_capitalised=False)
        places = {one.end: min(place, len(ends) - 1) for place, one in enumerate(self.ahead)}
        fees, self.fees = self.fees, {}
        for end, fee in fees.items():
            self.add_fee(ends[places[end]], fee)
        self.ahead = [
            replace(first, start=start, end=end, stretches=((start, end, rate),))
            for start, end in pairwise([event["on"], *ends])
        ]
        self.anchor, self.months = event["due_on"], event["rows"] - 1
        self.plan()

    def holiday(self, event: Words) -> None:
        """The next rows ask for nothing, their interest is added when they end."""
        spared = [replace(one, weight=NONE, is_capitalised=True) for one in self.ahead[: event["rows"]]]
        self.ahead[: event["rows"]] = spared
        self.plan()

    def stop_accrual(self, event: Words) -> None:
        self.is_stopped = True
        if self.ahead:
            self.rate_change(event | {"rate": "0 %"})

    def chargeback(self, event: Words) -> None:
        """As much principal is due again today."""
        amount = number(event["amount"])
        self.repaid -= amount
        self.fall_due(Due(event["on"], NONE, NONE, amount))

    def charge(self, event: Words) -> None:
        """A flat fee with the row of its date, or on its date where no row is to come."""
        on = event["charge"]["due_on"]
        self.add_fee(next((one.end for one in self.ahead if one.end >= on), on), number(event["charge"]["amount"]))

    def add_fee(self, on: date, fee: Fraction) -> None:
        self.fees[on] = self.fees.get(on, NONE) + fee

    def waive(self, event: Words) -> None:
        """All penalty, or as much of it as is said."""
        self.penalty_met += min(number(event["amount"]), self.penalty_due) if "amount" in event else self.penalty_due

    def refund(self, event: Words) -> None:
        self.overpaid -= number(event["amount"])

    # --- what an auditor asks --------------------------------------------------------------------------------

    def state(self, day: date) -> dict[str, Any]:
        return {
            "penalty_due": self.penalty_due,
            "fee_due": sum((due.fee for due in self.dues), NONE),
            "charges_not_due": sum(self.fees.values(), NONE),
            "interest_due": sum((due.interest for due in self.dues), NONE),
            "principal_due": sum((due.principal for due in self.dues), NONE),
            "principal_not_due": self.balance,
            "interest_accrued": self.interest_accrued,
            "overpaid": self.overpaid,
            "repaid": self.repaid,
            "overdue_days": (day - self.dues[0].on).days if self.dues else 0,
        }

    @property
    def quote(self) -> Fraction:
        """What settles the loan now."""
        owed = sum((due.unpaid for due in self.dues), self.penalty_due + sum(self.fees.values(), NONE))
        return owed + self.balance + self.interest_accrued - self.overpaid


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
    "re_age": Account.re_age,
    "holiday": Account.holiday,
    "stop_accrual": Account.stop_accrual,
    "chargeback": Account.chargeback,
    "charge": Account.charge,
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
