"""The product started as a person starts it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPT = CHECKOUT / "xindai"


def script(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the root script in an empty environment."""
    return _start([str(SCRIPT), *map(str, words)], {"PATH": os.environ["PATH"], **variables})


def command(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start a command in the environment that the tests run in: nothing is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return _start([sys.executable, "-P", "-m", "xindai.config.cli", *map(str, words)], {**kept, **variables})


def _start(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )


def assert_refused(done: subprocess.CompletedProcess[str], *expected: str) -> None:
    """One line on standard error with these words, nothing on standard output, exit code 1."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    *progress, sentence = done.stderr.strip().splitlines()
    assert all(line.startswith("xindai: ") for line in progress), done.stderr
    assert sentence.startswith("xindai: ")
    for words in expected:
        assert words in sentence, sentence


def permissions(*folders: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode, owner and group of the folders and of all that they lie in."""
    chain = {place for folder in folders for place in (folder, *folder.parents)}
    return {place: _permission(place) for place in chain}


def _permission(place: Path) -> tuple[int, int, int]:
    found = place.stat()
    return stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid


def everything_below(folder: Path) -> set[Path]:
    """All files and folders below a folder."""
    return set(folder.rglob("*"))
