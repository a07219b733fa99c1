"""What counts as the whole suite."""

from pathlib import Path

import pytest

from xindai.config.commands import test as command
from xindai.config.setup.places import Places


@pytest.mark.parametrize("word", ["-k", "-kname", "-m", "--lf", "--pdb", "tests/security", "tests/processes.py::test"])
def test_an_argument_that_picks_tests_is_known(tmp_path: Path, word: str) -> None:
    assert command._selects(Places(tmp_path), word)


@pytest.mark.parametrize("word", ["-q", "-x", "--maxfail=1", "--tb=short", "tests/nowhere"])
def test_other_arguments_leave_the_suite_whole(tmp_path: Path, word: str) -> None:
    assert not command._selects(Places(tmp_path), word)
