"""Ten people who read pages of the product at the same time, as it is served."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, SimpleQueue

from benchmarks.page_addresses import Page

PEOPLE = 10
ROUNDS = 20
"""How often each page is opened by each role, at most."""
_WARM_ROUNDS = 3
"""How often before that: each process of the server then has its templates read, and the database its rows at hand."""
_READING_SECONDS = 0.5
"""How long each of the people looks at a page before they open the next: quicker than anybody reads."""
_LONGEST_SECONDS = 420
"""After so long no round is begun, whatever the machine is busy with."""
_WORKERS = 2
_HOST = "127.0.0.1"
_SCRIPT = Path(__file__).resolve().parents[1] / "xindai"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking once."""

    milliseconds: float
    size: int
    is_shown: bool


@dataclass
class Taken:
    """The answers to one page: milliseconds of each, the bytes of the last, and how often it was refused, which is not timed."""

    milliseconds: list[float] = field(default_factory=list)
    size: int = 0
    refused: int = 0

    def note(self, answer: Answer) -> None:
        """Count an answer."""
        if answer.is_shown:
            self.milliseconds.append(answer.milliseconds)
            self.size = answer.size
        else:
            self.refused += 1

    def p95(self) -> float:
        """The time within which 95 of 100 answers came."""
        return sorted(self.milliseconds)[-(-len(self.milliseconds) * 95 // 100) - 1]


def read(pages: Sequence[Page], headers: Mapping[str, Mapping[str, str]]) -> dict[Page, Taken]:
    """Let ten people open the pages, in rounds that hold each page once, in an order drawn by lot."""
    taken = {page: Taken() for page in pages}
    lot = random.Random(1)
    with _served() as port, ThreadPoolExecutor(PEOPLE) as people:
        for _round in range(_WARM_ROUNDS):
            _read_once(people, port, lot.sample(pages, len(pages)), headers, 0)
        end = time.monotonic() + _LONGEST_SECONDS
        load, busy = _load(), _processor_seconds()
        for _round in range(ROUNDS):
            if time.monotonic() > end:
                break
            drawn = lot.sample(pages, len(pages))
            for page, answer in _read_once(people, port, drawn, headers, _READING_SECONDS):
                taken[page].note(answer)
        print(f"  load of the machine {load} before, {_load()} after; {_busy(busy)}", file=sys.stderr)
    return taken


def _read_once(
    people: ThreadPoolExecutor,
    port: int,
    pages: Sequence[Page],
    headers: Mapping[str, Mapping[str, str]],
    reading_seconds: float,
) -> list[tuple[Page, Answer]]:
    """Deal the pages to the people; whoever has read one takes the next, and they do not begin in step."""
    deck: SimpleQueue[Page] = SimpleQueue()
    for page in pages:
        deck.put(page)

    def of_person(number: int) -> list[tuple[Page, Answer]]:
        answers: list[tuple[Page, Answer]] = []
        time.sleep(reading_seconds * number / PEOPLE)
        while True:
            try:
                page = deck.get_nowait()
            except Empty:
                return answers
            answers.append((page, _open(port, page, headers[page.role])))
            time.sleep(reading_seconds)

    return [answer for answers in people.map(of_person, range(PEOPLE)) for answer in answers]


def _open(port: int, page: Page, headers: Mapping[str, str]) -> Answer:
    """Ask once, over a connection of its own; the time is that up to the last byte."""
    started = time.perf_counter()
    connection = HTTPConnection(_HOST, port, timeout=60)
    try:
        connection.request("GET", page.address, headers={"Host": f"localhost:{port}", **headers})
        answer = connection.getresponse()
        size = len(answer.read())
    finally:
        connection.close()
    return Answer((time.perf_counter() - started) * 1_000, size, answer.status == HTTPStatus.OK)


def _load() -> str:
    return " ".join(f"{load:.2f}" for load in os.getloadavg())


def _processor_seconds() -> tuple[float, float]:
    """Seconds of all processors since the machine began: worked, and in all."""
    numbers = [int(word) for word in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    return (sum(numbers) - numbers[3] - numbers[4]), sum(numbers)


def _busy(before: tuple[float, float]) -> str:
    worked, whole = (now - then for now, then in zip(_processor_seconds(), before, strict=True))
    return f"its {os.cpu_count()} processors were busy {100 * worked / whole:.0f} % of the time, with all that ran"


@contextmanager
def _served() -> Iterator[int]:
    """The product as `./xindai serve` serves it, on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = probe.getsockname()[1]
    command = [str(_SCRIPT), "--data", os.environ["XINDAI_DATA"], "serve"]
    server = subprocess.Popen([*command, "--port", str(port), "--workers", str(_WORKERS)], stdout=sys.stderr)
    try:
        _wait_for(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _wait_for(port: int, patience_seconds: float = 60) -> None:
    until = time.monotonic() + patience_seconds
    while time.monotonic() < until:
        try:
            _open(port, Page("sign-in", "nobody", "/sign-in/"), {})
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"Nothing answers at {_HOST}:{port}.")
