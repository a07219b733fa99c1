"""One payment of a customer who owes several loans: how much of it goes to which.

Source of the usual order: Civil Code art. 560.  The customer's word counts first; without one, what is due comes
before what is not, then the debt of which the smallest share is secured (one that nothing secures before all others),
then the one that costs most, then the one that fell due first, and debts that are alike share in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from loanmath.errors import LoanMathError
from loanmath.rounding import Rounding, divide
from loanmath.shape import require_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One loan of the customer on the day of the payment.  Amounts are minor units of one currency.

    ``secured_minor`` is the value of what secures it, ``rate_ppb`` what it costs a year, ``due_since`` the due date
    of its oldest unpaid instalment (None: nothing is due).
    """

    key: str
    due_minor: int
    not_due_minor: int = 0
    secured_minor: int = 0
    rate_ppb: int = 0
    due_since: date | None = None

    def __post_init__(self) -> None:
        for name in ("due_minor", "not_due_minor", "secured_minor", "rate_ppb"):
            require_range(name, getattr(self, name), 0, 10**18)


@dataclass(frozen=True, slots=True)
class Split:
    """What each loan gets, by its key, and what is left when everything is paid."""

    amounts: dict[str, int]
    left_minor: int


def split_payment(amount_minor: int, debts: Sequence[Debt], chosen: Sequence[str] = ()) -> Split:
    """Split a payment over the loans of a customer.

    ``chosen`` are the keys of the loans that the customer names, in that order; each is paid in full, also what is
    not due, before the next.  The rest follows the usual order (see above).
    Raises LoanMathError ``amount_not_positive``, ``key_twice`` or ``no_such_debt``.
    """
    if amount_minor <= 0:
        raise LoanMathError("amount_not_positive", "amount_minor", "The amount of a payment must be above zero")
    by_key = {debt.key: debt for debt in debts}
    if len(by_key) != len(debts) or len(set(chosen)) != len(chosen):
        raise LoanMathError("key_twice", "debts", "Two debts have the same key: name each loan once")
    unknown = next((key for key in chosen if key not in by_key), None)
    if unknown is not None:
        raise LoanMathError("no_such_debt", "chosen", "The customer does not owe loan {key}", key=unknown)
    amounts = dict.fromkeys(by_key, 0)
    left = amount_minor
    for key in chosen:
        left -= _pay(left, [(by_key[key], by_key[key].due_minor + by_key[key].not_due_minor)], amounts)
    rest = [debt for debt in debts if debt.key not in chosen]
    for alike in _in_order(debt for debt in rest if debt.due_minor):
        left -= _pay(left, [(debt, debt.due_minor) for debt in alike], amounts)
    for alike in _in_order(debt for debt in rest if debt.not_due_minor):
        left -= _pay(left, [(debt, debt.not_due_minor) for debt in alike], amounts)
    return Split(amounts, left)


def _in_order(debts: Iterable[Debt]) -> list[list[Debt]]:
    """Groups of debts that are alike, the first to be paid first."""

    def rank(debt: Debt) -> tuple[Fraction, int, date]:
        owed = debt.due_minor + debt.not_due_minor
        return Fraction(min(owed, debt.secured_minor), owed), -debt.rate_ppb, debt.due_since or date.max

    return [list(group) for _, group in groupby(sorted(debts, key=rank), key=rank)]


def _pay(left_minor: int, asked: list[tuple[Debt, int]], amounts: dict[str, int]) -> int:
    """Pay debts that are alike, in proportion if the money does not do: each within a minor unit of its exact share."""
    total = sum(amount for _, amount in asked)
    given = min(left_minor, total)
    claimed = paid = 0
    for debt, amount in asked:
        claimed += amount
        so_far = divide(given * claimed, total or 1, Rounding.HALF_UP)
        amounts[debt.key] += so_far - paid
        paid = so_far
    return given
