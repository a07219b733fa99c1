"""A page asks the database a fixed, small number of times, however many rows it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.outsiders.conftest import Staffed
from tests.outsiders.test_every_route import ONLY_POSTS, address
from xindai.config.routes import PUBLIC
from xindai.console.routes import ROUTES
from xindai.identity.roles import Role

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12
MOST_BYTES = 150_000
MOST_OF_THE_FRAME = 10
MOST_OF_A_REPORT = {"results": 20}
"""A page that sums over all floors asks each of them."""
FRAME = (
    "identity_rolegrant",  # who asks, and what they may do
    "identity_user",
    "identity_bank",  # the strip of the demonstration
    "kernel_businessday",  # the date in the top bar, asked by name wherever it is needed
    "django_session",
    "identity_check",  # the count beside the approver's queue
)
"""Tables that every page reads for its frame; what a page asks on top of them is counted."""


def _pages() -> list[str]:
    return [route for route, roles in ROUTES.items() if roles is not PUBLIC and route not in ONLY_POSTS]


@pytest.mark.parametrize("route", _pages())
def test_a_page_asks_a_small_number_of_times(bank: Staffed, route: str) -> None:
    roles = ROUTES[route]
    assert roles is not None
    role = next(role for role in (Role.AUDITOR, *sorted(roles)) if role in roles)
    client = bank.client(role)
    path = address(route, bank.own)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    every = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    own = [sql for sql in every if not _is_of_the_frame(sql)]
    assert len(every) - len(own) <= MOST_OF_THE_FRAME, "the frame asks too often"
    assert len(own) <= MOST_OF_A_REPORT.get(route, MOST_QUERIES), "\n".join(sql[:160] for sql in own)


@pytest.mark.parametrize("route", _pages())
def test_a_page_weighs_little(bank: Staffed, route: str) -> None:
    """Bytes of the page itself; style, script and icons are kept by the browser."""
    roles = ROUTES[route]
    assert roles is not None
    role = next(role for role in (Role.AUDITOR, *sorted(roles)) if role in roles)
    assert len(bank.client(role).get(address(route, bank.own)).content) < MOST_BYTES


def _is_of_the_frame(sql: str) -> bool:
    counts_work = '"w_tab"' in sql and "COUNT(" in sql  # beside the worklist in the navigation
    return counts_work or any(f'FROM "{table}"' in sql for table in FRAME)
