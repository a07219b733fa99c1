"""The database's own doings: columns in and out, locks, rows inserted once, sequences."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from xindai.kernel import clock, sql
from xindai.kernel.fields import AmountMinorField
from xindai.kernel.models import BusinessDay, SignInAttempt
from xindai.kernel.testing import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)


@pytest.fixture
def samples(db: None) -> Iterator[type[models.Model]]:
    """A table with a column of every shape that can be copied."""
    with isolate_apps("xindai.kernel"):

        class Sample(models.Model):
            day = models.ForeignKey(BusinessDay, on_delete=models.PROTECT, related_name="+", db_constraint=False)
            small = models.PositiveSmallIntegerField()
            middle = models.IntegerField()
            amount_minor = AmountMinorField()
            on = models.DateField()
            is_even = models.BooleanField()
            note = models.CharField(max_length=8, default="")

            class Meta:
                app_label = "kernel"

            def __str__(self) -> str:
                return str(self.pk)

        with connection.schema_editor() as editor:
            editor.create_model(Sample)
        yield Sample


def whole(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


ROWS = st.lists(
    st.tuples(
        st.integers(1, 2**63 - 1), st.integers(0, 2**15 - 1), whole(32), whole(64), st.dates(FIRST_DAY, LAST_DAY),
        st.booleans(),
    ),
    max_size=20,
)  # fmt: skip
NAMES = ("day", "small", "middle", "amount_minor", "on", "is_even")


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(ROWS)
def test_columns_come_out_as_they_went_in(samples: type[models.Model], rows: list[tuple[Any, ...]]) -> None:
    samples._default_manager.all().delete()
    columns = _columns(rows)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_sample ALTER note SET DEFAULT ''")
    assert sql.copy_in(samples, columns) == len(rows)
    stored = samples._default_manager.order_by("pk")
    assert list(stored.values_list("day_id", "small", "middle", "amount_minor", "on", "is_even")) == rows
    again = sql.copy_out(stored, NAMES)
    for name, column in columns.items():
        assert again[name].tolist() == column.tolist()


def _columns(rows: list[tuple[Any, ...]]) -> dict[str, np.ndarray[Any, Any]]:
    plain = [tuple(value.toordinal() if isinstance(value, date) else value for value in row) for row in rows]
    kinds = [np.int64, np.int16, np.int32, np.int64, np.int64, np.bool_]
    return {
        name: np.array([row[place] for row in plain], dtype=kind)
        for place, (name, kind) in enumerate(zip(NAMES, kinds, strict=True))
    }


def test_rows_come_out_in_the_order_and_choice_of_the_queryset(samples: type[models.Model]) -> None:
    for number in (3, 1, 2):
        _make(samples, amount_minor=number)
    chosen = samples._default_manager.filter(amount_minor__gte=2).order_by("-amount_minor")
    assert sql.copy_out(chosen, ["amount_minor"])["amount_minor"].tolist() == [3, 2]


def _make(samples: type[models.Model], **changes: Any) -> models.Model:
    values = {"day_id": 1, "small": 1, "middle": 1, "amount_minor": 1, "on": date(2026, 3, 2), "is_even": False}
    return samples._default_manager.create(**(values | changes))


def test_a_text_has_no_place_in_a_column_of_integers(samples: type[models.Model]) -> None:
    with pytest.raises(TypeError, match="CharField"):
        sql.copy_out(samples._default_manager.all(), ["note"])


def test_a_missing_value_is_noticed() -> None:
    packed = sql.pack_binary([">i8"], [np.array([7])])
    missing = packed[:21] + (-1).to_bytes(4, "big", signed=True) + packed[33:]
    with pytest.raises(ValueError, match="NULL"):
        sql.unpack_binary([">i8"], missing)


def test_copied_rows_obey_the_tables_constraints() -> None:
    with pytest.raises(IntegrityError, match="is_open"), transaction.atomic():
        sql.copy_in(BusinessDay, {"on": np.array([1])})


def test_a_row_is_inserted_once() -> None:
    on = date(2026, 3, 2)
    first, second = (BusinessDay(pk=pk, on=on, is_open=False, opened_at=clock.now()) for pk in (1001, 1002))
    assert [sql.insert_once(first, "on"), sql.insert_once(second, "on")] == [True, False]
    assert list(BusinessDay.objects.values_list("pk", flat=True)) == [1001]


def test_another_constraint_than_the_named_one_still_refuses() -> None:
    first, second = (BusinessDay(pk=1000 + day, on=date(2026, 3, day), opened_at=clock.now()) for day in (2, 3))
    sql.insert_once(first, "on")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        sql.insert_once(second, "on")
    assert sql.violated_constraint(caught.value) == "kernel_one_open_business_day"


def test_an_error_that_no_constraint_caused_names_none() -> None:
    assert sql.violated_constraint(IntegrityError("by hand")) is None


def test_values_are_bound_whatever_they_hold() -> None:
    row = SignInAttempt(pk=1, address_hash="'); DROP TABLE kernel_businessday; --", at=clock.now())
    assert sql.insert_once(row, "id")
    assert SignInAttempt.objects.get().address_hash == row.address_hash
    assert BusinessDay.objects.count() == 0


def test_the_servers_version_is_known() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert f"PostgreSQL {sql.server_version()}." in cursor.fetchone()[0]
    assert sql.server_version() >= 15


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_taken_by_one_and_free_when_its_transaction_ends() -> None:
    def try_it() -> bool:
        with transaction.atomic():
            return sql.try_lock("bell")

    def try_another() -> bool:
        with transaction.atomic():
            return sql.try_lock("whistle")

    with transaction.atomic():
        sql.lock("bell")
        assert at_once([try_it, try_another]) == [False, True]
    assert at_once([try_it]) == [True]


@pytest.mark.django_db(transaction=True)
def test_sharers_go_together_and_keep_the_single_holder_out() -> None:
    def share() -> bool:
        with transaction.atomic():
            sql.lock_shared("bell")
            return True

    def take_alone() -> bool:
        with transaction.atomic():
            return sql.try_lock("bell")

    with transaction.atomic():
        sql.lock_shared("bell")
        assert at_once([share, take_alone]) == [True, False]
