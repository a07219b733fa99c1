"""`./xindai serve`: the product on a loopback address, for browsers of this machine or a proxy before it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence

from xindai.config import readiness
from xindai.config.refusal import Refusal
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60.0


def run(options: Namespace, places: Places) -> int:
    """Serve until stopped."""
    require_free(options.port)
    with database_in_use(places):
        readiness.migrate()
        return serve(
            places, options.port, options.workers, lambda: print(f"xindai is served at {address(options.port)}")
        )


def address(port: int) -> str:
    """Where a browser finds the product."""
    return f"http://{HOST}:{port}/"


def require_free(port: int) -> None:
    """Refuse a port that another program listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise Refusal(
                f"Port {port} is reserved for the system.", "Name one above 1023, such as --port 8080."
            ) from error
        except OSError as error:
            raise Refusal(
                f"Port {port} on {HOST} is taken by another program.",
                f"Stop that program or name another port: --port {port + 1}.",
            ) from error


def serve(places: Places, port: int, workers: int, announce: Callable[[], None]) -> int:
    """Run the server until it is stopped; `announce` is called once when it answers."""
    server = subprocess.Popen(_command(places, port, workers), env=places.child_environment())
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: server.terminate())
    try:
        if _answers(server, port):
            announce()
            sys.stdout.flush()
        return max(server.wait(), 0)
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


def _command(places: Places, port: int, workers: int) -> Sequence[str]:
    return [
        str(places.python), "-P", "-m", "gunicorn", "xindai.config.wsgi:application",
        "--bind", f"{HOST}:{port}", "--workers", str(workers), "--threads", "4", "--worker-class", "gthread",
        "--worker-tmp-dir", str(places.scratch), "--no-control-socket", "--log-level", "warning", "--preload",
    ]  # fmt: skip


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.1)
    return False
