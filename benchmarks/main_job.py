"""The main job: the demonstration bank founded and its 24 months run, on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main_job() -> float:
    """Seconds of the main job after set-up, as its own summary tells them."""
    with tempfile.TemporaryDirectory() as folder:
        summary = Path(folder) / "summary.json"
        data = Path(folder) / "data"
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        words = ["demo", "--no-serve", "--json", str(summary)]
        subprocess.run(
            [sys.executable, "-P", "-m", "xindai.config.cli", "--data", str(data), *words],
            env={**environment, "XINDAI_DATA": str(data)},
            stdout=sys.stderr,
            check=True,
        )
        return float(json.loads(summary.read_text(encoding="utf-8"))["seconds"])
