"""`./xindai worker`: a process that carries out waiting jobs."""

from __future__ import annotations

from argparse import Namespace

from django.core.management import call_command

from xindai.config import readiness
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places


def run(options: Namespace, places: Places) -> int:
    """Work until stopped, or with --once until no job is waiting."""
    once = ["--one-shot"] if options.once else []
    with database_in_use(places):
        readiness.migrate()
        call_command("procrastinate", "worker", "--concurrency", str(options.concurrency), *once)
    return 0
