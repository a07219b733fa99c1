"""From the root script to the command line: make what the command needs, then hand over to it.

Runs under the machine's own Python with nothing installed. Help and wrong arguments are answered here, before
anything is made.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from xindai.config import arguments
from xindai.config.refusal import Refusal, answered
from xindai.config.setup import assets, environment, folder, removal
from xindai.config.setup.environment import Level
from xindai.config.setup.places import Places


def main(words: Sequence[str]) -> int:
    """Answer the words typed after `./xindai`; does not return when the command is handed over."""
    return answered(lambda: _start(words))


def _start(words: Sequence[str]) -> int:  # noqa: RET503 - the last line does not return
    options = arguments.parse(words)
    places = Places.named(options.data)
    if options.command == "remove":
        removal.remove(places, is_meant=options.yes)
        return 0
    folder.prepare(places)
    with _one_at_a_time(places):
        environment.ensure(places, Level(options.level))
        assets.ensure(places)
    python = str(places.python)
    os.execve(python, [python, "-P", "-m", "xindai.config.cli", *words], places.child_environment())


@contextmanager
def _one_at_a_time(places: Places) -> Iterator[None]:
    """Keep a second start in the same folder waiting until the first one has made everything."""
    with (places.data / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise Refusal(
                f"The data folder {places.data} lies on a disk that cannot lock files.",
                "Name a folder on a local disk with --data FOLDER.",
            ) from error
        yield
