"""Logs: one JSON object a line, with fields from the list and nothing else."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xindai.kernel import clock, logging

PROGRAM = """
import pathlib, sys
import structlog
from xindai.kernel import logging
logging.configure(pathlib.Path(sys.argv[1]) if sys.argv[1] != "-" else None)
with structlog.contextvars.bound_contextvars(request_id="r-1", borrower="王建国"):
    logging.get().info("done", verb="loan.disburse", amount_minor=123456, identity_number="110105198506150019")
    logging.get().error("failed", error_type="ValueError", message="王建国 13800005678")
"""


def run(target: str) -> str:
    """What a process that logs to the target writes to its standard output and error."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, target], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log to which two processes have written, one after the other."""
    target = tmp_path_factory.mktemp("data") / "log" / "xindai.jsonl"
    assert [run(str(target)), run(str(target))] == ["", ""]
    return target


def test_a_line_is_one_json_object_of_listed_fields(file: Path) -> None:
    first, second, *_more = map(json.loads, file.read_text().splitlines())
    at = datetime.fromisoformat(first.pop("at"))
    assert at.tzinfo is not None
    assert first == {"event": "done", "level": "info", "verb": "loan.disburse", "request_id": "r-1"}
    assert second.keys() == {"event", "level", "at", "error_type", "request_id"}


def test_nothing_personal_reaches_a_log(file: Path) -> None:
    for text in (file.read_text(), run("-")):
        assert text.count('"event"') == text.count("\n") > 0
        for personal in ("王建国", "\\u738b", "110105198506150019", "13800005678", "123456"):
            assert personal not in text


def test_the_folder_of_the_log_is_the_owners_alone(file: Path) -> None:
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_process_appends(file: Path) -> None:
    assert len(file.read_text().splitlines()) == 4


def test_a_line_carries_the_clocks_moment() -> None:
    with clock.simulated(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        assert logging.add_time(None, "info", {}) == {"at": "2026-03-02T12:00:00.000+00:00"}


def test_names_that_may_hold_something_personal_are_not_on_the_list() -> None:
    assert not logging.ALLOWED & {
        "name", "display_name", "username", "identity_number", "mobile", "account", "address", "message", "error",
        "exception", "reason", "narrative", "payload", "path", "query", "user_agent",
    }  # fmt: skip
