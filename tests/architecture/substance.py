"""No app is empty, none lacks its parts, and files and functions stay small enough to read."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.architecture.source import SRC, Finding, Source

LONGEST_FUNCTION: Final = 60
LONGEST_FILE: Final = 700
_OF_EVERY_APP: Final = frozenset({"__init__", "apps"})


def missing_parts(apps: Iterable[str], with_models: Iterable[str], root: Path = SRC / "xindai") -> list[Finding]:
    """Apps without a configuration or tests, apps with models but no migrations, migrations without models."""
    with_models, found = set(with_models), []
    for app in apps:
        wanted = {"apps.py": True, "tests/test_*.py": True, "migrations/0001_*.py": app in with_models}
        for pattern, is_wanted in wanted.items():
            if any((root / app).glob(pattern)) != is_wanted:
                what, remedy = ("lacks", "write it") if is_wanted else ("has no models but has", "remove it")
                found.append(Finding(f"src/xindai/{app}", 1, f"{app} {what} {pattern}", remedy))
    return found


def empty_apps(sources: Iterable[Source]) -> list[Finding]:
    """Apps in which no file besides its configuration defines anything."""
    by_app: dict[str, bool] = {}
    for source in sources:
        if source.path.count("/") > 1:
            does = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in source.tree.body)
            by_app[source.app] = by_app.get(source.app, False) or (does and source.name not in _OF_EVERY_APP)
    return [
        Finding(f"src/xindai/{app}", 1, f"{app} has nothing in it", "remove it until it is needed")
        for app, does in by_app.items()
        if not does
    ]


def long_ones(texts: Mapping[str, str]) -> list[Finding]:
    """Files and functions that are too long to be read at once."""
    found = []
    for path, text in texts.items():
        lines = text.count("\n")
        if lines > LONGEST_FILE:
            found.append(Finding(path, 1, f"{lines} lines in one file", "divide it by ideas"))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found.append(Finding(path, node.lineno, f"{node.name} has {length} lines", "divide it by steps"))
    return found


def used_by_product(sources: Iterable[Source]) -> list[Finding]:
    """Imports of tests, or of what only tests use, by the product."""
    return [
        source.finding(one, f"the product uses {one.target}", "move what both need into the product")
        for source in sources
        for one in source.imports
        if {"testing", "tests", "conftest"} & set(one.target.split(".")[:4])
        and one.target.startswith(("xindai", "tests"))
    ]
