"""The language that a command speaks: the one that was chosen, else that of the terminal."""

from __future__ import annotations

import os
from typing import Final

_LOCALES: Final = {"zh": "zh-hans", "en": "en"}
"""Django's names of the languages that the command line knows."""


def locale(chosen: str | None = None) -> str:
    """Django's name of the language `chosen` with --language, else of the terminal's."""
    return _LOCALES[chosen or of_the_terminal()]


def of_the_terminal() -> str:
    """The language that the terminal's locale asks for; the first variable that is set counts, as POSIX says."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if said.startswith("zh") else "en"
