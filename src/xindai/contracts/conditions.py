"""Conditions precedent: what must be there before money is paid."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xindai.offers.models import Offer
from xindai.offers.policy import Law
from xindai.products.spec import ProductSpec

LIEN = "lien_registered"
PAYEE = "entrusted_payment_payee"
DOCUMENT = "document:"

Condition = dict[str, Any]
"""``{code, satisfied_on, evidence}``; open while ``satisfied_on`` is None."""


def conditions_for(offer: Offer, spec: ProductSpec, law: Law) -> list[Condition]:
    """What must be there before an offer of this product is paid.

    The documents of the tier's package and the product, the lien where something is pledged, and
    the payee where the law sends the money to the seller (entrusted payment).
    """
    codes = [f"{DOCUMENT}{document}" for document in offer.quote["documents"]]
    if spec.collateral is not None and offer.need["collateral_value_minor"]:
        codes.append(LIEN)
    if spec.entrusted_payment_law is not None:
        threshold_minor = law.entrusted_payment_above_minor[spec.entrusted_payment_law]
        if offer.amount_minor > threshold_minor:
            codes.append(PAYEE)
    return [{"code": code, "satisfied_on": None, "evidence": None} for code in codes]


def satisfied(conditions: Sequence[Condition], evidence: Mapping[str, str], on: date) -> list[Condition]:
    """The conditions with the named ones satisfied; what was satisfied before stays as it was."""
    return [
        {**condition, "satisfied_on": on.isoformat(), "evidence": evidence[condition["code"]]}
        if condition["code"] in evidence and condition["satisfied_on"] is None
        else condition
        for condition in conditions
    ]


def open_codes(conditions: Sequence[Condition]) -> list[str]:
    """The codes of conditions not yet satisfied."""
    return [condition["code"] for condition in conditions if condition["satisfied_on"] is None]
