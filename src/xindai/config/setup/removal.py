"""Everything that xindai made, deleted again; nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from xindai.config.postgres.cluster import home_of
from xindai.config.refusal import Refusal
from xindai.config.setup.folder import is_laid_out, is_mark
from xindai.config.setup.places import Places
from xindai.config.setup.programs import tell

_PATIENCE_SECONDS = 30.0


def remove(places: Places, *, is_meant: bool) -> None:
    """Stop the embedded servers of a data folder and delete them, with everything in it that xindai made.

    What else lies there stays and is named. The mark goes last: a removal that was interrupted can be taken up again.
    """
    if not is_laid_out(places.data):
        raise Refusal(f"{places.data} is not a data folder of xindai.", "Name the one to delete with --data FOLDER.")
    if not is_meant:
        raise Refusal(
            f"This deletes what xindai made in {places.data}, with every bank in it.", "Add --yes if that is meant."
        )
    for name in places.data.glob("postgres*/id"):
        if places.is_own(name.parent.name):
            home = home_of(name.parent)
            _stop(home / "data" / "postmaster.pid")
            shutil.rmtree(home, ignore_errors=True)
    try:
        for entry in sorted(places.data.iterdir(), key=is_mark):
            if places.is_own(entry.name):
                _delete(entry)
    except OSError as error:
        raise Refusal(
            f"{error.filename} could not be deleted: {error.strerror}.", "Mend that and run the same command again."
        ) from error
    _leave(places.data)


def _delete(entry: Path) -> None:
    """Delete a file or a folder; of a link only the link, for what it leads to lies elsewhere."""
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def _leave(folder: Path) -> None:
    """Delete the folder when it is empty, and say what keeps it."""
    left = sorted(entry.name for entry in folder.iterdir())
    if left:
        tell(f"left in {folder}, because xindai did not make it: {', '.join(left)}")
        return
    try:
        folder.rmdir()
    except OSError as error:
        tell(f"the empty folder {folder} stays: {error.strerror}")


def _stop(mark: Path) -> None:
    """Ask the server that wrote this mark to stop fast, and wait until it has."""
    try:
        os.kill(int(mark.read_text().split()[0]), signal.SIGINT)
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while mark.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
