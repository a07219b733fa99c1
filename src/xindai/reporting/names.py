"""Names that pages put beside codes and ids."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from xindai.identity import clients
from xindai.identity import queries as identity
from xindai.identity.models import Branch
from xindai.kernel.memo import read_once
from xindai.kernel.standing import kept_while_unchanged
from xindai.products.models import ProductVersion

Words = Mapping[str, str]


@read_once
@kept_while_unchanged(ProductVersion)
def product_names() -> dict[str, Words]:
    """Return the {zh, en} name of every product, of its latest version."""
    rows = ProductVersion.objects.order_by("code", "number").values_list("code", "spec__name")
    return dict(rows)


@read_once
@kept_while_unchanged(Branch)
def branch_names() -> dict[int, Words]:
    """Return the {zh, en} name of every branch by its id."""
    return dict(Branch.objects.values_list("pk", "name"))


def people(labels: Iterable[str]) -> dict[str, str]:
    """Return how pages name actors, by the label that the books keep (`person:7`, `client:xc_4f`, `system:end_of_day`)."""
    known = {label: label.partition(":")[2] for label in labels}
    ids = {label: int(key) for label, key in known.items() if label.startswith("person:") and key.isdigit()}
    names, programs = identity.display_names(ids.values()), clients.names_of(known)
    return {
        label: names.get(ids[label], label) if label in ids else programs.get(label, _("The system")) for label in known
    }
