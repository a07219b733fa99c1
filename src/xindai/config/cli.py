"""The command line inside the environment: one module of `commands` for each command."""

from __future__ import annotations

import sys
from argparse import Namespace
from importlib import import_module
from types import ModuleType

from django.utils import translation

from xindai.config import arguments, language
from xindai.config.refusal import Refusal, answered
from xindai.config.setup.places import Places
from xindai.kernel.errors import XindaiError


def main(words: list[str]) -> int:
    """Carry out one command and return its exit code."""
    options = arguments.parse(words)
    places = Places.named(options.data)
    command = import_module(f"xindai.config.commands.{options.command}")
    return answered(lambda: _carried_out(command, options, places))


def _carried_out(command: ModuleType, options: Namespace, places: Places) -> int:
    """The command's exit code; what the product refuses becomes a refusal of the terminal, in its language."""
    try:
        return int(command.run(options, places))
    except XindaiError as error:
        with translation.override(language.locale(getattr(options, "language", None))):
            raise Refusal(_sentence(error), error.remedy_text()) from error


def _sentence(error: XindaiError) -> str:
    """What is wrong, with the field at fault before it where the message does not name it."""
    told = str(error)
    return told if not error.field or error.field in told else f"{error.field}: {told}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
