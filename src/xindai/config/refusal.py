"""The one way in which a command of the terminal says no."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


class Refusal(Exception):
    """A command cannot be carried out.

    `sentence` says what is wrong in words of the reader, `remedy` what to do about it.
    """

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.sentence = sentence
        self.remedy = remedy


def answered(command: Callable[[], int]) -> int:
    """Run `command` and return its exit code; a refusal is printed to standard error and makes it 1."""
    try:
        return command()
    except Refusal as refusal:
        print(f"xindai: {refusal}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read has gone (`... | head`); what is left in the buffer must not be tried again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("xindai: stopped; the same command goes on from here.", file=sys.stderr)
        return 130
