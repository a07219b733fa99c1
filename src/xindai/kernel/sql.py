"""The only module that holds SQL text.  Values are always bound, names always come from models."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import numpy as np
import psycopg
from django.db import IntegrityError, connection, models
from psycopg import sql as composed

Columns = Mapping[str, np.ndarray[Any, Any]]

_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
"""PostgreSQL counts days from here."""

_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_TAIL: Final = b"\xff\xff"


def set_audit_context(context_json: str) -> None:
    """Tell the audit triggers, until the transaction ends, who acts and why."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [context_json])


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement that was put together once, with its values; to be asked as often as one likes.

    Only for plain columns: what comes back is as the database gives it.
    """

    statement: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, rows: "models.QuerySet[Any, Any]") -> "Prepared":
        """Put together what a set of rows would ask."""
        return cls(*rows.query.sql_with_params())

    def fetch(self) -> list[tuple[Any, ...]]:
        """Ask."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement, self.values)
            return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Standing:
    """The open and the last closed business date, and a mark of the rows of each watched table."""

    dates: tuple[date | None, date | None]
    marks: Mapping[type[models.Model], str]


def standing(days: type[models.Model], watched: Sequence[type[models.Model]]) -> Standing:
    """Read how the house stands by one statement.

    The mark of a table is made of the place and the writing transaction of each of its rows: PostgreSQL writes a changed
    row to another place and never gives a number of a transaction twice while a process lives.  Watched tables are small.
    """
    statement = _standing_statement(days._meta.db_table, tuple(table._meta.db_table for table in watched))
    with connection.cursor() as cursor:
        cursor.execute(statement)
        is_open, closed, *marks = cursor.fetchone()
    return Standing((is_open, closed), dict(zip(watched, marks, strict=True)))


@lru_cache(maxsize=16)
def _standing_statement(days: str, tables: tuple[str, ...]) -> str:
    columns = [
        composed.SQL("(SELECT max({on}) FROM {table} WHERE is_open)"),
        composed.SQL("(SELECT max({on}) FROM {table} WHERE NOT is_open)"),
    ]
    marks = composed.SQL(
        "(SELECT coalesce(md5(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid)), '') FROM {table})"
    )
    asked = [one.format(on=composed.Identifier("on"), table=composed.Identifier(days)) for one in columns]
    asked += [marks.format(table=composed.Identifier(table)) for table in tables]
    return (composed.SQL("SELECT ") + composed.SQL(", ").join(asked)).as_string()


def database_in_use() -> tuple[str, ...]:
    """Which database is asked: what is known of one says nothing of another."""
    settings = connection.settings_dict
    return tuple(str(settings.get(name, "")) for name in ("HOST", "PORT", "NAME"))


def next_in_sequence(name: str) -> int:
    """The next value of a sequence; never given twice, also after a rollback."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [name])
        return int(cursor.fetchone()[0])


def create_sequence(name: str) -> str:
    """DDL for a migration."""
    return f'CREATE SEQUENCE "{name}" AS bigint'


def drop_sequence(name: str) -> str:
    """DDL that undoes create_sequence."""
    return f'DROP SEQUENCE "{name}"'


def lock(name: str) -> None:
    """Wait for the advisory lock of this name and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_number(name)])


def lock_shared(name: str) -> None:
    """Hold the advisory lock of this name together with other sharers until the transaction ends.

    Waits while one session holds it alone, and keeps that session waiting in turn.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_lock_number(name)])


def try_lock(name: str) -> bool:
    """Take the advisory lock of this name until the transaction ends; False when another session holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_number(name)])
        return bool(cursor.fetchone()[0])


