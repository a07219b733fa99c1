"""Help is given on a machine where nothing is installed, and makes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.setup.terminal import CHECKOUT, command, script

COMMANDS = (
    "setup",
    "demo",
    "serve",
    "worker",
    "day",
    "people",
    "bench",
    "policies",
    "manage",
    "test",
    "check",
    "remove",
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(tmp_path: Path, name: str) -> None:
    done = script("--data", tmp_path / "data", name, "--help")
    assert done.returncode == 0
    assert f"./xindai {name}" in done.stdout.split("examples:")[1]
    assert not (tmp_path / "data").exists()


def test_the_help_names_every_command() -> None:
    shown = script("--help").stdout
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_a_machine_without_python_is_told_so(tmp_path: Path) -> None:
    for tool in ("dirname", "sh"):
        (tmp_path / tool).symlink_to(Path("/usr/bin") / tool)
    done = script("setup", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr


def test_json_alone_is_on_standard_output(tmp_path: Path) -> None:
    done = command("--data", tmp_path, "bench", "apr_360", "--json")
    assert [figure["name"] for figure in json.loads(done.stdout)] == ["apr_360"]


def test_a_figure_that_nothing_measures_leaves_standard_output_empty(tmp_path: Path) -> None:
    done = command("--data", tmp_path, "bench", "classify_million", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "classify_million has a goal" in done.stderr


def test_the_variable_that_names_the_debit_channel_is_told_where_it_is_looked_for() -> None:
    told = script("day", "--help").stdout
    texts = [told, *((CHECKOUT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))]
    assert all("XINDAI_DEBIT_CHANNEL" in text for text in texts)
