"""The product finder and the eligibility check, open to everybody; nothing that is said here is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from xindai.api import schemas
from xindai.api.schemas import Minor
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput
from xindai.offers.finder import Fitting, Price, Unfitting, Wish, find
from xindai.offers.need import Need, check_need
from xindai.offers.policy import offer_policy
from xindai.offers.standing import Means
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of
from xindai.policies.packs import Pack
from xindai.products import queries as products
from xindai.products.queries import Product
from xindai.underwriting.eligibility import Answer, check
from xindai.underwriting.policy import decision_policy
from xindai.underwriting.rules import Finding as FindingOf

router = Router(tags=["Calculator"])

REFUSALS: Final = dict.fromkeys((400, 404, 422), schemas.Problem)
_LARGEST: Final = 10**15

Words = dict[str, str]
Known = Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]


class WishAsked(schemas.Asked):
    """What somebody would like to borrow, in minor units of the product's currency."""

    kind: Literal["person", "company"] = Field(examples=["person"])
    purpose: str = Field(min_length=1, max_length=60, examples=["renovation"])
    amount_minor: Minor = Field(examples=[5_000_000])
    term_months: Annotated[int, Field(strict=True, ge=1, le=600)] = Field(examples=[24])


class MeansAsked(schemas.Asked):
    """What it could be repaid from; what is left out is unknown.

    Of a person: income after living costs and other instalments, each a month. Of a company: figures of the last year.
    """

    disposable_income_minor: Known | None = Field(None, examples=[800_000])
    other_instalments_minor: Known | None = None
    years_in_business: Annotated[int, Field(strict=True, ge=0, le=1000)] | None = None
    revenue_minor: Known | None = None
    annual_cash_flow_minor: Known | None = None
    assets_minor: Known | None = None
    total_debt_minor: Known | None = None


class EligibilityAsked(WishAsked):
    """A wish, and what somebody says of themselves."""

    age_years: Annotated[int, Field(strict=True, ge=0, le=150)] | None = Field(None, examples=[35])
    means: MeansAsked | None = None
    collateral_value_minor: Known = 0


class PriceTold(Schema):
    """A rate in parts per billion a year and what the loan costs at it; the annual rate counts the fee in."""

    rate_ppb: int
    annual_rate_ppb: int
    effective_rate_ppb: int
    method: str
    fee_minor: int
    first_instalment_minor: int
    interest_minor: int
    total_minor: int


class FittingTold(Schema):
    """A product that serves the wish: prices from the cheapest to the dearest class of customer, documents, promise."""

    product_code: str
    name: Words
    currency: str
    lowest: PriceTold
    highest: PriceTold
    documents: list[str]
    more_documents: list[str]
    promised_hours: list[int]


class UnfittingTold(Schema):
    """A product that would serve another amount or term: the bound that the wish breaks, in minor units or months."""

    product_code: str
    name: Words
    bound: str
    value: int


class Found(Schema):
    """Products that serve the wish, the cheapest first, and those that would serve another one."""

    fitting: list[FittingTold]
    unfitting: list[UnfittingTold]


class Finding(Schema):
    """What a rule found, in words."""

    rule: str
    text: Words


class AnswerTold(Schema):
    """What the rules say of a product: what stands against it, what people would look at, what is well, what could be lent."""

    product_code: str
    name: Words
    currency: str
    against: list[Finding]
    looked_at: list[Finding]
    well: list[Finding]
    amount_minor: int | None
    term_months: int | None
    annual_rate_ppb: int | None
    documents: list[str]


class Answers(Schema):
    """What the rules say of each product for the purpose."""

    answers: list[AnswerTold]


@dataclass(frozen=True)
class _Shop:
    """What is lent today, by which policy."""

    pack: Pack
    lent: tuple[Product, ...]

    @classmethod
    def for_purpose(cls, purpose: str) -> "_Shop":
        """The live catalogue of the business date.  Raises InvalidInput for a purpose for which nothing is ever lent."""
        on = business_date.to_show()
        pack = policies.pack_as_of(on)
        if purpose in pack.section("underwriting")["forbidden_purposes"]:
            raise InvalidInput("purpose", _("No money is lent for this purpose."), _("The law forbids it."))
        lent = tuple(products.catalogue(on))
        known = sorted({one.code for product in lent for one in product.spec.purposes})
        if purpose not in known:
            raise InvalidInput(
                "purpose",
                _("Nobody lends for this purpose."),
                _("Choose from: {known}."),
                known=", ".join(known) or "-",
            )
        return cls(pack, lent)


