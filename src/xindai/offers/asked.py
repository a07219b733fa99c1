"""What the lender asks of a customer: the facts that a class, a limit or a decision reads, in the order of the policy."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from xindai.classification.rules import DERIVED
from xindai.offers.standing import Means
from xindai.policies.packs import Pack


def asked_of(kind: str, pack: Pack) -> dict[str, Mapping[str, Any]]:
    """Facts to be asked of a kind of customer, by name, with what the policy says of each.

    What follows from other facts is not asked, nor what the law protects.
    """
    section = pack.section("facts")
    unasked = DERIVED | set(section["protected"])
    means = {field.name for field in fields(Means)}
    return {
        name: shape
        for name, shape in section["facts"].items()
        if shape["of"] == kind and name not in unasked and (shape["read_by"] or name in means)
    }
