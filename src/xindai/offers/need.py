"""What a customer asks for, checked against the product before anything is computed."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR
from xindai.products.spec import ProductSpec

LONGEST_TERM_MONTHS = 600
"""Fifty years: a longer term is a slip of the pen, not a wish that deserves a counter-offer."""


@dataclass(frozen=True)
class Need:
    """A wish for money: how much, how long, for what, how to be repaid, secured by what.

    ``collateral_value_minor`` is the lower of price and valuation, 0 without collateral;
    ``method`` None leaves the repayment method to the product.
    """

    product_code: str
    amount_minor: int
    currency: str
    term_months: int
    purpose: str
    method: str | None = None
    collateral_value_minor: int = 0

    def to_json(self) -> dict[str, Any]:
        """A plain copy for storing; ``Need(**copy)`` brings it back."""
        return asdict(self)


def check_need(need: Need, spec: ProductSpec, customer_kind: str, forbidden_purposes: frozenset[str]) -> None:
    """Refuse a need that cannot be answered, naming the field and the remedy.

    Raises InvalidInput.  A term above the law or an amount above the limit is no mistake: those are
    answered by a counter-offer.  So is a forbidden purpose, which is a reason to refuse.
    """
    _check_customer_kind(spec, customer_kind)
    _check_money(need, spec)
    _check_collateral(need, spec)
    _check_term(need, spec)
    _check_purpose(need, spec, forbidden_purposes)
    _check_method(need, spec)


def _check_customer_kind(spec: ProductSpec, customer_kind: str) -> None:
    if customer_kind not in spec.customer_kinds:
        raise InvalidInput(
            "product_code",
            _("The product {product} is not for this kind of customer."),
            _("Choose another product; for this kind of customer ({kind}) there are others."),
            product=spec.code,
            kind=customer_kind,
        )


def _check_money(need: Need, spec: ProductSpec) -> None:
    if need.currency != spec.currency:
        raise InvalidInput(
            "currency",
            _("The product {product} is lent in {currency}, not in {given}."),
            _("State the amount in {currency}."),
            product=spec.code,
            currency=spec.currency,
            given=need.currency,
        )
    if need.amount_minor <= 0:
        raise InvalidInput("amount_minor", _("The amount must be above zero."), _("State how much money is needed."))
    if need.amount_minor < spec.smallest_amount_minor:
        raise InvalidInput(
            "amount_minor",
            _("The amount is below the smallest loan of this product, {smallest} {currency}."),
            _("Ask for at least {smallest} {currency}."),
            smallest=spec.amount.smallest,
            currency=spec.currency,
        )
    _refuse_too_large("amount_minor", need.amount_minor, spec)


def _refuse_too_large(field: str, amount_minor: int, spec: ProductSpec) -> None:
    """More than the loan engine takes; an amount above the product's largest loan gets a counter-offer instead."""
    if amount_minor > LARGEST_AMOUNT_MINOR:
        raise InvalidInput(
            field,
            _("The amount is larger than any that can be kept."),
            _("State at most {largest} {currency}; check whether digits were added."),
            largest=f"{LARGEST_AMOUNT_MINOR // spec.minor_per_unit:,}",
            currency=spec.currency,
        )


def _check_collateral(need: Need, spec: ProductSpec) -> None:
    if need.collateral_value_minor < 0:
        raise InvalidInput(
            "collateral_value_minor",
            _("The value of the collateral cannot be negative."),
            _("State the lower of price and valuation, or 0 without collateral."),
        )
    _refuse_too_large("collateral_value_minor", need.collateral_value_minor, spec)
    if spec.collateral is not None and spec.collateral.is_required and need.collateral_value_minor == 0:
        raise InvalidInput(
            "collateral_value_minor",
            _("The product {product} is lent against collateral only."),
            _("State the lower of price and valuation of the collateral."),
            product=spec.code,
        )


def _check_term(need: Need, spec: ProductSpec) -> None:
    if not spec.term_months.smallest <= need.term_months <= LONGEST_TERM_MONTHS:
        raise InvalidInput(
            "term_months",
            _("A term of {months} months is not possible."),
            _("Choose a term between {shortest} and {longest} months."),
            months=need.term_months,
            shortest=spec.term_months.smallest,
            longest=spec.term_months.largest,
        )


def _check_purpose(need: Need, spec: ProductSpec, forbidden_purposes: frozenset[str]) -> None:
    if spec.purpose(need.purpose) is None and need.purpose not in forbidden_purposes:
        raise InvalidInput(
            "purpose",
            _("The product {product} does not serve the purpose “{purpose}”."),
            _("Choose one of: {purposes}."),
            product=spec.code,
            purpose=need.purpose,
            purposes=", ".join(purpose.code for purpose in spec.purposes),
        )


def _check_method(need: Need, spec: ProductSpec) -> None:
    if need.method is not None and spec.offered_method(need.method) is None:
        raise InvalidInput(
            "method",
            _("The product {product} is not repaid by “{method}”."),
            _("Choose one of: {methods}."),
            product=spec.code,
            method=need.method,
            methods=", ".join(offered.method for offered in spec.methods),
        )
