"""The command line inside the environment: one module of `commands` for each command."""

from __future__ import annotations

import sys
from importlib import import_module

from xindai.config import arguments
from xindai.config.refusal import answered
from xindai.config.setup.places import Places


def main(words: list[str]) -> int:
    """Carry out one command and return its exit code."""
    options = arguments.parse(words)
    places = Places.named(options.data)
    command = import_module(f"xindai.config.commands.{options.command}")
    return answered(lambda: int(command.run(options, places)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
