"""The demonstration's command: where its summary may be written, and what it must never delete."""

from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from xindai.config.commands import demo
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places
from xindai.identity.models import Bank


@pytest.mark.django_db
def test_a_bank_that_is_no_demonstration_is_never_reset(tmp_path: Path) -> None:
    Bank.objects.create(
        code="REAL", name={"zh": "银行", "en": "Bank"}, currency="CNY", parts=1, founded_on=date(2024, 7, 1)
    )
    with pytest.raises(Refusal, match="not a demonstration"):
        demo._reset(Places(tmp_path))
    assert Bank.objects.filter(code="REAL").exists()


@pytest.mark.django_db
def test_tables_of_other_programs_are_never_deleted(tmp_path: Path) -> None:
    with connection.schema_editor() as editor:
        editor.execute("CREATE TABLE payroll (id bigint)")
    with pytest.raises(Refusal, match="not xindai's \\(payroll\\)"):
        demo._reset(Places(tmp_path))
    assert "payroll" in connection.introspection.table_names()


def options(json: Path) -> Namespace:
    return Namespace(applications=None, mapping=None, json=str(json))


def test_a_summary_that_cannot_be_written_is_refused_before_the_job(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place, problem in (
        (tmp_path / "folder", "Is a directory"),
        (tmp_path / ("x" * 300), "too long"),
        (tmp_path / "no" / "summary.json", "its folder does not exist"),
        (Path("/proc/summary.json"), "No such file"),
    ):
        with pytest.raises(Refusal, match=problem):
            demo._require_files(options(place))


def test_trying_whether_a_summary_can_be_written_leaves_nothing_and_changes_nothing(tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.write_text("as it was")
    demo._require_files(options(there))
    demo._require_files(options(tmp_path / "new.json"))
    demo._require_files(options(Path("/dev/null")))
    assert there.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [there]
