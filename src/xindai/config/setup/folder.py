"""The data folder: that it can be used, and which version of xindai laid it out."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

from xindai.config.data_folder import write_whole
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

LAYOUT = 1
"""Version of the folder's layout. A larger number in a folder means that a newer xindai made it."""

_OF_THE_DISK = frozenset({"lost+found"})
"""What a file system itself puts into an empty disk."""

_HALF_A_MARK = re.compile(r"\.layout\.json\.\d+")
"""What a kill leaves of the mark while it is written."""

NEEDED_TO_INSTALL = 2_000_000_000
"""Bytes that the packages, their caches and a young database take."""

NEEDED_TO_RUN = 200_000_000
"""Bytes without which PostgreSQL soon stops in the middle of its work."""


def prepare(places: Places) -> None:
    """Make the data folder when there is none and refuse one that cannot be used."""
    made = _make(places.data)
    try:
        _refuse_newer(places.data)
        _refuse_foreign(places)
        _require_space(places)
        _write_layout(places.data)
        for part in (places.cache, places.scratch):
            part.mkdir(exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"The data folder {places.data} cannot be written: {error.strerror}.",
            "Name another folder with --data FOLDER or in XINDAI_DATA.",
        ) from error
    except Refusal:
        if made:
            places.data.rmdir()
        raise


def _make(folder: Path) -> bool:
    """Make `folder`, whose parent must exist, and say whether it was made."""
    if not _may_be_seen(folder):
        problem = "lies in a folder that you may not enter"
    elif folder.is_dir():
        if os.access(folder, os.W_OK | os.X_OK):
            return False
        problem = "is not yours to write in"
    elif folder.exists():
        problem = "is not a folder"
    elif not folder.parent.is_dir():
        problem = "lies in a folder that does not exist"
    else:
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            problem = f"cannot be made ({error.strerror})"
        else:
            return True
    raise Refusal(f"The data folder {folder} {problem}.", "Name another folder with --data FOLDER or in XINDAI_DATA.")


def _may_be_seen(folder: Path) -> bool:
    """Whether the way to the folder is open; whether there is one at its end is another question."""
    try:
        folder.stat()
    except PermissionError:
        return False
    except OSError:
        return True
    return True


def _layout_file(folder: Path) -> Path:
    return folder / "layout.json"


def is_laid_out(folder: Path) -> bool:
    """Whether the folder is one of xindai's."""
    return _layout_file(folder).is_file()


def is_mark(entry: Path) -> bool:
    """Whether this is the file by which a folder is known as xindai's."""
    return entry == _layout_file(entry.parent)


def _refuse_newer(folder: Path) -> None:
    try:
        found = json.loads(_layout_file(folder).read_text())["layout"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, int):
        raise Refusal(
            f"The file {_layout_file(folder)} cannot be read, so the folder may not be one of xindai's.",
            "Name another folder with --data FOLDER, or put the file back from a backup.",
        )
    if found > LAYOUT:
        raise Refusal(
            f"The data folder {folder} was made by a newer version of xindai (layout {found}, this one knows {LAYOUT}).",
            "Use that newer version, or name another folder with --data FOLDER.",
        )


def _refuse_foreign(places: Places) -> None:
    """Refuse a folder without xindai's mark in which something lies: it is somebody's, and `remove` would meet it.

    The mark is the first thing that is written, so a set-up that was interrupted has left it, or half of it.
    """
    if is_laid_out(places.data) or places.is_default:
        return
    there = sorted(entry.name for entry in places.data.iterdir())
    foreign = [name for name in there if name not in _OF_THE_DISK and not _HALF_A_MARK.fullmatch(name)]
    if foreign:
        raise Refusal(
            f"The folder {places.data} is not empty and not one of xindai's (it holds {foreign[0]}).",
            "Name an empty folder, or one that does not exist yet, with --data FOLDER or in XINDAI_DATA.",
        )


def _write_layout(folder: Path) -> None:
    if not _layout_file(folder).exists():
        write_whole(_layout_file(folder), json.dumps({"layout": LAYOUT}) + "\n")


def _require_space(places: Places) -> None:
    needed = NEEDED_TO_RUN if places.environment.is_dir() else NEEDED_TO_INSTALL
    free = shutil.disk_usage(places.data).free
    if free < needed:
        raise Refusal(
            f"There is too little space in {places.data}: {free // 1_000_000} MB are free, {needed // 1_000_000} MB are needed.",
            "Free some space, or name a folder on a larger disk with --data FOLDER.",
        )
