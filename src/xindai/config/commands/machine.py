"""What a full test run needs of the machine besides Python: a browser, a Chinese font, a PostgreSQL 15."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass

from xindai.config.postgres.binaries import Binaries, of_major
from xindai.config.refusal import Refusal
from xindai.config.setup.programs import tell

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """A thing that the machine must have: the Debian packages that bring it, and the words that leave it out."""

    what: str
    packages: tuple[str, ...]
    left_out_by: str

    def get(self) -> None:
        """Install it where that can be done without asking: as root on Debian. Refuse elsewhere."""
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise Refusal(
                f"The whole test suite needs {self.what}, which this machine does not have.",
                f"Install it (Debian, as root: apt-get install {' '.join(self.packages)}), or leave its tests out with {self.left_out_by}.",
            )
        tell(f"installing {self.what} for the tests: {' '.join(self.packages)}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *self.packages]):
            done = subprocess.run(
                ["apt-get", *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            said = " / ".join((done.stdout + done.stderr).strip().splitlines()[-2:])
            raise Refusal(
                f"Installing {self.what} failed; apt-get said: {said}",
                f"Install it by hand, or leave its tests out with {self.left_out_by}.",
            )


_BROWSER = Need("a Chromium browser", ("chromium",), "--without-browser")
_FONT = Need("a font with Chinese characters", ("fontconfig", "fonts-wqy-microhei"), "--without-browser")
_POSTGRESQL_15 = Need("PostgreSQL 15 (or the URL of one in XINDAI_PG15_URL)", ("postgresql-15",), "--without-pg15")


def browser() -> str:
    """The browser's program, installed if need be, on a machine that can show Chinese."""
    if _found_browser() is None:
        _BROWSER.get()
    if not _shows_chinese():
        _FONT.get()
    found = _found_browser()
    if found is None:
        raise Refusal("The browser was installed but cannot be found.", "Name its program in XINDAI_CHROMIUM.")
    return found


def _found_browser() -> str | None:
    if named := os.environ.get("XINDAI_CHROMIUM"):
        return named
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def _shows_chinese() -> bool:
    program = shutil.which("fc-list")
    if program is None:
        return False
    return bool(subprocess.run([program, ":lang=zh"], capture_output=True, check=False).stdout.strip())


def postgresql_15() -> Binaries:
    """The programs of PostgreSQL 15, installed if need be."""
    if of_major(15) is None:
        _POSTGRESQL_15.get()
    found = of_major(15)
    if found is None:
        raise Refusal(
            "PostgreSQL 15 was installed but cannot be found.", "Name its folder (with bin/ in it) in XINDAI_PG15_HOME."
        )
    return found
