"""Commands set the environment of their process; the next test gets it back as it was."""

import os
import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def environment_as_before() -> Iterator[None]:
    """Undo what a command has set, such as where temporary files go."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
    tempfile.tempdir = None
