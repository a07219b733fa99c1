"""Offers as a page shows them: the steps of the price, the bounds of the amount, the cost."""

from dataclasses import dataclass
from typing import Any

from xindai.kernel import formatting


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step of the price: what was added, and the rate after it."""

    code: str
    change: str
    rate_ppb: int


@dataclass(frozen=True, slots=True)
class ShownBound:
    """One bound on the amount; the smallest binds."""

    code: str
    value: int
    is_binding: bool


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """An offer with what its page needs; `cost` is empty for an offer of nothing."""

    no: str
    currency: str
    amount_minor: int
    term_months: int
    method: str
    rate_ppb: int
    fee_minor: int
    promised_hours: int
    documents: tuple[str, ...]
    cost: dict[str, int] | None
    price_steps: tuple[ShownStep, ...]
    bounds: tuple[ShownBound, ...]


def shown_offer(offer: Any) -> ShownOffer:
    """Return an offer for its page."""
    quote = offer.quote
    smallest = min((bound["value"] for bound in quote["amount_bounds"]), default=0)
    return ShownOffer(
        no=offer.no,
        currency=offer.currency,
        amount_minor=offer.amount_minor,
        term_months=offer.term_months,
        method=offer.method,
        rate_ppb=offer.rate_ppb,
        fee_minor=quote["proposal"]["fee_minor"],
        promised_hours=offer.promised_hours,
        documents=tuple(quote["documents"]),
        cost=quote["cost"],
        price_steps=tuple(
            ShownStep(step["code"], _signed_percent(step["change_ppb"]), step["rate_ppb"])
            for step in quote["price_steps"]
        ),
        bounds=tuple(
            ShownBound(bound["code"], bound["value"], bound["value"] == smallest) for bound in quote["amount_bounds"]
        ),
    )


def _signed_percent(change_ppb: int) -> str:
    """Write a change of a rate with its sign; none is a plain zero."""
    return f"+{formatting.percent(change_ppb)}" if change_ppb > 0 else formatting.percent(change_ppb)
