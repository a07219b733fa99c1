"""Django made ready: its settings loaded, the terminal's language in force, its tables brought up to date."""

from __future__ import annotations

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import translation

from xindai.config import language
from xindai.config.refusal import Refusal
from xindai.config.setup.programs import tell


def load() -> None:
    """Load Django and let it speak the terminal's language; DATABASE_URL and XINDAI_DATA must be set."""
    django.setup()
    translation.activate(language.locale())


def migrate() -> None:
    """Bring the tables up to date, and refuse a database that a newer version has been at.

    Of several commands that start at once one does it, and the others wait.
    """
    load()
    from xindai.kernel import sql  # noqa: PLC0415 - brings NumPy, which --help need not wait for

    with sql.lock_of_session("migrations"):
        executor = MigrationExecutor(connection)
        _refuse_newer(executor.loader)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            tell("bringing the database up to date")
            call_command("migrate", verbosity=0, interactive=False)


def _refuse_newer(loader: MigrationLoader) -> None:
    unknown = [
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps
        and (app, name) not in loader.disk_migrations
        and (app, name) not in loader.replacements
    ]
    if unknown:
        raise Refusal(
            f"The database was brought up to date by a newer version of xindai (it holds {min(unknown)}).",
            "Use that newer version, or name another database or data folder.",
        )
