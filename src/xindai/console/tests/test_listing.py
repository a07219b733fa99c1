"""Lists take filters, sort keys and pages from their allow-list only, and keep their state in the address."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from django.db.models import Max

from xindai.console import listing
from xindai.console.listing import Column, Filter, ListSpec
from xindai.kernel.errors import InvalidInput
from xindai.kernel.models import BusinessDay

pytestmark = pytest.mark.django_db

SPEC: Final = ListSpec(
    columns=(Column("date", "Date", ("on",)), Column("note", "Note")),
    filters=(
        Filter(
            "state",
            "State",
            (("open", "Open"), ("closed", "Closed")),
            lambda rows, word: rows.filter(is_open=word == "open"),
        ),
    ),
    sort="-date",
    totals={"latest": Max("pk")},
    page_size=2,
)


@pytest.fixture(autouse=True)
def five_days() -> None:
    """Five business days, the last of them open."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for count in range(5):
        BusinessDay.objects.create(on=date(2026, 1, 1) + timedelta(days=count), opened_at=at, is_open=count == 4)


def _dates(found: listing.Listing) -> list[int]:
    return [row.on.day for row in found.rows]


def test_a_list_begins_with_its_own_sort_and_its_first_page() -> None:
    found = listing.build(SPEC, BusinessDay.objects.all(), {})
    assert _dates(found) == [5, 4]
    assert (found.count, found.pages, found.first, found.last) == (5, 3, 1, 2)
    assert found.next_href == "?page=2"
    assert not found.previous_href


def test_filter_sort_and_page_live_in_the_address() -> None:
    found = listing.build(SPEC, BusinessDay.objects.all(), {"state": "closed", "sort": "date", "page": "2"})
    assert _dates(found) == [3, 4]
    assert found.previous_href == "?state=closed&sort=date&page=1"
    assert [chip.href for chip in found.chips] == ["?sort=date"]
    assert found.heads[0].href == "?state=closed&sort=-date"
    assert found.heads[0].direction == "ascending"


def test_the_total_covers_the_filtered_set_and_not_the_page() -> None:
    everything = listing.build(SPEC, BusinessDay.objects.all(), {})
    assert everything.totals["latest"] == BusinessDay.objects.latest("pk").pk


@pytest.mark.parametrize(
    "params",
    [
        {"sort": "pk"},
        {"sort": "note"},
        {"sort": "on; DROP TABLE x"},
        {"state": "ajar"},
        {"page": "0"},
        {"page": "4"},
        {"page": "two"},
        {"page": "²"},
    ],
)
def test_what_is_not_in_the_allow_list_is_refused_with_its_name(params: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        listing.build(SPEC, BusinessDay.objects.all(), params)
    assert refused.value.field in params


def test_a_page_keeps_its_own_parameters_in_every_link() -> None:
    found = listing.build(SPEC, BusinessDay.objects.all(), {}, keep={"as_of": "2026-01-05"})
    assert found.next_href == "?as_of=2026-01-05&page=2"
