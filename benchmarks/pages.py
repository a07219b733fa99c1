"""The pages of the staff console, opened by ten people at once on the demonstration's bank of the data folder."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx

from xindai.config.refusal import Refusal

_SCRIPT = Path(__file__).resolve().parents[1] / "xindai"
_PEOPLE = (
    "officer", "officer.west", "approver", "approver.west", "risk", "policy", "collector", "accountant", "auditor", "admin",
)  # fmt: skip
_ROUNDS = 2
"""How often each of the people opens every page."""
_READING_SECONDS = 1.0
"""How long somebody looks at a page before they open the next one: quicker than anybody reads."""
_KEPT_SECONDS = 0.5
"""How long a connection is used again: shorter than the server keeps it, which else might close it first."""
_WORKERS = 2
_SHOWN = 5
_OPENINGS = 5
"""How often a page is opened to learn what it costs."""
_LIST_OF: Mapping[str, tuple[str, str]] = {
    "customer": ("/customers/", "/customers/"),
    "application": ("/applications/?state=contracted", "/applications/"),
    "recommendation": ("/applications/", "/applications/"),
    "check": ("/checks/", "/checks/"),
    "loan": ("/loans/?sort=-overdue", "/loans/"),
    "repayment": ("/loans/?sort=-overdue", "/loans/"),
    "case": ("/collections/", "/collections/"),
    "account": ("/trial-balance/", "/trial-balance/"),
    "end-of-day-date": ("/end-of-day/?state=closed", "/end-of-day/"),
}
"""Where the record is found of which a page is opened: the list, and how the addresses of its records begin."""
_NOT_READ = re.compile(
    r"-(step|claim)$|^(language|theme|sign-in|sign-out|search|session-end|passkey-change|customer-mobile|work-act|list-.*)$"
)
"""Routes that only take acts, and those that are no page of the person's own."""


def page_p95() -> float:
    """Milliseconds within which 95 of 100 answers of the slowest page come, ten people reading at the same time.

    From asking to the last byte, on the loopback address.  It is assumed that each of the ten looks at a page for one
    second before they open the next, and that each begins at another page: people do not click in step.  Every figure is
    taken of all openings of one page; the worst pages are named.
    """
    with _served() as base:
        people = [_Person(base, name) for name in _PEOPLE]
        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(_Person.find_pages, people))
            begins = [place / len(people) for place in range(len(people))]
            taken = [one for of_person in pool.map(_Person.read, people, begins) for one in of_person]
    times: dict[str, list[float]] = defaultdict(list)
    for route, milliseconds in taken:
        times[route].append(milliseconds)
    worst = sorted(((_p95(of_route), route) for route, of_route in times.items()), reverse=True)
    print(f"  {len(taken)} answers of {len(times)} pages", file=sys.stderr)
    for milliseconds, route in worst[:_SHOWN]:
        print(f"  {route}: {milliseconds:.0f} ms ({len(times[route])} times)", file=sys.stderr)
    return worst[0][0]


