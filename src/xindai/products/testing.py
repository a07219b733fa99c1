"""The shipped products and policy for tests, read from their files without a database."""

from datetime import date
from functools import cache
from pathlib import Path

from xindai.policies.files import fingerprint, load_folder
from xindai.policies.packs import Pack
from xindai.products.files import read_folder
from xindai.products.spec import ProductSpec, parse_spec

PACK_FOLDER = Path(__file__).parents[3] / "policies" / "cn"
PRODUCT_FOLDER = PACK_FOLDER / "products"
ON = date(2024, 7, 1)


@cache
def shipped_pack(on: date = ON) -> Pack:
    """The shipped policy pack as of a day."""
    content = load_folder(PACK_FOLDER)
    return Pack(code="cn", number=1, content=content, on=on, sha256=fingerprint(content))


@cache
def shipped_products() -> dict[str, ProductSpec]:
    """The shipped products by code."""
    specs = [parse_spec(content) for content in read_folder(PRODUCT_FOLDER)]
    return {spec.code: spec for spec in specs}
