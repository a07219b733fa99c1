"""The migrations as they run: to the end by two at once, and never past a newer version."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests import processes
from tests.migrations.made import OBJECTS
from tests.setup.terminal import command

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg15]

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


def objects(url: str) -> set[str]:
    """Tables, sequences, indexes and triggers of a database."""
    with psycopg.connect(url) as database:
        return {str(row[0]) for row in database.execute(OBJECTS)}


def test_two_who_start_at_once_on_an_empty_database_make_its_tables_once(empty: str) -> None:
    assert objects(empty) == set()
    for process in [start(empty, MIGRATE), start(empty, MIGRATE)]:
        finish(process)
    assert objects(empty) == objects(processes.database_url())
    assert {"ledger_entry", "kernel_businessday", "kernel_number_ln"} <= objects(empty)


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
