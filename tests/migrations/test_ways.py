"""The migrations as they run: to the end by two at once, back and forth, and never past a newer version."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from tests import processes
from tests.setup.terminal import command
from xindai.config.apps import FLOORS

pytestmark = pytest.mark.django_db(transaction=True)

MIGRATE = "from xindai.config import readiness; readiness.migrate()"


@pytest.fixture
def empty() -> Iterator[str]:
    """The URL of a database with nothing in it."""
    name = f"empty_{uuid4().hex[:12]}"
    with psycopg.connect(processes.database_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(processes.database_url())._replace(path=f"/{name}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def start(url: str, program: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE, text=True)


def finish(process: "subprocess.Popen[str]") -> None:
    _output, errors = process.communicate(timeout=processes.PATIENCE_SECONDS)
    assert process.returncode == 0, errors


OBJECTS = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'i')
    UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
"""


def objects(url: str) -> set[str]:
    """Tables, sequences, indexes and triggers of a database."""
    with psycopg.connect(url) as database:
        return {str(row[0]) for row in database.execute(OBJECTS)}


def objects_here() -> set[str]:
    """The same of the test's own database, within its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(OBJECTS)
        return {str(row[0]) for row in cursor.fetchall()}


@pytest.mark.pg15
def test_two_who_start_at_once_on_an_empty_database_make_its_tables_once(empty: str) -> None:
    assert objects(empty) == set()
    for process in [start(empty, MIGRATE), start(empty, MIGRATE)]:
        finish(process)
    assert objects(empty) == objects(processes.database_url())
    assert {"ledger_entry", "kernel_businessday", "kernel_number_ln"} <= objects(empty)


@pytest.mark.django_db(transaction=False)
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


@pytest.mark.pg15
def test_a_database_of_a_newer_version_is_left_alone_in_one_sentence(tmp_path: "os.PathLike[str]") -> None:
    url = processes.database_url()
    newer = "9999_from_the_future"
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', %s, now())", [newer])
        try:
            done = command("--data", str(tmp_path), "worker", "--once", DATABASE_URL=url)
        finally:
            database.execute("DELETE FROM django_migrations WHERE name = %s", [newer])
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "xindai: The database was brought up to date by a newer version of xindai (it holds ledger.9999_from_the_future). "
        "Use that newer version, or name another database or data folder.\n"
    )
