"""Facts: what held when, as it was known when."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from xindai.kernel.facts import Fact, as_of

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))
EARLY, LATE = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC)


@pytest.fixture
def statements(db: None) -> Iterator[Any]:
    """Facts about houses, known by a number."""
    with isolate_apps("xindai.kernel"):

        class Statement(Fact):
            subject: ClassVar[str] = "house"
            house = models.IntegerField()

            class Meta:
                app_label = "kernel"

        with connection.schema_editor() as editor:
            editor.create_model(Statement)
        yield Statement._default_manager


def state(
    statements: Any, value: object, valid_from: date, known_at: datetime, name: str = "rent", house: int = 1
) -> None:
    statements.create(name=name, value=value, source="derived", valid_from=valid_from, known_at=known_at, house=house)


def held(statements: Any, on: date, known_at: datetime | None = None) -> list[object]:
    return [row.value for row in as_of(statements.all(), on, known_at)]


def test_a_statement_holds_from_its_date_until_a_later_one(statements: Any) -> None:
    state(statements, 10, JANUARY, EARLY)
    state(statements, 20, MARCH, EARLY)
    assert held(statements, date(2025, 12, 31)) == []
    assert held(statements, JANUARY) == [10]
    assert held(statements, date(2026, 2, 28)) == [10]
    assert held(statements, MARCH) == [20]


def test_a_correction_takes_the_place_of_what_was_known_before(statements: Any) -> None:
    state(statements, 10, JANUARY, EARLY)
    state(statements, 12, JANUARY, LATE)
    assert held(statements, FEBRUARY) == [12]
    assert held(statements, FEBRUARY, known_at=LATE) == [12]
    assert held(statements, FEBRUARY, known_at=EARLY) == [10]


def test_what_was_learnt_later_was_not_known_before(statements: Any) -> None:
    state(statements, 10, JANUARY, LATE)
    assert held(statements, MARCH, known_at=EARLY) == []


def test_the_later_validity_wins_over_the_later_knowledge(statements: Any) -> None:
    state(statements, 20, FEBRUARY, EARLY)
    state(statements, 12, JANUARY, LATE)
    assert held(statements, JANUARY) == [12]
    assert held(statements, FEBRUARY) == [20]


def test_of_two_learnt_at_one_moment_the_last_told_counts(statements: Any) -> None:
    state(statements, 10, JANUARY, EARLY)
    state(statements, 11, JANUARY, EARLY)
    assert held(statements, JANUARY) == [11]


def test_subjects_and_names_stand_for_themselves(statements: Any) -> None:
    state(statements, 10, JANUARY, EARLY)
    state(statements, "flat", JANUARY, EARLY, name="kind")
    state(statements, 30, JANUARY, EARLY, house=2)
    found = {(row.house, row.name): row.value for row in as_of(statements.all(), JANUARY)}
    assert found == {(1, "rent"): 10, (1, "kind"): "flat", (2, "rent"): 30}
