"""The migrations as they are written: complete, reversible, each standing on lower floors only."""

import pgtrigger
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from xindai.config.apps import FLOORS

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]


@pytest.fixture(scope="module")
def ours() -> dict[tuple[str, str], Migration]:
    """The product's own migrations, without those of the libraries."""
    migrations = MigrationLoader(None).disk_migrations
    return {key: migration for key, migration in migrations.items() if migration.__module__.startswith("xindai.")}


def test_no_change_of_a_model_lacks_its_migration() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, interactive=False, verbosity=0)


def test_each_step_can_be_undone(ours: dict[tuple[str, str], Migration]) -> None:
    lasting = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in ours.items()
        for operation in migration.operations
        if not operation.reversible
    ]
    assert lasting == []


def test_no_migration_waits_for_a_floor_above(ours: dict[tuple[str, str], Migration]) -> None:
    height = {name: place for place, name in enumerate(FLOORS)}
    upward = [
        (f"{app}.{name}", f"{below}.{needed}")
        for (app, name), migration in ours.items()
        for below, needed in migration.dependencies
        if height.get(below, -1) > height[app]
    ]
    assert upward == []


def test_every_app_with_tables_has_migrations(ours: dict[tuple[str, str], Migration]) -> None:
    with_tables = {model._meta.app_label for model in apps.get_models() if model.__module__.startswith("xindai.")}
    assert {app for app, _name in ours} == with_tables


def test_the_database_has_every_trigger_that_the_models_declare() -> None:
    declared = [(model, trigger) for model, trigger in pgtrigger.registered() if model._meta.managed]
    lacking = [
        f"{model._meta.label}: {trigger.name} {status}"
        for model, trigger in declared
        if (status := trigger.get_installation_status(model)[0]) != "INSTALLED"
    ]
    assert lacking == []
    assert len(declared) > len(FLOORS)


def test_the_database_has_every_column_that_the_models_declare() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            if model.__module__.startswith("xindai."):
                assert model._meta.db_table in tables
                found = connection.introspection.get_table_description(cursor, model._meta.db_table)
                assert {column.name for column in found} == {
                    field.column for field in model._meta.local_fields if field.column
                }
