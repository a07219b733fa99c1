"""Who is reading a page, and which other pages they may open."""

from typing import cast

from django.http import HttpRequest

from xindai.console.routes import ROUTES
from xindai.identity.actors import Actor
from xindai.identity.roles import Role


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the permission middleware found out."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def first_page(actor: Actor) -> str:
    """The route to which somebody is led who has not said where they want to go."""
    return "my" if actor.roles == {Role.BORROWER} else "work"


def may_open(actor: Actor, route: str) -> bool:
    """Tell whether the actor may open a page of the console."""
    roles = ROUTES[route]
    return roles is None or not roles.isdisjoint(actor.roles)