@contextmanager
def lock_of_session(name: str) -> Iterator[None]:
    """Hold the advisory lock of this name over the transactions of a block; others wait for its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_lock_number(name)])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_lock_number(name)])


def count_in_window(model: type[models.Model], name: str, now: datetime, floor: datetime) -> tuple[datetime, int]:
    """Count one more under a name, from one again when its window began at ``floor`` or before; (beginning, count)."""
    statement = composed.SQL(
        "INSERT INTO {table} AS kept (name, began_at, asked, last_at) VALUES (%(name)s, %(now)s, 1, %(now)s) "
        "ON CONFLICT (name) DO UPDATE SET last_at = %(now)s, "
        "began_at = CASE WHEN kept.began_at <= %(floor)s THEN %(now)s ELSE kept.began_at END, "
        "asked = CASE WHEN kept.began_at <= %(floor)s THEN 1 ELSE kept.asked + 1 END RETURNING began_at, asked"
    ).format(table=composed.Identifier(model._meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"name": name, "now": now, "floor": floor})
        began_at, asked = cursor.fetchone()
    return began_at, int(asked)


def give_places(model: type[models.Model]) -> int:
    """Number the rows whose ``place`` is empty on from the largest one, by ``id``; rows locked elsewhere wait for next time."""
    statement = composed.SQL(
        "WITH free AS (SELECT id FROM {table} WHERE place IS NULL ORDER BY id FOR UPDATE SKIP LOCKED), "
        "numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS number FROM free) "
        "UPDATE {table} AS kept SET place = numbered.number + (SELECT COALESCE(max(place), 0) FROM {table}) "
        "FROM numbered WHERE kept.id = numbered.id"
    ).format(table=composed.Identifier(model._meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint (or of our trigger's rule) that the database says was violated."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return diagnosis.constraint_name if diagnosis is not None else None


def server_version() -> int:
    """The server's major version, such as 15."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def may_make_tables(connected: psycopg.Connection) -> bool:
    """True when the user of a plain connection (Django is not set up yet) may make tables."""
    row = connected.execute("SELECT has_schema_privilege('public', 'CREATE')").fetchone()
    return row is not None and bool(row[0])


def _lock_number(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


# --- columns in and out -----------------------------------------------------------------------


def copy_in(model: type[models.Model], columns: Columns) -> int:
    """Append rows to a model's table from columns by COPY BINARY; returns their number.

    ``columns`` maps field names to arrays of one length: integers for integer, money and foreign
    key fields, day ordinals (``date.toordinal``) for dates, booleans for booleans.  Values are
    NOT NULL.  Constraints and triggers of the table hold as for every insert.
    """
    fields = [_column(model, name) for name in columns]
    packed = pack_binary([_shape_of(field) for field in fields], list(columns.values()))
    statement = composed.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        composed.Identifier(model._meta.db_table), _listed(fields)
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(packed)
    return len(next(iter(columns.values()))) if columns else 0


def copy_out(queryset: "models.QuerySet[Any, Any]", names: Sequence[str]) -> dict[str, np.ndarray[Any, Any]]:
    """Columns of a queryset by COPY BINARY, dates as day ordinals; the fields must be NOT NULL.

    The rows come in the queryset's order.
    """
    fields = [queryset.model._meta.get_field(name) for name in names]
    shapes = [_shape_of(field) for field in fields]
    text, params = queryset.values_list(*names).query.sql_with_params()
    received = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT BINARY)", params) as copy:
        for block in copy:
            received.write(block)
    return dict(zip(names, unpack_binary(shapes, received.getbuffer()), strict=True))


def pack_binary(shapes: Sequence[str], columns: Sequence[np.ndarray[Any, Any]]) -> bytes:
    """Rows in PostgreSQL's binary COPY format from columns of the given shapes (``>i8``, ``>i4``, ``>i2``, ``?``, ``day``)."""
    rows = np.zeros(len(columns[0]) if columns else 0, dtype=_row_type(shapes))
    rows["n"] = len(shapes)
    for place, (shape, values) in enumerate(zip(shapes, columns, strict=True)):
        rows[f"length{place}"] = np.dtype(_stored(shape)).itemsize
        rows[f"value{place}"] = values - _DAY_ZERO if shape == "day" else values
    return _COPY_HEAD + rows.tobytes() + _COPY_TAIL


