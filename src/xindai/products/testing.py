"""The shipped products and policy for tests: from their files, or live in the database."""

from datetime import date
from functools import cache
from pathlib import Path

from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.policies.files import fingerprint, load_folder
from xindai.policies.packs import Pack
from xindai.products.files import read_folder
from xindai.products.services import draft_product, put_live, review_product
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


def make_live_products(live_from: date = ON) -> None:
    """The shipped products, drafted, reviewed by another person and live."""
    drafter, reviewer = actor(Role.POLICY_MANAGER), actor(Role.RISK_MANAGER)
    for content in read_folder(PRODUCT_FOLDER):
        draft = draft_product(drafter, content=content)
        review_product(reviewer, code=draft.code, number=draft.number)
        put_live(drafter, code=draft.code, number=draft.number, live_from=live_from)
