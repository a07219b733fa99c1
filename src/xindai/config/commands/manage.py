"""`./xindai manage ...`: Django's own command line on the product's database."""

from __future__ import annotations

from argparse import Namespace

from django.core.management import execute_from_command_line

from xindai.config import readiness
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places


def run(options: Namespace, places: Places) -> int:
    """Pass the words on to Django."""
    with database_in_use(places):
        readiness.load()
        execute_from_command_line(["./xindai manage", *options.rest])
    return 0
