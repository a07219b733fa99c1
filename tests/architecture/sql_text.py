"""SQL text stands in kernel/sql.py and nowhere else."""

import ast
import re
from typing import Final

from tests.architecture.source import Finding, Source, calls, literal

THE_MODULE: Final = "xindai/kernel/sql.py"

_STATEMENT: Final = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|TRUNCATE\s+\S|COPY\s+\S|WITH\s+\S+\s+AS\s*\("
    r"|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|SEQUENCE|SCHEMA|FUNCTION|TRIGGER|VIEW|ROLE|USER|DATABASE|TYPE|EXTENSION|OR\s)"
    r"|SET\s+(LOCAL|SESSION)\s|GRANT\s+\S|REVOKE\s+\S+\s+ON|LOCK\s+TABLE|RAISE\s+EXCEPTION|NOTIFY\s|LISTEN\s|PERFORM\s|VACUUM\b)"
)
_RAW_CLASSES: Final = frozenset({"RawSQL", "RunSQL"})
_RAW_METHODS: Final = frozenset({"raw", "extra", "execute", "executemany", "cursor", "mogrify"})
_REMEDY: Final = "give it a name and a place in xindai.kernel.sql"


def texts(source: Source) -> list[Finding]:
    """Strings that are SQL, and calls by which SQL text would be run."""
    if source.path == THE_MODULE:
        return []
    found = [
        source.finding(node, f"SQL text: {text.strip().splitlines()[0][:60]}", _REMEDY)
        for node in source.nodes
        if (text := _written(node)) and _STATEMENT.match(text)
    ]
    for call in calls(source):
        name = source.dotted(call.func).rpartition(".")[2]
        is_method = isinstance(call.func, ast.Attribute) and call.func.attr in _RAW_METHODS
        if is_method or name in _RAW_CLASSES:
            found.append(source.finding(call, f"{ast.unparse(call.func)}() runs SQL text", _REMEDY))
    return found


def _written(node: ast.AST) -> str:
    """The text of a string, with something in place of what an f-string fills in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "something" for part in node.values)
    return literal(node) or ""


def texts_in_migration(source: Source) -> list[Finding]:
    """RunSQL whose text is not made by kernel.sql, and Python of a migration that runs SQL."""
    found = []
    for call in calls(source):
        name = source.dotted(call.func).rpartition(".")[2]
        if name == "RunSQL":
            given = [*call.args, *(word.value for word in call.keywords if word.arg in {"sql", "reverse_sql"})]
            found += [
                source.finding(call, f"RunSQL is given {ast.unparse(one)[:60]}", _REMEDY)
                for one in given
                if not (isinstance(one, ast.Call) and source.dotted(one.func).startswith("xindai.kernel.sql."))
            ]
        elif (
            isinstance(call.func, ast.Attribute) and call.func.attr in _RAW_METHODS and literal(call.func.value) is None
        ):
            found.append(source.finding(call, f"{ast.unparse(call.func)}() runs SQL text", _REMEDY))
    return found
