"""Structured logs: one JSON object a line, identifiers only, nothing personal.

A field is written only when its name is on the allow-list: a new field is a decision, not an
accident, and no free text of a person can reach a log.
"""

import atexit
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

import structlog

from xindai.kernel import clock

ALLOWED: Final = frozenset(
    {
        "event", "level", "at", "request_id", "actor", "actor_kind", "verb", "milliseconds", "outcome", "code",
        "status", "route", "method", "on", "part", "count", "handler", "event_name", "event_id", "attempt",
        "error_type", "number", "kind", "branch_id", "seconds", "host", "port", "version",
    }
)  # fmt: skip

Fields = MutableMapping[str, Any]


def keep_allowed(_logger: object, _method: str, fields: Fields) -> Fields:
    """Drop every field that is not on the allow-list."""
    return {name: value for name, value in fields.items() if name in ALLOWED}


def add_time(_logger: object, _method: str, fields: Fields) -> Fields:
    """Stamp the line with the clock's moment in UTC."""
    fields["at"] = clock.now().isoformat(timespec="milliseconds")
    return fields


def configure(path: Path | None) -> None:
    """Write logs to the file, or to standard error when there is none."""
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = path.open("a", encoding="utf-8", buffering=1)
        atexit.register(file.close)
        factory: Any = structlog.WriteLoggerFactory(file=file)
    else:
        factory = structlog.PrintLoggerFactory(file=None)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            add_time,
            keep_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


def get() -> Any:
    """The logger; bind nothing to it that is not on the allow-list."""
    return structlog.get_logger()
