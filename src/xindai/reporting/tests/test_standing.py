"""A page asks one row how the house stands, and takes an answer that was kept only while its table is as it was."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from xindai.identity import queries as identity
from xindai.identity.models import Branch
from xindai.identity.testing import make_branch
from xindai.kernel import business_date, standing
from xindai.kernel.memo import standing_still
from xindai.reporting.names import branch_names

pytestmark = pytest.mark.django_db


def _names() -> list[object]:
    """The branches as one page shows them."""
    with standing_still(), standing.reading():
        return list(branch_names().values())


def test_a_later_page_asks_one_row_instead_of_the_table() -> None:
    make_branch("ONE")
    first = _names()
    with CaptureQueriesContext(connection) as asked:
        assert _names() == first
    assert len(asked) == 1


def test_a_row_that_is_changed_added_or_removed_is_seen_by_the_next_page() -> None:
    branch = make_branch("ONE")
    assert len(_names()) == 1
    Branch.objects.filter(pk=branch.pk).update(name={"zh": "二", "en": "Two"})
    assert _names() == [{"zh": "二", "en": "Two"}]
    other = make_branch("TWO")
    assert len(_names()) == 2
    Branch.objects.filter(pk=other.pk).update(name={"zh": "三", "en": "Three"})
    assert {"zh": "三", "en": "Three"} in _names()


def test_what_was_seen_in_a_transaction_that_was_undone_is_not_shown_afterwards() -> None:
    branch = make_branch("ONE")
    with transaction.atomic():
        Branch.objects.filter(pk=branch.pk).update(name={"zh": "二", "en": "Two"})
        assert _names() == [{"zh": "二", "en": "Two"}]
        transaction.set_rollback(True)
    assert _names() == [branch.name]
    Branch.objects.filter(pk=branch.pk).update(name={"zh": "三", "en": "Three"})
    assert _names() == [{"zh": "三", "en": "Three"}]


def test_outside_of_a_page_the_table_is_asked_every_time() -> None:
    make_branch("ONE")
    _names()
    with CaptureQueriesContext(connection) as asked:
        identity.branches()
        identity.branches()
    assert len(asked) == 2


def test_a_page_and_a_job_see_the_same_dates() -> None:
    def dates() -> tuple[date | None, date | None]:
        return business_date.current_or_none(), business_date.last_closed()

    for act in (
        lambda: None,
        lambda: business_date.open_day(date(2026, 1, 5)),
        lambda: business_date.close(date(2026, 1, 5)),
        lambda: business_date.open_day(date(2026, 1, 6)),
    ):
        act()
        with standing_still(), standing.reading():
            page = dates()
        assert page == dates()
    assert page == (date(2026, 1, 6), date(2026, 1, 5))
