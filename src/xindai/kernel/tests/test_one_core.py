"""A process and its session's server process share a core for a while, and only then."""

import os

import pytest
from django.db import connection

from xindai.kernel import one_core

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not let processes choose cores"),
]


def _server() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def test_only_a_server_process_of_this_machine_is_moved() -> None:
    before = os.sched_getaffinity(0)
    with one_core.taking_turns():
        during = os.sched_getaffinity(0)
        if connection.settings_dict["HOST"].startswith("/"):
            assert during == os.sched_getaffinity(_server())
            assert len(during) == 1
            assert during <= before
        else:
            assert during == before
    assert os.sched_getaffinity(0) == before


def test_an_error_gives_the_cores_back() -> None:
    before = os.sched_getaffinity(0)
    with pytest.raises(ValueError, match="midway"), one_core.taking_turns():
        raise ValueError("midway")
    assert os.sched_getaffinity(0) == before


def test_a_number_that_names_another_program_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "/folder/of/a/socket")
    monkeypatch.setattr(type(connection.connection.info), "backend_pid", os.getpid())
    before = os.sched_getaffinity(0)
    with one_core.taking_turns():
        assert os.sched_getaffinity(0) == before
