"""Only an app itself writes its rows; only reporting reads the rows of others by their models.

Another app's model may be named as a type, for its words (the states of a loan) and in a foreign key.  Its rows come
from the owner's queries, change by the owner's services, and are never made, saved or deleted by anybody else.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import Final

from tests.architecture.kinds import Kinds, Schema, Scope, parts
from tests.architecture.source import Finding, Source

READERS: Final = frozenset({"reporting"})
"""Apps that may query the models of others."""

_MANAGERS: Final = frozenset({"objects", "_default_manager", "_base_manager"})
_SAVING: Final = frozenset(
    {"bulk_create", "bulk_update", "get_or_create", "save", "save_base", "save_versioned", "update_or_create"}
)
_WRITING: Final = _SAVING | {"acreate", "asave", "adelete", "aupdate", "create", "delete", "update", "_raw_delete"}
_COPYING: Final = frozenset({"xindai.kernel.sql.copy_in", "xindai.kernel.sql.insert_once"})


def trespasses(sources: Iterable[Source], schema: Schema) -> list[Finding]:
    """Rows of another app that are made, changed, removed or queried, and writes of which nobody can tell whose row."""
    sources = list(sources)
    kinds = Kinds(sources, schema)
    return [
        finding
        for source in sources
        for body, owner in parts(source)
        if (telling := [node for node in ast.walk(body) if _is_telling(node)])
        for scope in [Scope(source, kinds, body, owner)]
        for node in telling
        for finding in _faults(source, kinds, scope, node)
    ]


def _is_telling(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) or (isinstance(node, ast.Attribute) and node.attr in _MANAGERS)


def _faults(source: Source, kinds: Kinds, scope: Scope, node: ast.AST) -> Iterator[Finding]:
    if isinstance(node, ast.Attribute) and node.attr in _MANAGERS:
        kind = scope.kind(node.value)
        if _is_foreign(source, kinds, kind) and source.app not in READERS:
            yield source.finding(node, f"queries {_short(kind)}", f"ask {_owner(kind)}.queries")
    if not isinstance(node, ast.Call):
        return
    path = kinds.path(source, node.func)
    made = path if path in kinds.models else scope.kind(node.args[0]) if path in _COPYING and node.args else None
    if _is_foreign(source, kinds, made):
        yield source.finding(node, f"makes a row of {_short(made)}", f"call {_owner(made)}.services")
    if path.endswith("apps.get_model"):
        yield source.finding(node, "asks for a model by its name", "import the owner's queries")
    if isinstance(node.func, ast.Attribute) and node.func.attr in _WRITING:
        kind = scope.kind(node.func.value)
        if _is_foreign(source, kinds, kind):
            yield source.finding(node, f"writes {_short(kind)}: .{node.func.attr}()", f"call {_owner(kind)}.services")
        elif kind not in kinds.models and node.func.attr in _SAVING and source.name != "models":
            what = f"nobody can tell whose row {ast.unparse(node.func)[:60]}() writes"
            yield source.finding(node, what, "annotate the function that it comes from")


def _is_foreign(source: Source, kinds: Kinds, kind: str | None) -> bool:
    return kind is not None and kind in kinds.models and kind.startswith("xindai.") and _owner(kind) != source.app


def _owner(kind: str | None) -> str:
    return (kind or "..").split(".")[1]


def _short(kind: str | None) -> str:
    return f"{_owner(kind)}.{(kind or '').rpartition('.')[2]}"
