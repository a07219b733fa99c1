"""Running the installers, and turning their failures into one sentence."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

_NO_SPACE = re.compile(r"no space left|ENOSPC|disk quota exceeded", re.IGNORECASE)
_NO_NETWORK = re.compile(
    r"name resolution|temporary failure|getaddrinfo|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|"
    r"failed to fetch|error sending request|client error \(Connect\)|dns error|connection refused|network is unreachable|"
    r"no matching distribution|newconnectionerror|max retries exceeded|network connectivity",
    re.IGNORECASE,
)


class ProgramFailed(Exception):
    """An installer ended with an error; `output` is what it said."""

    def __init__(self, command: Sequence[str], output: str) -> None:
        super().__init__(f"{Path(command[0]).name} failed")
        self.output = output


def tell(words: str) -> None:
    """Say on standard error what is being done: standard output belongs to the command's own result."""
    print(f"xindai: {words}", file=sys.stderr, flush=True)


def run(
    places: Places,
    command: Sequence[str | Path],
    *,
    inside: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Run an installer quietly (`inside` a folder) and return its output; raise ProgramFailed when it fails."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=inside,
            env={**places.child_environment(), **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ProgramFailed(words, str(error)) from error
    if done.returncode:
        raise ProgramFailed(words, done.stdout)
    return done.stdout


def as_refusal(what: str, error: ProgramFailed | OSError) -> Refusal:
    """The sentence for a failed step of the set-up; `what` names it ("the Python packages")."""
    output = error.output if isinstance(error, ProgramFailed) else str(error)
    if _NO_SPACE.search(output) or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
        return Refusal(
            f"There was no space left while installing {what}; what was half made has been removed.",
            "Free some space, or name a folder on a larger disk with --data FOLDER.",
        )
    if _NO_NETWORK.search(output):
        return Refusal(
            f"The network could not be reached while installing {what}; what was half made has been removed.",
            "Connect the machine (or set HTTPS_PROXY, or name a mirror in pip's and npm's settings) and run the same command again.",
        )
    return Refusal(
        f"Installing {what} failed; what was half made has been removed. The installer said: {_last_words(output)}",
        "Mend that and run the same command again.",
    )


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " / ".join(lines[-4:]) or "nothing"


def is_program(path: Path) -> bool:
    """Whether the file is there and may be run."""
    return path.is_file() and os.access(path, os.X_OK)
