"""The database that the commands work on: the server that DATABASE_URL names, else the embedded one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured

from xindai.config import database
from xindai.config.postgres.binaries import embedded
from xindai.config.postgres.cluster import DURABLE, Cluster
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

OLDEST = 15
"""The oldest major version of PostgreSQL that the product is tested on."""

_SHAPE = "Give it as postgres://user:password@host:5432/name."


@contextmanager
def database_in_use(places: Places) -> Iterator[None]:
    """Have a database ready, named in DATABASE_URL, for as long as the block runs."""
    given = os.environ.get("DATABASE_URL")
    if given:
        require_usable(given)
        yield
        return
    with Cluster(places.data / "postgres", embedded(), DURABLE).running() as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]


def require_usable(url: str) -> None:
    """Refuse a URL that is none, a server that does not answer, and one that the product cannot work on."""
    try:
        settings = database.from_url(url)
        address = urlsplit(url)
        where = f"{address.hostname or 'the local socket'}:{address.port or 5432}"
    except (ImproperlyConfigured, ValueError) as error:
        raise Refusal("DATABASE_URL is not the address of a PostgreSQL database.", _SHAPE) from error
    try:
        connection = psycopg.connect(**_parameters(settings))
    except psycopg.ProgrammingError as error:
        raise Refusal(f"DATABASE_URL has an option that PostgreSQL does not know: {_reason(error)}.", _SHAPE) from error
    except psycopg.OperationalError as error:
        raise _unreachable(error, where, settings["NAME"]) from error
    with connection:
        require_recent(connection.info.server_version)
        _require_rights(connection, settings["NAME"])


def _parameters(settings: dict[str, Any]) -> dict[str, Any]:
    """What the driver is told, of Django's connection settings."""
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {name: settings[key] for name, key in names.items() if settings[key]}
    return {**settings["OPTIONS"], **given}


def require_recent(version: int) -> None:
    """Refuse a server of an old version; `version` is PostgreSQL's own number, such as 150004."""
    if version < OLDEST * 10_000:
        raise Refusal(
            f"The server that DATABASE_URL names runs PostgreSQL {version // 10_000}; xindai needs {OLDEST} or newer.",
            f"Upgrade that server to {OLDEST} or newer, name another one, or leave DATABASE_URL out to use the embedded one.",
        )


def _require_rights(connection: psycopg.Connection, name: str) -> None:
    from xindai.kernel import sql  # noqa: PLC0415 - brings Django's models and NumPy, which other commands need not wait for

    if not sql.may_make_tables(connection):
        raise Refusal(
            f"The user of DATABASE_URL may not make tables in the database {name}.",
            "Make that user the owner of the database.",
        )


def _unreachable(error: psycopg.OperationalError, where: str, name: str) -> Refusal:
    said = str(error)
    if "does not exist" in said and "database" in said:
        return Refusal(
            f"The server at {where} has no database {name}.", f"Make it (createdb {name}) or correct DATABASE_URL."
        )
    if "password" in said or "authentication" in said or "role" in said:
        return Refusal(
            f"The server at {where} refuses the user or password of DATABASE_URL.",
            "Correct them and run the same command again.",
        )
    return Refusal(
        f"No PostgreSQL answers at {where}: {_reason(error)}.",
        "Start that server, correct DATABASE_URL, or leave it out to use the embedded one.",
    )


def _reason(error: Exception) -> str:
    """What the driver says is wrong, without where it happened and without its guesses."""
    first_line = str(error).strip().splitlines()[0]
    return first_line.rpartition("failed: ")[2].strip().rstrip(".")
