"""No SQL outside kernel/sql.py."""

import pytest

from tests.architecture import sql_text
from tests.architecture.source import Source, migrations, product, told


def test_no_module_but_one_holds_sql() -> None:
    found = [finding for source in product() for finding in sql_text.texts(source)]
    assert not found, told(found)


def test_migrations_take_their_sql_from_the_same_module() -> None:
    found = [finding for source in migrations() for finding in sql_text.texts_in_migration(source)]
    assert not found, told(found)


@pytest.mark.parametrize(
    "line",
    [
        'rows = Loan.objects.raw("SELECT 1")',
        'rows = Loan.objects.extra(where=["no = 1"])',
        "with connection.cursor() as cursor: pass",
        "cursor.execute(statement)",
        'value = RawSQL("lower(no)", [])',
        'STATEMENT = "  DELETE FROM servicing_loan"',
        'STATEMENT = f"UPDATE {table} SET state = %s"',
        'STATEMENT = """\n    WITH late AS (SELECT 1) SELECT * FROM late"""',
        'STATEMENT = "SELECT " + names',
        'STATEMENT = "CREATE TABLE x (y int)"',
    ],
)
def test_planted_sql_is_found(line: str) -> None:
    planted = Source("xindai/servicing/planted.py", f"from django.db.models.expressions import RawSQL\n{line}\n")
    assert sql_text.texts(planted), line


@pytest.mark.parametrize(
    "line",
    [
        'message = "Select a branch."',
        'message = "Update the loan and set its date"',
        "rows = Loan.objects.select_for_update().filter(no=1).update(state=2)",
        'title = "Create the account"',
        "from xindai.kernel import sql; sql.lock('x')",
    ],
)
def test_words_and_the_ways_of_django_are_free(line: str) -> None:
    assert sql_text.texts(Source("xindai/servicing/planted.py", f"{line}\n")) == []


def test_a_migration_with_text_of_its_own_is_found() -> None:
    head = "from django.db import migrations\nfrom xindai.kernel import sql\n"
    good = "migrations.RunSQL(sql.create_sequence('n'), sql.drop_sequence('n'))\n"
    bad = "migrations.RunSQL('DROP TABLE x', migrations.RunSQL.noop)\n"
    worse = "def forwards(apps, editor):\n    editor.execute('DROP TABLE x')\n"

    assert sql_text.texts_in_migration(Source("xindai/kernel/migrations/0009_x.py", head + good)) == []
    assert sql_text.texts_in_migration(Source("xindai/kernel/migrations/0009_x.py", head + bad))
    assert sql_text.texts_in_migration(Source("xindai/kernel/migrations/0009_x.py", head + worse))
