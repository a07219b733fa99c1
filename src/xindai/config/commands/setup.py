"""`./xindai setup`: everything installed and the database up to date."""

from __future__ import annotations

from argparse import Namespace

from xindai.config import readiness
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places
from xindai.config.setup.programs import tell


def run(_options: Namespace, places: Places) -> int:
    """Bring the database up to date; the rest has been done when this runs."""
    with database_in_use(places):
        readiness.migrate()
    tell(f"ready; everything lies in {places.data}")
    return 0
