"""`./xindai people`: what whoever runs the machine may do for somebody who can no longer sign in."""

from __future__ import annotations

from argparse import Namespace

from xindai.config import readiness
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places


def run(options: Namespace, places: Places) -> int:
    """Take away the second factor of somebody whose device is lost, and say so."""
    with database_in_use(places):
        readiness.migrate()
        print(_reset(options.username, options.reason))
    return 0


def _reset(username: str, reason: str) -> str:
    from xindai.identity import second_factor  # noqa: PLC0415 - models load after Django
    from xindai.identity.actors import Actor  # noqa: PLC0415 - the same

    user = second_factor.reset(Actor.system("terminal"), username=username, reason=reason)
    return f"{user.username}: no second factor, no session; the next sign-in sets one up where a role needs it"
