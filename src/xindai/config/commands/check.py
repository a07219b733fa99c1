"""`./xindai check`: every convention of the house, one line and one time for each."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

SOURCES = ("src", "tests", "tools", "benchmarks")

_AT_A_TIME = 2


@dataclass(frozen=True)
class Check:
    """A name, what it proves, and the words of the program that proves it; `writes` are the words that mend instead."""

    name: str
    proves: str
    command: Sequence[str]
    writes: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """How one check went: its exit code, what it said and how long it took."""

    check: Check
    code: int
    output: str
    seconds: float


CHECKS = (
    Check("types", "strict types", ["-m", "mypy"]),
    Check(
        "format",
        "the formatter would change nothing",
        ["-m", "ruff", "format", "--check", *SOURCES],
        ["-m", "ruff", "format", *SOURCES],
    ),
    Check(
        "lint",
        "no finding of the linter",
        ["-m", "ruff", "check", *SOURCES],
        ["-m", "ruff", "check", "--fix", *SOURCES],
    ),
    Check(
        "contracts",
        "no floor imports what it must not",
        ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
    ),
    Check("migrations", "every change of a model has its migration", ["tools/check_migrations.py"]),
    Check("translations", "every text of the screens has its Chinese", ["tools/check_translations.py"]),
    Check("templates", "no finding in the templates", ["-m", "djlint", "src", "--lint", "--quiet"]),
    Check(
        "api",
        "docs/openapi.json is what the API answers with",
        ["tools/check_api.py"],
        ["tools/check_api.py", "--write"],
    ),
    Check(
        "events",
        "docs/events is what the outbox holds",
        ["tools/check_events.py"],
        ["tools/check_events.py", "--write"],
    ),
    Check("pins", "every pin can be installed on Python 3.12 and 3.13", ["tools/check_pins.py"]),
)


def run(options: Namespace, places: Places) -> int:
    """Run the checks that were named, all by default, also when one fails."""
    unknown = set(options.names) - {check.name for check in CHECKS}
    if unknown:
        raise Refusal(
            f"There is no check {min(unknown)}.",
            f"Name some of: {', '.join(check.name for check in CHECKS)}; or none for all.",
        )
    chosen = [check for check in CHECKS if not options.names or check.name in options.names]
    if options.write:
        for check in chosen:
            if check.writes:
                _tell(_run(places, check, check.writes))
    started = time.monotonic()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        outcomes = list(pool.map(_telling(places), chosen))
    failed = [outcome.check.name for outcome in outcomes if outcome.code]
    words = f"failed: {', '.join(failed)}" if failed else "all passed"
    print(f"{len(outcomes)} checks in {time.monotonic() - started:.0f} s, {words}")
    return 1 if failed else 0


def _telling(places: Places) -> Callable[[Check], Outcome]:
    def run_and_tell(check: Check) -> Outcome:
        outcome = _run(places, check, check.command)
        _tell(outcome)
        return outcome

    return run_and_tell


def _run(places: Places, check: Check, command: Sequence[str]) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=places.checkout,
        env={
            **places.child_environment(),
            "XINDAI_LOG": os.devnull,
            "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode, done.stdout, time.monotonic() - started)


def _tell(outcome: Outcome) -> None:
    mark = "FAILED" if outcome.code else "ok"
    lines = [f"{mark:<7} {outcome.check.name:<13} {outcome.seconds:6.1f} s  {outcome.check.proves}"]
    if outcome.code:
        lines += [f"        {line}" for line in outcome.output.rstrip().splitlines()]
    print("\n".join(lines), flush=True)