def unpack_binary(shapes: Sequence[str], received: "bytes | memoryview") -> list[np.ndarray[Any, Any]]:
    """Columns from PostgreSQL's binary COPY format; raises ValueError when a value is missing."""
    row_type = _row_type(shapes)
    body = memoryview(received)[len(_COPY_HEAD) : len(received) - len(_COPY_TAIL)]
    if len(body) % row_type.itemsize:
        raise ValueError("a column to copy out holds no value (NULL): it has no place in a column of integers")
    rows = np.frombuffer(body, dtype=row_type)
    columns = []
    for place, shape in enumerate(shapes):
        values = rows[f"value{place}"].astype(bool if shape == "?" else np.int64)
        columns.append(values + _DAY_ZERO if shape == "day" else values)
    return columns


def _row_type(shapes: Sequence[str]) -> np.dtype[Any]:
    parts: list[tuple[str, str]] = [("n", ">i2")]
    for place, shape in enumerate(shapes):
        parts += [(f"length{place}", ">i4"), (f"value{place}", _stored(shape))]
    return np.dtype(parts)


def _stored(shape: str) -> str:
    return ">i4" if shape == "day" else shape


def _shape_of(field: Any) -> str:
    """How a field's values look in binary COPY."""
    target = field.target_field if field.is_relation else field
    match target.get_internal_type():
        case "DateField":
            return "day"
        case "BooleanField":
            return "?"
        case "SmallIntegerField" | "PositiveSmallIntegerField":
            return ">i2"
        case "IntegerField" | "PositiveIntegerField" | "AutoField":
            return ">i4"
        case _ if isinstance(target, models.BigIntegerField | models.BigAutoField):
            return ">i8"
        case kind:
            raise TypeError(f"{field} ({kind}) cannot be copied as a column of integers")


# --- trigger bodies ---------------------------------------------------------------------------

REFUSE_CHANGE: Final = """
    RAISE EXCEPTION 'xindai: rows of % are never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
"""
"""Statement-level, BEFORE UPDATE, DELETE and TRUNCATE."""

REFUSE_ALTERING: Final = """
    RAISE EXCEPTION 'xindai: rows of % are never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unaltered';
"""
"""Statement-level, BEFORE UPDATE and TRUNCATE."""

REFUSE_EMPTYING: Final = """
    RAISE EXCEPTION 'xindai: the table % is never emptied', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'never_emptied';
"""
"""Statement-level, BEFORE TRUNCATE."""

REFUSE_UNBALANCED: Final = """
    IF EXISTS (
        SELECT 1 FROM added GROUP BY transaction_id, branch_id, currency HAVING SUM(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'xindai: the entries of a transaction do not sum to zero'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced';
    END IF;
    RETURN NULL;
"""
"""Statement-level, AFTER INSERT, transition table ``added``: all entries of a transaction come in one statement."""

REFUSE_SEALED_DAY: Final = """
    PERFORM pg_advisory_xact_lock_shared(20260, NEW.business_date - DATE '2000-01-01');
    IF EXISTS (SELECT 1 FROM ledger_dayseal WHERE "on" >= NEW.business_date) THEN
        RAISE EXCEPTION 'xindai: the day % of the books is sealed', NEW.business_date
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_day_not_sealed';
    END IF;
    RETURN NULL;
"""
"""Row-level, AFTER INSERT: the shared lock makes a posting and the sealing of its day wait for each other.

A day before a sealed one is closed with it: its postings would stand in no closing balance.
"""

_POSTINGS_OF_DAY: Final = 20260


