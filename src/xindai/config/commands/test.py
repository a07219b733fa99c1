"""`./xindai test`: the suite on the embedded PostgreSQL, then the database's own tests on PostgreSQL 15."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from xindai.config.commands import machine
from xindai.config.postgres.binaries import Binaries, embedded
from xindai.config.postgres.cluster import PASSING, Cluster
from xindai.config.server import require_usable
from xindai.config.setup.places import Places
from xindai.config.setup.programs import tell

REPEATED = ("src/xindai/kernel", "src/xindai/ledger", "tests/faults", "tests/concurrency", "tests/migrations")
"""What is repeated on the oldest PostgreSQL: migrations (each run makes its tables by them), ledger, faults."""

SPREAD = ("--numprocesses", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
"""A whole suite runs on all cores, each file on one of them and in the order of the folders: what they share is made once."""

_PICKING = ("-k", "-m", "--lf", "--ff", "--sw", "--pdb", "--last-failed", "--failed-first", "--stepwise", "--trace")

_NO_TESTS = 5


def run(options: Namespace, places: Places) -> int:
    """Run what was asked for; without a path that is everything."""
    rest = [word for word in options.rest if word != "--"]
    is_whole = not any(_selects(places, word) for word in rest)
    variables = {}
    leave_out = ["-m", "not browser"] if options.without_browser else []
    if is_whole and not options.without_browser:
        variables["XINDAI_CHROMIUM"] = machine.browser()
    repeat = is_whole and not options.without_pg15
    old = machine.postgresql_15() if repeat and "XINDAI_PG15_URL" not in os.environ else None
    with _server(places, "postgres-test", None, os.environ.get("DATABASE_URL")) as url:
        code = _pytest(places, [*(SPREAD if is_whole else ()), *leave_out, *rest], DATABASE_URL=url, **variables)
    if repeat:
        tell("the same on PostgreSQL 15: migrations, ledger, faults")
        with _server(places, "postgres-15", old, os.environ.get("XINDAI_PG15_URL")) as url:
            code = _pytest(places, _repeated(places, rest), DATABASE_URL=url, **variables) or code
    return code


def _selects(places: Places, word: str) -> bool:
    """Whether an argument of pytest picks tests, or stops among them for a person."""
    if word.startswith("-"):
        return word.startswith(_PICKING)
    return (places.checkout / word.split("::", maxsplit=1)[0]).exists()


@contextmanager
def _server(places: Places, name: str, binaries: Binaries | None, given: str | None) -> Iterator[str]:
    """The server that was named, else a cluster of the tests' own."""
    if given:
        require_usable(given)
        yield given
        return
    with Cluster(places.data / name, binaries or embedded(), PASSING).running() as url:
        yield url


def _repeated(places: Places, rest: Sequence[str]) -> list[str]:
    return [path for path in REPEATED if (places.checkout / path).is_dir()] + [*SPREAD, *rest]


def _pytest(places: Places, words: Sequence[str], **variables: str) -> int:
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={places.cache / 'pytest'}", *words]
    done = subprocess.run(command, cwd=places.checkout, env={**places.child_environment(), **variables}, check=False)
    return 1 if done.returncode == _NO_TESTS else done.returncode
