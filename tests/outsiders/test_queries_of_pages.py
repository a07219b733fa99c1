"""A page asks the database a fixed, small number of times, however many rows it shows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.outsiders.conftest import Staffed
from tests.outsiders.test_every_route import ONLY_POSTS, READER_OF, address
from xindai.config.routes import PUBLIC
from xindai.console import routes as console
from xindai.portal import routes as portal

pytestmark = pytest.mark.django_db

ROUTES = {**console.ROUTES, **portal.ROUTES}
MOST_QUERIES = 12
"""All that a page asks: who reads, what the frame around it shows, and what the page itself says."""
MOST_BYTES = 150_000
NEEDS_FIELDS = frozenset({"calculator-file"})
"""A file of what was filled in, which does not exist without."""
PAGES = sorted(route for route in ROUTES if route not in ONLY_POSTS | NEEDS_FIELDS)


def _readers(bank: Staffed, route: str) -> dict[str, Client]:
    """Somebody of every role that may open the page; a stranger opens what is public."""
    roles = frozenset({READER_OF[route]}) if route in READER_OF else ROUTES[route]
    if roles is PUBLIC or roles is None:
        return {"stranger": bank.client(None)}
    return {role.value: bank.client(role) for role in sorted(roles)}


@pytest.mark.parametrize("route", PAGES)
def test_a_page_asks_a_small_number_of_times_and_weighs_little(bank: Staffed, route: str) -> None:
    """Whoever reads it; bytes are those of the page itself: style, script and icons are kept by the browser.

    It is opened once before: what seldom changes, a process asks for once.
    """
    path = address(route, bank.own)
    for role, client in _readers(bank, route).items():
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        assert answer.status_code < 400, role
        every = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
        told = "\n".join(sql[:160] for sql in every)
        assert len(every) <= MOST_QUERIES, f"{len(every)} queries for the {role}:\n{told}"
        assert len(answer.content) < MOST_BYTES, role
