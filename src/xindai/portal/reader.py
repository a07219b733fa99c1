"""What pages ask of every reader: who it is, as an actor and as a customer."""

from typing import Any, cast

from django.http import HttpRequest

from xindai.identity.actors import Actor
from xindai.reporting import own
from xindai.reporting.names import branch_names


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def frame(request: HttpRequest) -> dict[str, Any]:
    """The reader as a customer, and their branch.  Raises NotFound for a login without a customer."""
    customer = own.customer(actor_of(request))
    return {"customer": customer, "branch_name": branch_names()[customer.branch_id]}
