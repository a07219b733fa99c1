"""A clone on a fresh machine: an empty environment, an ordinary user, one folder written."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.setup.terminal import CHECKOUT, assert_refused, everything_below, permissions

ORDINARY = 65534
"""The user `nobody`, who owns nothing and may write nowhere."""

_LEFT_OUT = shutil.ignore_patterns(".git", ".xindai", "node_modules", "__pycache__", ".*_cache", ".hypothesis")


@pytest.fixture
def machine() -> Iterator[Path]:
    """A folder with a clone, an empty home and a place for data, the last two the ordinary user's where root tests.

    It lies where every user may enter, unlike the tests' own folders.
    """
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        machine = Path(folder)
        machine.chmod(0o755)
        shutil.copytree(CHECKOUT, machine / "clone", ignore=_LEFT_OUT, symlinks=True)
        for name in ("home", "place"):
            (machine / name).mkdir()
            if os.geteuid() == 0:
                os.chown(machine / name, ORDINARY, ORDINARY)
        yield machine


def _start(machine: Path, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Start the clone's script as the ordinary user."""
    user = ORDINARY if os.geteuid() == 0 else None
    return subprocess.run(
        [str(machine / "clone" / "xindai"), "--data", str(machine / "place" / "data"), *words],
        env={"HOME": str(machine / "home"), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        cwd="/",
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif("XINDAI_OFFLINE" in os.environ, reason="XINDAI_OFFLINE is set: a set-up needs the network")
def test_a_clone_sets_itself_up_in_one_folder(machine: Path) -> None:
    clone, home, place = machine / "clone", machine / "home", machine / "place"
    files, modes = everything_below(clone), permissions(clone, home, place)
    done = _start(machine, ["setup"])
    assert done.returncode == 0, done.stderr
    assert "installing" in done.stdout + done.stderr
    done = _start(machine, ["setup"])
    assert done.returncode == 0, done.stderr
    assert "installing" not in done.stdout + done.stderr
    assert everything_below(clone) == files
    assert everything_below(home) == set()
    assert set(place.iterdir()) == {place / "data"}
    assert permissions(clone, home, place) == modes
    done = _start(machine, ["remove", "--yes"])
    assert done.returncode == 0, done.stderr
    assert everything_below(place) == set()


def test_a_data_folder_behind_a_closed_door_is_refused(machine: Path) -> None:
    place = machine / "place"
    place.chmod(0o000)
    done = _start(machine, ["setup"])
    place.chmod(0o700)
    assert_refused(done, "lies in a folder that you may not enter", "Name another folder")
    assert everything_below(place) == set()
