"""Processes of the product that a test stops midway and kills, without any hook in the product.

A lock on a table, held by another connection, stops a process at the first statement that writes there.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import psycopg
from django.db import connection
from psycopg import sql

PATIENCE_SECONDS = 60.0


def database_url() -> str:
    """The test's database, for a process of its own."""
    given = connection.settings_dict
    user = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}" if given["PASSWORD"] else quote(given["USER"])
    options = urlencode({"host": given["HOST"]})
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{user}@localhost{port}/{quote(given['NAME'])}?{options}"


def start(code: str) -> "subprocess.Popen[bytes]":
    """A process that sets up the product on the test's database and runs the code."""
    environment = {**os.environ, "DATABASE_URL": database_url()}
    program = "import django\ndjango.setup()\n" + code
    return subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE)


def finish(process: "subprocess.Popen[bytes]") -> None:
    """Wait for the process to end well."""
    _output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors.decode()


def run(code: str) -> None:
    """Run the code in a process of its own, to its good end."""
    finish(start(code))


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9: no cleaning up."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == -signal.SIGKILL


def kill_at(table: str, code: str) -> None:
    """Run the code until it wants to write to the table, and kill it there."""
    with held(table):
        process = start(code)
        try:
            wait_until_blocked(process)
        finally:
            kill(process)
    wait_until_alone()


@contextmanager
def held(table: str) -> Iterator[None]:
    """Nobody else writes to the table; reading goes on."""
    given = connection.settings_dict
    with psycopg.connect(
        dbname=given["NAME"], user=given["USER"], password=given["PASSWORD"], host=given["HOST"], port=given["PORT"]
    ) as other:
        other.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.Identifier(table)))
        yield
        other.rollback()


def wait_until_blocked(process: "subprocess.Popen[bytes]") -> None:
    """Until the process waits for a lock."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _sessions("wait_event_type = 'Lock'") == 0:
        assert process.poll() is None, "the process ended before it came to the table"
        assert time.monotonic() < deadline, "the process never came to the table"
        time.sleep(0.05)


def wait_until_alone() -> None:
    """Until the database has noticed that the killed process is gone."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _sessions("state <> 'idle'") > 0:
        assert time.monotonic() < deadline, "the killed session lives on"
        time.sleep(0.05)


def _sessions(condition: str) -> int:
    """Other sessions of the test's database for which the condition holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND "
            + condition
        )
        return int(cursor.fetchone()[0])
