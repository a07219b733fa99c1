"""From a product file to a product that is lent: draft, review by another person, live from a date."""

import hashlib
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel.errors import NotFound, StateConflict
from xindai.products.models import ProductState, ProductVersion
from xindai.products.spec import parse_spec


@verb("product.draft")
def draft_product(actor: Actor, *, content: Any) -> ProductVersion:
    """Load the content of a product file as the product's next version.

    Content equal to the newest version changes nothing and returns that one.  Raises InvalidInput
    listing every mistake in the content.
    """
    spec = parse_spec(content).model_dump(mode="json")
    sha256 = hashlib.sha256(json.dumps(spec, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    newest = ProductVersion.objects.filter(code=spec["code"]).order_by("-number").first()
    if newest is not None and newest.sha256 == sha256:
        return newest
    return ProductVersion.objects.create(
        code=spec["code"],
        number=1 if newest is None else newest.number + 1,
        spec=spec,
        sha256=sha256,
        drafted_by_id=actor.user_id,
    )


@verb("product.review")
def review_product(actor: Actor, *, code: str, number: int) -> ProductVersion:
    """Confirm a draft as a second person.

    Raises NotFound, and StateConflict for the drafter or a version that is no draft.
    """
    product = _locked(code, number)
    if product.state != ProductState.DRAFT:
        raise StateConflict(
            _("Version {number} of “{product}” is not a draft."),
            remedy=_("Draft a new version to change the product."),
            product=code,
            number=number,
        )
    if actor.user_id is None or actor.user_id == product.drafted_by_id:
        raise StateConflict(
            _("A product is reviewed by another person than the one who drafted it."),
            remedy=_("Ask a colleague to review it."),
        )
    product.state, product.reviewed_by_id = ProductState.REVIEWED, actor.user_id
    product.save(update_fields=["state", "reviewed_by"])
    return product


@verb("product.put_live")
def put_live(actor: Actor, *, code: str, number: int, live_from: date) -> ProductVersion:
    """Lend by this version from a day on; an earlier version ends there.

    Raises NotFound, and StateConflict for a version nobody has reviewed.
    """
    product = _locked(code, number)
    if product.state != ProductState.REVIEWED:
        raise StateConflict(
            _("Version {number} of “{product}” cannot go live: it is not reviewed."),
            remedy=_("Have the draft reviewed by a second person."),
            product=code,
            number=number,
        )
    for earlier in ProductVersion.objects.select_for_update().filter(code=code, state=ProductState.LIVE):
        _end(earlier, live_from)
    product.state, product.live_from = ProductState.LIVE, live_from
    product.save(update_fields=["state", "live_from"])
    return product


@verb("product.withdraw")
def withdraw_product(actor: Actor, *, code: str, number: int, ended_on: date) -> ProductVersion:
    """Make no more loans by this version from a day on; loans made with it go on unchanged.

    Raises NotFound, and StateConflict for a version that is not live.
    """
    product = _locked(code, number)
    if product.state != ProductState.LIVE:
        raise StateConflict(_("Version {number} of “{product}” is not live."), product=code, number=number)
    _end(product, ended_on)
    return product


def _end(product: ProductVersion, ended_on: date) -> None:
    product.state, product.ended_on = ProductState.ENDED, ended_on
    product.save(update_fields=["state", "ended_on"])


def _locked(code: str, number: int) -> ProductVersion:
    product = ProductVersion.objects.select_for_update().filter(code=code, number=number).first()
    if product is None:
        raise NotFound(_("product version"), f"{code} {number}")
    return product
