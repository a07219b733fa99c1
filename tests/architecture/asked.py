"""Where requests are read, the names in a query are written in the code: sort and filter keys come from an allow-list."""

import ast
from typing import Final

from tests.architecture.source import Finding, Source, calls, literal

APPS: Final = frozenset({"api", "config", "console"})
"""Apps that hold what people and machines send in their hands."""

ALLOWED: Final = {
    "xindai/api/paging.py": "a sort word is one of its list's literals, and is looked up among the list's own columns",
    "xindai/console/listing.py": "keys of the URL are looked up among the list's own columns and filters",
    "xindai/console/views/customers.py": "the fields of its filters are written in the same file",
}
_NAMING: Final = frozenset(
    {"dates", "datetimes", "defer", "distinct", "earliest", "latest", "only", "order_by", "values", "values_list"}
)
_KEYWORDED: Final = frozenset({"aggregate", "annotate", "exclude", "filter", "get", "update"})
_EXPRESSIONS: Final = frozenset({"django.db.models.F", "django.db.models.expressions.F", "django.db.models.Q"})


def open_names(source: Source) -> list[Finding]:
    """Query methods and expressions whose names are not plain text."""
    if source.app not in APPS or source.path in ALLOWED:
        return []
    return [
        source.finding(
            call, f"{ast.unparse(call)[:70]} takes names that may come from outside", "choose from an allow-list"
        )
        for call in calls(source)
        if _is_open(source, call)
    ]


def _is_open(source: Source, call: ast.Call) -> bool:
    if source.dotted(call.func) in _EXPRESSIONS:
        return any(literal(one) is None for one in call.args if not isinstance(one, ast.Call)) or _has_spread(call)
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr in _NAMING:
        return any(literal(one) is None and not isinstance(one, ast.Call) for one in call.args)
    return call.func.attr in _KEYWORDED and _has_spread(call)


def _has_spread(call: ast.Call) -> bool:
    return any(word.arg is None for word in call.keywords)
