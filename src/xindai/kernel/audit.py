"""Who did what, when, and what was there before: reads what the database's triggers have written."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

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
