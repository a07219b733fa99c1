"""The set-up: from a clone with nothing installed, and once more when all is there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCRIPT = Path(__file__).resolve().parents[1] / "xindai"


def setup_cold() -> float:
    """Seconds of a set-up with empty caches, the network included."""
    with _folder() as data:
        return _setup(data)


def second_start() -> float:
    """Seconds of a start when everything is installed and the database is up to date."""
    with _folder() as data:
        _setup(data)
        return _setup(data)


def _setup(data: Path) -> float:
    started = time.perf_counter()
    kept = {key: value for key, value in os.environ.items() if key in {"HOME", "PATH"} or key.endswith("_PROXY")}
    subprocess.run([_SCRIPT, "--data", data, "setup"], env=kept, stdout=sys.stderr, check=True)
    return time.perf_counter() - started


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        try:
            yield data
        finally:
            subprocess.run([_SCRIPT, "--data", data, "remove", "--yes"], stdout=sys.stderr, check=False)
