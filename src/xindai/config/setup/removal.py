"""Everything that xindai made, deleted again."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from xindai.config.postgres.cluster import home_of
from xindai.config.refusal import Refusal
from xindai.config.setup.folder import is_laid_out
from xindai.config.setup.places import Places

_PATIENCE_SECONDS = 30.0


def remove(places: Places, *, is_meant: bool) -> None:
    """Stop the embedded servers of a data folder and delete them with the folder."""
    if not is_laid_out(places.data):
        raise Refusal(f"{places.data} is not a data folder of xindai.", "Name the one to delete with --data FOLDER.")
    if not is_meant:
        raise Refusal(f"This deletes {places.data} with every bank in it.", "Add --yes if that is meant.")
    for name in places.data.glob("postgres*/id"):
        home = home_of(name.parent)
        _stop(home / "data" / "postmaster.pid")
        shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(places.data)


def _stop(mark: Path) -> None:
    """Ask the server that wrote this mark to stop fast, and wait until it has."""
    try:
        os.kill(int(mark.read_text().split()[0]), signal.SIGINT)
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while mark.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
