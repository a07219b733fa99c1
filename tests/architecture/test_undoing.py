"""Migrations can be undone and done again; tried on one PostgreSQL, since it is the migrations that differ, not the server."""

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.migrations.made import OBJECTS
from xindai.config.apps import FLOORS


def objects_here() -> set[str]:
    """What there is in the test's own database, within its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(OBJECTS)
        return {str(row[0]) for row in cursor.fetchall()}


@pytest.mark.django_db
def test_what_came_after_the_first_migrations_is_undone_and_done_again() -> None:
    before = objects_here()
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    graph = executor.loader.graph
    firsts = [key for key in graph.root_nodes() if key[0] in FLOORS]
    # An app that came later rests on later migrations of others: it is undone as a whole.
    stand_alone = {key for key in firsts if {one for one in graph.forwards_plan(key) if one[0] in FLOORS} <= {*firsts}}
    executor.migrate([key if key in stand_alone else (key[0], None) for key in firsts])
    assert objects_here() < before
    MigrationExecutor(connection).migrate(latest)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")  # as the command does: it indexes the trails
    assert objects_here() == before
