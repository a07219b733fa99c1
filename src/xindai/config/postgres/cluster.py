"""One embedded PostgreSQL cluster: made, started, shared between commands, stopped.

Its password and marks lie in the data folder. The cluster itself lies there too; for root it lies under
/var/lib/xindai, because the system user that runs it must not need a way into anybody's folders.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

from xindai.config.data_folder import write_whole
from xindai.config.postgres.account import Account
from xindai.config.postgres.binaries import Binaries
from xindai.config.refusal import Refusal

SYSTEM_FOLDER = Path("/var/lib/xindai")
USER = "xindai"
DATABASE = "xindai"
_LONGEST_SOCKET = 90
"""Bytes of a socket's folder; the system refuses a whole path above 107."""

DURABLE = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "log_min_messages": "warning",
}
"""Settings of a bank's cluster: what is committed survives a fall of the machine."""

PASSING = {**DURABLE, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a cluster that holds nothing worth keeping: tests."""


def home_of(marks: Path) -> Path:
    """Where the cluster with these marks lies: with them, or for root in a folder of its own below /var/lib/xindai."""
    return marks if os.geteuid() else SYSTEM_FOLDER / (marks / "id").read_text().strip()


@dataclass(frozen=True)
class Cluster:
    """A cluster whose marks lie in `marks`, a folder of xindai's own that exists only for it."""

    marks: Path
    binaries: Binaries
    settings: dict[str, str]

    @contextmanager
    def running(self) -> Iterator[str]:
        """The cluster's URL while it runs; the last command to leave stops the server."""
        self.marks.mkdir(mode=0o700, exist_ok=True)
        with (self.marks / "users.lock").open("a") as users:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._require()
            try:
                yield self._url()
            finally:
                self._leave(users)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.marks / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _leave(self, users: IO[str]) -> None:
        with self._alone():
            fcntl.flock(users, fcntl.LOCK_UN)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            home = self._home()
            if self._answers(home):
                self._stop(home)

    def _require(self) -> None:
        """Make the cluster when there is none and start it when it does not run."""
        account = Account.for_server()
        home = self._home()
        self._lay_out(home, account)
        if not (home / "data" / "PG_VERSION").exists():
            self._initialise(home, account)
        if not self._answers(home):
            self._start(home)
        self._create_database(home)

    def _home(self) -> Path:
        name = self.marks / "id"
        if not name.exists():
            write_whole(name, secrets.token_hex(4) + "\n", mode=0o600)
        return home_of(self.marks)

    def _lay_out(self, home: Path, account: Account) -> None:
        if home != self.marks:
            SYSTEM_FOLDER.mkdir(mode=0o755, exist_ok=True)
        home.mkdir(mode=0o711 if account.uid is not None else 0o700, exist_ok=True)
        socket_folder = home / "socket"
        if not socket_folder.exists():
            socket_folder.mkdir()
            account.own(socket_folder)

    def _programs(self, home: Path) -> Binaries:
        return self.binaries if os.geteuid() else self.binaries.copied_to(home / "programs")

    def _initialise(self, home: Path, account: Account) -> None:
        """Make the cluster beside its place and rename it, so that none is ever half made."""
        growing, password = home / "data.new", home / "password.new"
        shutil.rmtree(growing, ignore_errors=True)
        growing.mkdir()
        account.own(growing)
        write_whole(self.marks / "password", secrets.token_urlsafe(24) + "\n", mode=0o600)
        shutil.copyfile(self.marks / "password", password)
        account.own(password)
        where: list[str | Path] = ["--pgdata", growing, "--pwfile", password]
        how = [
            "--username",
            USER,
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--no-instructions",
        ]
        try:
            self._run(home, "initdb", *where, *how)
        except subprocess.CalledProcessError as error:
            shutil.rmtree(growing, ignore_errors=True)
            raise _refusal("The embedded PostgreSQL could not be made", error.stdout) from error
        finally:
            password.unlink(missing_ok=True)
        growing.rename(home / "data")

    def _start(self, home: Path) -> None:
        folder, port = self._address(home)
        given = {
            **self.settings,
            "listen_addresses": "" if folder else "127.0.0.1",
            "unix_socket_directories": folder,
            "unix_socket_permissions": "0700",
            "port": str(port),
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in given.items())
        try:
            self._control(
                home, "start", "--timeout=60", f"--log={home / 'data' / 'server.log'}", f"--options={options}"
            )
        except subprocess.CalledProcessError as error:
            log = home / "data" / "server.log"
            said = log.read_text(errors="replace") if log.exists() else error.stdout
            raise _refusal("The embedded PostgreSQL did not start", said) from error

    def _stop(self, home: Path) -> None:
        """Stop the server; one that has just ended of itself or was killed is stopped already."""
        try:
            self._control(home, "stop", "--mode=fast")
        except subprocess.CalledProcessError as error:
            if self._answers(home):
                raise _refusal("The embedded PostgreSQL did not stop", error.stdout) from error

    def _address(self, home: Path) -> tuple[str, int]:
        """The socket's folder and port; where the folder's name is too long, no folder and a free loopback port."""
        folder = str(home / "socket")
        if len(os.fsencode(folder)) <= _LONGEST_SOCKET:
            return folder, 5432
        mark = self.marks / "port"
        if not mark.exists() or not self._answers(home):
            write_whole(mark, f"{_free_port()}\n", mode=0o600)
        return "", int(mark.read_text())

    def _answers(self, home: Path) -> bool:
        if not (home / "data" / "postmaster.pid").exists():
            return False
        return self._run(home, "pg_ctl", "status", "--pgdata", home / "data", must_succeed=False).returncode == 0

    def _create_database(self, home: Path) -> None:
        """Make the database once; the mark is written after it."""
        mark = self.marks / "database"
        if mark.exists():
            return
        folder, port = self._address(home)
        password = (self.marks / "password").read_text().strip()
        where = {"PGHOST": folder or "127.0.0.1", "PGPORT": str(port), "PGUSER": USER, "PGPASSWORD": password}
        try:
            self._run(home, "createdb", "--maintenance-db=postgres", DATABASE, variables=where)
        except subprocess.CalledProcessError as error:
            if "already exists" not in error.stdout:
                raise _refusal("The embedded PostgreSQL did not make its database", error.stdout) from error
        write_whole(mark, f"{DATABASE}\n")

    def _url(self) -> str:
        folder, port = self._address(self._home())
        password = quote((self.marks / "password").read_text().strip(), safe="")
        if folder:
            return f"postgresql://{USER}:{password}@/{DATABASE}?{urlencode({'host': folder, 'port': port})}"
        return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"

    def _control(self, home: Path, verb: str, *words: str) -> None:
        self._run(home, "pg_ctl", verb, "--pgdata", home / "data", "--wait", "--silent", *words)

    def _run(
        self,
        home: Path,
        program: str,
        *words: str | Path,
        must_succeed: bool = True,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the server's account, in a folder which that account may enter.

        Its output goes to a file: a server that pg_ctl starts would keep a pipe open for ever.
        """
        account = Account.for_server()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        with (self.marks / "programs.log").open("w+") as log:
            done = subprocess.run(
                [str(self._programs(home).program(program)), *map(str, words)],
                cwd=home,
                env={**environment, "LC_ALL": "C", "TZ": "UTC", **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=account.uid,
                group=account.gid,
                extra_groups=None if account.uid is None else [],
                check=False,
                start_new_session=True,
            )
            log.seek(0)
            said = log.read()
        if must_succeed and done.returncode:
            raise subprocess.CalledProcessError(done.returncode, program, said)
        return subprocess.CompletedProcess(done.args, done.returncode, said)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refusal(what: str, said: str | None) -> Refusal:
    lines: Sequence[str] = [line.strip() for line in (said or "").splitlines() if line.strip()]
    if any("No space left" in line for line in lines):
        return Refusal(
            f"{what}: there is no space left on the disk.", "Free some space and run the same command again."
        )
    return Refusal(
        f"{what}; it said: {' / '.join(lines[-3:]) or 'nothing'}.",
        "Mend that, or set DATABASE_URL to a server of yours, and run the same command again.",
    )