@router.post(
    "/product-search", response={200: Found, **REFUSALS}, url_name="product-search", operation_id="find_products", auth=None
)  # fmt: skip
def find_products(request: HttpRequest, payload: WishAsked) -> dict[str, Any]:
    """Find the products that serve a wish, with the range of their prices; nothing is kept."""
    shop = _Shop.for_purpose(payload.purpose)
    wish = Wish(payload.kind, payload.purpose, payload.amount_minor, payload.term_months)
    fitting, unfitting = find(
        wish,
        [product.spec for product in shop.lent],
        offer_policy(shop.pack),
        on=business_date.to_show(),
        calendar=calendar_of(shop.pack),
    )
    return {"fitting": [_fitting(one) for one in fitting], "unfitting": [_unfitting(one) for one in unfitting]}


@router.post(
    "/eligibility", response={200: Answers, **REFUSALS}, url_name="eligibility-check", operation_id="check_eligibility",
    auth=None,
)  # fmt: skip
def check_eligibility(request: HttpRequest, payload: EligibilityAsked) -> dict[str, Any]:
    """Say what would stand against a loan by the rules in force; nothing is kept, and it binds nobody."""
    shop = _Shop.for_purpose(payload.purpose)
    return {"answers": list(_answers(shop, payload))}


def _answers(shop: _Shop, asked: EligibilityAsked) -> Iterator[dict[str, Any]]:
    """What the rules say of each product for the purpose.  Raises InvalidInput when no product can be asked so."""
    serving = [
        one
        for one in shop.lent
        if asked.kind in one.spec.customer_kinds and one.spec.purpose(asked.purpose) is not None
    ]
    refused, is_answered = None, False
    for product in serving:
        try:
            yield _told(product, _answer(shop, product, asked))
            is_answered = True
        except InvalidInput as error:
            refused = error
    if refused is not None and not is_answered:
        raise refused


def _answer(shop: _Shop, product: Product, asked: EligibilityAsked) -> Answer:
    spec, policy = product.spec, decision_policy(shop.pack)
    need = Need(
        spec.code,
        asked.amount_minor,
        spec.currency,
        asked.term_months,
        asked.purpose,
        collateral_value_minor=asked.collateral_value_minor,
    )
    check_need(need, spec, asked.kind, policy.offer.forbidden_purposes)
    return check(
        need,
        asked.kind,
        Means(**asked.means.dict()) if asked.means is not None else Means(),
        asked.age_years if asked.kind == "person" else None,
        spec,
        policy,
        on=business_date.to_show(),
        calendar=calendar_of(shop.pack),
    )


def _told(product: Product, found: Answer) -> dict[str, Any]:
    proposal, cost = found.quote.proposal, found.quote.cost
    is_lent = cost is not None and not found.against
    return {
        "product_code": product.code,
        "name": product.spec.name.model_dump(),
        "currency": product.spec.currency,
        "against": _findings(found.against),
        "looked_at": _findings(found.looked_at),
        "well": _findings(found.well),
        "amount_minor": proposal.amount_minor if is_lent else None,
        "term_months": proposal.term_months if is_lent else None,
        "annual_rate_ppb": cost.annual_rate_ppb if cost is not None and is_lent else None,
        "documents": list(found.quote.documents),
    }


def _findings(found: tuple[FindingOf, ...]) -> list[dict[str, Any]]:
    return [{"rule": one.rule, "text": one.text} for one in found]


def _fitting(one: Fitting) -> dict[str, Any]:
    return {
        "product_code": one.spec.code,
        "name": one.spec.name.model_dump(),
        "currency": one.spec.currency,
        "lowest": _price(one.lowest),
        "highest": _price(one.highest),
        "documents": list(one.documents),
        "more_documents": list(one.more_documents),
        "promised_hours": list(one.promised_hours),
    }


def _price(price: Price) -> dict[str, Any]:
    names = ("annual_rate_ppb", "effective_rate_ppb", "first_instalment_minor", "interest_minor", "total_minor")
    own = {name: getattr(price, name) for name in ("rate_ppb", "method", "fee_minor")}
    return own | {name: getattr(price.cost, name) for name in names}


def _unfitting(one: Unfitting) -> dict[str, Any]:
    return {
        "product_code": one.spec.code,
        "name": one.spec.name.model_dump(),
        "bound": one.bound.code,
        "value": one.bound.value,
    }
