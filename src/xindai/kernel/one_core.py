"""A process and the server process of its database session on one core, while they take turns."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def taking_turns() -> Iterator[None]:
    """Share one core with the server process of this session, for work of many short statements.

    One of the two always waits for the other.  On cores of their own every turn wakes a sleeping core, which on a
    virtual machine takes longer than a short statement does.  Nothing changes where the server is on another
    machine, or where the system does not let us choose.  A thread that is started within stays where it was started.
    """
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    server = _server_process() if cores else None
    shared = {sorted(cores)[os.getpid() % len(cores)]} if cores else set()
    if server is None or not _keep_on(server, shared):
        yield
        return
    _keep_on(0, shared)
    try:
        yield
    finally:
        _keep_on(0, cores)
        if _server_process() == server:
            _keep_on(server, cores)


def _server_process() -> int | None:
    """The number of the session's server process, if it is one of this machine that the number really names."""
    connection.ensure_connection()
    if not connection.settings_dict["HOST"].startswith("/"):
        return None
    number = int(connection.connection.info.backend_pid)
    try:
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return None
    return number if command.startswith(b"postgres") else None


def _keep_on(process: int, cores: set[int]) -> bool:
    """Keep a process on some cores; False where the system refuses."""
    try:
        os.sched_setaffinity(process, cores)
    except OSError:
        return False
    return True