def page_cpu() -> float:
    """Milliseconds of processor time that server and database spend on the dearest page, one person reading.

    What others do on the machine hardly shows in it.  Told beside it: what the database took of it, queries, milliseconds
    in all, and kilobytes sent.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xindai.config.settings")
    from xindai.config import readiness  # noqa: PLC0415 - Django must be set up
    from xindai.config.server import database_in_use  # noqa: PLC0415
    from xindai.config.setup.places import Places  # noqa: PLC0415

    _password()
    costs: dict[str, _Cost] = {}
    with database_in_use(Places.named()):
        readiness.migrate()
        for name in _PEOPLE:
            for route, address in _Reader(name).pages().items():
                if route not in costs:
                    costs[route] = _cost(_Reader(name).browser, address)
    for route, cost in sorted(costs.items(), key=lambda one: -one[1].cpu):
        print(
            f"  {route}: {cost.cpu:.0f} ms of the processor ({cost.database:.0f} the database), {cost.whole:.0f} ms in all, {cost.queries} queries,"
            f" {cost.kilobytes:.0f} kB",
            file=sys.stderr,
        )
    return max(cost.cpu for cost in costs.values())


@dataclass(frozen=True)
class _Cost:
    """What a page costs: the middle of several openings."""

    cpu: float
    database: float
    whole: float
    queries: int
    kilobytes: float


def _cost(browser: Any, address: str) -> _Cost:
    from django.db import connection  # noqa: PLC0415 - Django must be set up
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        size = len(browser.get(address, headers={"Accept-Encoding": "identity"}).content)
    queries, taken = len(asked), []
    for _round in range(_OPENINGS):
        before = _clocks()
        browser.get(address)
        own, database, whole = (1_000 * (now - then) for now, then in zip(_clocks(), before, strict=True))
        taken.append((own + database, database, whole))
    cpu, database, whole = (median(column) for column in zip(*taken, strict=True))
    return _Cost(cpu, database, whole, queries, size / 1_000)


def _clocks() -> tuple[float, float, float]:
    """Seconds of the processor that this process and its session of the database have taken, and of the clock."""
    from django.db import connection  # noqa: PLC0415 - Django must be set up

    connection.ensure_connection()
    session = connection.connection.info.backend_pid
    nanoseconds = int(Path(f"/proc/{session}/schedstat").read_text(encoding="ascii").split()[0])
    return time.process_time(), nanoseconds / 1e9, time.perf_counter()


def _p95(times: list[float]) -> float:
    return sorted(times)[-(-len(times) * 95 // 100) - 1]


class _Person:
    """Somebody of the staff with a browser of their own."""

    def __init__(self, base: str, name: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=60, limits=httpx.Limits(keepalive_expiry=_KEPT_SECONDS))
        self.name = name
        self.pages: dict[str, str] = {}
        page = self.client.get("/sign-in/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"csrfmiddlewaretoken": token[1] if token else "", "username": name, "password": _password()}
        answer = self.client.post("/sign-in/", data=form, headers={"Referer": base})
        if answer.status_code != httpx.codes.FOUND:
            raise RuntimeError(f"{name} could not sign in: {answer.status_code}")

    def find_pages(self) -> None:
        """Look for the pages that this person may open, with the first record of each list."""
        for route in _routes(self.name):
            address = _address(route, lambda path: self.client.get(path).text)
            if address and self.client.get(address).status_code == httpx.codes.OK:
                self.pages[route] = address

    def read(self, begin: float) -> list[tuple[str, float]]:
        """Open every page again and again, each after some reading; the time of each answer in milliseconds.

        `begin` says after which part of the pages, and of the first reading, this person begins.
        """
        pages, taken = list(self.pages.items()), []
        first = int(begin * len(pages))
        time.sleep(begin * _READING_SECONDS)
        for _round in range(_ROUNDS):
            for route, address in pages[first:] + pages[:first]:
                time.sleep(_READING_SECONDS)
                started = time.perf_counter()
                self.client.get(address)
                taken.append((route, (time.perf_counter() - started) * 1_000))
        return taken


class _Reader:
    """One of the staff who reads within this process."""

    def __init__(self, name: str) -> None:
        from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django must be set up
        from django.test import Client  # noqa: PLC0415

        self.name, self.browser = name, Client(headers={"Host": "localhost"})
        self.browser.force_login(
            get_user_model().objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )

    def pages(self) -> dict[str, str]:
        """The pages that this person may open."""
        found = ((route, _address(route, self._text)) for route in _routes(self.name))
        return {route: path for route, path in found if path and self.browser.get(path).status_code == httpx.codes.OK}

    def _text(self, path: str) -> str:
        return str(self.browser.get(path).content.decode())


def _address(route: str, read: Callable[[str], str]) -> str:
    """Where a page is found: of a record's page that of the first record of its list; empty where there is none."""
    from django.urls import NoReverseMatch, reverse  # noqa: PLC0415 - Django must be set up

    try:
        return reverse(route)
    except NoReverseMatch:
        pass
    stem = max((one for one in _LIST_OF if route == one or route.startswith(f"{one}-")), key=len, default="")
    if not stem:
        return ""
    path, prefix = _LIST_OF[stem]
    found = re.search(rf'<th[^>]*><a href="{prefix}([^/"]+)/', read(path))
    try:
        return reverse(route, args=[found[1]]) if found else ""
    except NoReverseMatch:
        return ""


def _routes(name: str) -> list[str]:
    """The pages of the console that are read, of those that this member of the staff may open."""
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xindai.config.settings")
    django.setup()
    from xindai.console.routes import ROUTES  # noqa: PLC0415
    from xindai.demonstration.staff import MEMBERS  # noqa: PLC0415

    role = next(member.role for member in MEMBERS if member.username == name)
    return [route for route, roles in ROUTES.items() if roles and role in roles and not _NOT_READ.search(route)]


def _password() -> str:
    """The password of the demonstration's people."""
    path = Path(os.environ["XINDAI_DATA"]) / "demonstration" / "logins.json"
    if not path.exists():
        raise Refusal("The data folder holds no demonstration.", "Make one: ./xindai demo --no-serve")
    return str(json.loads(path.read_text(encoding="utf-8"))["password"])


@contextmanager
def _served() -> Iterator[str]:
    """The product as it is served, on a free port of this machine."""
    _password()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(_SCRIPT),
        "--data",
        os.environ["XINDAI_DATA"],
        "serve",
        "--port",
        str(port),
        "--workers",
        str(_WORKERS),
    ]
    server = subprocess.Popen(command, stdout=sys.stderr)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(base)
        yield base
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _wait_for(base: str, patience_seconds: float = 60) -> None:
    until = time.monotonic() + patience_seconds
    while time.monotonic() < until:
        try:
            httpx.get(f"{base}/sign-in/")
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"Nothing answers at {urlsplit(base).netloc}.")
