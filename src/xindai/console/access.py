"""Who is reading a page, and which other pages they may open."""

from typing import cast

from django.http import HttpRequest

from xindai.console.routes import ROUTES
from xindai.identity.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the permission middleware found out."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def may_open(actor: Actor, route: str) -> bool:
    """Tell whether the actor may open a page of the console."""
    roles = ROUTES[route]
    return roles is None or not roles.isdisjoint(actor.roles)
