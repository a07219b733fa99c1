"""Where the pages are: who may open which, found by following the links that each reader sees."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from benchmarks import page_bank

_LINK = re.compile(r'href="(/[^"#]*)')
_BEGIN = (
    "/loans/?sort=-overdue",
    "/applications/?state=contracted",
    "/collections/",
    "/end-of-day/?state=closed",
    "/me/",
)
"""Pages whose links are followed first: what they lead to shows more than the first record of another list would."""
_FILLED_IN: Mapping[str, str] = {
    "calculator": "/calculator/?a-principal=200000&a-rate=4.9&a-months=360&a-method=level",
    "calculator-file": "/calculator/schedule.csv?a-principal=200000&a-rate=4.9&a-months=360&a-method=level&of=a",
    "finder": "/find/?purpose=person:car_new&amount=80000&months=36",
    "eligibility": "/eligibility/?purpose=person:furniture&amount=5000&months=24",
}
"""Pages that say little before something is filled in, with a form filled in."""
_TRIES = 3
"""How many records of a list are tried where the first has no such page."""
_INTERFACE = "api-v1:"
PROGRAM, NOBODY = "program", "nobody"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody opens it."""

    route: str
    role: str
    address: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads: a person of a role, a program, or nobody that the bank knows."""

    role: str
    roles: frozenset[Any]
    headers: Mapping[str, str]

    def get(self, address: str) -> Any:
        """The answer of this process."""
        return _browser(self.role).get(address, headers={"Host": "localhost", **self.headers})

    def may_open(self, route: str) -> bool:
        """True when the table of routes lets this reader open it; people read pages, a program the interface."""
        from xindai.config.routes import ROUTES  # noqa: PLC0415 - Django must be set up

        roles = ROUTES.get(route, frozenset())
        if route.startswith(_INTERFACE) or self.role == PROGRAM:
            return route.startswith(_INTERFACE) and self.role == PROGRAM
        return roles is None if self.role == NOBODY else roles is not None and not roles.isdisjoint(self.roles)


@cache
def _browser(_role: str) -> Any:
    """A browser for each role: making one reads all files that are served, which is no part of a page."""
    from django.test import Client  # noqa: PLC0415 - Django must be set up

    return Client()


def readers() -> list[Reader]:
    """One person of every role, a program, and nobody."""
    from xindai.demonstration.staff import BORROWER, MEMBERS  # noqa: PLC0415 - Django must be set up

    of_role = {member.role: member.username for member in reversed((*MEMBERS, BORROWER))}
    people = [Reader(role.value, frozenset({role}), _signed_in(name)) for role, name in sorted(of_role.items())]
    return [*people, Reader(PROGRAM, frozenset(), _with_token()), Reader(NOBODY, frozenset(), {})]


def _signed_in(username: str) -> Mapping[str, str]:
    from django.conf import settings  # noqa: PLC0415 - Django must be set up
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    browser = Client()
    person = get_user_model().objects.get(username=username)
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"}


def _with_token() -> Mapping[str, str]:
    from xindai.identity import tokens  # noqa: PLC0415 - Django must be set up

    client = page_bank.program()
    return {"Authorization": f"Bearer {tokens.give_token(client, client.scopes).text}"}


def pages_of(reader: Reader) -> list[Page]:
    """Every page that the reader may open and that has something to show, each once."""
    found = dict(_of_interface(reader) if reader.role == PROGRAM else _followed(reader))
    return [Page(route, reader.role, address) for route, address in sorted(found.items())]


def without_address(found: list[Page]) -> list[str]:
    """Routes that answer to reading and of which no page was found."""
    from xindai.config.routes import ROUTES  # noqa: PLC0415 - Django must be set up

    return sorted({route for route, roles in ROUTES.items() if roles != frozenset()} - {page.route for page in found})


def _followed(reader: Reader) -> Iterator[tuple[str, str]]:
    """Routes with an address: those that need nothing more, and what the links of each page lead to."""
    from django.urls import NoReverseMatch, reverse  # noqa: PLC0415 - Django must be set up

    from xindai.config.routes import ROUTES  # noqa: PLC0415

    waiting, opened, known = deque((*_BEGIN, *page_bank.addresses())), Counter[str](), set()
    for route in ROUTES:
        with suppress(NoReverseMatch):
            waiting.append(_FILLED_IN.get(route) or reverse(route))
    while waiting:
        address = waiting.popleft()
        route = _route(address)
        is_begin = address in _BEGIN and not opened[address]
        if (not is_begin and (route in known or opened[route] >= _TRIES)) or not reader.may_open(route):
            continue
        opened.update((address, route))
        answer = reader.get(address)
        if answer.status_code != HTTPStatus.OK:
            continue
        if route not in known:
            known.add(route)
            yield route, address
        if answer["Content-Type"].startswith("text/html"):
            waiting.extend(unescape(link) for link in _LINK.findall(answer.content.decode()))


def _route(address: str) -> str:
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - Django must be set up

    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def _of_interface(reader: Reader) -> Iterator[tuple[str, str]]:
    """What the interface answers to GET; a record is the first of the list under which it stands."""
    from xindai.api.v1 import api  # noqa: PLC0415 - Django must be set up

    paths = api.get_openapi_schema()["paths"]
    for path in sorted(path for path, methods in paths.items() if "get" in methods):
        address = _filled(reader, path)
        if address and reader.get(address).status_code == HTTPStatus.OK:
            yield _route(address), address


def _filled(reader: Reader, path: str) -> str:
    """The address with the number of a record in place of its name; empty where there is none."""
    list_path, brace, rest = path.partition("/{")
    if not brace:
        return path
    name, _brace, tail = rest.partition("}")
    if list_path.endswith("/webhook-deliveries"):
        list_path = _filled(reader, "/api/v1/webhook-endpoints/{endpoint_id}/deliveries")
    answer = reader.get(list_path)
    rows = answer.json().get("items", []) if answer.status_code == HTTPStatus.OK else []
    key = next((key for key in (name, "no", "id", "key") if rows and key in rows[0]), "")
    return f"{list_path if name != 'delivery_id' else '/api/v1/webhook-deliveries'}/{rows[0][key]}{tail}" if key else ""
