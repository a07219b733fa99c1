"""The main job: the demonstration bank founded and its 24 months run, on a database of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from xindai.config.setup import folder, removal
from xindai.config.setup.places import Places


def main_job() -> float:
    """Seconds of the main job after set-up, as its own summary tells them."""
    with tempfile.TemporaryDirectory() as scratch:
        summary = Path(scratch) / "summary.json"
        places = Places(Path(scratch) / "data")
        folder.prepare(places)
        environment = {key: value for key, value in places.child_environment().items() if key != "DATABASE_URL"}
        command = [sys.executable, "-P", "-m", "xindai.config.cli", "demo", "--no-serve", "--json", str(summary)]
        try:
            subprocess.run(command, env=environment, stdout=sys.stderr, check=True)
            return float(json.loads(summary.read_text(encoding="utf-8"))["seconds"])
        finally:
            removal.remove(places, is_meant=True)
