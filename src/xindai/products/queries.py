"""Products as others see them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput, NotFound
from xindai.kernel.memo import read_once
from xindai.kernel.standing import kept_while_unchanged
from xindai.products.models import ProductState, ProductVersion
from xindai.products.spec import ProductSpec

_parsed: Final[dict[str, ProductSpec]] = {}
"""Specifications by their hash: the content of a version never changes."""
_NAMES: Final = ("pk", "code", "number", "sha256")


@dataclass(frozen=True)
class Product:
    """One version of a product as loans are made with it."""

    id: int
    code: str
    number: int
    spec: ProductSpec

    @property
    def version(self) -> str:
        """What stands on offers and contracts, for example ``car-2``."""
        return f"{self.code}-{self.number}"


@read_once
@kept_while_unchanged(ProductVersion)
def product_as_of(code: str, on: date) -> Product:
    """The version of a product that is lent on the day.

    Raises InvalidInput naming ``product_code`` when there is none.
    """
    row = _lent(on).filter(code=code).order_by("-live_from", "-number").values_list(*_NAMES).first()
    if row is None:
        raise InvalidInput(
            "product_code",
            _("There is no product “{product}” on {on}."),
            _("Choose one of: {codes}."),
            product=code,
            on=on.isoformat(),
            codes=", ".join(product.code for product in catalogue(on)) or "-",
        )
    return _product(*row)


@read_once
@kept_while_unchanged(ProductVersion)
def catalogue(on: date) -> list[Product]:
    """All products that are lent on the day, by code."""
    rows = _lent(on).order_by("code", "-live_from", "-number").distinct("code")
    return [_product(*row) for row in rows.values_list(*_NAMES)]


def products_for(customer_kind: str, on: date) -> list[Product]:
    """The products for a kind of customer."""
    return [product for product in catalogue(on) if customer_kind in product.spec.customer_kinds]


def product_for_purpose(customer_kind: str, purpose: str, on: date) -> Product | None:
    """The product that serves a purpose for this kind of customer, or None."""
    return next((product for product in products_for(customer_kind, on) if product.spec.purpose(purpose)), None)


@read_once
@kept_while_unchanged(ProductVersion)
def product_by_id(version_id: int) -> Product:
    """The version that an offer or contract was made with.  Raises NotFound."""
    row = ProductVersion.objects.filter(pk=version_id).values_list(*_NAMES).first()
    if row is None:
        raise NotFound(_("product version"), version_id)
    return _product(*row)


def versions(code: str) -> list[ProductVersion]:
    """All versions of a product, the newest first."""
    return list(ProductVersion.objects.filter(code=code).order_by("-number"))


def _product(version_id: int, code: str, number: int, sha256: str) -> Product:
    """The version with its specification, which is read and parsed once per content."""
    if sha256 not in _parsed:
        _parsed[sha256] = ProductSpec.model_validate(
            ProductVersion.objects.values_list("spec", flat=True).get(pk=version_id)
        )
    return Product(version_id, code, number, _parsed[sha256])


def _lent(on: date) -> QuerySet[ProductVersion]:
    is_lent = Q(live_from__lte=on) & (Q(ended_on=None) | Q(ended_on__gt=on))
    return ProductVersion.objects.filter(is_lent, state__in=[ProductState.LIVE, ProductState.ENDED])
