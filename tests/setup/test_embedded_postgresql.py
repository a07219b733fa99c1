"""The embedded server keeps to itself, is shared between commands, and changes no permission."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.setup.terminal import permissions
from xindai.config.postgres.binaries import embedded
from xindai.config.postgres.cluster import PASSING, SYSTEM_FOLDER, Cluster, home_of
from xindai.config.refusal import Refusal
from xindai.config.server import require_usable


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that is deleted after the test."""
    made = Cluster(tmp_path / "postgres", embedded(), PASSING)
    yield made
    if (made.marks / "id").exists() and os.geteuid() == 0:
        shutil.rmtree(home_of(made.marks))


def test_no_permission_of_an_existing_folder_changes(cluster: Cluster) -> None:
    before = permissions(cluster.marks.parent, SYSTEM_FOLDER.parent, Path("/tmp"))
    with cluster.running():
        during = permissions(*before)
    assert {place: during[place] for place in before} == before
    assert permissions(*before) == before


def test_it_stops_with_the_last_command_that_used_it(cluster: Cluster) -> None:
    with cluster.running() as first:
        with cluster.running() as second:
            assert second == first
        psycopg.connect(first).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first)


def test_two_commands_that_start_at_once_share_one_server(cluster: Cluster) -> None:
    seen: list[tuple[object, ...] | None] = []
    both = threading.Barrier(2)

    def use() -> None:
        with cluster.running() as url, psycopg.connect(url) as connection:
            seen.append(
                connection.execute(
                    "SELECT system_identifier, pg_postmaster_start_time() FROM pg_control_system()"
                ).fetchone()
            )
            both.wait(timeout=30)

    users = [threading.Thread(target=use) for _ in range(2)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_what_was_written_is_there_the_next_time(cluster: Cluster) -> None:
    with cluster.running() as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (value int)")
    with cluster.running() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_server_that_was_killed_is_started_again(cluster: Cluster) -> None:
    with cluster.running() as url:
        home = home_of(cluster.marks)
        process = int((home / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(process, 9)
    with cluster.running() as url:
        psycopg.connect(url).close()


def test_a_password_is_asked_for(cluster: Cluster) -> None:
    with cluster.running() as url, pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url, password="wrong", passfile="/nonexistent")


def test_a_wrong_password_is_refused_and_told_to_nobody(cluster: Cluster) -> None:
    with cluster.running() as url, pytest.raises(Refusal, match="refuses the user or password") as refused:
        require_usable(url.replace("xindai:", "xindai:not-the-one-", 1))
    assert "not-the-one" not in str(refused.value)


def test_a_user_without_rights_is_refused(cluster: Cluster) -> None:
    with cluster.running() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
        _, _, place = url.rpartition("@")
        with pytest.raises(Refusal, match="may not make tables in the database xindai"):
            require_usable(f"postgresql://guest:guest@{place}")


def test_a_folder_with_a_long_name_gets_a_loopback_port(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    made = Cluster(deep / "postgres", embedded(), PASSING)
    with made.running() as url:
        psycopg.connect(url).close()
    if os.geteuid() == 0:
        shutil.rmtree(home_of(made.marks))
