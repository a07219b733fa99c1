"""Names that pages put beside codes and ids."""

from collections.abc import Mapping

from xindai.identity.models import Branch
from xindai.products.models import ProductVersion

Words = Mapping[str, str]


def product_names() -> dict[str, Words]:
    """Return the {zh, en} name of every product, of its latest version."""
    rows = ProductVersion.objects.order_by("code", "number").values_list("code", "spec__name")
    return dict(rows)


def branch_names() -> dict[int, Words]:
    """Return the {zh, en} name of every branch by its id."""
    return dict(Branch.objects.values_list("pk", "name"))
