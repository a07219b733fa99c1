"""The pages of staff, borrowers and programs on a copy of the demonstration's bank in the data folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import page_addresses, page_bank, page_reading
from xindai.config.commands.bench import Measured

if TYPE_CHECKING:
    from benchmarks.page_addresses import Page, Reader
    from benchmarks.page_reading import Taken

_OPENINGS = 5
"""How often a page is opened to learn what it costs."""


def page_p95() -> Measured:
    """Milliseconds within which 95 of 100 answers of the slowest page come, ten people reading at the same time.

    Every page that the table of routes opens, as each of its roles sees it: staff, a borrower, nobody; and every GET of the
    interface, as a program.  The server is `./xindai serve` with two processes, on the machine on which the ten read too.  Each
    of the ten takes a page by lot, asks, looks at it for half a second and takes the next.  The time is taken by who asks, from
    opening a connection on the loopback address to the last byte: waiting for a free thread of the server is in it.  Three
    rounds are read before anything is counted, then twenty, fewer only where seven minutes are over.
    """
    with page_bank.copied_bank():
        readers = page_addresses.readers()
        pages = _pages(readers)
        queries = {page: _queries(reader, page.address) for reader, page in pages}
        taken = page_reading.read([page for _reader, page in pages], {one.role: one.headers for one in readers})
    return _worst_first([_told(page, of_page, queries[page]) for page, of_page in taken.items()], "p95")


def _told(page: Page, taken: Taken, queries: int) -> dict[str, Any]:
    times = taken.milliseconds or [0.0]
    return {
        **_named(page),
        "samples": len(taken.milliseconds),
        "median": round(median(times), 1),
        "p95": round(taken.p95(), 1) if taken.milliseconds else 0.0,
        "slowest": round(max(times), 1),
        "queries": queries,
        "bytes": taken.size,
        "refused": taken.refused,
    }


def page_cpu() -> Measured:
    """Milliseconds of processor time that server and database spend on the dearest page, one person reading.

    What others do on the machine hardly shows in it.  Told beside it: what the database took of it, and milliseconds in all.
    """
    with page_bank.copied_bank():
        parts = [{**_named(page), **_cost(reader, page.address)} for reader, page in _pages(page_addresses.readers())]
    return _worst_first(parts, "cpu")


def page_weight() -> Measured:
    """Kilobytes of the heaviest page or answer itself: style, script and icons are kept by the browser."""
    with page_bank.copied_bank():
        parts = [
            {**_named(page), "kilobytes": round(len(reader.get(page.address).content) / 1_000, 1)}
            for reader, page in _pages(page_addresses.readers())
        ]
    return _worst_first(parts, "kilobytes")


def _pages(readers: list[Reader]) -> list[tuple[Reader, Page]]:
    """Every page with who reads it; what was not found is told."""
    pages = [(reader, page) for reader in readers for page in page_addresses.pages_of(reader)]
    routes = {page.route for _reader, page in pages}
    print(f"  {len(pages)} pages of {len(routes)} routes, each role for itself", file=sys.stderr)
    missing = page_addresses.without_address([page for _reader, page in pages])
    print(f"  routes that only take acts, or have nothing to show: {', '.join(missing)}", file=sys.stderr)
    return pages


def _named(page: Page) -> dict[str, Any]:
    return {"route": page.route, "role": page.role, "address": page.address}


def _worst_first(parts: list[dict[str, Any]], by: str) -> Measured:
    worst = sorted(parts, key=lambda part: -part[by])
    return Measured(worst[0][by], worst)


def _queries(reader: Reader, address: str) -> int:
    from django.db import connection  # noqa: PLC0415 - Django must be set up
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    reader.get(address)
    with CaptureQueriesContext(connection) as asked:
        reader.get(address)
    return len(asked)


def _cost(reader: Reader, address: str) -> Mapping[str, float]:
    """What a page costs: the middle of several openings, in milliseconds."""
    reader.get(address)
    taken = []
    for _opening in range(_OPENINGS):
        before = _clocks()
        reader.get(address)
        own, database, whole = (1_000 * (now - then) for now, then in zip(_clocks(), before, strict=True))
        taken.append((own + database, database, whole))
    columns = (round(median(column), 1) for column in zip(*taken, strict=True))
    return dict(zip(("cpu", "database", "whole"), columns, strict=True))


def _clocks() -> tuple[float, float, float]:
    """Seconds of the processor that this process and its session of the database have taken, and of the clock."""
    from django.db import connection  # noqa: PLC0415 - Django must be set up

    connection.ensure_connection()
    session = connection.connection.info.backend_pid
    nanoseconds = int(Path(f"/proc/{session}/schedstat").read_text(encoding="ascii").split()[0])
    return time.process_time(), nanoseconds / 1e9, time.perf_counter()
