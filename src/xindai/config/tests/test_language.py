"""A command answers in the language of the terminal, or in the one that was chosen."""

import pytest
from django.utils import translation

from xindai.config import readiness
from xindai.config.language import locale, of_the_terminal


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
def test_a_command_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert of_the_terminal() == language


def test_a_chosen_language_goes_before_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert locale() == "zh-hans"
    assert locale("en") == "en"


def test_what_is_made_ready_speaks_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, spoken in (("en_GB.UTF-8", "en"), ("zh_CN.UTF-8", "zh-hans")):
        monkeypatch.setenv("LC_ALL", said)
        readiness.load()
        assert translation.get_language() == spoken
