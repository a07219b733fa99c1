"""As whom the server runs: PostgreSQL refuses root, so root lends it a system user of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from xindai.config.refusal import Refusal

SYSTEM_USER = "xindai"


@dataclass(frozen=True)
class Account:
    """A user of the machine; `uid` and `gid` are None for the one who runs the command."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_server(cls) -> Account:
        """The present user, or for root the system user `xindai`, made at first use."""
        if os.geteuid() != 0:
            return cls()
        entry = _entry() or _made()
        return cls(entry.pw_uid, entry.pw_gid)

    def own(self, folder: Path) -> None:
        """Give a folder, which xindai itself has just made, to this account, for nobody else to read."""
        folder.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def _made() -> pwd.struct_passwd:
    """Make the system user: no password, no home, no shell."""
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if command:
        words = [command, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run([*words, "--shell", "/usr/sbin/nologin", SYSTEM_USER], capture_output=True, check=False)
    entry = _entry()
    if entry is None:
        raise Refusal(
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made for it.",
            "Run xindai as an ordinary user, or set DATABASE_URL to a server of yours.",
        )
    return entry
