"""What cannot be done is refused in one sentence that says what to do, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.setup.terminal import assert_refused, command, everything_below, script
from xindai.config import readiness
from xindai.config.cli import _sentence
from xindai.config.refusal import Refusal
from xindai.kernel.errors import InvalidInput


def test_a_data_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "layout.json").write_text(json.dumps({"layout": 99}))
    assert_refused(script("--data", tmp_path, "setup"), "made by a newer version", "layout 99", "--data FOLDER")
    assert everything_below(tmp_path) == {tmp_path / "layout.json"}


def test_a_data_folder_whose_mark_is_broken_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "layout.json").write_text("{")
    assert_refused(script("--data", tmp_path, "setup"), "cannot be read", "backup")
    assert everything_below(tmp_path) == {tmp_path / "layout.json"}


@pytest.mark.parametrize(("name", "problem"), [("missing/data", "does not exist"), ("file", "not a folder")])
def test_a_data_folder_that_cannot_be_one_is_refused(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "file").write_text("")
    assert_refused(script("--data", tmp_path / name, "setup"), problem, "Name another folder")
    assert everything_below(tmp_path) == {tmp_path / "file"}


def test_without_network_nothing_half_made_remains(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    done = script("--data", tmp_path / "data", "setup", HTTPS_PROXY=nowhere, https_proxy=nowhere, PIP_NO_INDEX="")
    assert_refused(done, "The network could not be reached", "run the same command again")
    assert not list((tmp_path / "data").glob("venv*"))
    assert not list((tmp_path / "data" / "tmp").iterdir())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 50 MB; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=50m", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("making a small disk needs root with the right to mount")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_without_space_is_refused(small_disk: Path) -> None:
    data = small_disk / "data"
    assert_refused(script("--data", data, "setup"), "too little space", "MB are needed", "Free some space")
    assert not data.exists()


def test_a_taken_port_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for words in (["serve"], ["demo"]):
            done = command("--data", tmp_path, *words, "--port", str(port), DATABASE_URL=os.environ["DATABASE_URL"])
            assert_refused(done, f"Port {port} on 127.0.0.1 is taken", f"--port {port + 1}")


def test_a_port_that_is_none_is_refused_with_the_usage() -> None:
    done = script("serve", "--port", "70000")
    assert done.returncode == 2
    assert "70000 is not a port" in done.stderr


@pytest.mark.parametrize(
    "url", ["mysql://root@127.0.0.1/bank", "nonsense", "postgres://127.0.0.1:5432/", "postgres://h:port/b"]
)
def test_a_database_url_of_another_shape_is_refused(tmp_path: Path, url: str) -> None:
    done = command("--data", tmp_path, "setup", DATABASE_URL=url)
    assert_refused(done, "not the address of a PostgreSQL database", "postgres://user:password@host:5432/name")


def test_a_server_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    done = command("--data", tmp_path, "setup", DATABASE_URL="postgres://bank:secret@127.0.0.1:9/bank")
    assert_refused(done, "No PostgreSQL answers at 127.0.0.1:9: Connection refused. Start that server")
    assert "secret" not in done.stderr


def test_a_database_that_is_not_there_is_refused(tmp_path: Path) -> None:
    given = urlsplit(os.environ["DATABASE_URL"])
    done = command("--data", tmp_path, "setup", DATABASE_URL=given._replace(path="/no_such_bank").geturl())
    assert_refused(done, "has no database no_such_bank", "createdb no_such_bank")


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


@contextmanager
def _server_of_version(version: str) -> Iterator[int]:
    """A server that greets like a PostgreSQL of this version and says no more; the value is its port."""
    greeting = _message(b"R", struct.pack("!i", 0))
    greeting += _message(b"S", b"server_version\0" + version.encode() + b"\0")
    greeting += _message(b"K", struct.pack("!ii", 1, 1)) + _message(b"Z", b"I")

    def greet(listening: socket.socket) -> None:
        while True:
            try:
                peer, _address = listening.accept()
            except OSError:
                return
            with peer:
                while True:
                    length, code = struct.unpack("!ii", peer.recv(8))
                    if code == 196608:
                        peer.recv(length - 8)
                        break
                    peer.sendall(b"N")
                peer.sendall(greeting)
                peer.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        greeter = threading.Thread(target=greet, args=[listening])
        greeter.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        greeter.join()


def test_a_postgresql_older_than_15_is_refused(tmp_path: Path) -> None:
    with _server_of_version("14.9") as port:
        done = command("--data", tmp_path, "setup", DATABASE_URL=f"postgres://bank@127.0.0.1:{port}/bank")
    assert_refused(done, "runs PostgreSQL 14; xindai needs 15 or newer", "Upgrade that server")


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_left_alone() -> None:
    MigrationRecorder(connection).record_applied("ledger", "9999_from_the_future")
    with pytest.raises(Refusal, match="newer version of xindai"):
        readiness.migrate()


def test_files_that_are_not_there_are_refused_before_anything_is_done(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("")
    assert_refused(
        command("--data", tmp_path, "demo", "--applications", "mine.csv"), "need both the file and its mapping"
    )
    done = command("--data", tmp_path, "demo", "--applications", tmp_path / "mine.csv", "--mapping", mapping)
    assert_refused(done, "There is no file")
    done = command("--data", tmp_path, "demo", "--no-serve", "--json", tmp_path / "no" / "summary.json")
    assert_refused(done, "its folder does not exist")
    done = command("--data", tmp_path, "demo", "--no-serve", "--json", tmp_path)
    assert_refused(done, "Is a directory", "Name a file that you may write")
    assert not (tmp_path / "postgres").exists()


def test_a_check_and_a_figure_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    assert_refused(command("--data", tmp_path, "check", "beauty"), "There is no check beauty", "types")
    assert_refused(command("--data", tmp_path, "bench", "beauty"), "There is no figure beauty", "main_job")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("locale", "nothing_open", "no_channel"),
    [
        ("en_GB.UTF-8", "No business day is open. Open the next", "No channel for direct debits is set up. Name"),
        ("zh_CN.UTF-8", "当前没有已开启的营业日。", "尚未设置代扣渠道。"),
    ],
)
def test_what_the_day_refuses_is_told_in_the_language_of_the_terminal(
    tmp_path: Path, locale: str, nothing_open: str, no_channel: str
) -> None:
    given = urlsplit(os.environ["DATABASE_URL"])
    url = given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    assert_refused(command("--data", tmp_path, "day", DATABASE_URL=url, LC_ALL=locale), nothing_open)
    drawn = command("--data", tmp_path, "day", "draw", "2026-03-31", DATABASE_URL=url, LC_ALL=locale)
    assert_refused(drawn, no_channel, "XINDAI_DEBIT_CHANNEL")


def test_the_terminal_names_the_field_at_fault_once() -> None:
    error = InvalidInput("fields.amount.unit", "It is wrong: {why}.", "Correct it.", why="so")
    assert _sentence(error) == "fields.amount.unit: It is wrong: so."
    assert _sentence(InvalidInput("name", "The name is missing.")) == "The name is missing."
