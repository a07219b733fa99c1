"""In which order the neutral format lets a payment be allocated: the named strategies, and orders written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loanmath.allocation import Ahead, Allocation, Component, Direction, Order
from loanmath.errors import LoanMathError
from loanmath.neutral.fields import Fields

DEFAULT: Final = "DEFAULT"
"""The kind of payment whose rule holds for every kind that has none of its own."""
PAYMENT_KINDS: Final = (DEFAULT, "GOODWILL_CREDIT", "MERCHANT_ISSUED_REFUND", "PAYOUT_REFUND")

_X, _F, _I, _P = Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL
_COMPONENTS: Final = {"penalty": _X, "fee": _F, "interest": _I, "principal": _P}
_ADVANCED: Final = "ADVANCED_PAYMENT_ALLOCATION"
_STRATEGIES: Final[dict[str, Allocation | None]] = {
    "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER": Allocation((_X, _F, _I, _P), ahead=Ahead.NEXT),
    "DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST": Allocation(
        (_X, _F, _I, _P), ahead=Ahead.NEXT, ahead_order=(_P, _X, _F, _I), dated_charges_first=True
    ),
    "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE": Allocation(
        (_X, _I, _P, _F), ahead=Ahead.NEXT, dated_charges_first=True
    ),
    _ADVANCED: None,
}
_DIRECTIONS: Final = {"horizontal": Direction.HORIZONTAL, "vertical": Direction.VERTICAL}
_AHEAD: Final = {
    "NEXT_INSTALLMENT": Ahead.NEXT,
    "LAST_INSTALLMENT": Ahead.LAST,
    "REAMORTIZATION": Ahead.SPREAD,
}
_STANDINGS: Final = ("past-due", "due", "in-advance")


def allocations_of(loan: Fields, *, is_current: bool) -> Mapping[str, Allocation]:
    """The allocation of each kind of payment.

    ``is_current``: what is more than the due pays principal of the current instalment, in loans of a named strategy.
    Raises LoanMathError ``unknown_choice``, ``field_missing``, ``unknown_field`` or ``strategy_unreadable``.
    """
    named = loan.choice("strategy_code", _STRATEGIES)
    rules = loan.child("future_allocation", PAYMENT_KINDS)
    if named is not None:
        one = Allocation(named.order, ahead=Ahead.CURRENT) if is_current else named
        return dict.fromkeys(PAYMENT_KINDS, one)
    direction = loan.choice("processing", _DIRECTIONS, otherwise="horizontal")
    past_due, due, in_advance = _orders(loan)
    usual = rules.choice(DEFAULT, _AHEAD, otherwise="NEXT_INSTALLMENT") if rules else Ahead.NEXT
    return {
        kind: Allocation(
            past_due, direction, rules.choice(kind, _AHEAD) if rules and rules.has(kind) else usual, due, in_advance
        )
        for kind in PAYMENT_KINDS
    }


def _orders(loan: Fields) -> list[Order]:
    """The three orders of "past-due penalty,fee,interest,principal; due ...; in-advance ..."."""
    parts = [part.split(maxsplit=1) for part in str(loan.needed("strategy")).split(";")]
    orders = [_order(part[1]) for part in parts if len(part) > 1]
    if tuple(part[0] for part in parts if part) != _STANDINGS or not all(orders):
        raise LoanMathError(
            "strategy_unreadable",
            loan.at("strategy"),
            "write “past-due ...; due ...; in-advance ...”, each with penalty, fee, interest and principal once, by commas",
        )
    return [order for order in orders if order]


def _order(words: str) -> Order | None:
    """The components in the order of the words; None where they are not the four of them."""
    found = [_COMPONENTS.get(word.strip()) for word in words.split(",")]
    order = tuple(one for one in found if one)
    return order if len(found) == len(_COMPONENTS) and set(order) == set(_COMPONENTS.values()) else None
