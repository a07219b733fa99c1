"""Where things lie: the checkout, the data folder and what is kept in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[4]

_OWN = frozenset({
    "layout.json", "setup.lock",
    "venv", "venv.new", "venv.old", "node", "node.new", "tools", "cache", "tmp",
    "locale", "log", "static", "files", "master.key", "secret.key",
    "postgres", "postgres-test", "postgres-15", "demonstration", "rejects",
})  # fmt: skip
"""Everything that xindai makes in its data folder; whoever makes something new there adds its name."""

_HALF_WRITTEN = re.compile(r"\.(layout\.json|master\.key|secret\.key)\.\d+")
"""What a kill leaves of a file that was being written: its name and the number of the process."""


@dataclass(frozen=True)
class Places:
    """The folders of one installation; everything that xindai writes lies under `data`."""

    data: Path
    checkout: Path = CHECKOUT

    @classmethod
    def named(cls, folder: str | None = None) -> Places:
        """The places of `folder`, else of XINDAI_DATA, else of `.xindai` in the checkout."""
        chosen = folder or os.environ.get("XINDAI_DATA") or str(CHECKOUT / ".xindai")
        return cls(Path(chosen).expanduser().absolute())

    @property
    def is_default(self) -> bool:
        """Whether the data folder is the one in the checkout, which exists for nothing else."""
        return self.data == self.checkout / ".xindai"

    @staticmethod
    def is_own(name: str) -> bool:
        """Whether something of this name in the data folder is xindai's."""
        return name in _OWN or _HALF_WRITTEN.fullmatch(name) is not None

    @property
    def environment(self) -> Path:
        """The Python environment with the pinned packages."""
        return self.data / "venv"

    @property
    def python(self) -> Path:
        """The Python of the environment."""
        return self.environment / "bin" / "python"

    @property
    def assets(self) -> Path:
        """The web packages: `node_modules` lies in it."""
        return self.data / "node"

    @property
    def tools(self) -> Path:
        """Programs that only the set-up uses (a Node.js where the machine has none)."""
        return self.data / "tools"

    @property
    def cache(self) -> Path:
        """What the installers and the checks keep to be quicker the next time."""
        return self.data / "cache"

    @property
    def scratch(self) -> Path:
        """Temporary files, so that none is left in the machine's own folder."""
        return self.data / "tmp"

    def lock(self, name: str) -> Path:
        """A file of pins."""
        return self.checkout / "requirements" / f"{name}.lock"

    def child_environment(self) -> dict[str, str]:
        """The environment variables that a program started by xindai gets.

        Byte code lies in the cache and nowhere beside the source, so a wish to leave none is met with it kept:
        without it every start would compile Django anew.
        """
        return {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "XINDAI_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "xindai.config.settings",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.cache / "hypothesis"),
            "MYPY_CACHE_DIR": str(self.cache / "mypy"),
            "PIP_CACHE_DIR": str(self.cache / "pip"),
            "PYTHONPYCACHEPREFIX": str(self.cache / "bytecode"),
            "PYTHONUTF8": "1",
            "RUFF_CACHE_DIR": str(self.cache / "ruff"),
            "TMPDIR": str(self.scratch),
            "UV_CACHE_DIR": str(self.cache / "uv"),
            "npm_config_cache": str(self.cache / "npm"),
            "npm_config_update_notifier": "false",
        }
