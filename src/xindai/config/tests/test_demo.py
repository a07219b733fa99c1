"""The demonstration's command: the language of its summary, and what it must never delete."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from xindai.config.commands import demo
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places
from xindai.identity.models import Bank


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({}, "en"),
    ],
)
def test_the_summary_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert demo._of_the_terminal() == language


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
