"""Who did what, when, and what was there before: reads what the database's triggers have written."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import BigIntegerField, F, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from xindai.kernel import sql

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Identity of the request or job in whose course things happen."""

_context: ContextVar[str | None] = ContextVar("audit_context", default=None)


@dataclass(frozen=True)
class Change:
    """One recorded change: ``before`` and ``after`` hold the columns that differ."""

    at: datetime
    what: str
    actor: str | None
    verb: str | None
    request_id: str | None
    before: dict[str, Any]
    after: dict[str, Any]


@contextmanager
def acting(actor: str, verb: str) -> Iterator[None]:
    """Let all changes of this transaction carry the actor and the verb; the outermost verb counts."""
    if _context.get() is not None:
        yield
        return
    context = json.dumps({"actor": actor, "verb": verb, "request_id": request_id.get()})
    token = _context.set(context)
    try:
        sql.set_audit_context(context)
        yield
    finally:
        _context.reset(token)


def history(row: models.Model) -> list[Change]:
    """All recorded changes of an audited row, the earliest first."""
    model = row.__class__.pgh_event_model  # type: ignore[attr-defined]
    names = [f.attname for f in model._meta.concrete_fields if not f.name.startswith("pgh_")]
    changes: list[Change] = []
    before: dict[str, Any] = {}
    for record in model._default_manager.filter(pgh_obj_id=row.pk).order_by("pgh_id"):
        after = {name: getattr(record, name) for name in names} if record.pgh_label != "delete" else {}
        changes.append(_change(record, before, after))
        before = after
    return changes


def last_changes(rows: Sequence[models.Model]) -> dict[int, datetime]:
    """When each of some rows of one audited table was changed last, by its id."""
    if not rows:
        return {}
    model = rows[0].__class__.pgh_event_model  # type: ignore[attr-defined]
    found = model._default_manager.filter(pgh_obj_id__in=[row.pk for row in rows]).order_by("pgh_id")
    return dict(found.values_list("pgh_obj_id", "pgh_created_at"))


NUMBERS: Final = ("no", "subject_no", "loan_no", "username", "ref", "key", "code")
"""Columns by which people name a row, the first that a table has."""

MOST_COUNTED: Final = 1_000
"""So many changes are counted and can be turned over; whoever finds more narrows the search."""

_FOUND: Final = ("f_at", "f_model", "f_record", "f_row", "f_number", "f_what", "f_actor", "f_verb", "f_request")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in the trail of all tables; what is empty narrows nothing."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    verb: str = ""
    request_id: str = ""
    number: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One recorded change in a list: which table and row, what was done, by whom, under which verb and request."""

    at: datetime
    model: str
    record: int
    row: int
    number: str
    what: str
    actor: str | None
    verb: str | None
    request_id: str | None

    @property
    def key(self) -> str:
        """The change's name in addresses."""
        return f"{self.model}:{self.record}"


def audited_models() -> dict[str, type[models.Model]]:
    """Every audited table by its label."""
    found = (model for model in apps.get_models() if hasattr(model, "pgh_event_model"))
    return {model._meta.label: model for model in found}


def search(sought: Sought, branch_ids: Collection[int] | None, first: int, count: int) -> tuple[list[Found], int]:
    """Changes of all audited tables, the latest first, and how many there are: two statements.

    Nobody turns over thousands of pages, so it counts to `MOST_COUNTED` + 1 and no further; each table is read by its
    index only as far as the page needs (see `index_trails`).
    Somebody with some branches finds changes of rows that carry one of them; rows that carry none - people, roles,
    policies - are for those with all branches.
    """
    parts = [
        _part(model, sought, branch_ids)
        for label, model in audited_models().items()
        if sought.model in ("", label)
        and (branch_ids is None or _has(model, "branch"))
        and (not sought.number or _number_of(model))
    ]
    if not parts:
        return [], 0
    counted = _together([part.values("f_record")[: MOST_COUNTED + 1] for part in parts]).count()
    latest = [part.order_by("-pgh_created_at", "-pgh_id")[: first + count] for part in parts]
    rows = _together(latest)
    rows = rows if len(parts) == 1 else rows.order_by("-f_at", "-f_record")
    return [Found(*row) for row in rows[first : first + count]], min(counted, MOST_COUNTED + 1)


def _together(parts: list[Any]) -> Any:
    """All parts by one statement."""
    return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)


def index_trails(app_label: str) -> None:
    """Have the indexes by which `search` reads the trails of an app; those that are there already stay.

    Every audited table gets them, also one that an app adds later, so no migration names them.
    """
    for model in audited_models().values():
        if model._meta.app_label == app_label:
            sql.index_trail(model.pgh_event_model._meta.db_table, _number_of(model))  # type: ignore[attr-defined]


def record(model_label: str, record_id: int, branch_ids: Collection[int] | None) -> tuple[Change, models.Model] | None:
    """One change with the values before and after it, and the record itself; None when there is none to see."""
    model = audited_models().get(model_label)
    if model is None or (branch_ids is not None and not _has(model, "branch")):
        return None
    rows = _events(model, branch_ids)
    found = rows.filter(pk=record_id).first()
    if found is None:
        return None
    earlier = rows.filter(pgh_obj_id=found.pgh_obj_id, pk__lt=record_id).order_by("-pk").first()
    names = _names(found)
    after = {name: getattr(found, name) for name in names} if found.pgh_label != "delete" else {}
    before = {name: getattr(earlier, name) for name in names} if earlier is not None else {}
    if found.pgh_label == "delete":
        before = before or {name: getattr(found, name) for name in names}
    return _change(found, before, after), found


def _part(model: type[models.Model], sought: Sought, branch_ids: Collection[int] | None) -> Any:
    number = _number_of(model)
    rows = _events(model, branch_ids).annotate(
        f_at=F("pgh_created_at"),
        f_model=Value(model._meta.label, output_field=TextField()),
        f_record=Cast("pgh_id", BigIntegerField()),
        f_row=Cast("pgh_obj_id", BigIntegerField()),
        f_number=Cast(number, TextField()) if number else Value("", output_field=TextField()),
        f_what=Cast("pgh_label", TextField()),
        f_actor=KeyTextTransform("actor", "pgh_context"),
        f_verb=KeyTextTransform("verb", "pgh_context"),
        f_request=KeyTextTransform("request_id", "pgh_context"),
    )
    wanted = {
        "f_at__gte": sought.since,
        "f_at__lt": sought.until,
        "f_actor": sought.actor,
        "f_verb": sought.verb,
        "f_request": sought.request_id,
        "f_number": sought.number,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value}).order_by().values_list(*_FOUND)


def _events(model: type[models.Model], branch_ids: Collection[int] | None) -> Any:
    rows = model.pgh_event_model._default_manager.all()  # type: ignore[attr-defined]
    return rows if branch_ids is None else rows.filter(branch_id__in=branch_ids)


def _number_of(model: type[models.Model]) -> str:
    return next((name for name in NUMBERS if _has(model, name)), "")


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _names(row: models.Model) -> list[str]:
    return [field.attname for field in row._meta.concrete_fields if not field.name.startswith("pgh_")]


def _change(record: Any, before: dict[str, Any], after: dict[str, Any]) -> Change:
    context = record.pgh_context or {}
    differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return Change(
        at=record.pgh_created_at,
        what=record.pgh_label,
        actor=context.get("actor"),
        verb=context.get("verb"),
        request_id=context.get("request_id"),
        before={name: before[name] for name in differing if name in before},
        after={name: after[name] for name in differing if name in after},
    )
