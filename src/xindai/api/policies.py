"""What the lender lends by: the policy pack in force with every figure and its source, and the products."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from xindai.api.operations import operation
from xindai.api.schemas import Day
from xindai.identity.scopes import Scope
from xindai.kernel import business_date
from xindai.policies import queries as policies
from xindai.products import queries as products

router = Router(tags=["Policies and products"])


class On(Schema):
    """In force on which day; the open business date when none is given."""

    on: Day | None = None


class Figure(Schema):
    """A figure of the policy: its value, unit, first day and source; unconfirmed ones are marked."""

    key: str
    value: Any
    unit: str
    in_force_from: date
    reference: dict[str, str]
    is_confirmed: bool


class Policy(Schema):
    """The pack in force on a day."""

    version: str
    sha256: str
    on: date
    figures: list[Figure]


class Purpose(Schema):
    """What a product's money may be spent on."""

    code: str
    name: dict[str, str]


class Product(Schema):
    """A product as it is lent; amounts in minor units."""

    code: str
    version: str
    name: dict[str, str]
    summary: dict[str, str]
    customer_kinds: list[str]
    currency: str
    smallest_amount_minor: int
    largest_amount_minor: int
    shortest_term_months: int
    longest_term_months: int
    purposes: list[Purpose]
    methods: list[str]
    needs_collateral: bool


class Products(Schema):
    """The products that are lent on a day, by code."""

    on: date
    items: list[Product]


@operation(router, "GET", "/policy", name="get_policy", route="policy", scope=Scope.POLICIES_READ, answer=Policy)
def policy(request: HttpRequest, asked: Query[On]) -> dict[str, Any]:
    """Return the policy pack in force on a day, every figure with its source."""
    on = asked.on or business_date.to_show()
    pack = policies.pack_as_of(on)
    return {
        "version": pack.version,
        "sha256": pack.sha256,
        "on": on,
        "figures": [_figure(one) for one in sorted(pack.figures(), key=lambda one: one.key)],
    }


@operation(
    router, "GET", "/products", name="list_products", route="products", scope=Scope.POLICIES_READ, answer=Products
)
def product_list(request: HttpRequest, asked: Query[On]) -> dict[str, Any]:
    """Return the products that are lent on a day."""
    on = asked.on or business_date.to_show()
    return {"on": on, "items": [_product(one) for one in products.catalogue(on)]}


def _figure(one: Any) -> dict[str, Any]:
    reference = one.reference
    return {
        "key": one.key,
        "value": one.value,
        "unit": one.unit,
        "in_force_from": one.in_force_from,
        "reference": dict.fromkeys(("zh", "en"), reference) if isinstance(reference, str) else dict(reference),
        "is_confirmed": one.is_confirmed,
    }


def _product(one: products.Product) -> dict[str, Any]:
    spec = one.spec
    return {
        "code": one.code,
        "version": one.version,
        "name": spec.name.model_dump(),
        "summary": spec.summary.model_dump(),
        "customer_kinds": list(spec.customer_kinds),
        "currency": spec.currency,
        "smallest_amount_minor": spec.smallest_amount_minor,
        "largest_amount_minor": spec.largest_amount_minor,
        "shortest_term_months": spec.term_months.smallest,
        "longest_term_months": spec.term_months.largest,
        "purposes": [{"code": purpose.code, "name": purpose.name.model_dump()} for purpose in spec.purposes],
        "methods": [str(offered.method) for offered in spec.methods],
        "needs_collateral": spec.collateral is not None and spec.collateral.is_required,
    }