def lock_day_of_books(on: date) -> None:
    """Wait until every posting to the day has ended and keep further ones out until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_POSTINGS_OF_DAY, on.toordinal() - _DAY_ZERO])


# --- the ledger's hashes ----------------------------------------------------------------------

_CONTENT_HASH: Final = """
    encode(sha256(convert_to(concat_ws(
        chr(31), t.id, t.key, t.kind, t.business_date, (extract(epoch FROM t.at) * 1000000)::bigint, t.actor,
        t.loan_no, t.branch_id, t.product_code, t.currency, t.narrative, coalesce(t.reverses_id::text, ''),
        (
            SELECT coalesce(string_agg(concat_ws(
                chr(30), e.account_id, e.branch_id, e.product_code, e.currency, e.loan_no, e.amount_minor,
                e.business_date
            ), chr(31) ORDER BY e.id), '')
            FROM ledger_entry e WHERE e.transaction_id = t.id
        )
    ), 'UTF8')), 'hex')
"""
"""The same text as ledger.hashing.content_hash, computed by the database from what the rows hold now."""

_ALTERED: Final = (
    "SELECT t.id, t.key, t.business_date FROM ledger_transaction t"  # noqa: S608 - put together from constants
    f" WHERE t.business_date BETWEEN %s AND %s AND t.content_hash <> {_CONTENT_HASH} ORDER BY t.id"
)


def altered_transactions(first: date, last: date) -> list[tuple[Any, str, date]]:
    """Identity, key and date of transactions whose rows no longer give their content hash."""
    with connection.cursor() as cursor:
        cursor.execute(_ALTERED, [first, last])
        return list(cursor.fetchall())


def insert_once(row: models.Model, *unique: str) -> bool:
    """Insert a row unless another one has the same values in its unique fields; False when one has.

    Waits for a transaction that is inserting the same values.  The row does not learn a key that the database makes.
    """
    fields = [field for field in row._meta.concrete_fields if not (field.primary_key and row.pk is None)]
    statement = composed.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING").format(
        composed.Identifier(row._meta.db_table),
        _listed(fields),
        composed.SQL(", ").join([composed.Placeholder()] * len(fields)),
        _listed([_column(type(row), name) for name in unique]),
    )
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)


def _column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _listed(fields: "Sequence[models.Field[Any, Any]]") -> composed.Composed:
    """The fields' columns as a statement lists them."""
    return composed.SQL(", ").join([composed.Identifier(str(field.column)) for field in fields])


def commit_without_waiting() -> None:
    """Let the commits of this session not wait for the disk.

    A killed process loses nothing.  A machine that falls may lose the last second of commits, the latest ones
    first and each as a whole: only for work that may be done again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


# --- the test and administration side ---------------------------------------------------------


@contextmanager
def protections_off() -> Iterator[None]:
    """Lift the triggers of this session for a while: tests play the attacker, or empty their tables.

    Needs the rights of a superuser, which the product's own role should not have.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def drop_everything() -> None:
    """Empty the database: every table of every app, with all that is in it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


class PercentileOf(models.Aggregate):
    """The value below or at which so many per cent of the rows lie: one that really occurs, never a mean of two."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    allow_distinct = False

    def __init__(self, expression: Any, *, per_cent: int, **extra: Any) -> None:
        super().__init__(expression, share=f"{per_cent // 100}.{per_cent % 100:02}", **extra)


_TRAIL_INDEXES: Final = {
    "at": "(pgh_created_at)",
    "actor": "((pgh_context ->> 'actor'), pgh_created_at)",
    "verb": "((pgh_context ->> 'verb'), pgh_created_at)",
    "request": "((pgh_context ->> 'request_id'))",
    "row": "(pgh_obj_id, pgh_id)",
}
"""What people search a trail by: time, person, verb, request, row."""


def index_trail(table: str, number: str) -> None:
    """Have the indexes of an audited table's trail; ``number`` is the column by which people name its rows, if any."""
    columns = dict(_TRAIL_INDEXES) | ({"number": f'(("{number}"::text))'} if number else {})
    with connection.cursor() as cursor:
        for name, content in columns.items():
            index = f"{table.removesuffix('history')}_trail_{name}"[:63]
            cursor.execute(f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" {content}')
