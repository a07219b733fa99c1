"""Every public act of an app is a verb with a line in the permission table, and every line has its verb."""

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from tests.architecture.source import Finding, Source, literal

VERB: Final = "xindai.identity.verbs.verb"
BUILDING_BLOCKS: Final = frozenset({"locked", "locked_for_payment"})
"""Functions that lock and check a row for a verb here or above; they change nothing."""

STEPS: Final = "note_"
"""Names that begin so carry a verb's outcome to an app below, in the verb's transaction; the row comes locked."""

ANSWERING: Final = frozenset({"api", "console", "portal"})
"""Apps that answer people and machines."""

KEEPERS: Final = frozenset({"xindai.kernel.idempotency.once", "xindai.kernel.idempotency.once_or_refuse"})
"""Functions that keep the answer of an act beside it: the act within them is a verb, which asks for its right."""

_TABLE: Final = "identity/permissions.py"


@dataclass(frozen=True)
class Verb:
    """A declared verb: its name and the function that it makes callable."""

    name: str
    source: Source
    function: ast.FunctionDef


def declared(sources: Iterable[Source]) -> list[Verb]:
    """Every verb of the product."""
    return [
        Verb(name, source, function)
        for source in sources
        for function in _functions(source)
        for name in [_verb_name(source, function)]
        if name is not None
    ]


def table_faults(verbs: Iterable[Verb], table: AbstractSet[str]) -> list[Finding]:
    """Verbs that nobody may call, lines that permit nothing, and names that two functions share."""
    found, seen = [], dict[str, Verb]()
    for verb in verbs:
        if verb.name not in table:
            found.append(verb.source.finding(verb.function, f"nobody may {verb.name}", f"write its line in {_TABLE}"))
        if verb.name in seen:
            other = seen[verb.name].source.path
            found.append(verb.source.finding(verb.function, f"{verb.name} is also in {other}", "give it its own name"))
        seen[verb.name] = verb
    found += [
        Finding(f"src/xindai/{_TABLE}", 1, f"{name} permits no verb", "remove the line") for name in table - seen.keys()
    ]
    return found


def unguarded(sources: Iterable[Source]) -> list[Finding]:
    """Public functions of services that act for somebody, or write, without being a verb."""
    return [
        source.finding(function, f"{function.name} acts without a right", 'make it a @verb("...")')
        for source in sources
        if is_service(source)
        for function in _functions(source)
        if not function.name.startswith(("_", STEPS)) and function.name not in BUILDING_BLOCKS
        if _verb_name(source, function) is None and ("actor" in _arguments(function) or _writes(function))
    ]


def stray_calls(sources: Iterable[Source]) -> list[Finding]:
    """Calls of building blocks and steps from anywhere but services, where a verb is running."""
    return [
        source.finding(node, f"{path} is called outside a verb", "call a verb")
        for source in sources
        if not is_service(source)
        for node in source.nodes
        for path in [source.dotted(node)]
        if isinstance(node, ast.Name | ast.Attribute) and ".services." in path
        if path.rpartition(".")[2] in BUILDING_BLOCKS or path.rpartition(".")[2].startswith(STEPS)
    ]


def past_verbs(sources: Iterable[Source]) -> list[Finding]:
    """Uses, by what answers people and machines, of functions that write without being a verb."""
    sources = list(sources)
    writers = {
        f"{source.module}.{function.name}"
        for source in sources
        for function in _functions(source)
        if _verb_name(source, function) is None and _writes(function)
    }
    return [
        source.finding(node, f"{path} changes rows and asks for no right", "call a verb")
        for source in sources
        if source.app in ANSWERING
        for node in source.nodes
        if isinstance(node, ast.Name | ast.Attribute) and (path := source.dotted(node)) in writers - KEEPERS
    ]


def is_service(source: Source) -> bool:
    """True for ``services.py`` and the files of a folder ``services``."""
    return source.name.split("/")[0] == "services"


def _functions(source: Source) -> Iterator[ast.FunctionDef]:
    return (node for node in source.tree.body if isinstance(node, ast.FunctionDef))


def _verb_name(source: Source, function: ast.FunctionDef) -> str | None:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and source.dotted(decorator.func) == VERB and decorator.args:
            return literal(decorator.args[0]) or ast.unparse(decorator.args[0])
    return None


def _arguments(function: ast.FunctionDef) -> set[str]:
    every = function.args
    return {argument.arg for argument in [*every.posonlyargs, *every.args, *every.kwonlyargs]}


def _writes(function: ast.FunctionDef) -> bool:
    """True when a function itself saves, creates or deletes rows."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr
        in {"save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
        for node in ast.walk(function)
    )
