"""Who may open which page: every route of the product by its URL name.

A route that is not listed here is refused to everybody, and fails the tests.  What a verb does
behind a page is checked again by its own permission, and rows by their branch.
"""

from collections.abc import Mapping
from typing import Final

from xindai.api.routes import ROUTES as API_ROUTES
from xindai.console.routes import ROUTES as CONSOLE_ROUTES
from xindai.identity.roles import Role
from xindai.portal.routes import ROUTES as PORTAL_ROUTES

Roles = frozenset[Role]

PUBLIC: Final[Roles | None] = None
"""Open to those who have not signed in."""

ROUTES: Final[Mapping[str, Roles | None]] = {**CONSOLE_ROUTES, **PORTAL_ROUTES, **API_ROUTES}


def is_allowed(view_name: str, roles: Roles) -> bool:
    """True when somebody with these roles may open the route; unlisted routes are nobody's."""
    if view_name not in ROUTES:
        return False
    allowed = ROUTES[view_name]
    return allowed is None or not allowed.isdisjoint(roles)
