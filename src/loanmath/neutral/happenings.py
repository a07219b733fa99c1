"""What happens to the loan of a neutral case, event by event, as the file says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from loanmath.allocation import Component
from loanmath.errors import LoanMathError
from loanmath.neutral.fields import Fields


class Deed(StrEnum):
    """The types of events."""

    APPROVE = "approve"
    DISBURSE = "disburse"
    REPAYMENT = "repayment"
    MERCHANT_ISSUED_REFUND = "merchant_issued_refund"
    PAYOUT_REFUND = "payout_refund"
    GOODWILL_CREDIT = "goodwill_credit"
    PAY_OFF = "pay_off"
    ADD_CHARGE = "add_charge"
    WAIVE_CHARGE = "waive_charge"
    UNDO_TRANSACTION = "undo_transaction"
    CHARGE_OFF = "charge_off"
    SET_FRAUD_FLAG = "set_fraud_flag"
    """Changes no figure."""
    CLOSE_OF_BUSINESS = "close_of_business"
    """Charges what the loan asks for when an instalment is overdue."""


class Calc(StrEnum):
    """How a charge is calculated."""

    FLAT = "flat"
    OF_PRINCIPAL = "percent of principal, at disbursement"
    OF_ALL = "percent of principal + interest"
    OF_EACH_INSTALMENT = "percent of instalment principal + interest, each instalment"


UNDOABLE: Final = (
    "Repayment",
    "Down Payment",
    "Merchant Issued Refund",
    "Payout Refund",
    "Goodwill Credit",
    "Charge-off",
    "Waive loan charges",
)
"""The transactions that can be undone, as they are called in the list of transactions."""


@dataclass(frozen=True, slots=True)
class ChargeAsked:
    """A charge that is added: an amount, or a rate of what ``calc`` says."""

    component: Component
    calc: Calc
    amount_minor: int
    rate_ppb: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Undone:
    """The transaction that is undone: the ``nth`` of its type and date."""

    word: str
    on: date
    nth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event.  It takes effect ``on`` a day, which may lie before ``booked_on``, the business date."""

    path: str
    deed: Deed
    on: date
    booked_on: date
    amount_minor: int = 0
    """0 where it says none."""
    charge: ChargeAsked | None = None
    undone: Undone | None = None


_COMMON: Final = ("type", "date", "business_date", "seq")
_PAYMENT: Final = (*_COMMON, "amount", "channel")
_KNOWN: Final[Mapping[Deed, Sequence[str]]] = {
    Deed.APPROVE: (*_COMMON, "amount"),
    Deed.DISBURSE: (*_COMMON, "amount"),
    Deed.REPAYMENT: _PAYMENT,
    Deed.MERCHANT_ISSUED_REFUND: _PAYMENT,
    Deed.PAYOUT_REFUND: _PAYMENT,
    Deed.GOODWILL_CREDIT: _PAYMENT,
    Deed.PAY_OFF: (*_COMMON, "channel"),
    Deed.ADD_CHARGE: (*_COMMON, "charge", "kind", "calc", "amount", "percent", "due_date"),
    Deed.WAIVE_CHARGE: (*_COMMON, "which"),
    Deed.UNDO_TRANSACTION: (*_COMMON, "transaction_type", "transaction_date", "nth"),
    Deed.CHARGE_OFF: _COMMON,
    Deed.SET_FRAUD_FLAG: _COMMON,
    Deed.CLOSE_OF_BUSINESS: _COMMON,
}
_ALL_KNOWN: Final = frozenset(name for names in _KNOWN.values() for name in names)
_MOVING: Final = frozenset(
    {
        Deed.DISBURSE,
        Deed.REPAYMENT,
        Deed.MERCHANT_ISSUED_REFUND,
        Deed.PAYOUT_REFUND,
        Deed.GOODWILL_CREDIT,
        Deed.PAY_OFF,
        Deed.CHARGE_OFF,
    }
)
"""What books a transaction, which nobody can do ahead of time."""
_MOST_ALIKE: Final = 10_000


def read_happenings(values: Sequence[object], currency: str) -> tuple[Happening, ...]:
    """The events of a case, in order.

    An event without a business date is booked on its own date, or on the last business date if that is later.
    Raises LoanMathError that names the event and the field; ``out_of_order`` where business dates go back, or where
    money moves after the business date.
    """
    found: list[Happening] = []
    for place, value in enumerate(values):
        found.append(_read(value, f"events[{place}]", currency, found[-1].booked_on if found else date.min))
    return tuple(found)


def _read(value: object, path: str, currency: str, reached: date) -> Happening:
    deed = Fields(value, path, _ALL_KNOWN).choice("type", {str(one): one for one in Deed})
    event = Fields(value, path, _KNOWN[deed])
    on = event.day("date")
    may_lack_amount = deed is Deed.APPROVE and not event.has("amount")
    has_amount = "amount" in _KNOWN[deed] and deed is not Deed.ADD_CHARGE and not may_lack_amount
    if deed is Deed.WAIVE_CHARGE:
        event.choice("which", {"last added": None}, otherwise="last added")
    booked_on = event.day("business_date") if event.has("business_date") else max(on, reached)
    if booked_on < reached:
        raise LoanMathError(
            "out_of_order",
            event.at("business_date"),
            "it lies before {reached}, the business date of the event before: give the events in order",
            reached=reached.isoformat(),
        )
    if on > booked_on and deed in _MOVING:
        raise LoanMathError(
            "out_of_order",
            event.at("date"),
            "it lies after the business date {booked_on}: correct one of the two",
            booked_on=booked_on.isoformat(),
        )
    return Happening(
        path=path,
        deed=deed,
        on=on,
        booked_on=booked_on,
        amount_minor=event.money("amount", currency) if has_amount else 0,
        charge=_charge(event, on, currency) if deed is Deed.ADD_CHARGE else None,
        undone=_undone(event) if deed is Deed.UNDO_TRANSACTION else None,
    )


def _charge(event: Fields, on: date, currency: str) -> ChargeAsked:
    component = event.choice("kind", {"fee": Component.FEE, "penalty": Component.PENALTY})
    calc = event.choice("calc", {str(one): one for one in Calc})
    is_flat = calc is Calc.FLAT
    unused = "percent" if is_flat else "amount"
    if event.has(unused):
        raise LoanMathError(
            "contradiction",
            event.at(unused),
            "a charge “{calc}” has no {unused}: take it out",
            calc=calc,
            unused=unused,
        )
    return ChargeAsked(
        component,
        calc,
        event.money("amount", currency) if is_flat else 0,
        0 if is_flat else event.rate("percent"),
        event.day("due_date") if event.has("due_date") else on,
    )


def _undone(event: Fields) -> Undone:
    word = event.choice("transaction_type", {one: one for one in UNDOABLE})
    return Undone(word, event.day("transaction_date"), event.whole("nth", 1, _MOST_ALIKE, otherwise=1))
