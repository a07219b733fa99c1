"""The figures of a close are kept once, and are what its day rows add up to."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel.errors import NotPermitted
from xindai.reporting import portfolio, services
from xindai.reporting.models import BookSlice, KeptClose
from xindai.reporting.portfolio import Book
from xindai.reporting.tests.conftest import LAST, Lender
from xindai.servicing.models import LoanDay
from xindai.servicing.testing import MONDAY

SYSTEM = Actor.system("test")
DAYS = [MONDAY, MONDAY + timedelta(days=1), LAST]


def by_slice(books: dict[object, Book]) -> dict[object, set[object]]:
    return {day: set(book.slices) for day, book in books.items()}


def readers(lender: Lender) -> Iterable[Actor]:
    return lender.auditor, actor(Role.LOAN_OFFICER, lender.north), actor(Role.LOAN_OFFICER, lender.south)


def test_what_is_kept_is_what_the_day_rows_add_up_to_for_every_reader(lender: Lender) -> None:
    people = list(readers(lender))
    fresh = [by_slice(portfolio.books_at(one, DAYS)) for one in people]  # type: ignore[arg-type]
    kept = services.keep_figures(SYSTEM)
    assert kept == min(100, KeptClose.objects.count()) > 0
    assert [by_slice(portfolio.books_at(one, DAYS)) for one in people] == fresh  # type: ignore[arg-type]


def test_kept_figures_are_read_without_the_day_rows(lender: Lender) -> None:
    while services.keep_figures(SYSTEM):
        pass
    with CaptureQueriesContext(connection) as asked:
        assert portfolio.book_at(lender.auditor, LAST).loans == 2
    assert not any(LoanDay._meta.db_table in query["sql"] for query in asked)


def test_keeping_again_keeps_nothing_new(lender: Lender) -> None:
    while services.keep_figures(SYSTEM):
        pass
    before = BookSlice.objects.count()
    assert services.keep_figures(SYSTEM) == 0
    assert BookSlice.objects.count() == before > 0


@pytest.mark.parametrize("role", [Role.RISK_MANAGER, Role.ACCOUNTANT, Role.ADMINISTRATOR])
def test_only_the_end_of_day_keeps_figures(lender: Lender, role: Role) -> None:
    with pytest.raises(NotPermitted):
        services.keep_figures(actor(role))
