"""What all tests share: quick passwords and static files, an empty process memory, protected tables that can be emptied."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import settings as properties
from pytest_django.fixtures import Settings

from xindai.demonstration.testing import forget
from xindai.kernel import sql

# What is true does not become false on a busy machine.
properties.register_profile("untimed", deadline=None)
properties.load_profile("untimed")


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A slow hash protects people, not tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def static_files_found_when_asked(settings: Settings) -> None:
    """Each new client builds the middleware anew; that it would list a thousand static files every time tests nothing."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def empty_memory() -> None:
    """Forget what the process keeps of the test before: its database, and the language of its last reader."""
    translation.deactivate()
    forget()


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied() -> Iterator[None]:
    """Let tests with real transactions empty the append-only tables afterwards."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_protected(self: DatabaseOperations, sql_list: list[str]) -> None:
        with sql.protections_off():
            flush(self, sql_list)

    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", flush_protected)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def test_database_is_dropped_for_good() -> Iterator[None]:
    """Drop the test database also when a session of a process that a test has killed still lingers in it."""

    def drop(self: Any, name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {self._quote_name(name)} WITH (FORCE)")

    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseCreation, "_destroy_test_db", drop)
    yield
    patch.undo()
